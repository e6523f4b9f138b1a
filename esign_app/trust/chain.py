"""The audit log of one document as a hash chain: change, drop or reorder an entry and every later hash is wrong.

The head of the chain stands in the signed bytes of each signature, so a rewrite by the operator shows against any copy.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

Entry: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Link:
    """One stored entry with its place in the chain; `seq` starts at 1."""

    seq: int
    prev: str
    hash: str
    entry: Entry


def genesis(document_public_id: str, frozen_sha256: str) -> str:
    """What the first entry points to: this document, in exactly the bytes everyone was shown."""
    return _sha256(b"esign-genesis-v1", document_public_id.encode(), bytes.fromhex(frozen_sha256))


def link(prev: str, entry: Entry) -> str:
    """The hash of `entry` standing after `prev`."""
    return _sha256(b"esign-audit-v1", bytes.fromhex(prev), canonical(entry))


def check(start: str, links: Iterable[Link]) -> int | None:
    """The place (1 for the first) of the first link that does not hold, or None when the chain is whole.

    A missing tail cannot be seen from the links alone: compare the last hash with the head in the seal.
    """
    prev = start
    for place, stored in enumerate(links, 1):
        if stored.seq != place or stored.prev != prev or stored.hash != _link_or_none(prev, stored.entry):
            return place
        prev = stored.hash
    return None


def salted(value: str, salt: bytes) -> str:
    """What the chain holds instead of personal data.

    Without the salt nobody can guess the value back, so erasing salt and value erases the data and leaves the chain whole.
    """
    if len(salt) < 16:
        raise ValueError("a salt needs 16 bytes")
    return hmac.new(
        salt, b"esign-value-v1\0" + value.encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()


def canonical(entry: Entry) -> bytes:
    """One and only one byte form per entry: sorted keys, no spaces, UTF-8, times in UTC milliseconds.

    Floats are refused because their text differs between languages; so is anything JSON does not know.
    """
    plain = _plain(dict(entry))
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("an audit entry has text keys only")
        return {key: _plain(item) for key, item in value.items()}
    raise TypeError(f"an audit entry cannot hold {type(value).__name__}")


def _instant(value: datetime) -> str:
    if value.utcoffset() is None:
        raise ValueError("an audit entry needs a time with its zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _link_or_none(prev: str, entry: Entry) -> str | None:
    """A stored entry may be anything after tampering; what cannot be hashed does not hold."""
    try:
        return link(prev, entry)
    except (TypeError, ValueError):
        return None


def _sha256(purpose: bytes, *parts: bytes) -> str:
    digest = hashlib.sha256(purpose)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
