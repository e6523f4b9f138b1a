"""From the link to the signature: by forms without script, by JSON, and what is refused on the way."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from PIL import Image, ImageDraw
from sqlmodel import select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.automation.keys import roots
from esign_app.db import utcnow
from esign_app.domain.signing import facts, parties
from esign_app.models import Consent, Decline, Event, Opening, Signature
from esign_app.settings import secret
from tests.public.conftest import CLIENT, OWN, Link, database, stored, visible
from tests.support.world import Automation, drawing


def png(picture: Image.Image) -> str:
    held = BytesIO()
    picture.save(held, "PNG")
    return base64.b64encode(held.getvalue()).decode()


DRAWN = {"method": "drawn", "image": base64.b64encode(drawing()).decode()}


def rows(table: type) -> int:
    with engine.reading() as session:
        return len(session.exec(select(table)).all())


def test_without_script_every_step_is_a_form(own: Link, sent: Automation) -> None:
    assert "Please read the document" in visible(own.page())
    page = own.form("start")
    assert (page.history[0].status_code, page.url.path) == (303, own.path)
    assert "agree to sign it electronically" in visible(page.text)
    assert "we send a code to s***@example.com" in visible(own.form("consent", version="1", agree="yes").text)
    assert 'autocomplete="one-time-code"' in own.form("code").text
    sent.run()
    page = own.form("code/check", code=sent.letter("code", OWN).code)
    assert 'name="method" value="typed"' in page.text
    page = own.form("sign", method="typed", name="Sigrid Signs")
    assert "Thank you, you have signed" in visible(page.text)
    assert own.state()["standing"] == "signed"


def test_a_script_signs_and_gets_the_sealed_file(own: Link, sent: Automation, client: TestClient) -> None:
    for name in (OWN, CLIENT):
        party = Link(client, sent, name)
        party.identify()
        signed = party.post(
            "sign", DRAWN | {"strokes": {"width": 9, "height": 9, "groups": [[{"x": 1, "y": 2}]]}}
        )
        assert signed.json()["standing"] == "signed", signed.text
        sent.run()
    state = own.state()
    assert (state["standing"], state["step"], state["sealed"]) == ("completed", "", True)
    file = client.get(f"{own.path}/sealed.pdf")
    assert file.headers["content-disposition"].startswith('attachment; filename="Contract ')
    assert pdf.verify(file.content, roots(), utcnow()).verdict == "intact"
    assert "Check integrity" in own.page()


def test_the_page_shows_the_document_and_the_own_place(own: Link, client: TestClient) -> None:
    page = own.page()
    assert page.index('id="first"') < page.index('id="bar"')
    assert "Your signature goes here" in page
    assert "user-scalable" not in page
    assert "maximum-scale" not in page
    for width in (828, 1240):
        picture = client.get(f"{own.path}/page/1?w={width}")
        assert picture.headers["content-type"] == "image/webp"
        assert Image.open(BytesIO(picture.content)).width == width
    assert (
        f'height="{Image.open(BytesIO(client.get(f"{own.path}/page/1?w=828").content)).height}"' in own.page()
    )
    assert "Website relaunch" in own.page("/text")
    original = client.get(f"{own.path}/pdf")
    assert original.content.startswith(b"%PDF-")
    assert original.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize(
    "more", ["/page/0?w=828", "/page/99?w=828", "/page/1", "/page/1?w=829", "/page/1?w=x", "/page/-1"]
)
def test_pages_that_are_not_there(own: Link, client: TestClient, more: str) -> None:
    assert client.get(own.path + more).status_code == 404


def test_a_scanner_that_fetches_everything_changes_nothing(own: Link, client: TestClient) -> None:
    """B33, A10."""
    before = database()
    for more in ("", "/page/1?w=828", "/text", "/pdf", "/state", "/decline", "/start", "/code", "/sign"):
        for method in ("GET", "HEAD"):
            client.request(method, own.path + more)
    assert database() == before
    assert own.state()["opened"] is False


def test_what_is_missing_is_named(own: Link) -> None:
    """B25: what is required is required by the server."""
    own.post("start")
    no_consent = own.post("sign", DRAWN)
    assert (no_consent.status_code, no_consent.json()["error"]["field"]) == (422, "consent")
    own.post("consent", {"version": 1, "agree": True})
    no_code = own.post("sign", DRAWN)
    assert (no_code.status_code, no_code.json()["error"]["field"]) == (422, "code")
    assert own.post("consent", {"version": 1}).json()["error"]["field"] == "consent"
    assert rows(Signature) == 0


def test_wrong_codes_are_counted_and_a_new_one_works(own: Link, sent: Automation) -> None:
    own.post("start")
    own.post("consent", {"version": 1, "agree": True})
    right = own.code()
    wrong = "000000" if right != "000000" else "111111"
    assert own.post("code/check", {"code": wrong}).json()["error"] == {
        "code": "invalid", "message": "This code is wrong. You can try 4 more times.", "field": "code",
    }  # fmt: skip
    assert "You can try 3 more times" in visible(own.form("code/check", code=wrong).text)
    for _ in range(3):
        last = own.post("code/check", {"code": wrong})
    assert last.status_code == 429
    assert own.post("code/check", {"code": right}).status_code == 429
    assert own.post("code").status_code == 429  # not twice within seconds
    with time_machine.travel(utcnow() + timedelta(seconds=40)):
        again = own.code()
        assert own.post("code/check", {"code": f"{again[:3]} {again[3:]}"}).json()["step"] == "sign"


def test_a_code_is_too_old_after_five_minutes(own: Link) -> None:
    own.post("start")
    code = own.code()
    with time_machine.travel(utcnow() + timedelta(minutes=6)):
        late = own.post("code/check", {"code": code})
    assert (late.status_code, late.json()["error"]["message"]) == (
        422, "This code is too old. Please ask for a new one.",
    )  # fmt: skip


def test_starting_and_agreeing_twice_is_once(own: Link) -> None:
    for _ in range(2):
        assert own.post("start").status_code == 200
        assert own.post("consent", {"version": 1, "agree": True}).status_code == 200
    assert rows(Opening) == 1


def test_finishing_twice_at_once_is_one_signature(own: Link, sent: Automation) -> None:
    """B47, B48."""
    own.identify()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: own.post("sign", DRAWN), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert own.post("sign", {"method": "drawn"}).json()["standing"] == "signed"  # the back button, later
    assert rows(Signature) == 1
    with engine.reading() as session:
        assert len(session.exec(select(Event).where(Event.kind == "party_signed")).all()) == 1


def test_a_press_that_comes_a_moment_later_is_not_refused(own: Link, sent: Automation) -> None:
    """It looked before the first press had signed and asks after: the answer is what `sign` itself would say."""
    own.identify()
    assert own.post("sign", DRAWN).status_code == 200
    with engine.reading() as session:
        signer = parties.by_token(session, secret(), own.path.removeprefix("/s/"))
        assert facts.require_ready(session, signer, now=utcnow()) is False
    with engine.transaction() as session:  # the office posts consent and signature in one
        facts.consent(session, signer, 1, now=utcnow())
    assert rows(Consent) == 1


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("", "The signature is not a readable PNG picture."),
        ("no base64 !", "The signature is not a readable PNG picture."),
        (base64.b64encode(b"GIF89a").decode(), "The signature is not a readable PNG picture."),
        (
            png(Image.new("RGBA", (400, 100))),
            "The signature is empty. Please draw it with at least one stroke.",
        ),
        (
            png(Image.new("L", (400, 100), 255)),
            "The signature is empty. Please draw it with at least one stroke.",
        ),
        (png(Image.new("L", (1, 1))), "The signature is empty. Please draw it with at least one stroke."),
    ],
    ids=["nothing", "text", "gif", "blank", "white", "one pixel"],
)
def test_a_signature_that_is_none_is_refused_and_not_stored(own: Link, image: str, says: str) -> None:
    """B25: straight to the endpoint."""
    own.identify()
    before = stored()
    refused = own.post("sign", {"method": "drawn", "image": image})
    assert (refused.status_code, refused.json()["error"]["message"]) == (422, says)
    assert stored() == before
    assert rows(Signature) == 0


def test_who_may_not_sign_cannot_make_us_decode_or_store(own: Link) -> None:
    before = stored()
    assert own.post("sign", DRAWN).status_code == 422
    assert stored() == before


def test_a_dot_is_no_signature(own: Link) -> None:
    """B25."""
    own.identify()
    picture = Image.new("RGBA", (600, 200))
    ImageDraw.Draw(picture).ellipse((300, 100, 308, 108), fill="black")
    assert own.post("sign", {"method": "drawn", "image": png(picture)}).status_code == 422


def test_the_picture_may_come_as_a_file_of_a_form(own: Link, client: TestClient) -> None:
    own.identify()
    page = client.post(
        f"{own.path}/sign",
        data={"method": "drawn", "strokes": '{"groups": [[{"x": 1, "y": 2, "time": 3, "evil": "<b>"}]]}'},
        files={"image": ("signature.png", drawing(), "image/png")},
    )
    assert "Thank you, you have signed" in visible(page.text)
    with engine.reading() as session:
        kept = session.exec(select(Signature)).one()
    assert kept.strokes == [
        {"width": 0.0, "height": 0.0, "groups": [[{"x": 1.0, "y": 2.0, "pressure": 0.0, "time": 3.0}]]}
    ]


def test_bodies_that_cannot_be(own: Link, client: TestClient) -> None:
    own.identify()
    large = own.post("sign", {"method": "drawn", "image": "A" * 2_000_000})
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")
    endless = client.post(
        f"{own.path}/start", content=(b"x" * 1000 for _ in range(100)), headers={"Accept": "application/json"}
    )
    assert endless.status_code == 413
    for content in (b"[1]", b"{", b'"x"', b"\xff", b"[" * 100_000):
        broken = client.post(
            f"{own.path}/consent", content=content[:15_000],
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )  # fmt: skip
        assert (broken.status_code, broken.json()["error"]["code"]) == (422, "invalid")
    assert own.post("sign", {"method": "stolen", "image": "x"}).json()["error"]["field"] == "method"


def test_declining_needs_a_reason_and_ends_it(own: Link, sent: Automation) -> None:
    page = own.form("decline", reason="  ")
    assert page.url.path == f"{own.path}/decline"
    assert "Please say why you decline." in visible(page.text)
    page = own.form("decline", reason="The price is <b>wrong</b>.")
    assert "This document was declined" in visible(page.text)
    assert own.post("start").status_code == 409
    assert own.post("sign", DRAWN).status_code == 409
    with engine.reading() as session:
        assert session.exec(select(Decline)).one().reason == "The price is <b>wrong</b>."


def test_too_many_posts_are_slowed_down(own: Link) -> None:
    answers = [own.post("start").status_code for _ in range(65)]
    assert answers[0] == 200
    assert answers[-1] == 429
