"""What stands beside the text: every field and format a template may use, and what a click puts at the cursor."""

from esign_app.domain import templates

# Group title -> the first part of its fields.
_GROUPS = (
    ("Document", "document"),
    ("Deal", "deal"),
    ("Totals", "totals"),
    ("Own company", "own"),
    ("Signatory of our side", "own_signatory"),
    ("Client", "client"),
)
# Fields that are of no use without a format.
_FORMATTED = {
    "document.date": "date",
    "deal.close_date": "date",
    "deal.amount_minor": "money(deal.currency)",
    "totals.net_minor": "money(totals.currency)",
    "totals.tax_minor": "money(totals.currency)",
    "totals.gross_minor": "money(totals.currency)",
}
_LINES = (
    ("for line in lines", "{% for line in lines %}\n  \n{% endfor %}"),
    ("line.title", "{{ line.title }}"),
    ("line.quantity_milli", "{{ line.quantity_milli|number }}"),
    ("line.unit", "{{ line.unit }}"),
    ("line.price_minor", "{{ line.price_minor|money(totals.currency) }}"),
    ("line.tax_bp", "{{ line.tax_bp|percent }}"),
    ("line.total_minor", "{{ line.total_minor|money(totals.currency) }}"),
)
_SIGNATURES = (
    ('sign("own")', '{{ sign("own") }}'),
    ('sign("client")', '{{ sign("client") }}'),
)
# Format -> what it makes, for people.
FORMATS = (
    ("money(deal.currency)", "1190000 → 11,900.00 EUR"),
    ("in_words(deal.currency)", "1190000 → eleven thousand nine hundred euros"),
    ("number", "1500 → 1.5"),
    ("percent", "1900 → 19%"),
    ("date", "2026-11-25 → 25 November 2026"),
    ("datetime", "2026-11-25T13:03Z → 25 Nov 2026, 14:03 CET"),
    ("name_initials", "Jana Maria Weber → J. M. Weber"),
    ('address_lines|join(", ")', "own → Hafenstraße 12, 20457 Hamburg"),
)
Group = tuple[str, tuple[tuple[str, str], ...]]


def groups() -> tuple[Group, ...]:
    """Title of each group with its entries: what is shown, what is put in."""
    fields = tuple(
        (title, tuple((name, _insert(name)) for name in templates.FIELDS if name.split(".")[0] == first))
        for title, first in _GROUPS
    )
    return (("Places to sign", _SIGNATURES), *fields[:2], ("Product lines", _LINES), *fields[2:])


def unknown(names: tuple[str, ...]) -> list[str]:
    """The names a text uses that no document has a value for; a whole part such as `own` is known."""
    known = set(templates.FIELDS) | {name.split(".")[0] for name in templates.FIELDS}
    return [name for name in names if name not in known]


def _insert(name: str) -> str:
    formatted = _FORMATTED.get(name)
    return f"{{{{ {name}|{formatted} }}}}" if formatted else f"{{{{ {name} }}}}"
