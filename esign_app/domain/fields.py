"""Values from outside, made clean or refused: texts, addresses, phone numbers, money, days."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from zoneinfo import available_timezones

import phonenumbers
from babel.numbers import get_currency_precision, list_currencies

from esign_app.domain.refusals import Invalid

_EMAIL = re.compile(r"^[^@\s<>\"',;:\\()\[\]]{1,64}@[^@\s<>\"',;:\\()\[\]]{1,255}$")
_HIDDEN = {"Cc", "Cf", "Cs", "Co"}
_JOINERS = "\u200c\u200d"  # needed inside words to write Persian, Hindi and some emoji
LARGEST_AMOUNT = 10**15
_LONGEST_NUMBER = 27  # Decimal reckons exactly with 28 digits


def clean_text(value: object, *, field: str, most: int) -> str:
    """One line: trimmed, NFC, without control and direction characters; what nobody could see is nothing.

    Raises Invalid when longer than `most`.
    """
    text = unicodedata.normalize("NFC", str(value or ""))
    text = "".join(c if c in _JOINERS or unicodedata.category(c) not in _HIDDEN else " " for c in text)
    text = " ".join(word for part in text.split() if (word := part.strip(_JOINERS)))
    if len(text) > most:
        raise Invalid("This text is too long: at most {most} characters.", field=field, most=most)
    return text


def clean_lines(value: object, *, field: str, most: int) -> str:
    """Several lines, each clean. Raises Invalid when longer than `most`."""
    lines = [clean_text(line, field=field, most=most) for line in str(value or "").splitlines()]
    text = "\n".join(lines).strip()
    if len(text) > most:
        raise Invalid("This text is too long: at most {most} characters.", field=field, most=most)
    return text


def clean_email(value: object, *, field: str) -> str:
    """A lower-case address or nothing. Raises Invalid for anything that cannot be one."""
    text = str(value or "").strip().lower()
    if text and (not _EMAIL.match(text) or "." not in text.split("@")[1].strip(".") or _hides(text)):
        raise Invalid("{value} is not an e-mail address.", field=field, value=text[:80])
    return text


def _hides(text: str) -> bool:
    return any(unicodedata.category(letter) in _HIDDEN for letter in text)


def clean_phone(value: object, *, field: str, region: str = "DE") -> str:
    """E.164 or nothing (B72). Raises Invalid instead of guessing."""
    text = str(value or "").strip()
    if not text:
        return ""
    if re.search(r"[A-Za-z]", text):
        raise Invalid("{value} is not a phone number.", field=field, value=text[:40])
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise Invalid("{value} is not a phone number.", field=field, value=text[:40]) from None
    if not phonenumbers.is_valid_number(number):
        raise Invalid("{value} is not a phone number.", field=field, value=text[:40])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_zone(value: object) -> str:
    """The name of a time zone, such as Europe/Berlin."""
    name = str(value or "").strip()
    if name not in available_timezones():
        raise Invalid("{value} is not a time zone.", field="zone", value=name[:40])
    return name


def clean_currency(value: object) -> str:
    code = str(value or "").strip().upper()
    if code not in list_currencies():
        raise Invalid("{value} is not a currency.", field="currency", value=code[:10])
    return code


def amount(value: object, currency: str, *, field: str, language: str = "en") -> int:
    """Money as people type it, in minor units: `1,234.56` in English, `1.234,56` in German (B73).

    Raises Invalid for what is not a number, has more decimals than the currency or is absurdly large.
    """
    return scaled(value, get_currency_precision(currency), field=field, language=language)


def scaled(value: object, places: int, *, field: str, language: str = "en") -> int:
    """A number as people type it, with its decimals shifted into an integer: `1.5` with 3 places is 1500."""
    text = str(value or "").strip().replace("\u00a0", "").replace(" ", "") or "0"
    group, point = (".", ",") if language == "de" else (",", ".")
    whole, _, fraction = text.partition(point)
    if group in whole and not re.fullmatch(rf"-?\d{{1,3}}({re.escape(group)}\d{{3}})+", whole):
        raise Invalid("{value} is not an amount.", field=field, value=text[:40])
    plain = whole.replace(group, "") + (f".{fraction}" if fraction else "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain, re.ASCII):
        raise Invalid("{value} is not an amount.", field=field, value=text[:40])
    if len(plain) > _LONGEST_NUMBER:
        raise Invalid("{value} is not an amount.", field=field, value=text[:40])
    minor = Decimal(plain).scaleb(places)
    if minor != minor.to_integral_value() or abs(minor) > LARGEST_AMOUNT:
        raise Invalid("{value} is not an amount.", field=field, value=text[:40])
    return int(minor)


def clean_day(value: object, *, field: str) -> date | None:
    """A calendar day in ISO form or nothing. It has no zone, so it is the same day everywhere (B44)."""
    text = str(value or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("{value} is not a date.", field=field, value=text[:40]) from None
