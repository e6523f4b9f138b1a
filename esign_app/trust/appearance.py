"""What a signature looks like on the page: a drawn image in its field, the certificate page in the seal."""

from io import BytesIO

from PIL import Image
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

_FORMATS = ("PNG", "JPEG", "WEBP")
_PIXELS = 8_000_000
_FILL = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID,
    y_align=AxisAlignment.ALIGN_MID,
    margins=Margins.uniform(0),
    inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
)
_TURN_BACK = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


class BadImage(ValueError):
    """The bytes are no image that can be drawn."""


def drawing(image: bytes, rotation: int) -> StaticStampStyle:
    """The image, as large as its field allows, in its own proportions, transparent where it is, upright on a turned page."""
    try:
        with Image.open(BytesIO(image), formats=_FORMATS) as opened:
            if opened.width * opened.height > _PIXELS:
                raise BadImage("the image is too large")
            # Finds a cut file even where someone has told Pillow to be lenient (WeasyPrint does, for the whole process).
            opened.verify()
        with Image.open(BytesIO(image), formats=_FORMATS) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadImage("the signature is no readable image") from error
    if rotation in _TURN_BACK:
        picture = picture.transpose(_TURN_BACK[rotation])
    return _style(PdfImage(picture))


def page(pdf: bytes) -> StaticStampStyle:
    """The first page of `pdf`, filling the field."""
    return _style(_FirstPage(pdf))


class _FirstPage(PdfContent):
    """A page as content. pyHanko's own class for it takes a file name only."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)), page_ix=0)
        self.resources.xobject["/Page"] = form
        x1, y1, x2, y2 = (float(number) for number in form.get_object()["/BBox"])
        self.box = BoxConstraints(width=abs(x2 - x1), height=abs(y2 - y1))
        return b"/Page Do"


def _style(content: PdfContent) -> StaticStampStyle:
    return StaticStampStyle(background=content, background_layout=_FILL, background_opacity=1, border_width=0)
