"""A template and data become a PDF: the right text, the right places to sign, the same bytes, an error that names the place."""

import io
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from esign_app.adapters import pdf
from esign_app.adapters.pdf import Anchor
from esign_app.text import speaking


def render(template: str, language: str = "en", **data: Any) -> pdf.Rendered:
    return pdf.render(template, data, language=language, title="A title")


def text_of(rendered: pdf.Rendered) -> str:
    return "\n".join(pdf.page_text(rendered.pdf))


def refusal(template: str, language: str = "en", **data: Any) -> pdf.RenderFailed:
    with pytest.raises(pdf.RenderFailed) as refused:
        render(template, language, **data)
    return refused.value


def test_data_and_filters_appear_in_the_documents_language() -> None:
    template = "<p>{{ client.name }}: {{ total|money('EUR') }}, {{ day|date }}</p>"
    data = {"client": {"name": "Łucja Żak"}, "total": 1250050, "day": "2026-11-25"}
    assert "Łucja Żak: €12,500.50, 25 November 2026" in text_of(render(template, "en", **data))
    assert "Łucja Żak: 12.500,50\u00a0€, 25. November 2026" in text_of(render(template, "de", **data))


def test_the_same_input_gives_the_same_bytes(contract: Any, deal: dict[str, Any]) -> None:
    first = pdf.render(contract("de"), deal, language="de", title="x")
    assert pdf.render(contract("de"), deal, language="de", title="x") == first


def test_the_file_says_what_it_is_and_in_which_language() -> None:
    made = render("<html lang='fr'><title>other</title><p>x</p>", "de")
    with pikepdf.open(io.BytesIO(made.pdf)) as opened:
        assert opened.docinfo["/Title"] == "A title"
        assert str(opened.Root.Lang) == "de"
        assert opened.Root.MarkInfo.Marked
        assert opened.open_metadata()["pdfuaid:part"] == "1"


@pytest.mark.parametrize(
    "value",
    [
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "<img src=x>",
        "a & b < c",
        "{{ 7*7 }}",
        "\"'/><style>*{display:none}</style>",
    ],
)
def test_markup_in_data_is_text(value: str) -> None:
    """B83."""
    made = render(
        "<p title=\"{{ name }}\">[{{ name }}] {{ sign('client') }}</p>", name=value, client={"name": value}
    )
    assert text_of(made).count(value) == 2


def test_missing_optional_values_leave_a_gap() -> None:
    assert (
        text_of(
            render("<p>[{{ a.b }}{{ a.b|date }}{{ a.c|money('EUR') }}]</p>", a={"b": None, "c": None})
        ).strip()
        == "[]"
    )


@pytest.mark.parametrize(
    ("template", "code", "parts"),
    [
        ("\n\n<p>{{ client.phon }}", "unknown_field", ("Line 3", "client.phon")),
        ("{{ clint.name }}", "unknown_field", ("Line 1", "“clint”")),
        ("{% for l in lines %}\n{{ l.titel }}{% endfor %}", "unknown_field", ("Line 2", "lines.titel")),
        ("{{ client['a b'] }}", "unknown_field", ("client.a b",)),
        ("{% if client.x %}y{% endif %}", "unknown_field", ("client.x",)),
        ("\n{{ client.name", "syntax", ("Line 2",)),
        ("{% fro x in y %}", "syntax", ("Line 1", "fro")),
        ("x\n{{ client.name|monney }}", "unknown_filter", ("Line 2", "monney")),
        ("\n{{ client.name|money('EUR') }}", "bad_value", ("Line 2", "Ada", "money")),
        ("{{ 1|money }}", "bad_value", ("Line 1", "money")),
        ("\n\n\n{{ 1 / 0 }}", "template", ("Line 4",)),
        ("{% include 'x' %}", "forbidden", ("Line 1", "include")),
        ("{{ sign('a b') }}", "sign_key", ("a b",)),
        ("{{ sign('client') }}{{ sign('client') }}", "sign_twice", ("client",)),
        ("<div style='display:none'>{{ sign('client') }}</div>", "sign_lost", ("client",)),
        ("<div style='visibility:hidden'>{{ sign('client') }}</div>", "sign_lost", ("client",)),
        ("<div style='margin-left:200mm'>{{ sign('client') }}</div>", "sign_outside", ("client",)),
    ],
)
def test_an_error_names_the_line_and_the_field(template: str, code: str, parts: tuple[str, ...]) -> None:
    """B82: the message names the place."""
    failed = refusal(template, client={"name": "Ada"}, lines=[{"title": "x"}])
    assert failed.code == code
    for part in parts:
        assert part in failed.reason


