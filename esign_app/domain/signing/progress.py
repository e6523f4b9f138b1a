"""How a request goes on: frozen, invited group by group, one PDF revision per signature, sealed.

Each `..._job` answers what to compute, outside any transaction; each `record_...` writes the result down and
can be repeated: the revision number is unique, so of two who computed the same step one is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from esign_app.domain import channels, events, ledger, messages, vault
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Conflict
from esign_app.domain.signing import audit, requests
from esign_app.models import (
    Document,
    DocumentVersion,
    Party,
    Revision,
    Signature,
    SigningRequest,
    Slot,
)


@dataclass(frozen=True)
class FreezeJob:
    request_id: int
    file_sha256: str
    label: str
    fields: tuple[dict[str, Any], ...]
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """A file that lies in the vault."""

    sha256: str
    size: int


@dataclass(frozen=True)
class SignJob:
    """One signature that is not in the PDF yet."""

    request_id: int
    document: str
    party_id: int
    seq: int
    base_sha256: str
    field: str
    name: str
    email: str
    image_sha256: str
    reason: str


@dataclass(frozen=True)
class Next:
    """What follows a step: messages to deliver, and whether it is time to seal."""

    messages: tuple[str, ...] = ()
    seal: bool = False


def freeze_job(session: Session, request_id: int) -> FreezeJob | None:
    """What to freeze and certify; None when that was done already or the request is over."""
    request = session.get(SigningRequest, request_id)
    if request is None or request.state != "preparing":
        return None
    document = session.get(Document, request.document_id)
    version = session.get(DocumentVersion, request.document_version_id)
    assert document is not None and version is not None
    slots = request.layout["slots"]
    return FreezeJob(
        request_id=request_id,
        file_sha256=vault.sha256(session, version.file_id),
        label=document.public_id,
        fields=tuple({"name": slot["field"], **slot["place"]} for slot in slots),
        manifest={
            "public_id": document.public_id,
            "title": f"{document.title} {document.number}",
            "slots": [slot["field"] for slot in slots],
        },
    )


def bind(session: Session, request_id: int, frozen_sha256: str) -> tuple[str, str]:
    """Fix what everyone will be shown; answers its SHA-256 and the first head of the chain.

    What was bound first stays: a repeat after a crash gets the earlier file, which lies in the vault already.
    """
    request = requests.locked(session, request_id)
    request.frozen_sha256 = request.frozen_sha256 or frozen_sha256
    session.add(request)
    return request.frozen_sha256, audit.genesis(session, request)


def record_certified(
    session: Session, request_id: int, frozen: Stored, certified: Stored, *, now: datetime
) -> Next:
    """The PDF is frozen and certified: write both revisions down and invite the first group."""
    request = requests.locked(session, request_id)
    if request.state != "preparing":
        return Next(messages=_unsent(session, request, "invitation"))
    add_revision(session, request, 1, "frozen", frozen, now)
    add_revision(session, request, 2, "certified", certified, now)
    request.state = "sent"
    session.add(request)
    audit.add(
        session,
        request,
        "certified",
        now=now,
        facts={"frozen_sha256": frozen.sha256, "certified_sha256": certified.sha256},
    )
    return Next(messages=_invite(session, request, now))


def sign_job(session: Session, request_id: int) -> SignJob | None:
    """The oldest signature that is not in the PDF yet; None when all are."""
    query = (
        select(Signature, Party, Slot, Document)
        .join(Party, col(Party.id) == Signature.party_id)
        .join(Slot, col(Slot.id) == Party.slot_id)
        .join(SigningRequest, col(SigningRequest.id) == Party.request_id)
        .join(Document, col(Document.id) == SigningRequest.document_id)
        .outerjoin(Revision, col(Revision.party_id) == Party.id)
        .where(Party.request_id == request_id, col(Revision.id).is_(None))
        .order_by(col(Signature.id))
    )
    found = session.exec(query).first()
    if found is None:
        return None
    signature, party, slot, document = found
    last = last_revision(session, request_id)
    assert party.id is not None
    return SignJob(
        request_id=request_id,
        document=document.public_id,
        party_id=party.id,
        seq=last.seq + 1,
        base_sha256=vault.sha256(session, last.file_id),
        field=slot.pdf_field,
        name=party.name,
        email=party.email,
        image_sha256=vault.sha256(session, signature.image_file_id),
        reason=f"chain:{_head_of(session, request_id, party)}",
    )


def _head_of(session: Session, request_id: int, party: Party) -> str:
    """The chain's head at the moment this party signed."""
    for entry in audit.entries(session, request_id):
        if entry.kind == "signed" and entry.party == party.public_id:
            return entry.hash
    raise AssertionError("a signature stands in the chain")


def record_signed(session: Session, job: SignJob, signed: Stored, serial: str, *, now: datetime) -> Next:
    """One more signature is in the PDF. Raises Conflict when another revision took its number."""
    request = requests.locked(session, job.request_id)
    add_revision(session, request, job.seq, "signer", signed, now, party_id=job.party_id, serial=serial)
    return go_on(session, job.request_id, now=now)


def go_on(session: Session, request_id: int, *, now: datetime) -> Next:
    """Invite the next group when the current one is complete, or say that it is time to seal.

    Of a completed one the copies are left that nobody has tried to send yet.
    """
    request = requests.locked(session, request_id)
    if request.state == "completed":
        return Next(messages=_unsent(session, request, "completed"))
    if request.state not in ("sent", "opened", "partly_signed", "sealing"):
        return Next()
    if open_groups(session, request):
        _invite(session, request, now)
        return Next(messages=_unsent(session, request, "invitation"))
    if request.state != "sealing":
        request.state = "sealing"
        session.add(request)
    return Next(seal=True)


