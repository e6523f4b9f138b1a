"""E-mail or SMS: what is chosen for whom, and how a text fits on a phone."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_app import settings
from esign_app.domain import channels, short_texts

LINK = "https://sign.example.com/s/abcdefgh23456789." + "x" * 27


@dataclass
class Person:
    email: str = ""
    phone: str = ""


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESIGN_SMS_URL", "https://gateway.example/send")
    settings.settings.cache_clear()


BOTH = Person("a@b.example", "+491701234567")


@pytest.mark.row("S5")
@pytest.mark.parametrize(
    ("choice", "who", "channel", "address"),
    [
        ("auto", BOTH, "sms", "+491701234567"),
        ("auto", Person("a@b.example"), "email", "a@b.example"),
        ("auto", Person("a@b.example", "0170 123"), "email", "a@b.example"),
        ("auto", Person(phone="+491701234567"), "sms", "+491701234567"),
        ("auto", Person(), "email", ""),
        ("email", BOTH, "email", "a@b.example"),
        ("sms", BOTH, "sms", "+491701234567"),
        ("sms", Person("a@b.example"), "sms", ""),
    ],
)
@pytest.mark.usefixtures("gateway")
def test_a_phone_is_used_where_there_is_one(choice: str, who: Person, channel: str, address: str) -> None:
    assert channels.chosen(choice, who) == channel
    assert channels.address(channel, who) == address


def test_without_a_gateway_an_sms_goes_to_the_demo_phone_of_whoever_asks_for_it() -> None:
    assert channels.chosen("auto", BOTH) == "email"
    assert channels.address("sms", BOTH) == BOTH.phone


def test_a_server_for_work_without_a_gateway_offers_no_sms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESIGN_ENV", "production")
    settings.settings.cache_clear()
    assert not channels.offered()
    assert channels.address("sms", BOTH) == ""


@pytest.mark.parametrize(
    ("who", "channel"), [(BOTH, "email"), (Person(phone=BOTH.phone), "sms"), (Person(), "email")]
)
@pytest.mark.usefixtures("gateway")
def test_a_code_takes_the_other_way_than_an_invitation_by_sms(who: Person, channel: str) -> None:
    assert channels.for_papers(who) == channel


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("sigrid@example.com", "s***@example.com"),
        ("a@b.de", "a***@b.de"),
        ("+491701234567", "+49***67"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_an_address_is_shown_so_that_its_owner_knows_it(address: str, masked: str) -> None:
    assert channels.masked(address) == masked


@given(
    st.text(max_size=400), st.sampled_from([": please sign Contract 2026-001: ", ": bitte unterschreiben: "])
)
def test_whatever_a_sender_is_called_the_text_is_one_segment_with_its_whole_link(
    name: str, rest: str
) -> None:
    text = short_texts.plain(short_texts.fitted(name, rest + LINK) + rest + LINK)
    assert short_texts.is_gsm(text)
    assert short_texts.segments(text) == 1
    assert text.endswith(LINK)


@given(st.text(max_size=400))
def test_a_plain_text_can_be_sent_and_stays_plain(text: str) -> None:
    plain = short_texts.plain(text)
    assert short_texts.is_gsm(plain)
    assert short_texts.plain(plain) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller & Söhne \N{EN DASH} Łódź", "Müller & Söhne - Lodz"),
        ("“Café”", '"Café"'),
        ("Россия 5 €", "5 €"),
    ],
)
def test_letters_a_phone_lacks_are_replaced_by_what_looks_like_them(text: str, plain: str) -> None:
    assert short_texts.plain(text) == plain


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("a" * 307, 3),
    ],
)
def test_segments_are_counted_as_they_are_billed(text: str, segments: int) -> None:
    assert short_texts.segments(text) == segments
