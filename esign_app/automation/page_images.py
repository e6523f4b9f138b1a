"""Pictures and text of stored PDFs, made once in the bounded child and then kept on disk.

A stored file never changes, so what was made from it never becomes stale; the folder may be deleted at any time. What
nobody looked at for a month is thrown away.
"""

import contextlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from esign_app.adapters import pdf
from esign_app.automation import files
from esign_app.settings import settings

# Few widths, so that one document has few pictures, however many screens there are.
WIDTHS = (480, 828, 1240, 1600)
MOST_PAGES = 500
A4 = 297 / 210
_DAY = 86_400
_KEPT_FOR = 30 * _DAY
_locks: dict[Path, threading.Lock] = {}
_guard = threading.Lock()
_swept_at = 0.0


class NoSuchPage(Exception):
    """The document is shorter than that."""


def picture(sha256: str, number: int, width: int) -> bytes:
    """Page `number` (from 1) of a stored PDF as WebP, at the smallest of WIDTHS that is not below `width`."""
    if not 1 <= number <= MOST_PAGES:
        raise NoSuchPage
    wide = next((each for each in WIDTHS if each >= width), WIDTHS[-1])
    return _kept(sha256, f"{number}-{wide}.webp", lambda: _drawn(sha256, number, wide))


def texts(sha256: str) -> list[str]:
    """The text of every page of a stored PDF, for reading it without the picture."""
    kept = _kept(sha256, "text.json", lambda: json.dumps(pdf.page_text(files.get(sha256))).encode())
    return [str(text) for text in json.loads(kept)]


def _drawn(sha256: str, number: int, width: int) -> bytes:
    found = pdf.page_images(files.get(sha256), width, [number - 1])
    if not found:
        raise NoSuchPage
    return found[0]


def proportion(sha256: str, number: int, width: int) -> float:
    """Height by width of a page, from its picture of that width; of A4 before it was made. So nothing jumps."""
    try:
        with _path(sha256, f"{number}-{width}.webp").open("rb") as file:
            head = file.read(25)
    except FileNotFoundError:
        return A4
    if head[12:16] != b"VP8L":  # the lossless kind, which is what we make
        return A4
    bits = int.from_bytes(head[21:25], "little")
    return ((bits >> 14 & 0x3FFF) + 1) / ((bits & 0x3FFF) + 1)


def _path(sha256: str, name: str) -> Path:
    return settings().data / "pages" / sha256[:2] / sha256 / name


def _kept(sha256: str, name: str, make: Callable[[], bytes]) -> bytes:
    path = _path(sha256, name)
    with _one_at_a_time(path):
        try:
            return _looked_at(path)
        except FileNotFoundError:
            content = make()
            _keep(path, content)
            return content


def _looked_at(path: Path) -> bytes:
    content = path.read_bytes()
    if path.stat().st_mtime < time.time() - _DAY:
        os.utime(path)
    return content


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Two who ask for the same at once make it once."""
    with _guard:
        lock = _locks.setdefault(path, threading.Lock())
    try:
        with lock:
            yield
    finally:
        with _guard:
            _locks.pop(path, None)


def _keep(path: Path, content: bytes) -> None:
    """Complete or not at all; no sync, because it can be made again."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    passing.replace(path)
    _sweep(path.parents[2])


def _sweep(folder: Path) -> None:
    """Once a day at most, when something is added."""
    global _swept_at
    now = time.time()
    if now - _swept_at < _DAY:
        return
    _swept_at = now
    for path in folder.glob("*/*/*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < now - _KEPT_FOR:
                path.unlink()
