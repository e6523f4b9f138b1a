"""Whether bytes are one DER element in its one correct form (X.690): every length minimal, every part filled exactly.

Parsers are lenient here, and what a lenient parser passes over can be changed unseen in the unsigned parts of a signature.
"""

_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_LONG_LENGTH = 0x80
_DEPTH = 40


def element_end(data: bytes, start: int, depth: int = 0) -> int | None:
    """Where the element that begins at `start` ends, or None when it, or anything inside it, is not proper DER."""
    if start + 2 > len(data) or depth > _DEPTH:
        return None
    tag = data[start]
    if tag == 0 or tag & _LONG_TAG == _LONG_TAG:
        return None
    body = _body(data, start + 1)
    if body is None or body[1] > len(data):
        return None
    at, end = body
    while tag & _CONSTRUCTED and at < end:
        inner = element_end(data, at, depth + 1)
        if inner is None or inner > end:
            return None
        at = inner
    return end


def _body(data: bytes, at: int) -> tuple[int, int] | None:
    """First and last-plus-one place of the content whose length field stands at `at`."""
    first = data[at]
    if first < _LONG_LENGTH:
        return at + 1, at + 1 + first
    octets = data[at + 1 : at + 1 + first - _LONG_LENGTH]
    length = int.from_bytes(octets, "big")
    minimal = octets and octets[0] and length >= _LONG_LENGTH
    return (at + 1 + len(octets), at + 1 + len(octets) + length) if minimal else None
