"""The settings: the template editor, the own company and its signatories, and what each person may see of them."""

import asyncio
import base64
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.domain import layouts, own_companies, snapshots, templates
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Forbidden, NotLoggedIn
from esign_app.office import routes
from esign_app.office.settings.company.state import CompanyState, Signatory
from esign_app.office.settings.editor import inserts, preview
from esign_app.office.settings.editor.state import EditorState
from esign_app.office.settings.home.state import SettingsState
from esign_app.office.settings.templates.state import TemplatesState
from tests.support.cast import NOW, Cast, load_cast
from tests.support.office import read, tab
from tests.support.world import World, make_world

TEXT = '<h1>{{ deal.title }}</h1><p>{{ client.name }}</p>{{ sign("own") }}{{ sign("client") }}'


@pytest.fixture(scope="module", autouse=True)
def renderer() -> Iterator[None]:
    yield
    pdf.stop()


@pytest.fixture
def world(engine_url: str) -> World:
    with engine.transaction() as session:
        return make_world(session)


@pytest.fixture
def cast(engine_url: str) -> Cast:
    return read(load_cast)


def editor(actor: Actor | None, template: str) -> EditorState:
    state = tab(EditorState, actor, routes.template(template))
    asyncio.run(state.load())
    return state


def company(actor: Actor | None) -> CompanyState:
    state = tab(CompanyState, actor, routes.OWN_COMPANY)
    asyncio.run(state.load())
    return state


def kept(template: str) -> templates.TemplateView:
    return read(templates.get, SYSTEM, template)


# Who sees what


def test_each_person_sees_the_settings_that_concern_them(world: World, cast: Cast) -> None:
    def seen(actor: Actor) -> tuple[bool, bool]:
        state = tab(SettingsState, actor, routes.SETTINGS)
        asyncio.run(state.load())
        return state.sees_templates, state.sees_company

    assert (seen(cast.ada), seen(cast.mara), seen(cast.sigrid)) == (
        (True, True),
        (True, False),
        (False, False),
    )


@pytest.mark.parametrize("page", [SettingsState, TemplatesState, EditorState, CompanyState])
def test_without_a_login_nothing_is_shown(world: World, page: type) -> None:
    state = tab(page, None, routes.template(world.template))
    with pytest.raises(NotLoggedIn):
        asyncio.run(state.load())


def test_the_list_names_kind_language_and_last_save(world: World, cast: Cast) -> None:
    state = tab(TemplatesState, cast.mara, routes.TEMPLATES)
    asyncio.run(state.load())
    english = next(row for row in state.rows if row.id == world.template)
    assert (english.name, english.kind, english.language, english.is_active) == (
        "Service contract",
        "Contract",
        "English",
        True,
    )
    assert english.saved == "Version 1, 2 Mar 2026, 10:00 CET"


def test_who_may_not_see_templates_gets_a_page_that_says_so(world: World, cast: Cast) -> None:
    state = tab(TemplatesState, cast.sigrid, routes.TEMPLATES)
    asyncio.run(state.load())
    assert state.is_forbidden
    assert state.rows == []
    assert editor(cast.sigrid, world.template).is_gone


# The template editor


def test_the_preview_shows_the_first_page(world: World, cast: Cast) -> None:
    state = editor(cast.ada, world.template)
    assert state.shown.picture.startswith("data:image/webp;base64,")
    assert (state.shown.page, state.shown.problem, state.shown.signers) == (0, "", ["own", "client"])
    assert len(state.shown.picture) < 300_000


def test_pages_are_turned_within_what_there_is(world: World, cast: Cast) -> None:
    state = editor(cast.ada, world.template)
    asyncio.run(state.turn_to(1))
    assert state.shown.page == 1
    asyncio.run(state.turn_to(99))
    assert state.shown.page == state.shown.pages - 1
    asyncio.run(state.turn_to(-5))
    assert state.shown.page == 0