def test_a_refusal_is_said_in_the_readers_language() -> None:
    failed = refusal("\n{{ client.phon }}", client={})
    with speaking("de"):
        assert str(failed) == "Zeile 2 der Vorlage verwendet das Feld „client.phon“, das es nicht gibt."


def test_what_a_template_needs_is_known_without_data() -> None:
    template = """{{ client.name }}{% for line in lines %}{{ line.title }}{{ loop.index }}{% endfor %}{% set x = own.city %}{{ x }}
        {{ deal["title"]|upper }}{{ lines[0].unit }}{{ sign('own') }}{{sign:client}}{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1) }}"""
    checked = pdf.check_template(template)
    assert checked.names == ("client.name", "deal.title", "lines", "lines.unit", "own.city")
    assert checked.slots == ("own", "client")


def test_a_broken_template_is_refused_without_data() -> None:
    with pytest.raises(pdf.RenderFailed, match="Line 2"):
        pdf.check_template("\n{% if %}")


def line_under(page: pdfium.PdfPage, anchor: Anchor) -> tuple[bool, bool]:
    """Whether the rendered page has its dark line along the anchor's lower edge, and nothing inside the field."""
    picture = page.render(scale=4).to_pil().convert("L")
    left, right = anchor.x * picture.width, (anchor.x + anchor.w) * picture.width
    top, bottom = anchor.y * picture.height, (anchor.y + anchor.h) * picture.height
    edge = picture.crop((int(left) + 4, int(bottom) - 4, int(right) - 4, int(bottom) + 3))
    inside = picture.crop((int(left) + 4, int(top) + 4, int(right) - 4, int(bottom) - 8))
    columns = (edge.crop((x, 0, x + 1, edge.height)) for x in range(edge.width))
    return all(column.getextrema()[0] < 110 for column in columns), inside.getextrema()[0] > 200


@pytest.mark.parametrize(
    "around",
    [
        "<p>{}</p>",
        "<p style='break-before:page'>second page</p><table><tr><td>x</td><td>{}</td></tr></table>",
        "<div style='display:flex;justify-content:flex-end'>{}</div>",
        "<div style='position:absolute;bottom:5mm;right:0'>{}</div>",
        "<div style='transform:translate(20mm, 50mm) scale(1.2)'>{}</div>",
        "<style>@page {{ size: 148mm 105mm; margin: 5mm }}</style><div style='float:right'>{}</div>",
    ],
)
def test_an_anchor_is_where_the_line_is_drawn(around: str) -> None:
    made = render(around.format("{{ sign('client') }}"), client={"name": "Ada"})
    (anchor,) = made.anchors
    opened = pdfium.PdfDocument(made.pdf)
    assert anchor.page == len(opened) - 1
    assert line_under(opened[anchor.page], anchor) == (True, True)


def test_anchors_come_in_the_order_of_the_template_with_the_promised_size() -> None:
    made = render(
        "{{sign:own}}<p style='break-before:page'>{{ sign('client') }}</p>",
        own_signatory={"name": "Jana"},
        client={"name": "Ada"},
    )
    assert [(anchor.key, anchor.page) for anchor in made.anchors] == [("own", 0), ("client", 1)]
    for anchor in made.anchors:
        assert (round(anchor.w * 210, 1), round(anchor.h * 297, 1)) == (62.0, 16.5)


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Signature: Ada Berg"), ("de", "Unterschrift: Ada Berg")]
)
def test_a_place_to_sign_is_labelled(language: str, label: str) -> None:
    made = pdf.render("{{ sign('client') }}", {"client": {"name": "Ada Berg"}}, language=language, title="x")
    assert label in text_of(made)


def test_letters_of_every_alphabet_keep_their_own_glyphs() -> None:
    """Faces that share a name would be embedded as one, and `Łódź` be drawn with the glyphs of other letters."""
    words = {"Łódź": "Łódź", "Жук": "Жук", "Ωμέγα": "Ωμέγα"}
    for word in words:
        alone = render(f"<p style='font-size:60pt'>{word}</p>")
        mixed = render(f"<p style='font-size:60pt'>{word}<br>{' '.join(words)} Latin</p>")
        assert _ink(alone) == _ink(mixed)


def _ink(made: pdf.Rendered) -> bytes:
    picture = Image.open(io.BytesIO(pdf.page_images(made.pdf, 600)[0])).convert("L")
    return picture.crop((0, 60, 600, 120)).tobytes()
