"""What a party does: each fact is one row that stays, in its turn, and doing it again is no second fact."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from esign_app import engine
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Invalid, Refused
from esign_app.domain.signing import codes, facts, parties, progress, requests
from esign_app.models import Consent, ConsentText, Decline, Event, Opening, Signature, SigningRequest
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, Hand
from tests.support.cast import NOW
from tests.support.world import VISIT, World

Act = Callable[[Hand], object]


@pytest.fixture
def request_(session: Session, world: World) -> SigningRequest:
    return paper.send(session, world)


@pytest.fixture
def own(session: Session, request_: SigningRequest) -> Hand:
    return Hand(session, OWN)


def start(hand: Hand) -> None:
    facts.start(hand.session, hand.signer, VISIT, now=hand.now)


def consent(hand: Hand) -> None:
    facts.consent(hand.session, hand.signer, 1, now=hand.now)


def code(hand: Hand) -> None:
    codes.ask(hand.session, hand.signer, now=hand.now)


def decline(hand: Hand, reason: str = "Too dear.") -> None:
    facts.decline(hand.session, hand.signer, reason, VISIT, now=hand.now)


ACTS: tuple[Act, ...] = (start, consent, code, decline, Hand.sign)


def count(session: Session) -> list[int]:
    return [len(session.exec(select(table)).all()) for table in (Opening, Consent, Signature, Decline)]


def told(session: Session, kind: str) -> int:
    return len(session.exec(select(Event).where(Event.kind == kind)).all())


def test_looking_is_not_opening(own: Hand, request_: SigningRequest) -> None:
    """B33: only Start opens; asking who a link belongs to writes nothing."""
    before = own.session.new, own.session.dirty
    parties.by_token(own.session, paper.SECRET, paper.link(own.session, OWN))
    assert (own.session.new, own.session.dirty) == before
    assert (request_.state, count(own.session)) == ("sent", [0, 0, 0, 0])
    start(own)
    assert (request_.state, count(own.session)) == ("opened", [1, 0, 0, 0])


def test_an_act_done_again_is_one_act(own: Hand) -> None:
    own.identify()
    for again in (start, consent):
        again(own)
    assert own.sign() is True
    assert own.sign() is False
    consent(own)
    assert count(own.session) == [1, 1, 1, 0]
    assert [told(own.session, kind) for kind in ("party_opened", "party_signed")] == [1, 1]


@pytest.mark.both_databases
def test_signing_in_two_tabs_at_the_same_moment_is_one_signature(own: Hand) -> None:
    """B47, B48: four transactions at once; one does it, the others hear that it is done."""
    own.identify()
    own.session.commit()

    def press(_: int) -> bool:
        with engine.transaction() as session:
            return Hand(session, OWN).sign()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [False, False, False, True]
    own.session.rollback()
    assert count(own.session)[2] == told(own.session, "party_signed") == 1


def test_nothing_can_be_left_out(own: Hand) -> None:
    """B25: what a page requires, the server requires."""
    start(own)
    with pytest.raises(Invalid) as refused:
        own.sign()
    assert refused.value.field == "consent"
    consent(own)
    with pytest.raises(Invalid) as refused:
        own.sign()
    assert refused.value.field == "code"
    code(own)
    with pytest.raises(Invalid):
        own.sign()
    assert count(own.session)[2] == 0
    own.check(own.code())
    assert own.sign()


def test_consent_is_for_this_document_and_this_text(own: Hand, request_: SigningRequest) -> None:
    with pytest.raises(Invalid, match="terms have changed"):
        facts.consent(own.session, own.signer, 2, now=NOW)
    own.identify()
    kept = own.session.exec(select(Consent)).one()
    text = own.session.get(ConsentText, kept.consent_text_id)
    assert text is not None
    assert (text.version, text.language, kept.frozen_sha256) == (1, "de", request_.frozen_sha256)
    request_.frozen_sha256 = "0" * 64
    with pytest.raises(Invalid) as refused:
        own.sign()
    assert refused.value.field == "consent"


@pytest.mark.parametrize("method", ["", "stolen", "drawn "])
def test_only_known_ways_to_sign(own: Hand, method: str) -> None:
    own.identify()
    drawing = facts.Drawing(method, own.drawing.sha256, 1, [])
    with pytest.raises(Invalid) as refused:
        facts.sign(own.session, own.signer, drawing, VISIT, now=NOW)
    assert refused.value.field == "method"


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_before_his_turn(session: Session, request_: SigningRequest, act: Act) -> None:
    """B51: the later link, early."""
    with pytest.raises(Refused, match="not your turn yet"):
        act(Hand(session, CLIENT))
    assert count(session) == [0, 0, 0, 0]


def cancelled(session: Session, request: SigningRequest) -> None:
    requests.cancel(session, SYSTEM, request.public_id, now=NOW)


def declined(session: Session, request: SigningRequest) -> None:
    decline(Hand(session, OWN))


def failed(session: Session, request: SigningRequest) -> None:
    progress.record_failed(session, request.id or 0, {"message": "broken"}, now=NOW)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("end", "says"),
    [(cancelled, "has withdrawn"), (declined, "was declined"), (failed, "There is a problem")],
)
def test_nobody_acts_on_what_is_over(
    session: Session,
    request_: SigningRequest,
    act: Act,
    end: Callable[[Session, SigningRequest], None],
    says: str,
) -> None:
    end(session, request_)
    before = count(session)
    with pytest.raises(Refused, match=says):
        act(Hand(session, OWN))
    assert count(session) == before


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_when_the_time_is_over_even_before_the_sweep(own: Hand, act: Act) -> None:
    own.now = NOW + requests.LASTS
    with pytest.raises(Refused, match="time to sign this document is over"):
        act(own)
    own.now -= timedelta(seconds=1)
    start(own)


@pytest.mark.parametrize("reason", ["", "  \n", "\u202e"])
def test_declining_needs_a_reason(own: Hand, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        decline(own, reason)
    assert refused.value.field == "reason"
    assert count(own.session)[3] == 0


def test_a_decline_ends_it_for_everybody_and_keeps_the_words(own: Hand, request_: SigningRequest) -> None:
    decline(own, " The <b>price</b>.\r\nToo high. ")
    row = parties.declined(own.session, request_)
    assert row is not None
    assert (row.reason, row.address) == ("The <b>price</b>.\nToo high.", VISIT.address)
    assert request_.state == "declined"
    assert told(own.session, "party_declined") == 1


def test_who_has_signed_cannot_decline_any_more(own: Hand) -> None:
    own.identify()
    own.sign()
    with pytest.raises(Refused, match="signed already"):
        decline(own)


def test_a_login_needs_no_code_but_the_same_consent(own: Hand) -> None:
    signer = parties.Signer(own.signer.party_id, "login")
    with pytest.raises(Invalid) as refused:
        facts.sign(own.session, signer, own.drawing, VISIT, now=NOW)
    assert refused.value.field == "consent"
    consent(own)
    assert facts.require_ready(own.session, signer, now=NOW)
    assert facts.sign(own.session, signer, own.drawing, VISIT, now=NOW)
    assert not facts.require_ready(own.session, signer, now=NOW)


def test_a_long_browser_name_is_cut_and_the_address_kept(own: Hand) -> None:
    """B85: the address that the surface found out is the one in the records."""
    visit = parties.Visit("2001:db8::1", "x" * 5000)
    facts.start(own.session, own.signer, visit, now=NOW)
    row = own.session.exec(select(Opening)).one()
    assert (row.address, len(row.user_agent)) == ("2001:db8::1", 300)
