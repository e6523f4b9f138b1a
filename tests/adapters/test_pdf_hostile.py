"""Templates that attack: each is refused, bounded or harmless, and nobody else waits for it."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from esign_app.adapters import pdf, pdf_documents
from esign_app.adapters.pdf_layout import Press


def render(template: str, **data: Any) -> pdf.Rendered:
    return pdf.render(template, data, language="en", title="x")


def outcome(attempt: Callable[[], object]) -> str:
    """The refusal's code, or "made" for a document."""
    try:
        attempt()
    except pdf.RenderFailed as failed:
        return failed.code
    return "made"


def code_of(template: str) -> str:
    return outcome(
        lambda: render(template, client={"name": "Ada"}, lines=[{"title": "x"}], many=list(range(100)))
    )


@pytest.mark.parametrize(
    "expression",
    [
        "client.__class__", "client.name.__class__.__mro__", "''.__class__.__base__.__subclasses__()", "().__class__",
        "lines.__class__", "sign.__globals__", "sign.__func__", "sign.__self__._data", "self._TemplateReference__context",
        "self.__init__.__globals__", "cycler.__init__.__globals__", "lipsum.__globals__", "joiner", "namespace", "range(9)", "dict",
        "'{0.__class__}'.format(client)", "client.name|attr('__class__')", "[client]|map('attr', '__class__')|list",
        "['{0.__class__}']|map('format', client)|list", "client.name|safe", "[1]|random", "client|tojson(indent=10)", "client|pprint",
        "lines.append(1)", "client.update({})", "client.items()", "client.keys", "9**9**9", "'a'*10**9", "[0]*10**9", "'%99999999d' % 1",
        "'a'.zfill(10**9)", "'a'.center(10**9)", "'a'|center(10**9)", "'a'.ljust(9)", "'a'.encode()", "'a'.join(many)", "1|indent",
        "lines|map(attribute='title.__class__')|first", "(lines|groupby('__class__')|first)[0]",
        "lines|sum(attribute='title.__class__')", "loop.index", "caller()", "url_for('x')", "config", "request",
    ],
)  # fmt: skip
def test_what_a_template_may_not_reach(expression: str) -> None:
    """B82."""
    assert code_of("{{ " + expression + " }}") in {"forbidden", "unknown_field", "unknown_filter", "template"}


@pytest.mark.parametrize(
    "block",
    [
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% autoescape false %}{% endautoescape %}",
    ],
)
def test_what_a_template_may_not_switch(block: str) -> None:
    assert code_of(block) == "forbidden"


def test_large_numbers_are_refused() -> None:
    assert code_of("{% set x = 99999999999999999999 %}" + "{% set x = x * x %}" * 8) == "forbidden"


@pytest.mark.parametrize(
    ("template", "codes"),
    [
        ("{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 32, {"memory"}),
        ("{% set x = 'aaaaaaaaaa' %}" + "{% set x = x|replace('a', 'aaaaaaaaaa') %}" * 10, {"memory"}),
        ("{{ many|batch(1000000000, 'x')|list|length }}", {"memory"}),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", {"too_deep"}),
        ("<div>" * 5000, {"too_deep"}),
        ("<table><tr><td>" * 60, {"too_deep"}),
        ("{% for a in many %}{% for b in many %}{% for c in many %}xxxxx{% endfor %}{% endfor %}{% endfor %}", {"too_much_text"}),
        ("{{ ('x' ~ 'y')|truncate(10**9) }}", {"forbidden"}),
        ("<div style='columns:1000000'>x y z</div>", {"made"}),
        ("<div style='height:10000000cm'>x</div>", {"made"}),
        ("<style>@font-face{font-family:Z;src:url(data:image/png;base64,AAAA)}p{font-family:Z}</style><p>x", {"own_font"}),
        ("<p>" + "x" * 1_100_000, {"too_large"}),
    ],
)  # fmt: skip
def test_bombs_that_go_off_quickly(template: str, codes: set[str]) -> None:
    """B82: loops without end."""
    assert code_of(template) in codes


def test_an_entity_bomb_in_a_picture_is_not_unfolded() -> None:
    entities = "<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY a{n + 1} '{('&a%s;' % (n or '')) * 10}'>" for n in range(9)
    )
    svg = f"<?xml version='1.0'?><!DOCTYPE s [{entities}]><svg xmlns='http://www.w3.org/2000/svg'><text>&a9;</text></svg>"
    assert code_of(f'<img src="data:image/svg+xml,{quote(svg)}">') == "made"


