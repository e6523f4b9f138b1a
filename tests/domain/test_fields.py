"""Values from outside are made clean or refused; nothing in between, whatever comes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_app.domain import fields
from esign_app.domain.refusals import Invalid
from esign_app.text import number, plain_money, speaking

LANGUAGE = st.sampled_from(["en", "de"])
CURRENCY = st.sampled_from(["EUR", "USD", "JPY", "KWD", "ISK", "CLF"])
MINOR = st.integers(-fields.LARGEST_AMOUNT, fields.LARGEST_AMOUNT)


@given(st.text(max_size=60))
def test_a_line_is_one_clean_line_and_stays_as_it_is(text: str) -> None:
    clean = fields.clean_text(text, field="name", most=200)
    assert fields.clean_text(clean, field="name", most=200) == clean == unicodedata.normalize("NFC", clean)
    assert not {"Cc", "Cs", "Co", "Zl", "Zp"} & {unicodedata.category(letter) for letter in clean}
    assert "\u202e" not in clean
    assert "\u2066" not in clean


@pytest.mark.parametrize(
    "nothing", ["", "  ", "\u200d", "\u200c \u200d", "\u202e", "\u200b", "\x00", None, 0]
)
def test_what_nobody_can_see_is_no_name(nothing: object) -> None:
    assert fields.clean_text(nothing, field="name", most=200) == ""


@pytest.mark.parametrize(
    "name",
    [
        "O\u2019Neill", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f469\u200d\U0001f467 Ltd", "Zo\u00eb", "Zoe\u0308",
        "\u0639\u0642\u062f", "=1+1",
    ],
)  # fmt: skip
def test_names_of_all_alphabets_stay_whole(name: str) -> None:
    assert fields.clean_text(name, field="name", most=200) == unicodedata.normalize("NFC", name)


def test_too_long_is_refused_and_not_cut() -> None:
    assert fields.clean_text("x" * 120, field="name", most=120) == "x" * 120
    with pytest.raises(Invalid, match="at most 120 characters") as refused:
        fields.clean_text("x" * 121, field="name", most=120)
    assert refused.value.field == "name"


@given(st.text(max_size=60))
def test_several_lines_stay_lines(text: str) -> None:
    clean = fields.clean_lines(text, field="text", most=4000)
    assert fields.clean_lines(clean, field="text", most=4000) == clean
    assert all(unicodedata.category(letter) != "Cc" for letter in clean.replace("\n", ""))


@given(
    st.one_of(
        st.text(max_size=40),
        st.builds("{}@{}.{}".format, st.text(max_size=20), st.text(max_size=20), st.text(max_size=5)),
    )
)
def test_an_address_is_refused_or_can_be_written_to(text: str) -> None:
    try:
        clean = fields.clean_email(text, field="email")
    except Invalid:
        return
    assert fields.clean_email(clean, field="email") == clean
    assert clean == "" or clean.count("@") == 1
    unseen = {"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"}
    assert not unseen & {unicodedata.category(letter) for letter in clean}


@pytest.mark.parametrize(
    "text",
    ["a\x00b@x.de", "a\u202e@x.de", "a\u200b@x.de", "a\r\nBcc:x@x.de", "a b@x.de", "<a@x.de>", "a@x", "a@.de", "a@b@c.de", "a,b@x.de"],
)  # fmt: skip
def test_an_address_that_could_mean_another_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        fields.clean_email(text, field="email")


def test_an_address_is_one_in_any_case_and_with_spaces_around() -> None:
    assert fields.clean_email(" Sigrid@Example.COM ", field="email") == "sigrid@example.com"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("030 123456", "+4930123456"),
        ("0049 30 123456", "+4930123456"),
        ("+90 532 123 45 67", "+905321234567"),
        ("  ", ""),
    ],
)
def test_a_phone_number_has_one_form(typed: str, kept: str) -> None:
    assert fields.clean_phone(typed, field="phone") == kept


@pytest.mark.parametrize("typed", ["12", "030 CALL ME", "+1", "030/123456;ext=x"])
def test_a_phone_number_is_never_guessed(typed: str) -> None:
    with pytest.raises(Invalid):
        fields.clean_phone(typed, field="phone")


@given(MINOR, CURRENCY, LANGUAGE)
def test_money_is_read_back_as_it_was_written(minor: int, currency: str, language: str) -> None:
    with speaking(language):
        written = plain_money(minor, currency)
    assert fields.amount(written, currency, field="amount", language=language) == minor


@given(st.integers(-(10**12), 10**12), LANGUAGE)
def test_a_quantity_is_read_back_as_it_was_written(milli: int, language: str) -> None:
    with speaking(language):
        written = number(milli, 3)
    assert fields.scaled(written, 3, field="quantity", language=language) == milli


@given(st.text(alphabet="0123456789.,-+eE x\u0661\u00a0", max_size=12), CURRENCY, LANGUAGE)
def test_an_amount_is_exact_or_refused(typed: str, currency: str, language: str) -> None:
    try:
        minor = fields.amount(typed, currency, field="amount", language=language)
    except Invalid:
        return
    with speaking(language):
        again = plain_money(minor, currency)
    assert fields.amount(again, currency, field="amount", language=language) == minor


@pytest.mark.parametrize(
    ("typed", "currency", "language"),
    [
        ("33.333", "EUR", "en"),  # a third of a cent is nothing that can be paid
        ("1.5", "JPY", "en"),
        ("1.234,56", "EUR", "en"),
        ("1,234.56", "EUR", "de"),
        ("1,23,456", "EUR", "en"),
        ("1e3", "EUR", "en"),
        ("\u0661", "EUR", "en"),
        ("1000000000000000000", "EUR", "en"),
        ("1." + "0" * 30 + "1", "EUR", "en"),
    ],
)
def test_an_amount_is_never_guessed(typed: str, currency: str, language: str) -> None:
    with pytest.raises(Invalid):
        fields.amount(typed, currency, field="amount", language=language)


@pytest.mark.parametrize(
    "day", ["2026-02-30", "30.12.2026", "07/30/2023", "2022-13-01", "44927", "2026-12-31T00:00:00"]
)
def test_a_day_is_never_guessed(day: str) -> None:
    with pytest.raises(Invalid):
        fields.clean_day(day, field="close_on")


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/localtime", "Europe/Berlin'; drop table deal; --"]
)
def test_only_zones_that_exist(name: str) -> None:
    with pytest.raises(Invalid):
        fields.clean_zone(name)


@pytest.mark.parametrize("code", ["", "EURO", "XXY", "€", "12"])
def test_only_currencies_that_exist(code: str) -> None:
    with pytest.raises(Invalid):
        fields.clean_currency(code)
    assert fields.clean_currency(" eur ") == "EUR"
