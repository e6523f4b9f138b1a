"""The database: one metadata, one engine per process, types that keep time and ids honest."""

from esign_app.db.base import Base, new_public_id
from esign_app.db.connect import make_engine, make_runs_engine
from esign_app.db.types import Json, UtcDateTime, utcnow

__all__ = [
    "Base",
    "Json",
    "UtcDateTime",
    "make_engine",
    "make_runs_engine",
    "new_public_id",
    "utcnow",
]
