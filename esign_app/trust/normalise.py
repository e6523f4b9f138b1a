"""Making a foreign PDF harmless before anyone signs it.

What everyone saw must be what everyone signed: no script, no hidden layer, no attached file, no form or annotation whose
look can change later, nothing left over from an earlier signature. The page's own content is not touched.
"""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, Pdf


class CannotFreeze(Exception):
    """The file cannot be made ready for signing. `code` is for the caller's own words: encrypted, damaged, empty, field."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


# Things in the catalogue that act, hide, attach, or belong to a signature that this rewrite ends.
_CATALOG_KEYS = (
    "/OpenAction", "/AA", "/Collection", "/Perms", "/DSS", "/OCProperties", "/Requirements", "/Extensions", "/Legal",
    "/AF", "/Threads", "/SpiderInfo", "/NeedsRendering", "/PieceInfo", "/URI", "/EsignApp",
)  # fmt: skip
_NAME_TREES = ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations", "/Renditions")
_PAGE_KEYS = ("/AA", "/PieceInfo", "/AF", "/Thumb", "/PresSteps", "/Trans", "/Dur", "/B")
_SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:")


def opened(pdf: bytes) -> Pdf:
    """The file, repaired where qpdf can."""
    try:
        document = Pdf.open(BytesIO(pdf))
        pages = len(document.pages)
    except pikepdf.PasswordError as error:
        raise CannotFreeze("encrypted", "the file is locked with a password") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise CannotFreeze("damaged", "the file is damaged or is not a PDF") from error
    if not pages:
        raise CannotFreeze("empty", "the file has no pages")
    return document


def normalise(document: Pdf) -> None:
    """Take out of `document` everything that could act or change its look after signing."""
    _empty_signatures(document)
    root = document.Root
    _flatten(document)
    _drop(root, *_CATALOG_KEYS)
    if isinstance(root.get("/Names"), Dictionary):
        _drop(root.Names, *_NAME_TREES)
    for page in document.pages:
        _drop(page.obj, *_PAGE_KEYS)
        _keep_links(document, page.obj)
    if "/Outlines" in root:
        _disarm_outline(root.Outlines)


def _drop(thing: pikepdf.Object, *keys: str) -> None:
    for key in keys:
        if key in thing:
            del thing[key]


def _empty_signatures(document: Pdf) -> None:
    """A rewrite ends every earlier signature; remains of one would look like a broken signature of ours."""
    for thing in document.objects:
        if isinstance(thing, Dictionary) and "/ByteRange" in thing and "/Contents" in thing:
            _drop(thing, *thing.keys())


def _flatten(document: Pdf) -> None:
    """Draw the looks of form fields and annotations into the page, then drop the form (and with it XFA)."""
    form = document.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        _drop(form, "/XFA")
        if bool(form.get("/NeedAppearances", False)):
            document.generate_appearance_streams()
    document.flatten_annotations("print")
    _drop(document.Root, "/AcroForm")


def _keep_links(document: Pdf, page: Dictionary) -> None:
    """Of the annotations that had no look to draw only plain links stay; every other kind can act or appear later."""
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        _drop(page, "/Annots")
        return
    links = [link for link in annotations if isinstance(link, Dictionary) and _is_plain_link(link)]
    page.Annots = pikepdf.Array(links)


def _is_plain_link(annotation: Dictionary) -> bool:
    if annotation.get("/Subtype") != Name.Link or "/AA" in annotation or "/AP" in annotation:
        return False
    action = annotation.get("/A")
    return "/Dest" in annotation if action is None else _is_plain_action(action)


def _is_plain_action(action: pikepdf.Object) -> bool:
    if not isinstance(action, Dictionary) or "/Next" in action:
        return False
    if action.get("/S") == Name.GoTo:
        return True
    return action.get("/S") == Name.URI and str(action.get("/URI", "")).strip().lower().startswith(
        _SAFE_SCHEMES
    )


def _disarm_outline(outline: pikepdf.Object) -> None:
    for item in _outline_items(outline):
        action = item.get("/A")
        if action is not None and not _is_plain_action(action):
            _drop(item, "/A")


def _outline_items(outline: pikepdf.Object) -> Iterator[Dictionary]:
    """Every entry once; a bookmark tree of a hostile file may run in circles."""
    seen: set[tuple[int, int]] = set()
    waiting = [outline.get("/First")] if isinstance(outline, Dictionary) else []
    while waiting:
        item = waiting.pop()
        if not isinstance(item, Dictionary) or item.objgen in seen:
            continue
        seen.add(item.objgen)
        yield item
        waiting += [item.get("/First"), item.get("/Next")]
