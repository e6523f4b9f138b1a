"""Texts for a phone: in the GSM alphabet, in one segment where the link leaves room."""

import unicodedata

_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = set("\f^{}\\[~]|€")
_LOOKALIKES = str.maketrans({
    "“": '"', "”": '"', "„": '"', "\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{EN DASH}": "-", "—": "-", "ł": "l", "Ł": "L", "đ": "d",
})  # fmt: skip
ONE_SEGMENT, OF_SEVERAL = 160, 153


def septets(text: str) -> int:
    """The length on the air of a text in the GSM alphabet."""
    return sum(2 if character in _ESCAPED else 1 for character in text)


def is_gsm(text: str) -> bool:
    return set(text) <= _BASIC | _ESCAPED


def segments(text: str) -> int:
    """How many SMS a gateway bills for it."""
    one, several, length = ONE_SEGMENT, OF_SEVERAL, septets(text)
    if not is_gsm(text):
        one, several, length = 70, 67, len(text.encode("utf-16-be")) // 2
    return 1 if length <= one else -(-length // several)


def plain(text: str) -> str:
    """`text` in the GSM alphabet: without the accents it lacks and without the letters nothing stands for."""
    found = ""
    for character in text.translate(_LOOKALIKES):
        base = character if is_gsm(character) else unicodedata.normalize("NFKD", character)
        found += "".join(part for part in base if is_gsm(part))
    return " ".join(found.split())


def fitted(name: str, rest: str) -> str:
    """`name` cut so that it fits into one segment beside `rest`; "" when not even three letters do."""
    room = ONE_SEGMENT - septets(plain(rest))
    name = plain(name)
    while septets(name) > room:
        name = name[:-1]
    name = name.strip(" ,.-")
    return name if len(name) >= 3 else ""
