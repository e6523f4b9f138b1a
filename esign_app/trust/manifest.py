"""What a document says about itself, inside signed bytes: the manifest in the frozen file, the facts in signature reasons.

The manifest is plain JSON under a key of the catalogue, so that it lies in every later signature's range. A reason is short
text like `chain:<head>;slots:signer-001,signer-002;document:<id>`; both are written by us and read from hostile files.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CATALOG_KEY = "/EsignApp"
MANIFEST_KEY = "/Manifest"
_LIMIT = 64 * 1024
_TEXT_LIMIT = 500
_SLOT_LIMIT = 999
SLOT_NAME = re.compile(r"signer-\d{3}")
_HEAD = re.compile(r"[0-9a-f]{64}")
_PUBLIC_ID = re.compile(r"[0-9A-Za-z-]{1,40}")


@dataclass(frozen=True)
class Manifest:
    """Which document this is and which slots it has."""

    public_id: str
    title: str
    slots: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """The facts a signature's reason carries; None where it says nothing or nonsense."""

    chain_head: str | None = None
    slots: tuple[str, ...] | None = None
    document: str | None = None


def encode(manifest: Mapping[str, Any]) -> bytes:
    """The bytes to put into the file. ASCII only, so that no writer changes their encoding on the way."""
    content = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode("ascii")
    if len(content) > _LIMIT:
        raise ValueError("the manifest is too large")
    return content


def decode(content: bytes) -> Manifest | None:
    """The manifest in `content`, or None when it is not one."""
    if len(content) > _LIMIT:
        return None
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    public_id, title, slots = data.get("public_id"), data.get("title", ""), data.get("slots")
    if not (isinstance(public_id, str) and _PUBLIC_ID.fullmatch(public_id) and isinstance(title, str)):
        return None
    return Manifest(public_id, title[:_TEXT_LIMIT], _slots(slots) or ())


def signer_reason(chain_head: str) -> str:
    """The reason of a signer's signature: where the audit log stood when the person signed."""
    return f"chain:{chain_head}"


def seal_reason(chain_head: str, slots: Sequence[str], document: str) -> str:
    """The reason of the seal: the end of the audit log and the slots without which the document is not complete."""
    return f"chain:{chain_head};slots:{','.join(slots)};document:{document}"


def read_reason(text: object) -> Reason:
    """The facts in a reason; anything unknown is passed over."""
    pairs = dict(part.split(":", 1) for part in str(text)[:_LIMIT].split(";") if ":" in part)
    head, document, slots = pairs.get("chain", ""), pairs.get("document", ""), pairs.get("slots")
    return Reason(
        chain_head=head if _HEAD.fullmatch(head) else None,
        slots=_slots([name for name in slots.split(",") if name]) if slots is not None else None,
        document=document if _PUBLIC_ID.fullmatch(document) else None,
    )


def _slots(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or len(value) > _SLOT_LIMIT:
        return None
    if not all(isinstance(name, str) and SLOT_NAME.fullmatch(name) for name in value):
        return None
    return tuple(value)
