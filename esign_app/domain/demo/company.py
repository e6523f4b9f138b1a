"""The invented company of the demo: who works there, who its clients are, what it sells, which deals it has."""

from dataclasses import dataclass

# Shown on the login page of a demo; one click each.
LOGINS = (
    ("sales", "Sam Becker", "sam@nordlicht.example"),
    ("signatory", "Jana Weber", "jana@nordlicht.example"),
    ("admin", "Robin Krause", "robin@nordlicht.example"),
)
# Sell as well, and nobody logs in as them: nobody knows their password.
COLLEAGUES = (
    ("Aylin Demir", "aylin@nordlicht.example"),
    ("Tobias Lang", "tobias@nordlicht.example"),
    ("Marlene Voss", "marlene@nordlicht.example"),
)

OWN_COMPANY = {
    "name": "Nordlicht Studio GmbH",
    "street": "Speicherstraße 12",
    "postcode": "20457",
    "city": "Hamburg",
    "country": "Germany",
    "registration": "Amtsgericht Hamburg, HRB 123456",
    "tax_id": "DE287654321",
    "bank": "Musterbank Hamburg",
    "iban": "DE02 1203 0000 0000 2020 51",
    "email": "office@nordlicht.example",
    "phone": "+494012345670",
}
SIGNATORIES = (
    ("Jana Weber", "jana@nordlicht.example", "Managing Director"),
    ("Robin Krause", "robin@nordlicht.example", "Authorised signatory"),
)


@dataclass(frozen=True)
class Client:
    """A company and the person who decides there; without an `email` nothing can be sent."""

    company: str
    address: tuple[str, str, str, str]
    tax_id: str
    person: str
    email: str
    language: str = "en"

    @property
    def country(self) -> str:
        return self.address[3]

    @property
    def currency(self) -> str:
        return _CURRENCIES.get(self.country, "EUR")


_CURRENCIES = {"United Kingdom": "GBP", "United States": "USD", "Switzerland": "CHF"}


CLIENTS = {
    "muster": Client(
        "Muster Maschinenbau GmbH",
        ("Lindenallee 3", "10115", "Berlin", "Germany"),
        "DE812345678",
        "Alex Muster",
        "alex.muster@client.example",
        "de",
    ),
    "brightwater": Client(
        "Brightwater Ltd",
        ("14 Quay Street", "BS1 4DJ", "Bristol", "United Kingdom"),
        "GB123456789",
        "Olivia Hart",
        "olivia.hart@client.example",
    ),
    "moreau": Client(
        "Atelier Moreau SARL",
        ("8 rue des Lilas", "69003", "Lyon", "France"),
        "FR40303265045",
        "Camille Moreau",
        "camille.moreau@client.example",
    ),
    "hafen": Client(
        "Hafen & Söhne KG",
        ("Am Sandtorkai 40", "20457", "Hamburg", "Germany"),
        "DE298765432",
        "Jörg Petersen",
        "joerg.petersen@client.example",
        "de",
    ),
    "vantage": Client(
        "Vantage Analytics Inc",
        ("250 Mission Street", "94105", "San Francisco", "United States"),
        "",
        "Priya Raman",
        "priya.raman@client.example",
    ),
    "gruenwald": Client(
        "Grünwald Bio AG",
        ("Ettstraße 11", "80333", "München", "Germany"),
        "DE256789123",
        "Dr. Miriam Adler",
        "miriam.adler@client.example",
        "de",
    ),
    "okafor": Client(
        "Studio Okafor",
        ("21 Mill Lane", "M1 2WD", "Manchester", "United Kingdom"),
        "",
        "Chidi Okafor",
        "chidi.okafor@client.example",
    ),
    "schaefer": Client(
        "Schäfer Logistik GmbH",
        ("Industrieweg 77", "44147", "Dortmund", "Germany"),
        "DE301234567",
        "Anke Schäfer",
        "anke.schaefer@client.example",
        "de",
    ),
    "nova": Client(
        "Nova Dental Group",
        ("Storgatan 5", "111 51", "Stockholm", "Sweden"),
        "SE556677889901",
        "Sofia Lindqvist",
        "sofia.lindqvist@client.example",
    ),
    "rosenrot": Client(
        "Café Rosenrot",
        ("Marktplatz 2", "04109", "Leipzig", "Germany"),
        "",
        "Lena Vogt",
        "lena.vogt@client.example",
        "de",
    ),
    "ferro": Client(
        "Ferro Impianti Srl",
        ("Via Torino 90", "20123", "Milano", "Italy"),
        "IT12345678901",
        "Marco Ferri",
        "marco.ferri@client.example",
    ),
    "brandt": Client(
        "Kanzlei Brandt & Partner",
        ("Königsallee 60", "40212", "Düsseldorf", "Germany"),
        "DE276543210",
        "Thomas Brandt",
        "thomas.brandt@client.example",
        "de",
    ),
    "alpin": Client(
        "Alpin Sport AG",
        ("Bahnhofstrasse 18", "8001", "Zürich", "Switzerland"),
        "CHE-123.456.789",
        "Reto Keller",
        "reto.keller@client.example",
        "de",
    ),
    "stadtwerke": Client(
        "Stadtwerke Elmstedt GmbH",
        ("Am Wasserturm 1", "38100", "Braunschweig", "Germany"),
        "DE265432198",
        "Katrin Osterloh",
        "katrin.osterloh@client.example",
        "de",
    ),
    "harbour": Client(
        "Harbour & Finch LLP",
        ("3 Temple Row", "B2 5LG", "Birmingham", "United Kingdom"),
        "GB987654321",
        "Eleanor Finch",
        "eleanor.finch@client.example",
    ),
    "windkraft": Client(
        "Windkraft Nordsee GmbH",
        ("Deichstraße 9", "25813", "Husum", "Germany"),
        "DE244556677",
        "Hauke Thomsen",
        "hauke.thomsen@client.example",
        "de",
    ),
    # The preview of a drop says what is missing here.
    "novak": Client(
        "Novak & Daughters",
        ("17 Canal Walk", "LS1 5AB", "Leeds", "United Kingdom"),
        "",
        "Kim Novak",
        "",
    ),
    "dahl": Client(
        "Dahl Interiør AS",
        ("Storgata 22", "0184", "Oslo", "Norway"),
        "NO912345678",
        "Ingrid Dahl",
        "",
    ),
}

# What the company sells: name, unit, price without tax.
SERVICES = {
    "workshop": ("Kick-off workshop", "d", 145_000),
    "research": ("User research", "d", 112_000),
    "concept": ("Concept and design", "d", 98_000),
    "build": ("Implementation", "d", 92_000),
    "shop": ("Shop set-up", "pc", 640_000),
    "catalogue": ("Product data import", "h", 9_500),
    "brand": ("Logo and brand guidelines", "pc", 420_000),
    "print": ("Stationery and print templates", "pc", 38_000),
    "model": ("Data model", "d", 108_000),
    "dashboard": ("Dashboard", "pc", 380_000),
    "photo": ("Photo day", "d", 165_000),
    "retouching": ("Retouching", "pc", 4_500),
    "film": ("Company film, 90 seconds", "pc", 890_000),
    "audit": ("Accessibility audit", "pc", 290_000),
    "advice": ("Report and advice", "h", 13_500),
    "migration": ("Content migration", "h", 8_800),
    "training": ("Training", "h", 12_000),
    "support": ("Monthly support", "mo", 95_000),
    "hosting": ("Hosting", "mo", 18_000),
    "newsletter": ("Newsletter campaign", "pc", 125_000),
}
