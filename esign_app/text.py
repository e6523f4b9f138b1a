"""What people read: one language per context, English as the source, gettext catalogues beside the code.

The catalogues are `locales/<language>/LC_MESSAGES/*.po`, one file per area, read at first use.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, get_timezone_name
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, get_currency_precision

LANGUAGES = ("en", "de")
_DAY_PATTERNS = {"de": "d. MMM y"}
LOCALES = Path(__file__).parent / "locales"
_language: ContextVar[str] = ContextVar("language", default="en")


def t(message: str, /, *, locale: str | None = None, **values: object) -> str:
    """`message` in the current (or the given) language with `{name}` filled in.

    An unknown message is returned as it is, so a missing translation is English, never an error.
    """
    text = _catalogue(locale or _language.get()).get(message, message)
    return text.format(**values) if values else text


def said(sentence: dict[str, Any]) -> str:
    """A sentence kept as `{"message": ..., "values": {...}}`, in the current language; "" for an empty one.

    A value may be such a sentence itself, or a list of them.
    """
    values = {name: _said_value(value) for name, value in sentence.get("values", {}).items()}
    return t(sentence["message"], **values) if sentence else ""


def _said_value(value: Any) -> Any:
    if isinstance(value, dict):
        return said(value)
    if isinstance(value, list):
        return " ".join(said(item) for item in value)
    return value


def language() -> str:
    return _language.get()


@contextlib.contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Everything said inside is said in `wanted` (one of LANGUAGES, else English)."""
    token = _language.set(known(wanted))
    try:
        yield
    finally:
        _language.reset(token)


def known(wanted: str | None) -> str:
    """The nearest language we speak: `de-AT` is `de`, anything foreign is `en`."""
    short = (wanted or "").replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


def when(at: datetime, zone: str) -> str:
    """An instant for people, always with its zone: `25 Nov 2026, 14:03 CET`."""
    local = at.astimezone(ZoneInfo(zone))
    day_text = format_date(local, _DAY_PATTERNS.get(_language.get(), "d MMM y"), locale=_locale())
    return f"{day_text}, {local:%H:%M} {_zone_of(local)}"


def clock(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {_zone_of(local)}"


def day(value: date) -> str:
    """A calendar day; it has no zone and never moves."""
    return format_date(value, _DAY_PATTERNS.get(_language.get(), "d MMM y"), locale=_locale())


def _zone_of(local: datetime) -> str:
    """What people call the zone: `CET`, in German `MEZ`; zones without a word of the language keep their own."""
    known_as = local.tzname() or ""
    if _language.get() == "en":
        return known_as
    name = get_timezone_name(local, width="short", locale=_locale())
    return known_as if name.startswith(("+", "-")) else name


def stamp(at: datetime, zone: str) -> str:
    """An instant to the second, for the certificate page and technical details."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, 'yyyy-MM-dd HH:mm:ss', locale='en')} {local.tzname()}"


def money(minor: int, currency: str) -> str:
    """Minor units for people, exact: `12,500.00 EUR` in the current language's notation."""
    exponent = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-exponent)
    return format_currency(amount, currency, locale=_locale())


def number(scaled: int, places: int, least: int = 0) -> str:
    """An integer with shifted decimals as people of the current language type it: 1500 with 3 places is `1.5`.

    At least `least` decimals are shown.
    """
    pattern = f"#,##0.{'0' * least}{'#' * (places - least)}" if places else "#,##0"
    return format_decimal(Decimal(scaled).scaleb(-places), pattern, locale=_locale())


def plain_money(minor: int, currency: str) -> str:
    """An amount as people type it, without its currency: `12,500.00`."""
    places = get_currency_precision(currency)
    return number(minor, places, least=places)


def _locale() -> Locale:
    try:
        return Locale.parse({"en": "en_GB"}.get(_language.get(), _language.get()))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@lru_cache
def _catalogue(wanted: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((LOCALES / wanted / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale=wanted):
                if entry.id and entry.string:
                    found[str(entry.id)] = str(entry.string)
    return found
