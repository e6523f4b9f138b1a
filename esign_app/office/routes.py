"""Every address of the office, and a function for each link."""

BOARD = "/deals"
DEAL = "/deals/[deal_id]"
WAITING = "/waiting"
SIGN = "/waiting/[party_id]"
RULES = "/rules"
SETTINGS = "/settings"
TEMPLATES = "/settings/templates"
TEMPLATE = "/settings/templates/[template_id]"
OWN_COMPANY = "/settings/company"
LOGIN = "/login"
DEMO_MAILBOX = "/demo/mailbox"
MISSING = "404"


def deal(public_id: str) -> str:
    return f"/deals/{public_id}"


def sign(party_id: str) -> str:
    return f"/waiting/{party_id}"


def template(public_id: str) -> str:
    return f"/settings/templates/{public_id}"


def mend(place: tuple[str, str], deal_id: str = "") -> str:
    """Where what is missing is mended (domain/signing/preparation.Missing.place)."""
    kind, public_id = place
    if kind == "template":
        return template(public_id) if public_id else TEMPLATES
    if kind == "own_company":
        return OWN_COMPANY
    if kind == "rules":
        return RULES
    if kind == "document":
        return f"{deal(deal_id)}?document={public_id}"
    return f"{deal(public_id if kind == 'deal' else deal_id)}#client"
