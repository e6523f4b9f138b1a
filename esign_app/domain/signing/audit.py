"""The hash chain of a signing request: every fact is a link; personal values are in it as salted hashes."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from esign_app.models import AuditEntry, AuditValue, Document, SigningRequest
from esign_app.trust import chain


@dataclass(frozen=True)
class Entry:
    seq: int
    kind: str
    at: datetime
    party: str
    values: dict[str, str]
    body: dict[str, Any]
    hash: str


def add(
    session: Session,
    request: SigningRequest,
    kind: str,
    *,
    now: datetime,
    party: str = "",
    facts: dict[str, Any] | None = None,
    personal: dict[str, str] | None = None,
) -> str:
    """Append a link and answer the new head (hex). `personal` can be erased later without breaking the chain."""
    assert request.id is not None
    last = _last(session, request.id)
    salted = {name: (secrets.token_hex(16), value) for name, value in (personal or {}).items()}
    seq = last.seq + 1 if last else 1
    body: dict[str, Any] = {
        "seq": seq,
        "kind": kind,
        "at": now.isoformat(timespec="milliseconds"),
        "party": party,
        "facts": facts or {},
        "values": {name: chain.salted(value, bytes.fromhex(salt)) for name, (salt, value) in salted.items()},
    }
    previous = last.hash if last else genesis(session, request)
    row = AuditEntry(
        request_id=request.id, seq=seq, prev=previous, hash=chain.link(previous, body), body=body
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add_all(
        AuditValue(entry_id=row.id, name=name, salt=salt, value=value)
        for name, (salt, value) in salted.items()
    )
    return row.hash


def genesis(session: Session, request: SigningRequest) -> str:
    """The head of an empty chain: bound to the document's id and to what everyone is shown."""
    document = session.get(Document, request.document_id)
    assert document is not None
    return chain.genesis(document.public_id, request.frozen_sha256)


def head(session: Session, request: SigningRequest) -> str:
    assert request.id is not None
    last = _last(session, request.id)
    return last.hash if last else genesis(session, request)


def _last(session: Session, request_id: int) -> AuditEntry | None:
    query = select(AuditEntry).where(AuditEntry.request_id == request_id).order_by(col(AuditEntry.seq).desc())
    return session.exec(query).first()


def entries(session: Session, request_id: int) -> list[Entry]:
    """The whole chain with the personal values that were not erased."""
    rows = session.exec(
        select(AuditEntry).where(AuditEntry.request_id == request_id).order_by(col(AuditEntry.seq))
    ).all()
    values: dict[int, dict[str, str]] = {}
    ids = [row.id for row in rows]
    for value in session.exec(select(AuditValue).where(col(AuditValue.entry_id).in_(ids))):
        values.setdefault(value.entry_id, {})[value.name] = value.value
    return [
        Entry(
            seq=row.seq,
            kind=row.body["kind"],
            at=datetime.fromisoformat(row.body["at"]),
            party=row.body["party"],
            values=values.get(row.id or 0, {}),
            body=row.body,
            hash=row.hash,
        )
        for row in rows
    ]
