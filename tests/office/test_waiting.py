"""From the deal's document to the signature in the office: two clicks to sent, then the signatory's own page and post."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.automation import files
from esign_app.automation.keys import keys
from esign_app.db import utcnow
from esign_app.domain import clients, deals, documents, own_companies, people
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Conflict, Forbidden, NotFound
from esign_app.domain.signing import pages
from esign_app.models import Signature
from esign_app.office import routes
from esign_app.office.call import COOKIE
from esign_app.office.deal import ROUTES as DEAL_ROUTES
from esign_app.office.deal.sending import SendingState
from esign_app.office.deal.state import DealState
from esign_app.office.waiting import ROUTES
from esign_app.office.waiting.state import SigningState, WaitingState
from esign_app.settings import settings
from tests.support.cast import Cast, load_cast
from tests.support.office import act_as, read, tab
from tests.support.world import Automation, World, drawing, make_world


@pytest.fixture(scope="module", autouse=True)
def renderer() -> Iterator[None]:
    yield
    pdf.stop()


@pytest.fixture
def world(engine_url: str) -> Iterator[World]:
    files.store.cache_clear()
    keys.cache_clear()
    with engine.transaction() as session:
        made = make_world(session)
    yield made
    files.store.cache_clear()
    keys.cache_clear()


@pytest.fixture
def cast(engine_url: str) -> Cast:
    return read(load_cast)


@pytest.fixture
def automation(world: World) -> Automation:
    return Automation()


def sending(world: World, actor: Actor) -> tuple[SendingState, DealState]:
    state = tab(SendingState, actor, routes.deal(world.deal))
    deal = asyncio.run(state.get_state(DealState))
    asyncio.run(deal.load())
    return state, deal


def made(world: World, cast: Cast, automation: Automation) -> tuple[SendingState, DealState]:
    """A document of the deal, its file made, open beside the timeline."""
    state, deal = sending(world, cast.mara)
    asyncio.run(state.choose())
    asyncio.run(state.create(world.template))
    assert deal.paper.is_being_made
    automation.run()
    asyncio.run(deal.load())
    asyncio.run(deal.open_paper(deal.documents[0].id))
    return state, deal


def sent(world: World, cast: Cast, automation: Automation) -> tuple[SendingState, DealState]:
    state, deal = made(world, cast, automation)
    asyncio.run(state.prepare(deal.paper.row.id))
    asyncio.run(state.send())
    automation.run()
    asyncio.run(deal.open_paper(deal.documents[0].id))
    return state, deal


def party(cast: Cast) -> str:
    [view] = read(pages.waiting_for, cast.sigrid, now=utcnow())
    return view.party_id


def web(actor: Actor | None) -> TestClient:
    client = TestClient(
        Starlette(routes=[*DEAL_ROUTES, *ROUTES]), headers={"origin": settings().allowed_origins[0]}
    )
    if actor is not None:
        with engine.transaction() as session:
            client.cookies.set(
                COOKIE, people.open_login(session, actor.id, address="", user_agent="", now=utcnow())
            )
    return client


def post(client: TestClient, party_id: str, **changed: Any) -> Any:
    form = {"method": "drawn", "strokes": "[]", "consent": "yes", "consent_version": "1", "language": "de"}
    image = changed.pop("image", drawing())
    headers = {"accept": "application/json", **changed.pop("headers", {})}
    return client.post(
        f"/office/sign/{party_id}",
        data=form | changed,
        files={"image": ("s.png", image, "image/png")},
        headers=headers,
    )


def test_a_document_is_sent_in_two_clicks_with_the_contacts_newest_address(
    world: World, cast: Cast, automation: Automation
) -> None:
    state, deal = made(world, cast, automation)
    assert (deal.paper.row.state, deal.paper.row.can_send, len(deal.paper.pages)) == ("Draft", True, 2)
    assert next(entry for entry in deal.entries if entry.kind == "document_made").can_sign
    with engine.transaction() as session:
        clients.change_contact(session, SYSTEM, world.contact, {"email": "fresh@client.example"})
    asyncio.run(state.prepare(deal.paper.row.id))
    assert [(person.number, person.name, person.how) for person in state.sign.people] == [
        (1, "Sigrid Signs", "by e-mail to sigrid@example.com"),
        (2, "Alex Muster", "by e-mail to fresh@client.example"),
    ]
    asyncio.run(state.send())
    automation.run()
    asyncio.run(deal.load())
    assert (deal.documents[0].state, deal.documents[0].sentence) == ("Sent", "sent to Sigrid Signs")
    asyncio.run(state.prepare(deal.documents[0].id))
    with pytest.raises(Conflict):
        asyncio.run(state.send())


def test_what_is_missing_is_said_before_and_mended_in_the_question(
    world: World, cast: Cast, automation: Automation
) -> None:
    with engine.transaction() as session:
        clients.change_contact(session, SYSTEM, world.contact, {"email": ""})
    state, deal = made(world, cast, automation)
    asyncio.run(state.prepare(deal.paper.row.id))
    [missing] = state.sign.missing
    assert (missing.text, missing.contact_id) == ("Alex Muster has no e-mail address.", world.contact)
    asyncio.run(state.mend({"contact_id": world.contact, "email": "not an address"}))
    assert state.problem and state.sign.missing
    asyncio.run(state.mend({"contact_id": world.contact, "email": "alex@client.example"}))
    assert (state.sign.missing, deal.client.email) == ([], "alex@client.example")


def test_a_document_whose_signatory_left_is_made_again(
    world: World, cast: Cast, automation: Automation
) -> None:
    """The document prints who signs for our side, so adding somebody else does not mend it."""
    state, deal = made(world, cast, automation)
    first = deal.paper.row.id
    with engine.transaction() as session:
        own_companies.remove_signatory(session, SYSTEM, world.signatory, now=utcnow())
    asyncio.run(state.prepare(first))
    assert [(row.text, row.href) for row in state.sign.missing] == [
        ("Nobody signs for our side yet.", routes.OWN_COMPANY)
    ]
    with engine.transaction() as session:
        own_companies.save_signatory(
            session, SYSTEM, "", {"name": "Nora New", "email": "nora@example.com"}, now=utcnow()
        )
    asyncio.run(state.prepare(first))
    [missing] = state.sign.missing
    assert missing.text == "This document names nobody who signs for our side now. Please make it again."
    asyncio.run(state.create(missing.template_id))
    automation.run()
    asyncio.run(deal.load())
    asyncio.run(state.prepare(deal.documents[0].id))
    assert (state.sign.missing, state.sign.people[0].name) == ([], "Nora New")


def test_coming_back_to_the_deal_asks_anew_and_another_deal_asks_nothing(
    world: World, cast: Cast, automation: Automation
) -> None:
    with engine.transaction() as session:
        clients.change_contact(session, SYSTEM, world.contact, {"email": ""})
        other = deals.create(session, SYSTEM, title="Other", now=utcnow())
    state, deal = made(world, cast, automation)
    asyncio.run(state.prepare(deal.paper.row.id))
    with engine.transaction() as session:
        clients.change_contact(session, SYSTEM, world.contact, {"email": "alex@client.example"})
    asyncio.run(state.load())
    assert (state.sign.subject, state.sign.missing) == (deal.documents[0].id, [])
    act_as(deal, cast.mara, routes.deal(other))
    asyncio.run(deal.load())
    asyncio.run(state.load())
    assert state.sign.subject == ""


def test_a_click_on_a_stage_that_sends_asks_first(world: World, cast: Cast) -> None:
    state, deal = sending(world, cast.mara)
    asyncio.run(state.move(world.stages["Contract"]))
    assert state.drop.title == "Website relaunch → Contract"
    assert len(state.drop.steps) == 3
    assert read(deals.get, SYSTEM, world.deal).stage.name == "New"
    asyncio.run(state.confirm())
    assert [stage["name"] for stage in deal.stages if stage["state"] == "now"] == ["Contract"]
    assert state.drop.subject == ""


def test_cancelling_the_question_moves_nothing(world: World, cast: Cast) -> None:
    state, _ = sending(world, cast.mara)
    asyncio.run(state.move(world.stages["Contract"]))
    state.leave()
    assert (state.drop.subject, read(deals.get, SYSTEM, world.deal).stage.name) == ("", "New")


def test_a_withdrawn_document_can_be_sent_again(world: World, cast: Cast, automation: Automation) -> None:
    state, deal = sent(world, cast, automation)
    asyncio.run(state.ask_withdrawal())
    assert state.withdrawal.title == deal.paper.row.label
    asyncio.run(state.withdraw())
    assert (deal.paper.row.state, deal.paper.row.can_send, deal.paper.row.can_withdraw) == (
        "Withdrawn",
        True,
        False,
    )
    assert read(pages.waiting_for, cast.sigrid, now=utcnow()) == []


def test_a_low_role_sends_and_withdraws_nothing(world: World, cast: Cast, automation: Automation) -> None:
    _, deal = sent(world, cast, automation)
    request_id, document_id = deal.paper.row.request_id, deal.paper.row.id
    low = tab(SendingState, cast.sigrid, routes.deal(world.deal))
    low.sign = low.sign.__class__(document_id)
    low.withdrawal = low.withdrawal.__class__(request_id)
    for handler in (low.send, low.withdraw):
        with pytest.raises(Forbidden):
            asyncio.run(handler())
    assert read(documents.get, SYSTEM, document_id).state == "sent"


def test_the_signatory_reads_agrees_and_signs_in_the_office(
    world: World, cast: Cast, automation: Automation
) -> None:
    sent(world, cast, automation)
    waiting = tab(WaitingState, cast.sigrid, routes.WAITING)
    asyncio.run(waiting.load())
    [row] = waiting.rows
    assert row.others == "Alex Muster"
    page = tab(SigningState, cast.sigrid, row.href)
    asyncio.run(page.load())
    assert (page.task.standing, page.task.is_started) == ("your_turn", False)
    asyncio.run(page.start())
    asyncio.run(page.read_as_text())
    assert page.task.is_started and "Website relaunch" in page.texts[0]
    moved = '{"width": 300, "groups": [[{"x": 1, "y": 2, "evil": "<b>"}]]}'
    answer = post(web(cast.sigrid), party(cast), strokes=moved)
    assert (answer.status_code, answer.json()) == (200, {"signed": True})
    [kept] = read(lambda session: session.exec(select(Signature.strokes)).one())
    assert kept["groups"] == [[{"x": 1.0, "y": 2.0, "pressure": 0.0, "time": 0.0}]]
    asyncio.run(page.signed(True, ""))
    assert (page.task.standing, page.task.headline) == ("signed", "Unterschrieben")
    automation.run()
    assert automation.letter("invitation", "Alex Muster")


def test_signing_twice_is_signing_once(world: World, cast: Cast, automation: Automation) -> None:
    """B47."""
    sent(world, cast, automation)
    client, party_id = web(cast.sigrid), party(cast)
    assert [post(client, party_id).status_code for _ in range(2)] == [200, 200]


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"image": b"no picture"}, 422),
    ({"image": b"x" * 2_000_000}, 413),
    ({"method": "magic"}, 422),
    ({"consent": ""}, 422),
    ({"consent_version": "99"}, 422),
    ({"consent_version": "\u0661"}, 422),
    ({"language": "../de"}, 422),
    ({"headers": {"origin": "https://evil.example"}}, 403),
    ({"headers": {"content-type": "text/plain"}}, 422),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "status"), REFUSED)
def test_a_post_that_must_not_sign_does_not(
    world: World, cast: Cast, automation: Automation, changed: dict[str, Any], status: int
) -> None:
    sent(world, cast, automation)
    party_id = party(cast)
    answer = post(web(cast.sigrid), party_id, **changed)
    assert answer.status_code == status
    assert answer.json()["sentence"]
    assert party(cast) == party_id


def test_another_persons_party_is_nobodys(world: World, cast: Cast, automation: Automation) -> None:
    sent(world, cast, automation)
    party_id = party(cast)
    for actor in (cast.ada, cast.mara):
        page = tab(SigningState, actor, routes.sign(party_id))
        asyncio.run(page.load())
        assert page.is_gone and page.task.party_id == ""
        with pytest.raises(NotFound):
            asyncio.run(page.start())
        assert post(web(actor), party_id).status_code == 404
        assert web(actor).get(f"/office/sign/{party_id}/pdf").status_code == 404
        assert web(actor).get(f"/office/sign/{party_id}/page/1").status_code == 404
    assert post(web(None), party_id).status_code == 401
    assert party(cast) == party_id


def test_declining_needs_a_reason_and_ends_it(world: World, cast: Cast, automation: Automation) -> None:
    _, deal = sent(world, cast, automation)
    page = tab(SigningState, cast.sigrid, routes.sign(party(cast)))
    asyncio.run(page.load())
    asyncio.run(page.decline({"reason": " "}))
    assert page.problem and page.task.standing == "your_turn"
    asyncio.run(page.decline({"reason": "The price is wrong."}))
    assert page.task.standing == "declined"
    asyncio.run(deal.load())
    assert deal.entries[0].detail == "The price is wrong."


def test_files_are_for_people_with_the_right(world: World, cast: Cast, automation: Automation) -> None:
    _, deal = made(world, cast, automation)
    base = f"/office/documents/{deal.paper.row.id}"
    picture = web(cast.mara).get(f"{base}/page/1?w=480")
    assert (picture.status_code, picture.headers["content-type"], picture.content[8:12]) == (
        200,
        "image/webp",
        b"WEBP",
    )
    shown = web(cast.mara).get(f"{base}/pdf")
    name = deal.paper.row.label.replace(" ", "%20")
    assert shown.content.startswith(b"%PDF")
    assert shown.headers["content-disposition"].endswith(f"filename*=UTF-8''{name}.pdf")
    for address, status in (
        (f"{base}/page/9", 404),
        (f"{base}/page/{10**30}", 404),
        (f"{base}/page/0", 404),
        (f"{base}/sealed.pdf", 404),
    ):
        assert web(cast.mara).get(address).status_code == status
    for address in (f"{base}/pdf", f"{base}/page/1", f"{base}/sealed.pdf"):
        assert web(None).get(address).status_code == 401