def test_a_real_deal_fills_the_preview(world: World, cast: Cast) -> None:
    state = editor(cast.ada, world.template)
    before = state.shown.picture
    assert state.deals[0] == ["", "Sample data"]
    asyncio.run(state.choose_deal(world.deal))
    assert state.shown.picture != before
    asyncio.run(state.choose_deal("no-such-deal"))
    assert state.shown.problem == "This deal does not exist."


def test_a_problem_is_named_with_its_line_and_the_last_picture_stays(world: World, cast: Cast) -> None:
    state = editor(cast.ada, world.template)
    asyncio.run(state.typed("<p>one</p>\n{% if %}"))
    assert state.shown.line == 2
    assert "Line 2" in state.shown.problem
    assert state.shown.picture
    assert state.shown.is_stale
    asyncio.run(state.typed(TEXT))
    assert (state.shown.problem, state.shown.line, state.shown.is_stale) == ("", 0, False)


def test_fields_no_document_has_are_named_even_where_they_are_not_reached(world: World, cast: Cast) -> None:
    state = editor(cast.ada, world.template)
    asyncio.run(state.typed("{% if client.phone == 'x' %}{{ client.nam }}{{ foo }}{% endif %}{{ own.name }}"))
    assert state.shown.unknown == ["client.nam", "foo"]
    assert state.shown.signers == []


def test_the_starter_templates_use_known_fields_only(world: World) -> None:
    for template in read(templates.listed, SYSTEM):
        assert inserts.unknown(pdf.check_template(template.html).names) == []


def test_every_field_and_format_on_offer_works(world: World) -> None:
    texts = [
        put_in for _, entries in inserts.groups() for _, put_in in entries if not put_in.startswith("{% for")
    ]
    lines = "".join(text for text in texts if "line." in text)
    rest = "".join(text for text in texts if "line." not in text)
    formats = "".join(
        f"{{{{ {value}|{name} }}}}"
        for value, (name, _) in zip(
            ("totals.net_minor", "totals.net_minor", "1500", "1900", "document.date", "'2026-11-25T13:03:00+00:00'", "client.name", "own"),
            inserts.FORMATS,
            strict=True,
        )
    )  # fmt: skip
    html = f"{rest}{{% for line in lines %}}{lines}{{% endfor %}}{formats}"
    made = preview.make(html, snapshots.sample(NOW), language="en", title="All", page=0, reader="en")
    assert (made.problem, made.unknown) == ("", [])


def test_a_page_that_is_too_heavy_is_drawn_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    def width() -> int:
        made = preview.make("<p>{{ word }}</p>", {"word": "x"}, language="en", title="W", page=0, reader="en")
        return Image.open(BytesIO(base64.b64decode(made.picture.partition(",")[2]))).width

    wide = width()
    monkeypatch.setattr(preview, "_HEAVIEST", 1)
    assert width() < wide / 2


def test_saving_makes_a_new_version_and_the_layout_follows_the_text(world: World, cast: Cast) -> None:
    state = editor(cast.ada, world.template)
    asyncio.run(state.save({"name": "Short contract", "html": TEXT.replace('{{ sign("client") }}', "")}))
    assert state.notice == "Saved as version 2."
    now = kept(world.template)
    assert (now.name, now.number) == ("Short contract", 2)
    with engine.reading() as session:
        template_id = templates.find(session, world.template).id
        assert template_id is not None
        assert [slot.key for slot in layouts.newest(session, template_id)] == ["own"]
    asyncio.run(state.save({"name": "Short contract", "html": TEXT}))
    assert state.notice == "Saved as version 3.", "the page goes on from what it saved"


def test_saving_twice_makes_one_version(world: World, cast: Cast) -> None:
    state = editor(cast.ada, world.template)
    for _ in range(2):
        asyncio.run(state.save({"name": "Twice", "html": TEXT}))
    assert state.notice == "Saved as version 2."
    assert kept(world.template).number == 2


def test_line_ends_of_a_form_do_not_count_as_a_change(world: World, cast: Cast) -> None:
    asyncio.run(editor(cast.ada, world.template).save({"name": "N", "html": "<p>a</p>\r\n<p>b</p>"}))
    assert kept(world.template).html == "<p>a</p>\n<p>b</p>"


