"""A sentence carried across a redirect in the address, signed: nobody else can put words on our pages.

No cookie and no session: the page shows what its address says, and only what we have said.
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from esign_app.domain.refusals import Refused
from esign_app.settings import secret

_MAC = 16
_LONGEST = 2000


def note(refused: Refused, about: str) -> str:
    """The refusal as a word for an address; it is shown only on the page of `about`."""
    said = {"message": refused.message, "values": refused.values, "field": getattr(refused, "field", "")}
    content = json.dumps(said, default=str, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_mac(content, about) + content).decode().rstrip("=")


def read(word: str, about: str) -> dict[str, Any]:
    """What `note` was made of; empty for anything we did not say about this page."""
    try:
        whole = base64.urlsafe_b64decode(word[:_LONGEST] + "=" * (-len(word) % 4))
    except (binascii.Error, ValueError):
        return {}
    mac, content = whole[:_MAC], whole[_MAC:]
    if not hmac.compare_digest(mac, _mac(content, about)):
        return {}
    said: dict[str, Any] = json.loads(content)
    return said


def _mac(content: bytes, about: str) -> bytes:
    message = b"esign-note-v1\0" + about.encode() + b"\0" + content
    return hmac.new(secret(), message, hashlib.sha256).digest()[:_MAC]
