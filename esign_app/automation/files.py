"""The file store of this process."""

from functools import lru_cache

from esign_app.adapters.files import FileStore
from esign_app.domain.signing.progress import Stored
from esign_app.settings import settings


@lru_cache
def store() -> FileStore:
    return FileStore(settings().files_dir)


def put(content: bytes) -> Stored:
    """Store bytes; when this returns they survive a power cut."""
    return Stored(store().put(content), len(content))


def get(sha256: str) -> bytes:
    return store().get(sha256)
