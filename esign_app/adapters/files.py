"""The file store: bytes under their SHA-256, written once, never changed, checked on every read."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")


class FileMissing(Exception):
    """No file is stored under this hash."""


class FileDamaged(Exception):
    """What is stored under this hash is not what was put there."""


class FileStore:
    """A directory of immutable files; safe for several threads and processes at once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, content: bytes) -> str:
        """Store and return the hash. When this returns, the bytes survive a power cut.

        A file that is already there is kept if it is sound and mended if it is not.
        """
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if _digest_of(path) != name:
            _write(path, content)
        return name

    def get(self, name: str) -> bytes:
        """The bytes stored under `name`, exactly as they were put, or FileMissing or FileDamaged."""
        path = self._path(name)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise FileMissing(name) from None
        if hashlib.sha256(content).hexdigest() != name:
            raise FileDamaged(name)
        return content

    def names(self) -> Iterator[tuple[str, Path]]:
        """Every file that is stored, by its name; what is only just being written is none yet."""
        for path in sorted(self._directory.glob("[0-9a-f][0-9a-f]/*")):
            if _NAME.fullmatch(path.name):
                yield path.name, path

    def adopt(self, name: str, path: Path) -> None:
        """Take the file `path`, which lies on the same disk, over as the one stored under `name`."""
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.rename(target)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise FileMissing(name)
        return self._directory / name[:2] / name


def _digest_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    """Complete or not at all: a reader never sees half a file, and the name is on disk too."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    passing = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)
    _sync_directory(path.parent)
    _sync_directory(path.parent.parent)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