SLOW_BOMBS = {
    "loops": "{% for a in many %}{% for b in many %}{% for c in many %}{% for d in many %}{% for e in many %}"
    + "{% endfor %}" * 5,
    "columns of one cell": "<table>" + "<tr><td colspan=65534>x" * 50,
}


def test_bombs_that_burn_time_are_ended_while_others_are_served() -> None:
    """B82."""
    with ThreadPoolExecutor(len(SLOW_BOMBS)) as pool:
        bombs = {name: pool.submit(code_of, template) for name, template in SLOW_BOMBS.items()}
        served = 0
        while not all(bomb.done() for bomb in bombs.values()):
            assert render("<p>{{ x }}</p>", x="quick").page_count == 1
            served += 1
            time.sleep(0.2)
    assert served > 5
    assert {name: bomb.result() for name, bomb in bombs.items()} == dict.fromkeys(SLOW_BOMBS, "too_long")


class Listener:
    """A port on this machine that counts who calls."""

    def __init__(self) -> None:
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.hits += 1
            caller.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


REQUESTS = [
    "<img src='{}'>", "<link rel=stylesheet href='{}'>", "<style>@import '{}';</style>", "<link rel=attachment href='{}'>",
    "<a rel=attachment href='{}'>x</a>", "<style>@font-face{{font-family:Z;src:url({})}}p{{font-family:Z}}</style><p>x",
    "<p style='background:url({})'>x", "<ul style='list-style-image:url({})'><li>x", "<style>p::before{{content:url({})}}</style><p>x",
    "<svg xmlns:xlink='http://www.w3.org/1999/xlink'><image xlink:href='{}' width='9' height='9'/></svg>", "<svg><use href='{}#a'/></svg>",
    "<object data='{}'></object>", "<embed src='{}'>", "<iframe src='{}'></iframe>", "<base href='{}'><img src='x'>",
    "<p style='border-image:url({}) 9'>x", "<p style='mask-image:url({})'>x", "<link rel=icon href='{}'><p>x", "<video poster='{}'></video>",
    "<img srcset='{} 2x' src='{}'>", "<style>@page{{background:url({})}}</style><p>x",
    "<style>@namespace '{}'; @color-profile --c {{src:url({})}} p{{color:color(--c 1 1 1)}}</style><p>x",
]  # fmt: skip


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("inside", ["html", "svg"])
def test_a_template_reaches_no_address_even_where_there_is_a_network(
    press: Press, listener: Listener, request_: str, inside: str
) -> None:
    """In this process, which has a network and no limits: only the lock on addresses is tested."""
    template = (
        request_.replace("{}", f"http://127.0.0.1:{listener.port}/x").replace("{{", "{").replace("}}", "}")
    )
    if inside == "svg":
        svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><foreignObject>{template}</foreignObject>{template}</svg>"
        template = f'<img src="data:image/svg+xml,{quote(svg)}">'
    code = outcome(
        lambda: pdf_documents.render(press, {"data": {}, "language": "en", "title": "x"}, template.encode())
    )
    assert code in {"made", "outside"}
    assert listener.hits == 0


@pytest.mark.parametrize("scheme", ["file://", "FILE://", "file:", "//localhost", ""])
@pytest.mark.parametrize("request_", REQUESTS[:6])
def test_a_template_reads_no_file(tmp_path: Path, scheme: str, request_: str) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text(
        "p::before{content:'7h3-s3cr3t'} <svg xmlns='http://www.w3.org/2000/svg'><text>7h3-s3cr3t</text></svg>"
    )
    template = request_.replace("{}", f"{scheme}{secret}").replace("{{", "{").replace("}}", "}")
    made: list[pdf.Rendered] = []
    assert outcome(lambda: made.append(render(template))) in {"made", "outside"}
    for document in made:
        assert "7h3-s3cr3t" not in "".join(pdf.page_text(document.pdf))
        assert b"/EmbeddedFile" not in document.pdf


def test_a_child_sees_no_secret_no_network_and_nothing_of_ours_but_its_work() -> None:
    assert os.environ["ESIGN_TEST_SECRET"]
    seen = pdf.state()
    assert not [name for name in seen["environment"] if name.startswith("ESIGN") or "SECRET" in name]
    assert seen["interfaces"] == []
    packages = {".".join(name.split(".")[:2]) for name in seen["modules"]}
    assert packages <= {"esign_app", "esign_app.adapters", "esign_app.text", "esign_app.trust"}
    assert not {
        name for name in seen["modules"] if "keys" in name or "tokens" in name or name.endswith(".seal")
    }
