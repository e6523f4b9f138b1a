"""The file store of this process."""

import errno
from functools import lru_cache

from esign_app.adapters.files import FileStore
from esign_app.domain.signing.progress import Stored
from esign_app.settings import settings


class NotStored(Exception):
    """The disk did not take a file; `no_room` when it is full."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.no_room = cause.errno in (errno.ENOSPC, errno.EDQUOT)


@lru_cache
def store() -> FileStore:
    return FileStore(settings().files_dir)


def put(content: bytes) -> Stored:
    """Store bytes; when this returns they survive a power cut. Raises NotStored."""
    try:
        return Stored(store().put(content), len(content))
    except OSError as error:
        raise NotStored(error) from error


def get(sha256: str) -> bytes:
    return store().get(sha256)
