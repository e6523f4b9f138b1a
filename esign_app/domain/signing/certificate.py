"""What the certificate page says, and the end of a request: sealed, told, done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from esign_app.domain import channels, events, messages, own_companies, vault
from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import audit, progress, requests
from esign_app.domain.signing.progress import Next, Stored
from esign_app.models import (
    Document,
    DocumentVersion,
    Party,
    Revision,
    Signature,
    SigningRequest,
    Slot,
)
from esign_app.text import speaking, stamp, t


@dataclass(frozen=True)
class SealJob:
    """Everything the seal needs. `page` is the data of the certificate page; images are added by SHA-256."""

    request_id: int
    seq: int
    base_sha256: str
    reason: str
    language: str
    public_id: str
    title: str
    page: dict[str, Any]


def seal_job(session: Session, request_id: int) -> SealJob | None:
    """What to seal; None unless every required slot is signed in the PDF and nothing is sealed yet."""
    request = session.get(SigningRequest, request_id)
    if request is None or request.state != "sealing" or progress.open_groups(session, request):
        return None
    document = session.get(Document, request.document_id)
    version = session.get(DocumentVersion, request.document_version_id)
    assert document is not None and version is not None
    last = progress.last_revision(session, request_id)
    head = audit.head(session, request)
    fields = ",".join(slot["field"] for slot in request.layout["slots"])
    return SealJob(
        request_id=request_id,
        seq=last.seq + 1,
        base_sha256=vault.sha256(session, last.file_id),
        reason=f"chain:{head};slots:{fields};document:{document.public_id}",
        language=request.language,
        public_id=document.public_id,
        title=f"{document.title} {document.number}",
        page=_page(session, request, document, version, head),
    )


def _page(
    session: Session,
    request: SigningRequest,
    document: Document,
    version: DocumentVersion,
    head: str,
) -> dict[str, Any]:
    assert request.id is not None
    with speaking(request.language):
        return {
            "document": {
                "public_id": document.public_id,
                "title": document.title,
                "number": document.number,
                "frozen_sha256": request.frozen_sha256,
                "pages": version.pages,
            },
            "sender": own_companies.default(session).name,
            "zone": request.zone,
            "parties": _parties(session, request),
            "events": [
                {"at": stamp(entry.at, request.zone), "text": sentence(entry)}
                for entry in audit.entries(session, request.id)
            ],
            "chain_head": head,
        }


def _parties(session: Session, request: SigningRequest) -> list[dict[str, Any]]:
    query = (
        select(Party, Signature, Slot, Revision)
        .join(Signature, col(Signature.party_id) == Party.id)
        .join(Slot, col(Slot.id) == Party.slot_id)
        .join(Revision, col(Revision.party_id) == Party.id)
        .where(Party.request_id == request.id)
        .order_by(col(Slot.group_no), col(Party.id))
    )
    return [
        {
            "name": party.name,
            "role": t("For {company}", company=own_companies.default(session).name)
            if party.own_signatory_id
            else t("Client"),
            "masked_contact": channels.masked(party.email or party.phone),
            "signed_at": stamp(signature.at, request.zone),
            "method": t(_METHODS[signature.method]),
            "identification": _identification(session, request, party),
            "address": signature.address,
            "serial": revision.certificate_serial,
            "image_sha256": vault.sha256(session, signature.image_file_id),
        }
        for party, signature, slot, revision in session.exec(query)
    ]


_METHODS = {
    "typed": "Made from the name",
    "drawn": "Drawn by hand",
    "uploaded": "Uploaded picture",
}


def _identification(session: Session, request: SigningRequest, party: Party) -> str:
    assert request.id is not None
    own = [entry for entry in audit.entries(session, request.id) if entry.party == party.public_id]
    if any(entry.kind == "signed" and entry.body["facts"]["identified_by"] == "login" for entry in own):
        return t("Logged in to the office")
    if [entry.body["facts"]["channel"] for entry in own if entry.kind == "identified"][-1:] == ["sms"]:
        return t("Link and one-time code by SMS")
    return t("Link and one-time code by e-mail")


def sentence(entry: audit.Entry) -> str:
    """One link of the chain for people, in the current language."""
    name = entry.values.get("name", t("A party"))
    if entry.kind == "invited" and entry.body["facts"]["channel"] == "sms":
        return t("{name} was invited by SMS", name=name)
    return t(_SENTENCES.get(entry.kind, entry.kind), name=name)


_SENTENCES = {
    "certified": "The document was frozen and certified",
    "invited": "{name} was invited by e-mail",
    "corrected": "The contact data of {name} was corrected",
    "opened": "{name} opened the document",
    "code_sent": "A one-time code was sent",
    "identified": "{name} entered the one-time code",
    "consented": "Consent to sign electronically was given",
    "signed": "{name} signed",
    "declined": "{name} declined",
    "cancelled": "The sender withdrew the document",
    "expired": "The time to sign was over",
    "sealed": "The document was sealed",
}


def record_sealed(session: Session, job: SealJob, sealed: Stored, serial: str, *, now: datetime) -> Next:
    """The seal was made and verified: the document is completed, and everybody gets it."""
    request = requests.locked(session, job.request_id)
    if request.state != "sealing":
        return Next()
    progress.add_revision(session, request, job.seq, "seal", sealed, now, serial=serial)
    request.state, request.error, request.completed_at = "completed", {}, now
    session.add(request)
    audit.add(session, request, "sealed", now=now, facts={"sealed_sha256": sealed.sha256})
    assert request.id is not None
    done = events.DocumentCompleted(requests.subject_of(session, request), request.document_id, request.id)
    events.record(session, done, SYSTEM, now)
    query = select(Party).where(Party.request_id == request.id, col(Party.replaced_by).is_(None))
    return Next(messages=tuple(_send_copy(session, party, now) for party in session.exec(query).all()))


def _send_copy(session: Session, party: Party, now: datetime) -> str:
    channel = channels.for_papers(party)
    return messages.queue(
        session,
        "completed",
        about=party.public_id,
        address=channels.address(channel, party),
        channel=channel,
        party_id=party.id,
        request_id=party.request_id,
        now=now,
    )
