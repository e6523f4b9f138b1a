"""Templates by script: the text decides who signs; what cannot be read is refused with its line."""

from sqlmodel import Session
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.domain import api_keys, layouts, templates
from esign_app.domain.actor import SYSTEM
from esign_app.models import Role, RoleRight
from tests.api.calls import GONE
from tests.api.conftest import Api
from tests.support.cast import NOW
from tests.support.dump import everything
from tests.support.world import World

TEXT = "<h1>{{ deal.title }}</h1>{{ sign('own') }}{{ sign('client') }}"


def slots(session: Session, template_id: str) -> list[str]:
    row = templates.find(session, template_id)
    assert row.id is not None
    return [plan.key for plan in layouts.newest(session, row.id)]


def test_a_saved_text_is_a_new_version_and_its_slots_are_found_in_it(
    api: Api, world: World, renderer: None
) -> None:
    before = api.get(f"/templates/{world.template}")
    text = "<p>{{ client.name }}</p>{{ sign('client') }}"
    body = {"name": "Order", "html": text, "seen_version": before["version"]}
    after = api.ok("PUT", f"/templates/{world.template}", json=body)
    assert (after["name"], after["html"], after["number"]) == ("Order", text, before["number"] + 1)
    with engine.reading() as session:
        assert slots(session, world.template) == ["client"]


def test_a_stale_text_does_not_win(api: Api, world: World, renderer: None) -> None:
    seen = api.get(f"/templates/{world.template}")["version"]
    body = {"name": "Mine", "html": TEXT, "seen_version": seen}
    api.ok("PUT", f"/templates/{world.template}", json=body)
    before = everything()
    assert api.refused(409, "PUT", f"/templates/{world.template}", json=body)["code"] == "conflict"
    assert everything() == before


def test_a_text_that_cannot_be_read_is_refused_with_its_line(api: Api, world: World, renderer: None) -> None:
    before = everything()
    body = {"name": "Broken", "html": "<p>fine</p>\n{% if %}", "seen_version": 1}
    problem = api.refused(422, "PUT", f"/templates/{world.template}", json=body)
    assert (problem["code"], problem["field"]) == ("template_syntax", "html")
    assert "2" in problem["title"]
    german = api("PUT", f"/templates/{world.template}", json=body, headers={"Accept-Language": "de"}).json()
    assert german["title"] != problem["title"]
    assert everything() == before


def test_a_text_that_reaches_out_of_the_sandbox_is_refused(api: Api, world: World, renderer: None) -> None:
    for hostile in (
        "{{ ''.__class__.__mro__ }}",
        "{{ deal.title.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
    ):
        body = {"name": "x", "kind": "nda", "language": "en", "html": hostile}
        answer = api("POST", "/templates", json=body)
        if answer.status_code == 201:  # what only shows when it is filled is refused then
            answer = api("POST", f"/templates/{answer.json()['id']}/preview", json={})
        assert answer.status_code == 422, hostile
        assert answer.json()["code"].startswith("template_")


def test_a_new_template_can_be_used_at_once(api: Api, world: World, renderer: None) -> None:
    made = api.post("/templates", {"name": "Offer", "kind": "offer", "language": "de", "html": TEXT})
    assert made["id"] in [item["id"] for item in api.get("/templates")["items"]]
    assert "html" not in api.get("/templates")["items"][0]
    document = api.post(f"/deals/{world.deal}/documents", {"template_id": made["id"]})
    assert document["kind"] == "offer"


def test_only_known_kinds_and_languages(api: Api, world: World, renderer: None) -> None:
    body = {"name": "x", "kind": "nda", "language": "en", "html": TEXT}
    assert api.refused(422, "POST", "/templates", json=body | {"kind": "poem"})["field"] == "kind"
    assert api.refused(422, "POST", "/templates", json=body | {"language": "fr"})["field"] == "language"
    assert api.refused(422, "POST", "/templates", json=body | {"html": "x" * 200_001})["field"] == "html"


def test_a_template_that_is_switched_off_makes_nothing(api: Api, world: World) -> None:
    assert not api.post(f"/templates/{world.template}/switch", {"active": False})["is_active"]
    problem = api.refused(422, "POST", f"/deals/{world.deal}/documents", json={"template_id": world.template})
    assert problem["field"] == "template_id"


def test_a_preview_is_a_pdf_of_the_draft(api: Api, sales: Api, world: World, renderer: None) -> None:
    shown = sales("POST", f"/templates/{world.template}/preview", json={})
    assert shown.content.startswith(b"%PDF") and shown.headers["content-type"] == "application/pdf"
    draft = api("POST", f"/templates/{world.template}/preview", json={"html": "<p>draft</p>"})
    assert draft.content.startswith(b"%PDF") and draft.content != shown.content
    sales.refused(403, "POST", f"/templates/{world.template}/preview", json={"html": "<p>draft</p>"})


def test_a_preview_can_show_a_deal_to_whoever_may_see_it(
    api: Api, client: TestClient, world: World, renderer: None
) -> None:
    """C2: the preview of a template is no way around the right to see deals."""
    shown = api("POST", f"/templates/{world.template}/preview", json={"deal_id": world.deal})
    assert "Alex Muster" in "".join(pdf.page_text(shown.content))
    api.refused(404, "POST", f"/templates/{world.template}/preview", json={"deal_id": GONE})
    editor = Api(client, key_of_a_role_that_only_edits_templates())
    assert (
        editor("POST", f"/templates/{world.template}/preview", json={"html": "<p>x</p>"}).status_code == 200
    )
    editor.refused(403, "POST", f"/templates/{world.template}/preview", json={"deal_id": world.deal})


def key_of_a_role_that_only_edits_templates() -> str:
    with engine.transaction() as session:
        role = Role(key="editor", name="Editor")
        session.add(role)
        session.flush()
        assert role.id is not None
        for action in ("view", "edit"):
            session.add(RoleRight(role_id=role.id, object="templates", action=action, level="all"))
        return api_keys.create(session, SYSTEM, name="editor key", role="editor", now=NOW)


def test_the_right_is_asked_before_the_text_is_read(sales: Api, world: World) -> None:
    """No child process is spent on a text that may not be saved, so its faults are not told either."""
    broken = {"name": "x", "html": "{% if %}", "seen_version": 1}
    sales.refused(403, "PUT", f"/templates/{world.template}", json=broken)
    sales.refused(
        403, "POST", "/templates", json={"name": "x", "kind": "nda", "language": "en", "html": "{% if %}"}
    )
    sales.refused(403, "POST", f"/templates/{world.template}/preview", json={"html": "{% if %}"})
