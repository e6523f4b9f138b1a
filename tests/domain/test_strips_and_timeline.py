"""What a deal's card and timeline say of its documents, from drafted to sealed, and when something went wrong."""

import dataclasses
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from esign_app.domain import deals, documents, events, ledger, messages, moves, rules, runs, strips, timeline
from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import facts, progress, requests
from esign_app.domain.strips import Strip
from esign_app.models import Event, SigningRequest, Stage
from esign_app.text import speaking
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, Hand
from tests.support.cast import NOW, Cast
from tests.support.world import VISIT, World

Trouble = Callable[[Session, SigningRequest], None]


def strip(session: Session, world: World) -> Strip:
    deal = deals.get(session, SYSTEM, world.deal).id
    return strips.of_deals(session, [deal])[deal]


def states(found: Strip) -> list[str]:
    return [step.state for step in found.steps]


def test_a_strip_fills_from_left_to_right(session: Session, world: World) -> None:
    document = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    seen = [strip(session, world)]
    paper.render(session, document.id or 0)
    seen.append(strip(session, world))
    request = requests.begin(session, SYSTEM, document.public_id, now=NOW)
    seen.append(strip(session, world))
    paper.certify(session, request.id or 0)
    seen.append(strip(session, world))
    own = Hand(session, OWN)
    own.identify()
    seen.append(strip(session, world))
    own.sign()
    paper.into_the_file(session, request)
    seen.append(strip(session, world))
    client = Hand(session, CLIENT)
    client.identify()
    client.sign()
    paper.into_the_file(session, request)
    seen.append(strip(session, world))
    paper.seal(session, request)
    seen.append(strip(session, world))
    assert [(found.tone, found.text, states(found)) for found in seen] == [
        ("moving", "Contract 2026-001: being made", ["now"]),
        ("waiting", "Contract 2026-001: draft", ["done"]),
        ("moving", "Contract 2026-001: being sent", ["done", "now", "todo", "todo", "todo"]),
        ("moving", "Contract 2026-001: sent to Sigrid Signs", ["done", "done", "now", "todo", "todo"]),
        ("moving", "Contract 2026-001: opened by Sigrid Signs", ["done", "done", "now", "todo", "todo"]),
        (
            "moving",
            "Contract 2026-001: signed 1 of 2, waiting for Alex Muster",
            ["done", "done", "done", "now", "todo"],
        ),
        ("moving", "Contract 2026-001: being sealed", ["done", "done", "done", "done", "now"]),
        ("good", "Contract 2026-001: signed by everyone", ["done", "done", "done", "done", "done"]),
    ]


def declined(session: Session, request: SigningRequest) -> None:
    facts.decline(session, Hand(session, OWN).signer, "No.", VISIT, now=NOW)


def expired(session: Session, request: SigningRequest) -> None:
    requests.expire(session, SYSTEM, request.id or 0, now=NOW + requests.LASTS)


def withdrawn(session: Session, request: SigningRequest) -> None:
    requests.cancel(session, SYSTEM, request.public_id, now=NOW)


def broken(session: Session, request: SigningRequest) -> None:
    progress.record_failed(session, request.id or 0, {"message": "It broke."}, now=NOW)


def undelivered(session: Session, request: SigningRequest) -> None:
    (message,) = ledger.of_request(session, request.id or 0)
    messages.refused(session, message.id, "550 unknown", permanent=True, now=NOW)


def delayed(session: Session, request: SigningRequest) -> None:
    (message,) = ledger.of_request(session, request.id or 0)
    messages.claim(session, message.id, now=NOW)
    messages.refused(session, message.id, "421 busy", permanent=False, now=NOW)


@pytest.mark.parametrize(
    ("trouble", "tone", "text", "told"),
    [
        (declined, "broken", "declined", "Sigrid Signs declined Contract 2026-001"),
        (expired, "needs", "expired", "Contract 2026-001 expired"),
        (withdrawn, "waiting", "withdrawn", "Contract 2026-001 withdrawn"),
        (broken, "broken", "It broke.", "Contract 2026-001: there is a problem"),
        (
            undelivered,
            "broken",
            "not delivered to sigrid@example.com: 550 unknown",
            "Message to sigrid@example.com not delivered",
        ),
        (
            delayed,
            "needs",
            "not delivered yet, trying again: 421 busy",
            "Message to sigrid@example.com not delivered yet; it is tried again",
        ),
    ],
)
def test_what_went_wrong_is_said_on_card_and_timeline(
    session: Session, world: World, trouble: Trouble, tone: str, text: str, told: str
) -> None:
    request = paper.send(session, world)
    trouble(session, request)
    found = strip(session, world)
    assert (found.tone, found.text) == (tone, f"Contract 2026-001: {text}")
    assert timeline.of_deal(session, SYSTEM, world.deal)[0].text == told


def test_of_several_documents_the_one_that_needs_a_person_is_shown(session: Session, world: World) -> None:
    first = paper.make(session, world)
    failed = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    documents.record_failed(session, SYSTEM, failed.id or 0, {"message": "It broke."}, now=NOW)
    newest = paper.make(session, world)
    assert strip(session, world).document_id == failed.public_id
    documents.retry(session, SYSTEM, failed.public_id, now=NOW)
    assert strip(session, world).document_id == newest != first


