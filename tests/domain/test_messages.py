"""The ledger: one row per message before it is sent, its fate after, and never a word of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from esign_app import engine
from esign_app.domain import documents, events, ledger, messages, resending, timeline
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Invalid, NotFound
from esign_app.domain.signing import codes
from esign_app.models import Delivery, Message, SigningRequest
from tests.domain import paper
from tests.domain.paper import OWN, Hand
from tests.support.cast import NOW
from tests.support.world import World


@pytest.fixture
def request_(session: Session, world: World) -> SigningRequest:
    return paper.send(session, world)


@pytest.fixture
def invitation(session: Session, request_: SigningRequest) -> str:
    return ledger.of_request(session, request_.id or 0)[0].id


@pytest.fixture
def code(session: Session, request_: SigningRequest) -> str:
    codes.ask(session, Hand(session, OWN).signer, now=NOW)
    return next(item.id for item in ledger.of_request(session, request_.id or 0) if item.kind == "code")


def state(session: Session, message: str) -> tuple[str, int, str]:
    row = messages.get(session, message)
    return row.state, row.attempts, row.error


def test_the_same_message_asked_for_twice_is_one(session: Session, request_: SigningRequest) -> None:
    ids = {
        messages.queue(session, kind, about=about, address="a@b.example", now=NOW)
        for kind, about in (("completed", "x"), ("completed", "x"), ("invitation", "x"), ("completed", "y"))
    }
    assert len(ids) == 3
    assert len(session.exec(select(Message)).all()) == 4  # with the invitation


@pytest.mark.both_databases
def test_many_who_want_to_send_one_code_send_it_once(session: Session, code: str) -> None:
    """B50: a code whose fate is unknown waits for its person; it is never sent a second time."""
    session.commit()

    def claim(_: int) -> bool:
        with engine.transaction() as mine:
            return messages.claim(mine, code, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(claim, range(4))) == [False, False, False, True]
    session.rollback()
    session.expire_all()
    assert state(session, code)[:2] == ("uncertain", 1)


def test_an_invitation_of_a_process_that_died_goes_again_as_the_same_message(
    session: Session, invitation: str
) -> None:
    assert [messages.claim(session, invitation, now=NOW) for _ in range(2)] == [True, True]
    messages.accepted(session, invitation, "250 ok", now=NOW)
    assert not messages.claim(session, invitation, now=NOW)
    assert state(session, invitation) == ("accepted", 2, "")


def test_what_was_put_off_waits_for_its_planned_attempt(session: Session, invitation: str) -> None:
    """A flow that is done again after a crash uses up no attempt."""
    messages.claim(session, invitation, now=NOW)
    wait = messages.refused(session, invitation, "451 later", permanent=False, now=NOW)
    assert wait is not None
    assert not messages.claim(session, invitation, now=NOW)
    assert state(session, invitation)[:2] == ("queued", 1)
    assert messages.claim(session, invitation, now=NOW, planned=True)  # by a machine with a slower clock
    messages.refused(session, invitation, "451 later", permanent=False, now=NOW)
    assert messages.claim(session, invitation, now=NOW + timedelta(hours=1))


def test_a_message_that_is_not_there_is_not_sent(session: Session, world: World) -> None:
    assert not messages.claim(session, "gone", now=NOW)
    with pytest.raises(NotFound):
        messages.get(session, "gone")


def test_a_server_that_is_busy_is_asked_again_ever_later_and_at_last_a_person(
    session: Session, invitation: str
) -> None:
    """B37."""
    waits: list[float | None] = []
    now = NOW
    for _ in range(messages.MOST_ATTEMPTS):
        assert messages.claim(session, invitation, now=now)
        waits.append(messages.refused(session, invitation, "421 busy", permanent=False, now=now))
        now += timedelta(seconds=waits[-1] or 0)
    assert waits == [2, 8, 32, 128, 512, 900, 900, None]
    assert state(session, invitation) == ("failed", 8, "421 busy")
    assert [row.accepted for row in session.exec(select(Delivery))] == [False] * 8
    kinds = [event.kind for event in events.after(session, 0)]
    assert (kinds.count("message_delayed"), kinds.count("message_failed")) == (7, 1)


def test_a_server_that_says_no_for_good_is_said_at_once_with_its_reason(
    session: Session, world: World, invitation: str
) -> None:
    """B37: the deal says so, and a person can send it again to the same address."""
    messages.claim(session, invitation, now=NOW)
    assert messages.refused(session, invitation, "550 no such user", permanent=True, now=NOW) is None
    newest = timeline.of_deal(session, SYSTEM, world.deal)[0]
    assert (newest.text, newest.detail, newest.again) == (
        "Message to sigrid@example.com not delivered",
        "550 no such user Correct the address on the contact, then send it again.",
        ("message", invitation),
    )
    fresh = resending.resend(session, SYSTEM, invitation, now=NOW)
    assert state(session, invitation) == ("failed", 1, "550 no such user")
    assert state(session, fresh) == ("queued", 0, "")
    assert timeline.of_deal(session, SYSTEM, world.deal)[0].again == ("", "")


def test_a_code_is_never_sent_again(session: Session, code: str) -> None:
    messages.claim(session, code, now=NOW)
    messages.refused(session, code, "550 no", permanent=True, now=NOW)
    with pytest.raises(Invalid):
        resending.resend(session, SYSTEM, code, now=NOW)


@pytest.mark.parametrize("fate", ["queued", "sending"])
def test_what_is_on_its_way_is_not_sent_again(session: Session, invitation: str, fate: str) -> None:
    messages.get(session, invitation).state = fate
    with pytest.raises(Invalid):
        resending.resend(session, SYSTEM, invitation, now=NOW)


def test_a_long_answer_of_a_server_is_cut(session: Session, invitation: str) -> None:
    messages.refused(session, invitation, "5" * 10_000, permanent=True, now=NOW)
    assert len(messages.get(session, invitation).error) == 300


def test_what_should_be_gone_by_now_is_found_by_the_sweep(session: Session, invitation: str) -> None:
    patience = timedelta(minutes=2)

    def found(minutes: float) -> list[str]:
        return messages.overdue(session, now=NOW + timedelta(minutes=minutes), patience=patience)

    assert (found(1), found(3)) == ([], [invitation])
    messages.claim(session, invitation, now=NOW)
    messages.refused(session, invitation, "421", permanent=False, now=NOW + timedelta(minutes=10))
    assert (found(11), found(13)) == ([], [invitation])
    messages.accepted(session, invitation, "250", now=NOW)
    assert found(60) == []


def test_a_row_holds_no_link_and_no_text(session: Session, request_: SigningRequest, code: str) -> None:
    """B40: whoever reads the ledger or the documents' messages cannot sign."""
    written = str([row.model_dump() for row in session.exec(select(Message))])
    document = documents.public_id(session, request_.document_id)
    written += str(ledger.of_document(session, SYSTEM, document))
    for secret in (paper.link(session, OWN), paper.link(session, OWN).partition(".")[2]):
        assert secret not in written
