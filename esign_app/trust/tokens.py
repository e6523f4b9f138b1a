"""Links and codes, derived from a secret and never stored.

Each kind has its own purpose inside the MAC, so a download link never opens a signing page. A party's generation is part of
the MAC too: raising it makes every older link dead.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable

_SECRET_BYTES = 32
_MAC_BYTES = 20
_CODE_DIGITS = 6
# No real subject is empty, so a token for an unknown party is compared with a MAC nobody can hold.
_NOBODY = ""

GenerationOf = Callable[[str], int | None]


def party_token(secret: bytes, party_public_id: str, generation: int) -> str:
    """The token in a party's signing link: `<party_public_id>.<mac>`, 160 bit."""
    return _token(secret, "party", party_public_id, generation)


def read_party_token(secret: bytes, token: str, generation_of: GenerationOf) -> str | None:
    """The party the token was made for, or None when it is forged, of another kind or of an older generation."""
    return _read(secret, "party", token, generation_of)


def download_token(secret: bytes, party_public_id: str, generation: int) -> str:
    """The token in a party's download link; it opens the finished file, never the signing page."""
    return _token(secret, "download", party_public_id, generation)


def read_download_token(secret: bytes, token: str, generation_of: GenerationOf) -> str | None:
    """As `read_party_token`, for download links."""
    return _read(secret, "download", token, generation_of)


def setup_token(secret: bytes) -> str:
    """The token of the one-time set-up link. That it works once is for the caller: nobody may exist yet."""
    return _mac(secret, "setup")


def read_setup_token(secret: bytes, token: str) -> bool:
    """Whether `token` is the set-up token."""
    return _same(setup_token(secret), token)


def code(secret: bytes, challenge_id: str) -> str:
    """The six digits sent to a phone or mailbox for one challenge."""
    number = int.from_bytes(_digest(secret, "code", challenge_id)[:8], "big")
    return f"{number % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"


def read_code(secret: bytes, challenge_id: str, given: str) -> bool:
    """Whether a person typed the right code; spaces and hyphens do not matter. Counting tries is for the caller."""
    return _same(code(secret, challenge_id), "".join(given.split()).replace("-", ""))


def _token(secret: bytes, purpose: str, subject: str, generation: int) -> str:
    if not subject:
        raise ValueError("a token needs a subject")
    return f"{subject}.{_mac(secret, purpose, subject, str(generation))}"


def _read(secret: bytes, purpose: str, token: str, generation_of: GenerationOf) -> str | None:
    subject, _, mac = token.rpartition(".")
    generation = generation_of(subject) if subject else None
    known = generation is not None
    expected = _mac(secret, purpose, subject if known else _NOBODY, str(generation))
    return subject if _same(expected, mac) and known else None


def _mac(secret: bytes, *parts: str) -> str:
    return base64.urlsafe_b64encode(_digest(secret, *parts)[:_MAC_BYTES]).decode("ascii").rstrip("=")


def _digest(secret: bytes, *parts: str) -> bytes:
    if len(secret) < _SECRET_BYTES:
        raise ValueError(f"the secret must have at least {_SECRET_BYTES} bytes")
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    # Each part goes in with its length: ("ab", "c") and ("a", "bc") must not meet.
    message = b"esign-token-v1" + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
    return hmac.new(secret, message, hashlib.sha256).digest()


def _same(expected: str, given: str) -> bool:
    """Constant time in `given`; text outside ASCII is simply wrong, not an error."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))
