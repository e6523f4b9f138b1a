"""Every template of a new installation, in both languages: it renders, says what it must, and asks for nothing unknown."""

from typing import Any

import pytest

from esign_app import text
from esign_app.adapters import pdf
from esign_app.domain import starter, templates

EACH = pytest.mark.parametrize(
    ("kind", "language"), [(kind, language) for kind in starter.TEMPLATES for language in text.LANGUAGES]
)
HEADINGS = {
    ("contract", "en"): "Service agreement",
    ("contract", "de"): "Dienstleistungsvertrag",
    ("offer", "en"): "Offer",
    ("offer", "de"): "Angebot",
    ("nda", "en"): "Non-disclosure agreement",
    ("nda", "de"): "Geheimhaltungsvereinbarung",
}


def rendered(kind: str, language: str, deal: dict[str, Any]) -> tuple[pdf.Rendered, str]:
    made = pdf.render(starter.text(kind, language), deal, language=language, title="Title")
    return made, " ".join("\n".join(pdf.page_text(made.pdf)).split())


@EACH
def test_it_names_itself_its_number_and_both_sides(kind: str, language: str, deal: dict[str, Any]) -> None:
    made, read = rendered(kind, language, deal)
    for said in (HEADINGS[kind, language], "2026-014", "Nordlicht Systeme GmbH", "Łódzka Fabryka"):
        assert said in read
    assert made.page_count <= 2


@EACH
def test_whoever_signs_it_has_a_place_in_it(kind: str, language: str, deal: dict[str, Any]) -> None:
    made, _ = rendered(kind, language, deal)
    *_, slots = starter.TEMPLATES[kind]
    assert tuple(anchor.key for anchor in made.anchors) == slots


@EACH
def test_it_needs_only_what_documents_have(kind: str, language: str) -> None:
    checked = pdf.check_template(starter.text(kind, language))
    known = {*templates.FIELDS, *(field.partition(".")[0] for field in templates.FIELDS)}
    assert set(checked.names) <= known


@EACH
@pytest.mark.parametrize("nothing", [None, ""])
def test_it_can_do_without_what_is_optional(
    kind: str, language: str, nothing: Any, deal: dict[str, Any]
) -> None:
    for part, kept in (
        ("own", {"name"}),
        ("own_signatory", {"name"}),
        ("client", {"name"}),
        ("deal", {"currency", "amount_minor"}),
    ):
        deal[part] = {key: value if key in kept else nothing for key, value in deal[part].items()}
    deal["lines"] = []
    _, read = rendered(kind, language, deal)
    for word in ("None", "()", "“”", "„“", " ,"):
        assert word not in read
