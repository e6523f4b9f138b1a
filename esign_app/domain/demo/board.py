"""The demo's deals, stage by stage, the newest first."""

from dataclasses import dataclass

SAM, AYLIN, TOBIAS, MARLENE = (f"{name}@nordlicht.example" for name in ("sam", "aylin", "tobias", "marlene"))


@dataclass(frozen=True)
class Planned:
    """`client` is a key of company.CLIENTS; `sells` is how many of which of company.SERVICES; `days` in its stage."""

    title: str
    client: str
    owner: str
    days: int
    sells: dict[str, int]


DEALS = {
    "New": (
        Planned("Website relaunch 2027", "muster", SAM, 0, {"concept": 6, "build": 14, "migration": 20}),
        Planned("Trade fair film", "windkraft", AYLIN, 1, {"workshop": 1, "film": 1}),
        Planned("Spare parts shop", "schaefer", TOBIAS, 1, {"shop": 1, "catalogue": 40, "training": 8}),
        Planned("Careers page", "gruenwald", MARLENE, 2, {"concept": 4, "build": 6}),
        Planned("Spring newsletters", "rosenrot", SAM, 3, {"newsletter": 3}),
        Planned("Investor dashboard", "vantage", AYLIN, 4, {"model": 5, "dashboard": 2}),
        Planned("Booking form, accessibility", "nova", TOBIAS, 5, {"audit": 1, "advice": 6}),
        Planned("Store finder", "alpin", SAM, 7, {"concept": 3, "build": 7}),
        Planned("Client portal, first workshop", "brandt", SAM, 9, {"workshop": 2}),
    ),
    "Qualified": (
        Planned("Wind farm visitor page", "windkraft", SAM, 2, {"research": 4, "concept": 8, "build": 16}),
        Planned("Merger data room", "harbour", AYLIN, 3, {"workshop": 1, "concept": 9, "build": 24}),
        Planned(
            "Customer portal",
            "muster",
            TOBIAS,
            4,
            {"workshop": 2, "research": 5, "concept": 12, "build": 38, "hosting": 12},
        ),
        Planned("Workshop photos", "moreau", MARLENE, 6, {"photo": 1, "retouching": 30}),
        Planned("Merger branding", "gruenwald", MARLENE, 8, {"workshop": 2, "brand": 1, "print": 14}),
        Planned(
            "Data warehouse, stage one", "vantage", AYLIN, 11, {"model": 18, "dashboard": 3, "training": 6}
        ),
        Planned("Intranet", "stadtwerke", TOBIAS, 13, {"concept": 8, "build": 22, "training": 16}),
        Planned("Menu design", "rosenrot", MARLENE, 19, {"brand": 1, "print": 6}),
    ),
    "Offer": (
        Planned("Online booking", "brightwater", SAM, 1, {"concept": 6, "build": 15, "hosting": 12}),
        Planned("Tariff calculator", "stadtwerke", AYLIN, 2, {"research": 3, "concept": 5, "build": 14}),
        Planned(
            "Patient portal", "nova", TOBIAS, 4, {"workshop": 1, "concept": 10, "build": 30, "hosting": 12}
        ),
        Planned("Heat pump configurator", "ferro", SAM, 5, {"concept": 7, "build": 21}),
        Planned("Autumn collection", "moreau", MARLENE, 6, {"photo": 3, "retouching": 120}),
        Planned("Brand refresh", "novak", SAM, 7, {"brand": 1, "print": 8}),
        Planned("Showroom website", "dahl", AYLIN, 8, {"concept": 5, "build": 11}),
        Planned("Loyalty app", "rosenrot", TOBIAS, 10, {"concept": 6, "build": 18}),
        Planned("Accessibility audit 2027", "okafor", MARLENE, 12, {"audit": 1, "advice": 10}),
    ),
    "Contract": (
        Planned("Support plan 2027", "hafen", SAM, 1, {"support": 12, "hosting": 12}),
        Planned("Shipment tracking", "schaefer", TOBIAS, 3, {"workshop": 1, "model": 6, "build": 20}),
        Planned("Law firm website", "brandt", MARLENE, 4, {"concept": 6, "build": 12, "migration": 24}),
        Planned("Shop migration", "alpin", AYLIN, 6, {"shop": 1, "catalogue": 60, "migration": 40}),
    ),
    "Won": (
        Planned("Lab data platform", "gruenwald", SAM, 2, {"model": 9, "build": 26, "training": 8}),
        Planned("Port guide", "hafen", AYLIN, 5, {"concept": 5, "build": 9, "migration": 30}),
        Planned("Company film", "muster", TOBIAS, 9, {"workshop": 1, "film": 1}),
        Planned("Support plan 2026", "stadtwerke", SAM, 14, {"support": 6, "hosting": 6}),
        Planned("Brand guidelines", "okafor", MARLENE, 20, {"brand": 1, "print": 5}),
        Planned("Sales dashboard", "ferro", AYLIN, 27, {"model": 6, "dashboard": 2}),
        Planned("Charity website", "brightwater", SAM, 38, {"concept": 3, "build": 5}),
    ),
    "Lost": (
        Planned("Chat bot", "vantage", TOBIAS, 8, {"workshop": 1, "build": 12}),
        Planned("Tender: bus timetable", "stadtwerke", MARLENE, 21, {"concept": 14, "build": 60}),
        Planned("Podcast", "moreau", AYLIN, 44, {"workshop": 1, "film": 2}),
    ),
}

# Deal -> who said what about it.
COMMENTS = {
    "Online booking": (SAM, "Olivia wants to open in March. She decides alone."),
    "Customer portal": (TOBIAS, "Budget is there for next year. They ask for two references."),
    "Wind farm visitor page": (SAM, "They show us the site plan once the NDA is signed."),
    "Chat bot": (TOBIAS, "They build it themselves. Ask again in summer."),
}
