"""A template's text as it will look: one page as a picture, and in words what is wrong with it. Nothing is kept."""

import base64
from dataclasses import dataclass, field, replace
from typing import Any

from esign_app.adapters import pdf
from esign_app.office.settings.editor import inserts
from esign_app.text import speaking

# Pictures travel through State, whose messages should stay small: a page that is too heavy is drawn smaller.
_WIDTHS = (1000, 720, 480)
_HEAVIEST = 220_000


@dataclass(frozen=True)
class Preview:
    """`problem` says why there is no picture, `line` where (0 when it is no line's fault).

    `unknown` are names no document has a value for; `signers` who signs. `is_stale`: the picture is of an older text.
    """

    picture: str = ""
    page: int = 0
    pages: int = 0
    problem: str = ""
    line: int = 0
    unknown: list[str] = field(default_factory=list)
    signers: list[str] = field(default_factory=list)
    is_stale: bool = False

    def after(self, before: "Preview") -> "Preview":
        """With the picture from before where there is no new one: half a word typed must not make the page jump."""
        if self.picture or not before.picture:
            return self
        return replace(self, picture=before.picture, page=before.page, pages=before.pages, is_stale=True)


def make(html: str, values: dict[str, Any], *, language: str, title: str, page: int, reader: str) -> Preview:
    """`html` filled with `values` in the document's `language`; problems are said in the `reader`'s language."""
    unknown: list[str] = []
    signers: list[str] = []
    try:
        checked = pdf.check_template(html)
        unknown, signers = inserts.unknown(checked.names), list(checked.slots)
        made = pdf.render(html, values, language=language, title=title)
        page = max(0, min(page, made.page_count - 1))
        picture = _picture(made.pdf, page)
    except pdf.RenderFailed as failed:
        with speaking(reader):
            problem = failed.reason
        line = failed.values.get("line", 0)
        return Preview(
            problem=problem, line=line if isinstance(line, int) else 0, unknown=unknown, signers=signers
        )
    return Preview(picture, page, made.page_count, unknown=unknown, signers=signers)


def _picture(made: bytes, page: int) -> str:
    for width in _WIDTHS:
        image = pdf.page_images(made, width, [page])[0]
        if len(image) <= _HEAVIEST:
            break
    return "data:image/webp;base64," + base64.b64encode(image).decode()
