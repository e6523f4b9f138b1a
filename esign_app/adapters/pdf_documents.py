"""In the child: what it does with templates. Each operation takes the head and body of a frame and returns the same."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from esign_app import text
from esign_app.adapters import pdf_layout
from esign_app.adapters.pdf_filters import Formats
from esign_app.adapters.pdf_layout import Press
from esign_app.adapters.pdf_reasons import RenderFailed
from esign_app.adapters.pdf_sandbox import Sandbox, fill, names_in, parse, slots_in
from esign_app.adapters.pdf_wire import Head

_CERTIFICATE = Path(__file__).parents[1] / "locales" / "templates" / "certificate.html"
# From roomy to bare: how much the certificate shows, until it fits on its one page.
_FITS = tuple(
    {"size": size, "parties": parties, "events": events}
    for size, parties, events in (
        ("roomy", 3, 14),
        ("normal", 5, 16),
        ("normal", 4, 10),
        ("dense", 9, 14),
        ("dense", 8, 8),
        ("dense", 6, 14),
        ("dense", 6, 5),
        ("dense", 4, 12),
        ("dense", 3, 6),
        ("dense", 2, 0),
    )
)
_LONGEST_VALUE = 300


class Places:
    """The `sign('client')` of one document: a box for the layout, and the list of who signs."""

    def __init__(self, data: dict[str, Any], language: str) -> None:
        self._data = data
        self._language = language
        self.keys: list[str] = []

    def sign(self, key: str = "") -> Markup:
        if not (isinstance(key, str) and key.isidentifier() and len(key) <= 32):
            raise RenderFailed("sign_key", key=str(key)[:40])
        if key in self.keys:
            raise RenderFailed("sign_twice", key=key)
        self.keys.append(key)
        label = text.t("Signature", locale=self._language)
        return Markup(
            '<div class="esign-sign"><div class="esign-sign-field" id="{id}"></div>'
            '<div class="esign-sign-label">{label}: {name}</div></div>'
        ).format(id=pdf_layout.SIGN_ID + key, name=self._name(key), label=label)

    def _name(self, key: str) -> str:
        party = self._data.get("own_signatory" if key == "own" else key)
        return str(party.get("name") or "") if isinstance(party, dict) else ""


def render(press: Press, head: Head, body: bytes) -> tuple[Head, bytes]:
    """A template and its data become a tagged PDF and the places to sign."""
    language, data = text.known(head["language"]), head["data"]
    places = Places(data, language)
    formats = Formats(language, str(data.get("zone") or "UTC"))
    html = fill(Sandbox(formats, {"sign": places.sign}), body.decode(), data)
    document = press.lay_out(html, language=language, title=head["title"])
    answer = {"pages": len(document.pages), "anchors": pdf_layout.anchors(document, places.keys)}
    return answer, pdf_layout.tagged_pdf(document)


def check(press: Press, head: Head, body: bytes) -> tuple[Head, bytes]:
    """What a template reads and who signs it, without data."""
    tree = parse(Sandbox(Formats("en"), {"sign": Places({}, "en").sign}), body.decode())
    return {"names": sorted(names_in(tree)), "slots": slots_in(tree)}, b""


def certificate(press: Press, head: Head, body: bytes) -> tuple[Head, bytes]:
    """The certificate of completion: exactly one page, whatever the data."""
    language, data = text.known(head["language"]), _shortened(head["data"])
    formats = Formats(language, str(data.get("zone") or "UTC"))
    template = _CERTIFICATE.read_text(encoding="utf-8")
    title = text.t("Certificate of completion", locale=language)
    for fit in _FITS:
        sandbox = Sandbox(
            formats, {"t": lambda message, **values: text.t(message, locale=language, **values)}
        )
        html = fill(sandbox, template, data | {"fit": fit, "language": language})
        document = press.lay_out(html, language=language, title=title)
        if len(document.pages) == 1:
            return {"pages": 1}, pdf_layout.plain_pdf(document)
    raise RenderFailed("too_many_pages", pages=len(document.pages), limit=1)


def _shortened(value: Any) -> Any:
    """No single value may push the rest off the page; pictures are addresses and stay whole."""
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if (
        isinstance(value, str)
        and len(value) > _LONGEST_VALUE
        and not value.startswith(("data:image/", "<svg", "<?xml"))
    ):
        return value[: _LONGEST_VALUE - 1] + "…"
    return value