def open_groups(session: Session, request: SigningRequest) -> list[int]:
    """The groups that still miss a signature in the PDF, first to sign first."""
    query = (
        select(Slot, Party, Revision)
        .join(Party, col(Party.slot_id) == Slot.id)
        .outerjoin(Revision, col(Revision.party_id) == Party.id)
        .where(Slot.request_id == request.id, Slot.role == "signer", col(Party.replaced_by).is_(None))
    )
    done: dict[int, list[bool]] = {}
    slots: dict[int, Slot] = {}
    for slot, _, revision in session.exec(query):
        assert slot.id is not None
        slots[slot.id] = slot
        done.setdefault(slot.id, []).append(revision is not None)
    is_open = {key for key, row in slots.items() if not (any if row.rule == "any" else all)(done[key])}
    return sorted({slots[key].group_no for key in is_open})


def _invite(session: Session, request: SigningRequest, now: datetime) -> tuple[str, ...]:
    """Invite everybody of the group whose turn it is and who was not invited yet."""
    groups = open_groups(session, request)
    if not groups:
        return ()
    query = (
        select(Party)
        .join(Slot, col(Slot.id) == Party.slot_id)
        .where(
            Party.request_id == request.id,
            Slot.group_no == groups[0],
            col(Party.invited_at).is_(None),
            col(Party.replaced_by).is_(None),
        )
        .order_by(col(Party.id))
    )
    return tuple(_invite_one(session, request, party, now) for party in session.exec(query).all())


def _invite_one(session: Session, request: SigningRequest, party: Party, now: datetime) -> str:
    party.invited_at = now
    session.add(party)
    channel = channels.chosen(party.channel, party)
    personal = {"name": party.name, "email": party.email}
    audit.add(
        session,
        request,
        "invited",
        now=now,
        party=party.public_id,
        facts={"channel": channel},
        personal=personal | ({"phone": party.phone} if channel == "sms" else {}),
    )
    assert party.id is not None and request.id is not None
    invited = events.PartyInvited(
        requests.subject_of(session, request), request.document_id, request.id, party.id
    )
    events.record(session, invited, SYSTEM, now)
    return messages.queue(
        session,
        "invitation",
        about=f"{party.public_id}/{party.token_generation}",
        address=channels.address(channel, party),
        channel=channel,
        party_id=party.id,
        request_id=request.id,
        now=now,
    )


def _unsent(session: Session, request: SigningRequest, kind: str) -> tuple[str, ...]:
    """The request's messages of this kind that were never tried, each once."""
    assert request.id is not None
    return tuple(
        item.id
        for item in ledger.of_request(session, request.id)
        if item.kind == kind and item.state == "queued" and item.next_at is None
    )


def record_failed(session: Session, request_id: int, reason: dict[str, Any], *, now: datetime) -> None:
    """Freezing, signing or sealing failed for good: the request says why and can be retried by hand."""
    request = requests.locked(session, request_id)
    if request.state not in ("preparing", "sent", "opened", "partly_signed", "sealing"):
        return
    request.state, request.error = "failed", reason
    session.add(request)
    assert request.id is not None
    failed = events.RequestFailed(requests.subject_of(session, request), request.document_id, request.id)
    events.record(session, failed, SYSTEM, now)


def last_revision(session: Session, request_id: int) -> Revision:
    query = select(Revision).where(Revision.request_id == request_id).order_by(col(Revision.seq).desc())
    row = session.exec(query).first()
    assert row is not None
    return row


def add_revision(
    session: Session,
    request: SigningRequest,
    seq: int,
    kind: str,
    stored: Stored,
    now: datetime,
    *,
    party_id: int | None = None,
    serial: str = "",
) -> None:
    assert request.id is not None
    row = Revision(
        request_id=request.id,
        seq=seq,
        kind=kind,
        file_id=vault.keep(session, stored.sha256, stored.size, "application/pdf", now=now),
        party_id=party_id,
        certificate_serial=serial,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Conflict("Another signature was added at the same moment.") from None


def stuck(session: Session, *, before: datetime) -> list[int]:
    """Requests that wait for the office and not for a person: never frozen, signed but not in the PDF, not sealed."""
    ids = session.exec(
        select(SigningRequest.id).where(
            col(SigningRequest.state).in_(("preparing", "sealing")), SigningRequest.created_at < before
        )
    ).all()
    unsigned = session.exec(
        select(Party.request_id)
        .join(Signature, col(Signature.party_id) == Party.id)
        .join(SigningRequest, col(SigningRequest.id) == Party.request_id)
        .outerjoin(Revision, col(Revision.party_id) == Party.id)
        .where(
            Signature.at < before,
            col(Revision.id).is_(None),
            col(SigningRequest.state).in_(("sent", "opened", "partly_signed")),
        )
    ).all()
    return sorted({number for number in (*ids, *unsigned) if number is not None})


def overdue(session: Session, *, now: datetime) -> list[int]:
    """Open requests whose time is over."""
    query = select(SigningRequest.id).where(
        col(SigningRequest.state).in_(("sent", "opened", "partly_signed")),
        SigningRequest.expires_at <= now,
    )
    return [number for number in session.exec(query) if number is not None]
