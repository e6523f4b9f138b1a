"""A request on its way: frozen once, invited in turn, one revision per signature, sealed once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from esign_app import engine
from esign_app.domain import events, messages
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Conflict
from esign_app.domain.signing import audit, certificate, overview, progress, requests
from esign_app.domain.signing.progress import Next
from esign_app.models import Message, Revision, SigningRequest
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, Hand
from tests.support.cast import NOW
from tests.support.world import World


@pytest.fixture
def request_(session: Session, world: World) -> SigningRequest:
    return paper.send(session, world)


def revisions(session: Session) -> list[tuple[int, str]]:
    return [(row.seq, row.kind) for row in session.exec(select(Revision).order_by(Revision.seq))]  # type: ignore[arg-type]


def kinds(session: Session) -> list[str]:
    return [event.kind for event in events.after(session, 0)]


def invited(session: Session, request: SigningRequest) -> list[str]:
    return [
        one.name
        for one in overview.get(session, SYSTEM, request.public_id).parties
        if one.invited_at is not None
    ]


def signed(session: Session, name: str) -> None:
    hand = Hand(session, name)
    hand.identify()
    hand.sign()


@pytest.mark.both_databases
def test_from_frozen_to_sealed(session: Session, request_: SigningRequest) -> None:
    assert (request_.state, invited(session, request_)) == ("sent", [OWN])
    signed(session, OWN)
    assert request_.state == "partly_signed"
    assert not paper.into_the_file(session, request_).seal
    assert invited(session, request_) == [OWN, CLIENT]
    signed(session, CLIENT)
    assert paper.into_the_file(session, request_) == Next(seal=True)
    assert request_.state == "sealing"
    assert len(paper.seal(session, request_).messages) == 2
    assert (request_.state, request_.completed_at) == ("completed", NOW)
    assert revisions(session) == [
        (1, "frozen"),
        (2, "certified"),
        (3, "signer"),
        (4, "signer"),
        (5, "seal"),
    ]


def test_the_next_is_invited_when_the_signature_is_in_the_file_and_not_before(
    session: Session, request_: SigningRequest
) -> None:
    signed(session, OWN)
    progress.go_on(session, request_.id or 0, now=NOW)
    assert invited(session, request_) == [OWN]


def test_every_step_done_again_changes_nothing(session: Session, request_: SigningRequest) -> None:
    """B48, B50: a crash after any step repeats it; one invitation each, one copy each, one completion."""
    again = paper.certify(session, request_.id or 0)
    assert len(again.messages) == 1  # still to be sent, and the same one
    assert progress.freeze_job(session, request_.id or 0) is None
    for name in (OWN, CLIENT):
        signed(session, name)
        job = progress.sign_job(session, request_.id or 0)
        assert job is not None
        paper.into_the_file(session, request_)
        with pytest.raises(Conflict):
            progress.record_signed(session, job, paper.stored("another"), "1", now=NOW)
        progress.go_on(session, request_.id or 0, now=NOW)
        progress.go_on(session, request_.id or 0, now=NOW)
    job = certificate.seal_job(session, request_.id or 0)
    assert job is not None
    paper.seal(session, request_)
    assert certificate.record_sealed(session, job, paper.stored("other"), "1", now=NOW) == Next()
    assert certificate.seal_job(session, request_.id or 0) is None
    again = progress.go_on(session, request_.id or 0, now=NOW)
    assert (len(again.messages), again.seal) == (2, False)  # the copies, still to be sent
    assert kinds(session).count("document_completed") == 1
    assert kinds(session).count("party_invited") == 2
    sent = [row.kind for row in session.exec(select(Message))]
    assert (sent.count("invitation"), sent.count("completed")) == (2, 2)


@pytest.mark.both_databases
def test_two_who_compute_the_same_revision_keep_one(session: Session, request_: SigningRequest) -> None:
    """B49: the slower one is told, so that it looks again; nothing is half."""
    signed(session, OWN)
    job = progress.sign_job(session, request_.id or 0)
    assert job is not None
    session.commit()

    def record(number: int) -> bool:
        try:
            with engine.transaction() as mine:
                progress.record_signed(mine, job, paper.stored(f"try {number}"), "5f", now=NOW)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(record, range(3))) == [False, False, True]
    session.rollback()
    assert revisions(session)[2:] == [(3, "signer")]
    assert invited(session, request_) == [OWN, CLIENT]


def test_what_was_shown_first_stays_what_everybody_is_shown(session: Session, world: World) -> None:
    request = requests.begin(session, SYSTEM, paper.make(session, world), now=NOW)
    first = progress.bind(session, request.id or 0, "a" * 64)
    assert progress.bind(session, request.id or 0, "b" * 64) == first
    assert first == ("a" * 64, audit.genesis(session, request))


def test_a_failure_after_the_end_changes_nothing(session: Session, request_: SigningRequest) -> None:
    requests.cancel(session, SYSTEM, request_.public_id, now=NOW)
    progress.record_failed(session, request_.id or 0, {"message": "broken"}, now=NOW)
    assert (request_.state, request_.error) == ("cancelled", {})
    assert progress.go_on(session, request_.id or 0, now=NOW) == Next()


def test_each_message_that_was_never_tried_is_named_once(session: Session, request_: SigningRequest) -> None:
    found = progress.go_on(session, request_.id or 0, now=NOW).messages
    assert len(found) == len(set(found)) == 1
    messages.claim(session, found[0], now=NOW)
    messages.refused(session, found[0], "421 later", permanent=False, now=NOW)
    assert progress.go_on(session, request_.id or 0, now=NOW).messages == ()  # it waits for its own time


@pytest.mark.parametrize("shape", ["preparing", "signed", "sealing"])
def test_what_waits_for_the_office_is_found_by_the_sweep(session: Session, world: World, shape: str) -> None:
    request = requests.begin(session, SYSTEM, paper.make(session, world), now=NOW)
    later = NOW.replace(hour=12)
    if shape != "preparing":
        paper.certify(session, request.id or 0)
        assert progress.stuck(session, before=later) == []  # it waits for a person
        signed(session, OWN)
    if shape == "sealing":
        paper.into_the_file(session, request)
        signed(session, CLIENT)
        paper.into_the_file(session, request)
    assert progress.stuck(session, before=later) == [request.id]
    assert progress.stuck(session, before=NOW) == []
