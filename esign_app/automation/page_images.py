"""Pictures and text of stored PDFs, made once in the bounded child and then kept on disk.

A stored file never changes, so what was made from it never becomes stale; the folder may be deleted at any time.
"""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from esign_app.adapters import pdf
from esign_app.automation import files
from esign_app.settings import settings

# Few widths, so that one document has few pictures, however many screens there are.
WIDTHS = (480, 800, 1200, 1600)


class NoSuchPage(Exception):
    """The document is shorter than that."""


def picture(sha256: str, number: int, width: int) -> bytes:
    """Page `number` (from 1) of a stored PDF as WebP, at the smallest of WIDTHS that is not below `width`."""
    wide = next((each for each in WIDTHS if each >= width), WIDTHS[-1])
    return _kept(sha256, f"{number}-{wide}.webp", lambda: _drawn(sha256, number, wide))


def texts(sha256: str) -> list[str]:
    """The text of every page of a stored PDF, for reading it without the picture."""
    kept = _kept(sha256, "text.json", lambda: json.dumps(pdf.page_text(files.get(sha256))).encode())
    return [str(text) for text in json.loads(kept)]


def _drawn(sha256: str, number: int, width: int) -> bytes:
    if number < 1:
        raise NoSuchPage
    found = pdf.page_images(files.get(sha256), width, [number - 1])
    if not found:
        raise NoSuchPage
    return found[0]


def _kept(sha256: str, name: str, make: Callable[[], bytes]) -> bytes:
    path = settings().data / "pages" / sha256[:2] / sha256 / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        content = make()
        _keep(path, content)
        return content


def _keep(path: Path, content: bytes) -> None:
    """Complete or not at all; no sync, because it can be made again."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    passing.replace(path)