def test_a_text_that_cannot_be_made_is_not_saved(world: World, cast: Cast) -> None:
    before = kept(world.template)
    state = editor(cast.ada, world.template)
    asyncio.run(state.save({"name": "Broken", "html": "\n{% if %}"}))
    assert state.refused.startswith("Not saved. Line 2")
    assert kept(world.template) == before


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": " ", "html": TEXT}, "name"),
        ({"name": "x" * 121, "html": TEXT}, "name"),
        ({"name": "Long", "html": "<p>" + "x" * 200_000}, "html"),
    ],
)
def test_a_wrong_field_is_said_at_the_field(
    world: World, cast: Cast, form: dict[str, str], field: str
) -> None:
    before = kept(world.template)
    state = editor(cast.ada, world.template)
    asyncio.run(state.save(form))
    assert state.errors[field]
    assert kept(world.template) == before


def test_two_people_at_the_same_text_lose_nothing(world: World, cast: Cast) -> None:
    first, second = editor(cast.ada, world.template), editor(cast.ada, world.template)
    asyncio.run(first.save({"name": "First", "html": TEXT}))
    opened = second.opened
    asyncio.run(second.save({"name": "Second", "html": TEXT + "<p>mine</p>"}))
    assert second.refused.startswith("Not saved, and your text is still here.")
    assert second.opened == opened, "the field keeps what was typed"
    assert kept(world.template).name == "First"


def test_switching_off_keeps_what_is_being_typed_savable(world: World, cast: Cast) -> None:
    state = editor(cast.ada, world.template)
    asyncio.run(state.switch(False))
    assert not state.is_active
    assert not kept(world.template).is_active
    asyncio.run(state.save({"name": "Still mine", "html": TEXT}))
    assert kept(world.template).name == "Still mine"


def test_switching_does_not_hide_that_somebody_else_saved(world: World, cast: Cast) -> None:
    mine, other = editor(cast.ada, world.template), editor(cast.ada, world.template)
    asyncio.run(other.save({"name": "Theirs", "html": TEXT}))
    asyncio.run(mine.switch(False))
    asyncio.run(mine.save({"name": "Mine", "html": TEXT}))
    assert mine.refused
    assert kept(world.template).name == "Theirs"


def test_sales_reads_a_template_and_changes_nothing(world: World, cast: Cast) -> None:
    before = kept(world.template)
    state = editor(cast.mara, world.template)
    assert state.shown.picture
    assert not state.may_edit
    with pytest.raises(Forbidden):
        asyncio.run(state.typed("<p>mine</p>"))
    asyncio.run(state.save({"name": "Mine", "html": TEXT}))
    assert state.refused
    assert asyncio.run(state.switch(False)) is not None
    assert kept(world.template) == before


def test_a_signatory_cannot_reach_a_template_by_calling_handlers(world: World, cast: Cast) -> None:
    before = kept(world.template)
    state = tab(EditorState, cast.sigrid, routes.template(world.template))
    state._id, state._version = world.template, 1
    with pytest.raises(Forbidden):
        asyncio.run(state.typed(TEXT))
    asyncio.run(state.save({"name": "Mine", "html": TEXT}))
    assert state.refused
    assert kept(world.template) == before


def test_an_unknown_template_is_a_page_that_says_so(world: World, cast: Cast) -> None:
    assert editor(cast.ada, "no-such-template").is_gone


# The own company


def test_the_company_is_kept_in_clean_form(world: World, cast: Cast) -> None:
    state = company(cast.ada)
    asyncio.run(
        state.save(
            state.given | {"name": " Nordlicht  AG ", "phone": "+49 40 1234567", "zone": "Europe/Vienna"}
        )
    )
    assert state.notice == "Saved."
    assert (state.given["name"], state.given["phone"]) == ("Nordlicht AG", "+49401234567")
    kept_now = read(own_companies.get, SYSTEM)
    assert (kept_now.name, kept_now.zone) == ("Nordlicht AG", "Europe/Vienna")
    asyncio.run(state.save(state.given | {"city": "Kiel"}))
    assert read(own_companies.get, SYSTEM).city == "Kiel", "the page goes on from what it saved"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("email", "nonsense"),
        ("phone", "call me"),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("iban", "x" * 201),
    ],
)
def test_a_wrong_value_is_said_at_its_field_and_nothing_is_kept(
    world: World, cast: Cast, field: str, value: str
) -> None:
    before = read(own_companies.get, SYSTEM)
    state = company(cast.ada)
    opened = state.opened
    asyncio.run(state.save(state.given | {"city": "Kiel", field: value}))
    assert list(state.errors) == [field]
    assert state.opened == opened, "the fields keep what was typed"
    assert read(own_companies.get, SYSTEM) == before