def test_a_run_that_needs_a_person_is_shown_without_a_document(session: Session, world: World) -> None:
    event = moves.move(session, SYSTEM, world.deal, world.stages["Contract"], confirm=True, now=NOW)
    (run,) = runs.plan(session, events.get(session, event), now=NOW)
    runs.end(session, run, "needs_person", {"message": "The deal has no contact."}, now=NOW)
    assert (strip(session, world).tone, strip(session, world).text) == ("needs", "The deal has no contact.")
    newest = timeline.of_deal(session, SYSTEM, world.deal)[0]
    assert (newest.text, newest.again[0]) == ("Rule: The deal has no contact.", "run")


@pytest.mark.parametrize("well", [0, 1])
def test_of_several_rules_of_a_stage_the_one_that_needs_a_person_is_shown(
    session: Session, world: World, well: int
) -> None:
    """Whichever came first; once the next stage is entered, what happened there counts."""
    send = {"template": world.template, "signatory": world.signatory}
    for stage in ("Contract", "Offer"):
        rules.add(session, SYSTEM, world.stages[stage], action=rules.SEND, params=send, now=NOW)
    event = moves.move(session, SYSTEM, world.deal, world.stages["Contract"], confirm=True, now=NOW)
    both = runs.plan(session, events.get(session, event), now=NOW)
    runs.end(session, both[well], "done", {"message": "Sent."}, now=NOW)
    runs.end(session, both[1 - well], "needs_person", {"message": "The deal has no contact."}, now=NOW)
    assert (strip(session, world).tone, strip(session, world).text) == ("needs", "The deal has no contact.")
    event = moves.move(session, SYSTEM, world.deal, world.stages["Offer"], confirm=True, now=NOW)
    (run,) = runs.plan(session, events.get(session, event), now=NOW)
    runs.end(session, run, "done", {"message": "Sent."}, now=NOW)
    paper.make(session, world)
    assert strip(session, world).tone == "waiting"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("America/Los_Angeles", "2 Mar 2026, 01:00 PST"),
        ("Pacific/Auckland", "2 Mar 2026, 22:00 NZDT"),
        ("UTC", "2 Mar 2026, 09:00 UTC"),
    ],
)
def test_the_timeline_is_in_the_readers_zone_and_says_so(
    session: Session, world: World, cast: Cast, zone: str, written: str
) -> None:
    """B44, B46."""
    reader = dataclasses.replace(cast.mara, zone=zone)
    assert {entry.at_text for entry in timeline.of_deal(session, reader, world.deal)} == {written}


def test_it_says_who_did_it_in_the_readers_language(session: Session, world: World, cast: Cast) -> None:
    moves.move(session, cast.mara, world.deal, world.stages["Qualified"], now=NOW)
    with speaking("de"):
        entry = timeline.of_deal(session, cast.sigrid, world.deal)[0]
    assert (entry.who, entry.text) == ("Mara Sales", "Von Neu nach Qualifiziert verschoben")


def test_markup_in_names_and_words_is_told_as_text(session: Session, world: World, cast: Cast) -> None:
    """B83, C9: stage names, comments, names of parties and reasons come out as they went in."""
    evil = "<img src=x onerror=alert(1)>{name}"
    request = paper.send(session, world)
    for stage in session.exec(select(Stage)):
        stage.name = evil
    paper.party(session, OWN).name = evil
    session.flush()
    moves.move(session, cast.mara, world.deal, world.stages["Qualified"], now=NOW)
    deals.comment(session, cast.mara, world.deal, evil, now=NOW)
    facts.decline(session, Hand(session, evil).signer, evil, VISIT, now=NOW)
    refusal, comment, move = timeline.of_deal(session, SYSTEM, world.deal)[:3]
    assert move.text == f"Moved from {evil} to {evil}"
    assert comment.detail == refusal.detail == refusal.who == evil
    assert strip(session, world).steps[2].label == f"{evil} has not signed yet"
    assert request.state == "declined"


def test_pages_of_the_timeline_meet(session: Session, world: World) -> None:
    for number in range(7):
        deals.comment(session, SYSTEM, world.deal, str(number), now=NOW)
    whole = timeline.of_deal(session, SYSTEM, world.deal)
    first = timeline.of_deal(session, SYSTEM, world.deal, limit=3)
    rest = timeline.of_deal(session, SYSTEM, world.deal, before=first[-1].id)
    assert [*first, *rest] == whole
    assert len(whole) == 9  # with its making and its lines


def test_every_event_that_wakes_or_is_told_has_a_kind_of_its_own() -> None:
    def below(kind: type[events.Happening]) -> list[type[events.Happening]]:
        return [kind, *(each for child in kind.__subclasses__() for each in below(child))]

    kinds = [each.kind for each in below(events.Happening) if "kind" in vars(each)]
    assert len(kinds) == len(set(kinds)) > 20
    assert set(rules.TRIGGERS) <= set(kinds)


def test_what_is_told_can_be_told_again_from_the_row(session: Session, world: World) -> None:
    moves.move(session, SYSTEM, world.deal, world.stages["Qualified"], now=NOW)
    row = session.exec(select(Event).where(Event.kind == "deal_moved")).one()
    seen = events.get(session, row.id or 0)
    assert (seen.number("to_stage"), seen.text("missing"), seen.at) == (row.data["to_stage"], "", NOW)
    assert events.after(session, (row.id or 0) - 1) == [seen]
    assert events.newest_id(session) == row.id
