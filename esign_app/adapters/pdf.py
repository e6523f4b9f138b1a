"""Making and reading PDFs, safely: everything that touches other people's templates or files runs in a bounded child.

Every function may be called from any thread and blocks until its child has answered or was ended. What cannot be made
is a RenderFailed with a sentence for people.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from esign_app.adapters.pdf_client import Killed, NurseryHandle
from esign_app.adapters.pdf_reasons import REASONS, RenderFailed
from esign_app.trust.roots import Roots
from esign_app.trust.verdict import Remark, Verdict

__all__ = [
    "Anchor", "CheckedTemplate", "RenderFailed", "Rendered", "certificate", "check_template", "page_images", "page_text",
    "render", "state", "stop", "verify", "warm",
]  # fmt: skip

LARGEST_PDF = 25 << 20
LARGEST_TEMPLATE = 1 << 20

_nursery = NurseryHandle()
# Own work and files from strangers wait in two queues: visitors of the integrity page cannot hold up a contract.
_own_work = threading.BoundedSemaphore(4)
_strangers = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Anchor:
    """The place of one signature: a 0-based page and fractions of it, from the top left."""

    key: str
    page: int
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Rendered:
    pdf: bytes
    page_count: int
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True)
class CheckedTemplate:
    """What a template reads (`client.name`) and which parties sign it (`own`, `client`)."""

    names: tuple[str, ...]
    slots: tuple[str, ...]


def render(html_template: str, data: dict[str, Any], *, language: str, title: str) -> Rendered:
    """The template filled with plain data, as an accessible PDF; the same input gives the same bytes."""
    head = {"data": data, "language": language, "title": title}
    answer, pdf = _ask(b"r", head, _template(html_template))
    return Rendered(pdf, answer["pages"], tuple(Anchor(**anchor) for anchor in answer["anchors"]))


def check_template(html_template: str) -> CheckedTemplate:
    """What the template needs; RenderFailed naming the line if it cannot be read."""
    answer, _ = _ask(b"k", {}, _template(html_template))
    return CheckedTemplate(tuple(answer["names"]), tuple(answer["slots"]))


def certificate(data: dict[str, Any], *, language: str) -> bytes:
    """The certificate of completion: one A4 page. Its data is described at the top of its template."""
    return _ask(b"c", {"data": data, "language": language})[1]


def page_images(pdf: bytes, width: int, pages: Sequence[int] | None = None) -> list[bytes]:
    """Lossless WebP pictures `width` pixels wide, with signatures and form fields; of all pages or of `pages`."""
    head = {"width": max(16, min(width, 2400)), "pages": None if pages is None else list(pages)}
    answer, content = _ask(b"i", head, _sized(pdf))
    return list(_split(content, answer["sizes"]))


def page_text(pdf: bytes) -> list[str]:
    """The text of each page."""
    return list(_ask(b"t", {}, _sized(pdf))[0]["pages"])


def verify(pdf: bytes, roots: Roots, now: datetime) -> Verdict:
    """Whether the file is what was signed. Never raises for what is in the file: what cannot be judged is a verdict too."""
    if len(pdf) > LARGEST_PDF:
        return Verdict.of([Remark("CANNOT_CHECK", "too-large")])
    head = {"roots": roots.to_dict(), "now": now.isoformat()}
    try:
        answer, _ = _ask(b"v", head, pdf, queue=_strangers)
    except RenderFailed as error:
        if error.code == "down":
            raise
        return Verdict.of([Remark("CANNOT_CHECK", "limits")])
    return Verdict.from_dict(answer["verdict"])


def warm() -> None:
    """Start the nursery and wait until it serves, so that the first document is as quick as the others."""
    _ask(b"s", {})


def state() -> dict[str, Any]:
    """What a child can see: its environment, our modules, network interfaces."""
    return _ask(b"s", {})[0]


def stop() -> None:
    """At shutdown. A later call would start the nursery again."""
    _nursery.stop()


def _ask(
    letter: bytes, head: dict[str, Any], body: bytes = b"", queue: threading.BoundedSemaphore = _own_work
) -> tuple[dict[str, Any], bytes]:
    with queue, _deaths_explained():
        answer, content = _nursery.ask(letter, head, body)
    if "failed" in answer:
        code = answer["failed"] if answer["failed"] in REASONS else "failed"
        raise RenderFailed(code, **answer["values"])
    return answer, content


@contextmanager
def _deaths_explained() -> Iterator[None]:
    try:
        yield
    except Killed as error:
        raise RenderFailed("too_long" if error.too_slow else "memory") from error


def _template(text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if len(content) > LARGEST_TEMPLATE:
        raise RenderFailed("too_large", limit=LARGEST_TEMPLATE >> 20)
    return content


def _sized(pdf: bytes) -> bytes:
    if len(pdf) > LARGEST_PDF:
        raise RenderFailed("too_large", limit=LARGEST_PDF >> 20)
    return pdf


def _split(content: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield content[start : start + size]
        start += size