def test_fields_nobody_offered_are_not_taken(world: World, cast: Cast) -> None:
    state = company(cast.ada)
    asyncio.run(state.save(state.given | {"version": "99", "id": "1", "is_default": ""}))
    assert state.notice == "Saved."
    assert read(own_companies.get, SYSTEM).version == 2


def test_two_admins_at_the_company(world: World, cast: Cast) -> None:
    first, second = company(cast.ada), company(cast.ada)
    asyncio.run(first.save(first.given | {"city": "Kiel"}))
    asyncio.run(second.save(second.given | {"city": "Bremen"}))
    assert "Somebody else changed this" in second.refused
    assert read(own_companies.get, SYSTEM).city == "Kiel"


def test_the_first_admin_enters_the_company_that_is_not_there_yet(engine_url: str, cast: Cast) -> None:
    state = company(cast.ada)
    assert state.given["name"] == ""
    asyncio.run(state.save(state.given | {"name": "Brand new GmbH"}))
    assert state.notice == "Saved."
    assert read(own_companies.get, SYSTEM).name == "Brand new GmbH"


def person(**values: str) -> dict[str, str]:
    return {f"person-{name}": value for name, value in values.items()}


def test_signatories_are_added_changed_and_removed(world: World, cast: Cast) -> None:
    state = company(cast.ada)
    state.open_person("")
    asyncio.run(
        state.save_person(person(name="Nora <b>Nord</b>", email="Nora@Example.com", mandate="Prokura"))
    )
    assert state.step == ""
    nora = next(found for found in state.signatories if found.name == "Nora <b>Nord</b>")
    assert nora.email == "nora@example.com"
    state.open_person(nora.id)
    assert state.person == nora
    asyncio.run(state.save_person(person(name="Nora Nord", email=nora.email, mandate="CEO")))
    assert {found.name for found in state.signatories} == {"Nora Nord", "Sigrid Signs"}
    state.ask_to_remove(nora.id)
    assert (state.step, state.person.name) == ("remove", "Nora Nord")
    asyncio.run(state.remove())
    assert [found.name for found in state.signatories] == ["Sigrid Signs"]


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("email", "nonsense"), ("phone", "call me")])
def test_a_wrong_signatory_is_said_in_the_open_form(world: World, cast: Cast, field: str, value: str) -> None:
    state = company(cast.ada)
    state.open_person("")
    form = {"name": "Nora Nord", "email": "nora@example.com", "phone": "", "mandate": ""} | {field: value}
    asyncio.run(state.save_person(person(**form)))
    assert list(state.person_errors) == [field]
    assert state.step == "form"
    assert len(read(own_companies.signatories)) == 1


@pytest.mark.parametrize("who", ["mara", "sigrid"])
def test_the_company_is_out_of_reach_of_everybody_else(world: World, cast: Cast, who: str) -> None:
    before = read(own_companies.get, SYSTEM), read(own_companies.signatories)
    state = company(getattr(cast, who))
    assert state.is_forbidden
    assert state.given == {}
    state._version = 1
    asyncio.run(state.save({"name": "Stolen"}))
    assert state.refused
    asyncio.run(state.save_person(person(name="Me", email="me@example.com")))
    assert state.person_errors
    with engine.reading() as session:
        signatory = own_companies.signatories(session)[0]
    state.person = Signatory(id=signatory.public_id)
    assert asyncio.run(state.remove()) is not None
    assert (read(own_companies.get, SYSTEM), read(own_companies.signatories)) == before
