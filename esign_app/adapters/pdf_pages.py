"""In the child: pictures, text and the verdict of a PDF that may be hostile."""

import io
from datetime import datetime

import pypdfium2 as pdfium
from PIL import Image

from esign_app.adapters.pdf_reasons import RenderFailed
from esign_app.adapters.pdf_wire import Head
from esign_app.trust.roots import Roots
from esign_app.trust.verify import verify

MOST_PAGES = 500
_TALLEST = 12_000
_LONGEST_TEXT = 200_000
_COLOURS_OF_TEXT = 4096


def images(head: Head, body: bytes) -> tuple[Head, bytes]:
    """Every page (or those of `pages`) as lossless WebP of the wanted width, signatures and fields drawn."""
    document = _opened(body)
    document.init_forms()
    wanted = head["pages"] if head.get("pages") is not None else range(len(document))
    pictures = [
        _picture(document[number], int(head["width"])) for number in wanted if 0 <= number < len(document)
    ]
    sizes = [len(picture) for picture in pictures]
    return {"sizes": sizes, "pages": len(document)}, b"".join(pictures)


def _picture(page: pdfium.PdfPage, width: int) -> bytes:
    page_width, page_height = page.get_size()
    scale = min(width / max(page_width, 1), _TALLEST / max(page_height, 1))
    bitmap = page.render(scale=scale, may_draw_forms=True, draw_annots=True)
    picture = _lighter(bitmap.to_pil().convert("RGB"))
    held = io.BytesIO()
    picture.save(held, "WEBP", lossless=True, method=2, quality=50)
    return held.getvalue()


def _lighter(picture: Image.Image) -> Image.Image:
    """A page of text with its soft edges in 16 steps of each colour: a third fewer bytes, and no eye sees it.

    A page with photographs has more colours than that and stays as it is.
    """
    if picture.getcolors(_COLOURS_OF_TEXT) is None:
        return picture
    return picture.point(lambda value: min(255, (value + 8) // 17 * 17))


def texts(head: Head, body: bytes) -> tuple[Head, bytes]:
    """The text of every page in reading order, for people who do not see the picture."""
    document = _opened(body)
    pages = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    return {"pages": [page.replace("\r\n", "\n").replace("\0", "")[:_LONGEST_TEXT] for page in pages]}, b""


def verdict(head: Head, body: bytes) -> tuple[Head, bytes]:
    """What `trust` says about the file; it has no key here, only certificates."""
    found = verify(body, Roots.from_dict(head["roots"]), now=datetime.fromisoformat(head["now"]))
    return {"verdict": found.to_dict()}, b""


def _opened(content: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        code = "locked_pdf" if "password" in str(error).lower() else "not_a_pdf"
        raise RenderFailed(code) from error
    if len(document) > MOST_PAGES:
        raise RenderFailed("too_many_pages", pages=len(document), limit=MOST_PAGES)
    if len(document) == 0:
        raise RenderFailed("no_pages")
    return document
