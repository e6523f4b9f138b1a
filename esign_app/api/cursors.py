"""Where a list of things without a public id goes on: a number, dressed so that nobody counts on it."""

from base64 import b32decode, b32encode

from esign_app.domain.refusals import Invalid

_BYTES = 8


def write(number: int) -> str:
    return b32encode(number.to_bytes(_BYTES, "big")).decode().rstrip("=")


def read(cursor: str) -> int:
    """Raises Invalid for anything `write` did not make."""
    try:
        number = int.from_bytes(b32decode(cursor + "=" * (-len(cursor) % 8)), "big")
    except ValueError:
        number = -1
    if number < 0 or write(number) != cursor or number >= 1 << 62:
        raise Invalid("This is no place in the list.", field="after")
    return number
