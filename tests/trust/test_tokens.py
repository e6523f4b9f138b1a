"""Links and codes: made for one person and one purpose, and dead when they should be."""

import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_app.trust import tokens

SECRET = b"s" * 32
OTHER = b"t" * 32


def known(generation: int):
    return {"party1": generation, "a.b": generation}.get


def test_a_link_leads_back_to_its_party():
    token = tokens.party_token(SECRET, "party1", 3)
    assert re.fullmatch(r"party1\.[A-Za-z0-9_-]{27}", token)
    assert tokens.read_party_token(SECRET, token, known(3)) == "party1"


def test_an_id_with_a_dot_is_read_whole():
    assert tokens.read_party_token(SECRET, tokens.party_token(SECRET, "a.b", 1), known(1)) == "a.b"


@pytest.mark.parametrize("generation", [2, 4, -3, 33])
def test_a_link_of_another_generation_is_dead(generation: int):
    assert tokens.read_party_token(SECRET, tokens.party_token(SECRET, "party1", 3), known(generation)) is None


def test_a_link_for_nobody_is_dead():
    assert tokens.read_party_token(SECRET, tokens.party_token(SECRET, "party2", 1), known(1)) is None


def test_the_mac_of_nobody_cannot_be_used():
    """An unknown party is compared with a MAC too, for the time it takes; that MAC must open nothing."""
    mac = tokens._mac(SECRET, "party", "", "None")
    assert tokens.read_party_token(SECRET, f"unknown.{mac}", known(1)) is None


def test_a_link_opens_one_kind_of_door():
    signing, download = tokens.party_token(SECRET, "party1", 1), tokens.download_token(SECRET, "party1", 1)
    assert tokens.read_download_token(SECRET, download, known(1)) == "party1"
    assert tokens.read_download_token(SECRET, signing, known(1)) is None
    assert tokens.read_party_token(SECRET, download, known(1)) is None
    assert not tokens.read_setup_token(SECRET, signing)
    assert tokens.read_party_token(SECRET, f"party1.{tokens.setup_token(SECRET)}", known(1)) is None


def test_another_secret_opens_nothing():
    assert tokens.read_party_token(OTHER, tokens.party_token(SECRET, "party1", 1), known(1)) is None
    assert not tokens.read_setup_token(OTHER, tokens.setup_token(SECRET))
    assert tokens.read_setup_token(SECRET, tokens.setup_token(SECRET))


@given(st.text(max_size=60))
def test_any_text_is_refused_quietly(token: str):
    assert tokens.read_party_token(SECRET, token, known(1)) is None
    assert not tokens.read_setup_token(SECRET, token)
    assert not tokens.read_code(SECRET, "challenge", token) or len(token) >= 6


@given(st.data())
def test_one_changed_letter_kills_a_link(data):
    token = tokens.party_token(SECRET, "party1", 1)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))
    changed = token[:place] + letter + token[place + 1 :]
    # The last letter of 27 carries two bits that are no part of the MAC; the text itself is compared, so it counts too.
    assert tokens.read_party_token(SECRET, changed, known(1)) is None


def test_comparisons_take_constant_time(monkeypatch: pytest.MonkeyPatch):
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(tokens.hmac, "compare_digest", lambda a, b: compared.append((a, b)) or real(a, b))
    tokens.read_party_token(SECRET, "party1.wrong", known(1))
    tokens.read_party_token(SECRET, "unknown.wrong", known(1))
    tokens.read_party_token(SECRET, "no dot", known(1))
    tokens.read_code(SECRET, "challenge", "123456")
    tokens.read_setup_token(SECRET, "x")
    assert len(compared) == 5


def test_a_code_has_six_digits_and_belongs_to_one_challenge():
    codes = {tokens.code(SECRET, f"challenge{number}") for number in range(300)}
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert len(codes) > 290
    code = tokens.code(SECRET, "challenge1")
    assert tokens.read_code(SECRET, "challenge1", f" {code[:3]} {code[3:]} ")
    assert tokens.read_code(SECRET, "challenge1", f"{code[:3]}-{code[3:]}")
    assert not tokens.read_code(SECRET, "challenge2", code)
    assert not tokens.read_code(OTHER, "challenge1", code)


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        tokens.party_token(b"short", "party1", 1)


def test_parts_cannot_run_into_each_other():
    assert tokens._mac(SECRET, "ab", "c") != tokens._mac(SECRET, "a", "bc")
