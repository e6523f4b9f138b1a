"""The one-time code: six digits, five minutes, five tries, and only the newest counts."""

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Invalid, Refused, TooMany
from esign_app.domain.signing import codes, facts, parties, requests
from esign_app.models import Challenge, Message, SigningRequest
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, Hand
from tests.support.cast import NOW
from tests.support.world import VISIT, World

WRONG = "This code is wrong"
OLD = "This code is too old. Please ask for a new one."
ENOUGH = "Too many wrong codes. Please ask for a new one."


@pytest.fixture
def request_(session: Session, world: World) -> SigningRequest:
    return paper.send(session, world)


@pytest.fixture
def hand(session: Session, request_: SigningRequest) -> Hand:
    """The own signatory, with a code in the mailbox."""
    found = Hand(session, OWN)
    codes.ask(session, found.signer, now=NOW)
    return found


def wrong(hand: Hand) -> str:
    return "000000" if hand.code() != "000000" else "000001"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"\d{6}", fullmatch=True))
def test_any_six_digits_but_the_right_ones_are_refused(hand: Hand, typed: str) -> None:
    challenge = codes.newest(hand.session, paper.party(hand.session, OWN))
    assert challenge is not None
    challenge.tries, challenge.used_at = 0, None
    assert (hand.check(typed) == "") == (typed == hand.code())


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "12345",
        "1234567",
        "abcdef",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "\x00",
        "x" * 10_000,
        "-" * 6,
    ],
)
def test_what_is_no_code_is_a_wrong_one(hand: Hand, typed: str) -> None:
    assert hand.check(typed).startswith(WRONG)


@pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u00a0{1}"])
def test_the_right_code_may_be_typed_as_it_is_read(hand: Hand, written: str) -> None:
    code = hand.code()
    assert hand.check(written.format(code[:3], code[3:])) == ""


@pytest.mark.both_databases
def test_after_five_wrong_tries_the_right_code_is_wrong_too(hand: Hand) -> None:
    said = [hand.check(wrong(hand)) for _ in range(5)]
    assert [WRONG in sentence for sentence in said] == [True] * 4 + [False]
    assert "4 more times" in said[0]
    assert "1 more" in said[3]
    assert said[4] == ENOUGH == hand.check(hand.code())
    assert codes.view(hand.session, paper.party(hand.session, OWN), _request(hand), now=NOW).over


def _request(hand: Hand) -> SigningRequest:
    return hand.session.exec(select(SigningRequest)).one()


def test_the_fifth_try_may_be_the_right_one(hand: Hand) -> None:
    for _ in range(4):
        hand.check(wrong(hand))
    assert hand.check(hand.code()) == ""


@pytest.mark.parametrize(("after", "says"), [(299, ""), (300, OLD), (3600, OLD)])
def test_a_code_lasts_five_minutes(hand: Hand, after: int, says: str) -> None:
    hand.now = NOW + timedelta(seconds=after)
    assert hand.check(hand.code()) == says


def test_a_new_code_can_be_asked_for_after_half_a_minute(hand: Hand) -> None:
    with pytest.raises(TooMany, match="in 11 seconds"):
        codes.ask(hand.session, hand.signer, now=NOW + timedelta(seconds=20))
    codes.ask(hand.session, hand.signer, now=NOW + timedelta(seconds=30))


@pytest.mark.parametrize("fate", codes.LOST)
def test_nobody_waits_for_a_code_that_got_lost(hand: Hand, fate: str) -> None:
    """B50: it is never sent again, so the person may ask for another one at once."""
    (message,) = [row for row in hand.session.exec(select(Message)) if row.kind == "code"]
    message.state = fate
    party = paper.party(hand.session, OWN)
    shown = codes.view(hand.session, party, _request(hand), now=NOW)
    assert shown is not None
    assert shown.again_at == NOW
    codes.ask(hand.session, hand.signer, now=NOW)
    with pytest.raises(TooMany, match="in 31 seconds"):
        codes.ask(hand.session, hand.signer, now=NOW)


@pytest.mark.both_databases
def test_the_new_code_works_and_the_old_one_no_longer(hand: Hand) -> None:
    old = hand.code()
    for _ in range(5):
        hand.check(wrong(hand))
    hand.now = NOW + timedelta(seconds=30)
    codes.ask(hand.session, hand.signer, now=hand.now)
    new = hand.code()
    assert new != old  # one in a million
    assert hand.check(old).startswith(WRONG)
    assert hand.check(new) == ""


def test_ten_codes_an_hour_are_enough(hand: Hand) -> None:
    for number in range(1, 10):
        codes.ask(hand.session, hand.signer, now=NOW + timedelta(minutes=number))
    with pytest.raises(TooMany, match="in an hour"):
        codes.ask(hand.session, hand.signer, now=NOW + timedelta(minutes=59))
    codes.ask(hand.session, hand.signer, now=NOW + timedelta(minutes=61))


def test_a_used_code_says_yes_again_and_after_an_hour_no_more(hand: Hand) -> None:
    """A double click is no mistake; being identified ends all the same."""
    code = hand.code()
    assert [hand.check(code), hand.check(code)] == ["", ""]
    party = paper.party(hand.session, OWN)
    assert parties.identified(hand.session, party, _request(hand), now=NOW + timedelta(minutes=59))
    hand.now = NOW + timedelta(minutes=60)
    assert not parties.identified(hand.session, party, _request(hand), now=hand.now)
    assert hand.check(code) == OLD
    facts.consent(hand.session, hand.signer, 1, now=hand.now)
    with pytest.raises(Invalid, match="enter the code"):
        hand.sign()


def test_a_code_is_for_what_was_shown(hand: Hand) -> None:
    code = hand.code()
    _request(hand).frozen_sha256 = "0" * 64
    assert hand.check(code) == "Please ask for a code first."
    assert codes.view(hand.session, paper.party(hand.session, OWN), _request(hand), now=NOW) is None


def test_a_code_is_for_one_party(hand: Hand) -> None:
    code = hand.code()
    client = paper.party(hand.session, CLIENT)
    client.invited_at = NOW
    hand.session.flush()
    other = Hand(hand.session, CLIENT)
    assert other.check(code) == "Please ask for a code first."
    codes.ask(hand.session, other.signer, now=NOW)
    assert (other.check(code) == "") == (other.code() == code)


def test_a_code_before_ones_turn_is_not_sent(session: Session, request_: SigningRequest) -> None:
    before = len(session.exec(select(Message)).all())
    with pytest.raises(Refused, match="not your turn yet"):
        codes.ask(session, Hand(session, CLIENT).signer, now=NOW)
    assert session.exec(select(Challenge)).all() == []
    assert len(session.exec(select(Message)).all()) == before


def test_a_code_for_a_withdrawn_document_is_refused(hand: Hand) -> None:
    code = hand.code()
    requests.cancel(hand.session, SYSTEM, _request(hand).public_id, now=NOW)
    with pytest.raises(Refused, match="withdrawn"):
        codes.check(hand.session, paper.SECRET, hand.signer, code, visit=VISIT, now=NOW)


def test_no_row_holds_the_code(hand: Hand) -> None:
    """The challenge and its message are names of the code; the code itself is derived when the letter is composed."""
    rows = [*hand.session.exec(select(Challenge)), *hand.session.exec(select(Message))]
    assert rows
    assert not re.search(rf"\b{hand.code()}\b", " ".join(str(row.model_dump()) for row in rows))
