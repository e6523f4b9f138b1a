"""The files of a document in the office: as it stands now, and sealed."""

from sqlmodel import Session, col, select

from esign_app.domain import documents, rights, vault
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import NotFound
from esign_app.domain.signing import parties
from esign_app.models import Revision


def as_it_stands(session: Session, actor: Actor, document_id: str) -> tuple[str, str]:
    """SHA-256 and file name of the newest revision, with the signatures made so far; before sending, of the made file."""
    made = documents.file_of(session, actor, document_id)
    asked = documents.newest_request(session, documents.find(session, document_id).id or 0)
    if asked is None:
        return made
    query = select(Revision).where(Revision.request_id == asked.id).order_by(col(Revision.seq).desc())
    newest = session.exec(query).first()
    return (vault.sha256(session, newest.file_id), made[1]) if newest is not None else made


def sealed(session: Session, actor: Actor, document_id: str) -> tuple[str, str]:
    """SHA-256 and file name of the sealed file. Raises NotFound until it is sealed."""
    rights.require(actor, "view", "documents")
    asked = documents.newest_request(session, documents.find(session, document_id).id or 0)
    if asked is None or asked.id is None:
        raise NotFound("This document is not sealed yet.")
    return parties.sealed_of_request(session, asked.id)
