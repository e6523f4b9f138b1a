"""The audit chain: whatever happens to one entry shows."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_app.trust import chain

START = chain.genesis("K7QF-2MXA-9DTE", "cd" * 32)
WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
ENTRIES = st.lists(
    st.dictionaries(WORDS, st.one_of(WORDS, st.integers(), st.booleans(), st.none()), max_size=4),
    min_size=1,
    max_size=8,
)


def linked(entries) -> list[chain.Link]:
    links, prev = [], START
    for seq, entry in enumerate(entries, 1):
        links.append(chain.Link(seq, prev, chain.link(prev, entry), entry))
        prev = links[-1].hash
    return links


@given(ENTRIES)
def test_a_chain_as_written_holds(entries):
    assert chain.check(START, linked(entries)) is None


def test_an_empty_chain_holds():
    assert chain.check(START, []) is None


@given(ENTRIES, st.data())
def test_a_changed_entry_shows_at_its_place(entries, data):
    links = linked(entries)
    at = data.draw(st.integers(0, len(links) - 1))
    old = links[at]
    links[at] = chain.Link(old.seq, old.prev, old.hash, {**old.entry, "added later": 1})
    assert chain.check(START, links) == at + 1


@given(ENTRIES, st.data())
def test_a_changed_entry_with_a_mended_hash_shows_one_later_or_in_the_head(entries, data):
    links = linked(entries)
    at, head = data.draw(st.integers(0, len(links) - 1)), links[-1].hash
    forged = {**links[at].entry, "added later": 1}
    links[at] = chain.Link(at + 1, links[at].prev, chain.link(links[at].prev, forged), forged)
    broken = chain.check(START, links)
    assert broken == at + 2 if at + 1 < len(links) else links[-1].hash != head


@given(ENTRIES.filter(lambda entries: len(entries) > 1), st.data())
def test_a_dropped_or_swapped_entry_shows(entries, data):
    links = linked(entries)
    at = data.draw(st.integers(0, len(links) - 2))
    assert chain.check(START, links[:at] + links[at + 1 :]) == at + 1
    links[at], links[at + 1] = links[at + 1], links[at]
    assert chain.check(START, links) == at + 1


@given(ENTRIES)
def test_a_chain_belongs_to_one_document_in_one_form(entries):
    assert chain.check(chain.genesis("K7QF-2MXA-9DTF", "cd" * 32), linked(entries)) == 1
    assert chain.check(chain.genesis("K7QF-2MXA-9DTE", "ce" * 32), linked(entries)) == 1


def test_the_byte_form_is_fixed():
    """A change here would break every chain ever written."""
    at = datetime(2026, 11, 25, 13, 0, 0, 123999, tzinfo=timezone(timedelta(hours=1)))
    assert chain.canonical({"b": [1, True, None], "a": "ü", "at": at}) == (
        b'{"a":"\xc3\xbc","at":"2026-11-25T12:00:00.123Z","b":[1,true,null]}'
    )
    assert START == "8c38de79e41daa7931e286c10e9ce658e0081e5f813c27ec890c676415542fd9"
    assert (
        chain.link(START, {"kind": "opened"})
        == "fc1c66eb7580f648705cd62996688d79a76eddfb96ad862c885a8e6b4b752b6e"
    )


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", {1, 2}, datetime(2026, 1, 1), {1: "x"}])  # noqa: DTZ001
def test_what_has_no_single_form_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        chain.link(START, {"value": value})


def test_a_stored_entry_that_cannot_be_hashed_is_broken_not_an_error():
    assert chain.check(START, [chain.Link(1, START, "ab" * 32, {"value": 1.5})]) == 1
    assert chain.check("no hex", [chain.Link(1, "no hex", "ab" * 32, {})]) == 1


@given(WORDS, WORDS, st.binary(min_size=16, max_size=32))
def test_a_salted_value_hides_and_proves_the_value(one: str, other: str, salt: bytes):
    assert (chain.salted(one, salt) == chain.salted(other, salt)) == (one == other)
    assert chain.salted(one, salt) != chain.salted(one, salt + b"x")


def test_a_short_salt_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        chain.salted("+49 170 1234567", b"short")


def test_times_in_other_zones_are_the_same_instant():
    berlin = datetime(2026, 11, 25, 13, 0, tzinfo=timezone(timedelta(hours=1)))
    assert chain.link(START, {"at": berlin}) == chain.link(
        START, {"at": datetime(2026, 11, 25, 12, 0, tzinfo=UTC)}
    )
