"""HTML to PDF: our fonts, nothing from outside, and where each signature goes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML, Document
from weasyprint.anchors import rectangle_aabb
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from esign_app.adapters.pdf_reasons import RenderFailed

SIGN_ID = "esign-sign-"
MOST_PAGES = 300
_ASSETS = Path(__file__).parent / "pdf_assets"
_LARGEST_DATA_URL = 2_800_000
_HARMLESS = ("data:image/",)


class Outside(FatalURLFetchingError):  # type: ignore[misc]  (WeasyPrint has no types)
    """A template asked for something that is not in it."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address[:80]


class Locked(URLFetcher):  # type: ignore[misc]  (WeasyPrint has no types)
    """Embedded pictures, and our own fonts while the nursery starts; everything else ends the render."""

    def __init__(self, assets: dict[str, bytes] | None = None) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        self._own = assets or {}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        own = self._own.get(url.removeprefix("asset:"))
        if own is not None:
            return URLFetcherResponse(url, own)
        if url.lower().startswith(_HARMLESS) and len(url) <= _LARGEST_DATA_URL:
            return super().fetch(url, headers)
        raise Outside(url)


class Press:
    """Fonts and our style sheet, loaded once in the nursery and inherited by every child."""

    def __init__(self) -> None:
        fonts = {path.name: path.read_bytes() for path in (_ASSETS / "fonts").glob("*.woff2")}
        self._fonts = FontConfiguration()
        style = (_ASSETS / "print.css").read_text(encoding="utf-8")
        self._style = CSS(string=style, font_config=self._fonts, url_fetcher=Locked(fonts), base_url="asset:")

    def forbid_new_fonts(self) -> None:
        """In a child: a template's own @font-face would be written beside ours and change later documents."""
        self._fonts._folder = Path("/nonexistent")

    def lay_out(self, html: str, *, language: str, title: str) -> Document:
        """The pages, or RenderFailed."""
        try:
            source = HTML(string=html, base_url="asset:", url_fetcher=Locked())
            document = source.render(font_config=self._fonts, stylesheets=[self._style])
        except Outside as error:
            raise RenderFailed("outside", address=error.address) from error
        except OSError as error:  # a child may write no file, and only a new font would be one
            raise RenderFailed("own_font") from error
        if len(document.pages) > MOST_PAGES:
            raise RenderFailed("too_many_pages", pages=len(document.pages), limit=MOST_PAGES)
        document.metadata.title = title
        document.metadata.lang = language
        return document


def tagged_pdf(document: Document) -> bytes:
    """An accessible file (PDF/UA-1); the same pages always give the same bytes."""
    return _written(document, pdf_variant="pdf/ua-1")


def plain_pdf(document: Document) -> bytes:
    """Without tags, for a page that becomes a picture inside another file."""
    return _written(document)


def _written(document: Document, **options: str) -> bytes:
    try:
        return bytes(document.write_pdf(**options))
    except Outside as error:
        raise RenderFailed("outside", address=error.address) from error


def anchors(document: Document, keys: list[str]) -> list[dict[str, Any]]:
    """Where each signature field lies, in fractions of its page from the top left; in the order of `keys`."""
    found: dict[str, dict[str, Any]] = {}
    for number, page in enumerate(document.pages):
        for key, (left, top, right, bottom) in _fields(page._page_box, None):
            place = {"key": key, "page": number, "x": left / page.width, "y": top / page.height}
            place |= {"w": (right - left) / page.width, "h": (bottom - top) / page.height}
            found.setdefault(key, place)
    for key in keys:
        if key not in found:
            raise RenderFailed("sign_lost", key=key)
        if not _inside(found[key]):
            raise RenderFailed("sign_outside", key=key)
    return [found[key] for key in keys]


def _fields(box: Any, matrix: Any) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    own = getattr(box, "transformation_matrix", None)
    if own:
        matrix = own @ matrix if matrix else own
    name = box.element.get("id", "") if box.element is not None else ""
    if name.startswith(SIGN_ID) and box.style["visibility"] == "visible":
        area = (box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())
        yield name.removeprefix(SIGN_ID), rectangle_aabb(matrix, *area)
        return
    for child in box.all_children() if hasattr(box, "all_children") else ():
        yield from _fields(child, matrix)


def _inside(place: dict[str, Any]) -> bool:
    slack = 0.001
    horizontal = -slack <= place["x"] and place["x"] + place["w"] <= 1 + slack
    vertical = -slack <= place["y"] and place["y"] + place["h"] <= 1 + slack
    return bool(horizontal and vertical and place["w"] > 0.01 and place["h"] > 0.005)
