"""How templates write money, numbers, dates, names and addresses in the document's language.

Every filter answers nothing with nothing, so that optional data leaves a gap and not the word "None", and raises BadValue
for what it cannot write. Values arrive as JSON: integers in minor units or thousandths, ISO dates, strings.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date
from babel.numbers import (
    format_decimal,
    format_percent,
    get_currency_name,
    get_currency_precision,
    list_currencies,
)
from num2words import num2words

from esign_app import text

# The only names of minor units CLDR does not know and people expect; every other currency is written as a fraction.
_MINOR = {
    "en": {
        "EUR": ("cent", "cents"),
        "USD": ("cent", "cents"),
        "GBP": ("penny", "pence"),
        "CHF": ("rappen", "rappen"),
    },
    "de": {
        "EUR": ("Cent", "Cent"),
        "USD": ("Cent", "Cent"),
        "GBP": ("Penny", "Pence"),
        "CHF": ("Rappen", "Rappen"),
    },
}
_LOCALES = {"en": "en_GB", "de": "de_DE"}
_LARGEST = 10**18
_POSTCODE_LAST = {"GB", "IE"}
_POSTCODE_BEHIND = {"US", "CA", "AU"}


class BadValue(ValueError):
    """`value` cannot be written by the filter `name`."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(name)
        self.name = name
        self.value = str(value)[:60]


class Formats:
    """The filters of one document: `language` is one we speak, `zone` is where its times are shown."""

    def __init__(self, language: str, zone: str = "UTC") -> None:
        self._language = text.known(language)
        self._locale = Locale.parse(_LOCALES[self._language])
        self._zone = zone

    def filters(self) -> dict[str, Callable[..., Any]]:
        named = (self.money, self.number, self.percent, self.date, self.datetime, self.in_words)
        shown = {method.__name__: _checked(method) for method in named}
        people = (name_initials, self.address_lines, data_url)
        return shown | {function.__name__: _checked(function) for function in people}

    def money(self, minor: int, currency: str) -> str:
        """`12,500.00` with the currency as the language writes it; exact."""
        with text.speaking(self._language):
            return text.money(_whole(minor), _currency(currency))

    def number(self, milli: int) -> str:
        """Thousandths as a plain number: 1500 is `1.5`, 2000 is `2`."""
        return format_decimal(Decimal(_whole(milli)).scaleb(-3), format="#,##0.###", locale=self._locale)

    def percent(self, basis_points: int) -> str:
        """Hundredths of a percent: 1900 is `19%` or `19 %`, 770 is `7.7%`."""
        pattern = "#,##0.##\u00a0%" if self._language == "de" else "#,##0.##%"
        return format_percent(Decimal(_whole(basis_points)).scaleb(-4), format=pattern, locale=self._locale)

    def date(self, value: str, style: str = "long") -> str:
        """A calendar day: `25 November 2026`; style is full, long, medium or short."""
        if style not in {"full", "long", "medium", "short"}:
            raise ValueError(style)
        return format_date(_day(value), style, locale=self._locale)

    def datetime(self, value: str, zone: str = "") -> str:
        """An instant with its zone: `25 Nov 2026, 14:03 CET`; without one of its own the document's zone."""
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError(value)
        with text.speaking(self._language):
            return text.when(at, zone or self._zone)

    def in_words(self, minor: int, currency: str) -> str:
        """The amount as a contract repeats it: `twelve thousand five hundred euros and fifty cents`."""
        code, amount = _currency(currency), _whole(minor)
        if abs(amount) >= _LARGEST:
            raise ValueError(amount)
        exponent = get_currency_precision(code)
        major, rest = divmod(abs(amount), 10**exponent)
        said = f"{self._counted(major)} {get_currency_name(code, count=major, locale=self._locale)}"
        if amount < 0:
            said = f"minus {said}"
        return said + self._rest_in_words(rest, exponent, code)

    def _rest_in_words(self, rest: int, exponent: int, code: str) -> str:
        if not rest:
            return ""
        joint = {"en": "and", "de": "und"}[self._language]
        names = _MINOR[self._language].get(code)
        if names is None:
            return f" {joint} {rest:0{exponent}d}/{10**exponent}"
        return f" {joint} {self._counted(rest)} {names[rest != 1]}"

    def _counted(self, number: int) -> str:
        said = str(num2words(number, lang=self._language)).replace(",", "")
        if self._language == "de" and said.endswith("eins"):
            return said[:-1]  # "ein Euro", "hundertein Euro": before a noun the s falls
        return said

    def address_lines(self, party: Mapping[str, Any]) -> list[str]:
        """Street, town with postcode as the country writes it, country in the document's language; only what is there."""
        street, postcode, city, country = (
            str(party.get(key) or "").strip() for key in ("street", "postcode", "city", "country")
        )
        code = country.upper() if len(country) == 2 else ""
        if code in _POSTCODE_LAST:
            town = [city, postcode]
        elif code in _POSTCODE_BEHIND:
            town = [f"{city} {postcode}".strip()]
        else:
            town = [f"{postcode} {city}".strip()]
        country = self._locale.territories.get(code, country)
        return [line for line in (*street.splitlines(), *town, country) if line]


def name_initials(name: str) -> str:
    """`Jana Maria Weber` is `J. M. Weber`; a double first name keeps its hyphen: `H.-P. Kern`."""
    *given, family = str(name).split()
    short = ["-".join(f"{part[0]}." for part in word.split("-") if part) for word in given]
    return " ".join(filter(None, [*short, family]))


def data_url(svg: str) -> str:
    """An SVG drawing as the address of a picture, so that its text never becomes part of the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(str(svg).encode()).decode()


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    empty: Any = [] if method.__name__ == "address_lines" else ""

    def filter_(value: Any, *arguments: Any) -> Any:
        if value is None or value == "":
            return empty
        try:
            return method(value, *arguments)
        except (ValueError, TypeError, AttributeError, InvalidOperation, ZoneInfoNotFoundError) as error:
            raise BadValue(method.__name__, value) from error

    return filter_


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    return value


def _currency(value: Any) -> str:
    if value not in list_currencies():
        raise ValueError(value)
    return str(value)


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])
