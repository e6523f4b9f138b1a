"""Money, numbers, dates, names and addresses as each language writes them."""

from collections.abc import Callable
from typing import Any

import pytest

from esign_app.adapters.pdf_filters import BadValue, Formats


def filters(language: str) -> dict[str, Callable[..., Any]]:
    return Formats(language, "Europe/Berlin").filters()


@pytest.mark.parametrize(
    ("language", "name", "arguments", "expected"),
    [
        ("en", "money", (1250050, "EUR"), "€12,500.50"),
        ("de", "money", (1250050, "EUR"), "12.500,50\u00a0€"),
        ("en", "money", (-5, "USD"), "-US$0.05"),
        ("de", "money", (1250, "JPY"), "1.250\u00a0¥"),
        ("de", "money", (1250050, "KWD"), "1.250,050\u00a0KWD"),
        ("en", "number", (1500,), "1.5"),
        ("de", "number", (1234567,), "1.234,567"),
        ("en", "number", (2000,), "2"),
        ("en", "percent", (1900,), "19%"),
        ("de", "percent", (770,), "7,7\u00a0%"),
        ("en", "date", ("2026-11-25",), "25 November 2026"),
        ("de", "date", ("2026-11-25",), "25. November 2026"),
        ("de", "date", ("2026-11-25", "short"), "25.11.26"),
    ],
)
def test_values_in_both_languages(
    language: str, name: str, arguments: tuple[Any, ...], expected: str
) -> None:
    assert filters(language)[name](*arguments) == expected


@pytest.mark.parametrize(
    ("language", "minor", "currency", "expected"),
    [
        ("en", 1250050, "EUR", "twelve thousand five hundred euros and fifty cents"),
        ("en", 101, "EUR", "one euro and one cent"),
        ("en", 0, "EUR", "zero euros"),
        ("en", -1250000, "GBP", "minus twelve thousand five hundred British pounds"),
        ("en", 123456, "KWD", "one hundred and twenty-three Kuwaiti dinars and 456/1000"),
        ("en", 7, "JPY", "seven Japanese yen"),
        ("de", 1250050, "EUR", "zwölftausendfünfhundert Euro und fünfzig Cent"),
        ("de", 101, "EUR", "ein Euro und ein Cent"),
        ("de", 10100, "CHF", "einhundertein Schweizer Franken"),
        ("de", 123400, "EUR", "eintausendzweihundertvierunddreißig Euro"),
        ("de", 200000100, "EUR", "zwei Millionen ein Euro"),
    ],
)
def test_amounts_in_words(language: str, minor: int, currency: str, expected: str) -> None:
    assert filters(language)["in_words"](minor, currency) == expected


def test_an_instant_is_shown_in_the_documents_zone_or_in_its_own() -> None:
    datetime = filters("en")["datetime"]
    assert datetime("2026-11-25T13:03:00+00:00") == "25 Nov 2026, 14:03 CET"
    assert datetime("2026-06-25T13:03:00Z", "America/New_York") == "25 Jun 2026, 09:03 EDT"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jana Maria Weber", "J. M. Weber"),
        ("Hans-Peter Kern", "H.-P. Kern"),
        ("Weber", "Weber"),
        ("Łucja  Żak", "Ł. Żak"),
        ("- X", "X"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert filters("en")["name_initials"](name) == expected


@pytest.mark.parametrize(
    ("language", "party", "expected"),
    [
        (
            "en",
            {"street": "Weg 1", "postcode": "10115", "city": "Berlin", "country": "DE"},
            ["Weg 1", "10115 Berlin", "Germany"],
        ),
        (
            "de",
            {"street": "1 Mall", "postcode": "SW1A 1AA", "city": "London", "country": "gb"},
            ["1 Mall", "London", "SW1A 1AA", "Vereinigtes Königreich"],
        ),
        (
            "en",
            {"street": "1 Main", "postcode": "NY 10001", "city": "New York", "country": "US"},
            ["1 Main", "New York NY 10001", "United States"],
        ),
        (
            "en",
            {"street": "a\nb", "postcode": None, "city": "", "country": "Atlantis"},
            ["a", "b", "Atlantis"],
        ),
        ("en", {}, []),
    ],
)
def test_address_lines(language: str, party: dict[str, Any], expected: list[str]) -> None:
    assert filters(language)["address_lines"](party) == expected


@pytest.mark.parametrize("name", sorted(filters("en")))
def test_nothing_is_answered_with_nothing(name: str) -> None:
    assert filters("de")[name](None) in ("", [])


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("money", ("12", "EUR")),
        ("money", (12.5, "EUR")),
        ("money", (True, "EUR")),
        ("money", (12, "XXXX")),
        ("money", (12, None)),
        ("number", ("many",)),
        ("date", ("tomorrow",)),
        ("date", ("2026-02-30",)),
        ("date", ("2026-11-25", "wide")),
        ("datetime", ("2026-11-25T13:03:00",)),
        ("datetime", ("2026-11-25T13:03:00Z", "../../etc/passwd")),
        ("datetime", ("2026-11-25T13:03:00Z", "Europe/Atlantis")),
        ("in_words", (10**18, "EUR")),
        ("name_initials", ("   ",)),
        ("address_lines", ("text",)),
    ],
)
def test_a_value_that_does_not_fit_is_named(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(BadValue) as refused:
        filters("en")[name](*arguments)
    assert refused.value.name == name
