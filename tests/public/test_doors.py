"""Headers on every public answer, the visitor's language, and what scripts are promised."""

import re

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from esign_app.public import app, contract, static
from tests.public.conftest import Link, visible
from tests.support.world import Automation

STRICT = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}


def every_path(own: Link) -> list[str]:
    """Each route once, with something real in its place."""
    values = {"token": own.path.removeprefix("/s/"), "number:int": "1", "public_id": "K7QF-2MXA-9DTE"}
    paths = [route.path for route in app.routes() if isinstance(route, Route) and "name" not in route.path]
    return sorted({re.sub(r"{([^}]+)}", lambda found: values[found[1]], path) for path in paths})


def test_every_answer_is_strict(own: Link, client: TestClient) -> None:
    for path in every_path(own):
        for method in ("GET", "POST"):
            answer = client.request(method, path, follow_redirects=False)
            if answer.status_code == 405:
                continue
            assert {name: answer.headers.get(name) for name in STRICT} == STRICT, (method, path)
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'"), path
            assert "frame-ancestors 'none'" in policy, path
            assert "unsafe-eval" not in policy
            assert "script-src" not in policy or "script-src 'self';" in policy
            assert answer.headers["cache-control"] in ("no-store", "private, max-age=3600"), path
            assert "set-cookie" not in answer.headers


def test_no_page_needs_anything_inline_or_from_elsewhere(own: Link, client: TestClient) -> None:
    for path in every_path(own):
        page = client.get(path).text
        if "<html" not in page:
            continue
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), path
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page), path
        for address in re.findall(r'<(?:script|link|img)\b[^>]*?(?:src|href)="([^"]*)"', page):
            assert address.startswith("/"), (path, address)


def test_static_files_are_kept_for_ever_under_the_name_of_their_content(client: TestClient) -> None:
    for name in (
        "public.css",
        "sign.js",
        "sheet.js",
        "once.js",
        "verify.js",
        "mailbox.js",
        "pad/pad.js",
        "favicon.svg",
    ):
        answer = client.get(static.url(name))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, static.FOR_EVER)
        assert answer.headers["x-content-type-options"] == "nosniff"
    old = client.get("/public/0000000000/sign.js")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    assert client.get("/public/x/../../settings.py").status_code == 404
    assert client.get(f"/public/{static.version()}/%2e%2e/app.py").status_code == 404
    assert client.get("/fonts/inter-latin-wght-normal.woff2").headers["content-type"] == "font/woff2"
    assert client.get("/fonts/nothing.woff2").status_code == 404


def test_what_a_script_imports_is_there(client: TestClient) -> None:
    for name in ("sign.js", "sheet.js", "verify.js", "mailbox.js"):
        for imported in re.findall(r'(?:from|import)\s*\(?"(\./[^"]+)"', client.get(static.url(name)).text):
            assert client.get(static.url(imported.removeprefix("./"))).status_code == 200


def test_the_page_speaks_the_partys_language_and_another_when_asked(own: Link, sent: Automation) -> None:
    assert "Please read the document" in visible(own.page(**{"Accept-Language": "de"}))
    page = own.page("?lang=de")
    assert "Bitte lesen Sie das Dokument" in visible(page)
    assert '<html lang="de">' in page
    assert f'action="{own.path}/start?lang=de"' in page
    after = own.client.post(f"{own.path}/start?lang=de")
    assert "Ich habe das Dokument gelesen" in visible(after.text)
    assert '<html lang="en">' in own.page("?lang=xx")


def test_consent_is_recorded_in_the_language_it_was_read(own: Link) -> None:
    from sqlmodel import select

    from esign_app import engine
    from esign_app.models import Consent, ConsentText

    own.post("start")
    own.post("consent?lang=de", {"version": 1, "agree": True})
    with engine.reading() as session:
        consent = session.exec(select(Consent)).one()
        assert session.get(ConsentText, consent.consent_text_id).language == "de"


@pytest.mark.parametrize(
    ("accept", "language"), [("de-AT,de;q=0.9", "de"), ("fr", "en"), ("", "en"), ("fr,de;q=.2", "de")]
)
def test_strangers_are_spoken_to_in_their_browsers_language(
    sent: Automation, client: TestClient, accept: str, language: str
) -> None:
    assert f'<html lang="{language}">' in client.get("/s/x", headers={"Accept-Language": accept}).text


def test_the_openapi_fragment_names_every_post_and_every_model_it_uses() -> None:
    fragment = contract.openapi()
    posts = {route.path for route in app.routes() if isinstance(route, Route) and route.methods == {"POST"}}
    assert set(fragment["paths"]) == {path for path in posts if path.startswith("/s/")} | {"/s/{token}/state"}
    used = set(re.findall(r"#/components/schemas/(\w+)", str(fragment)))
    assert used <= set(fragment["components"]["schemas"])
    assert {"SignBody", "CodeBody", "ConsentBody", "DeclineBody", "SigningState", "ErrorAnswer"} <= used


def test_public_pages_need_no_office() -> None:
    import subprocess
    import sys

    code = "import sys, esign_app.public.app as a; a.app(); print([n for n in ('reflex', 'weasyprint') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
