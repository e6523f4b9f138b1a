"""Files by what they are: the row that says a stored file exists. The bytes are in adapters/files."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from esign_app.domain.refusals import NotFound
from esign_app.models import File


def keep(session: Session, sha256: str, size: int, media_type: str, *, now: datetime) -> int:
    """The id of the row for a stored file; the same bytes are one row, also when two keep them at the same moment."""
    row = _find(session, sha256) or _insert(
        session, File(sha256=sha256, size=size, media_type=media_type, created_at=now)
    )
    assert row.id is not None
    return row.id


def _insert(session: Session, row: File) -> File:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        there = _find(session, row.sha256)
        assert there is not None
        return there
    return row


def _find(session: Session, sha256: str) -> File | None:
    return session.exec(select(File).where(File.sha256 == sha256)).first()


def sha256(session: Session, file_id: int) -> str:
    row = session.get(File, file_id)
    if row is None:
        raise NotFound("This file does not exist.")
    return row.sha256


def all_names(session: Session) -> set[str]:
    """The hash of every file that there is a row for."""
    return set(session.exec(select(File.sha256)))
