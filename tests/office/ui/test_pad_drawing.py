"""The one signature pad (assets/pad), by real touches in a browser: what is drawn stays what was drawn."""

import base64
import io
import math
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

ASSETS = Path(__file__).parents[3] / "assets"
PAGE = """<!doctype html><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/tokens.css"><link rel="stylesheet" href="/pad/pad.css"><div style="height:300px"></div>
<div class="pad"><div class="pad__paper"><canvas class="pad__canvas"></canvas></div></div><div style="height:2000px"></div>
<script type="module">import SignaturePad from "/pad/signature_pad.js"; import {attachPad} from "/pad/pad.js"; import * as typed from "/pad/typed.js";
window.typed = typed; window.pad = attachPad(SignaturePad, document.querySelector("canvas"), (empty) => { window.told = empty; });
window.asData = (blob) => blob && new Promise((done) => { const r = new FileReader(); r.onload = () => done(r.result); r.readAsDataURL(blob); });</script>"""
INK_BOX = """() => { const c = document.querySelector("canvas"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
let box = [1e9, 1e9, 0, 0]; for (let i = 3; i < d.length; i += 4) if (d[i] > 40) { const x = ((i - 3) / 4) % c.width, y = ((i - 3) / 4 / c.width) | 0;
box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]; } return box.map((v) => v * c.clientWidth / c.width); }"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """The test's own output is enough."""


@pytest.fixture(scope="module")
def assets_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(ASSETS)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(params=[1, 1.5, 2, 3])
def page(browser: Browser, assets_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    yield from _opened(browser, assets_url, getattr(request, "param", 2))


@pytest.fixture
def sharp_page(browser: Browser, assets_url: str) -> Iterator[Page]:
    yield from _opened(browser, assets_url, 2)


def _opened(browser: Browser, url: str, density: float) -> Iterator[Page]:
    phone = browser.new_context(
        viewport={"width": 412, "height": 800}, device_scale_factor=density, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    page.route("**/pad.html", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto(f"{url}/pad.html")
    page.wait_for_function("window.pad")
    yield page
    phone.close()


def _stroke(page: Page, left: float, width: float) -> None:
    """A wave of 30 touches, 100 px high, in the middle of the pad."""
    touches = page.context.new_cdp_session(page)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    for step in range(31):
        point = {"x": box["x"] + left + width * step / 30, "y": box["y"] + 100 + 50 * math.sin(step / 4)}
        kind = "touchMove" if step else "touchStart"
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touches.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(60)


def _turn(page: Page, *, sideways: bool) -> None:
    page.set_viewport_size({"width": 800, "height": 412} if sideways else {"width": 412, "height": 800})
    page.wait_for_timeout(250)


def _picture(page: Page) -> Image.Image:
    url = page.evaluate("async () => asData(await pad.toPNG())")
    return Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))


def test_the_line_is_under_the_finger_and_the_page_stands_still(page: Page) -> None:
    _stroke(page, 40, 200)
    left, top, right, bottom = page.evaluate(INK_BOX)
    assert (left, right) == (pytest.approx(39, abs=3), pytest.approx(241, abs=3))
    assert (top, bottom) == (pytest.approx(49, abs=3), pytest.approx(151, abs=3))
    assert page.evaluate("scrollY") == 0


def test_turning_there_and_back_gives_the_same_drawing(page: Page) -> None:
    _stroke(page, 40, 200)
    before = page.evaluate(INK_BOX)
    for sideways in (True, False, True, False):
        _turn(page, sideways=sideways)
    assert page.evaluate(INK_BOX) == pytest.approx(before, abs=1)
    assert page.evaluate("pad.isEmpty()") is False


def test_what_was_added_on_the_wide_screen_is_wholly_seen_on_the_narrow_one(sharp_page: Page) -> None:
    _stroke(sharp_page, 40, 200)
    _turn(sharp_page, sideways=True)
    _stroke(sharp_page, 500, 120)
    _turn(sharp_page, sideways=False)
    left, _, right, _ = sharp_page.evaluate(INK_BOX)
    assert 0 < left < right < sharp_page.evaluate("document.querySelector('canvas').clientWidth")
    sharp_page.evaluate("pad.undo()")
    assert sharp_page.evaluate(INK_BOX)[2] == pytest.approx(241, abs=4)


def test_the_picture_is_the_whole_drawing_transparent_and_cropped(page: Page) -> None:
    _stroke(page, 40, 200)
    picture = _picture(page)
    assert picture.mode == "RGBA"
    assert picture.getpixel((0, 0))[3] == 0
    ink = picture.getchannel("A").point(lambda value: 255 if value > 40 else 0).getbbox()
    assert picture.width / picture.height == pytest.approx(212 / 112, rel=0.05)
    assert (ink[2] - ink[0]) / picture.width > 0.9


def test_a_dot_is_no_signature_and_clear_leaves_nothing(sharp_page: Page) -> None:
    box = sharp_page.locator("canvas").bounding_box()
    assert box is not None
    sharp_page.touchscreen.tap(box["x"] + 50, box["y"] + 50)
    sharp_page.wait_for_timeout(100)
    assert sharp_page.evaluate("pad.isEmpty()") is True
    assert sharp_page.evaluate("pad.toPNG()") is None
    _stroke(sharp_page, 40, 200)
    assert sharp_page.evaluate("told") is False
    sharp_page.evaluate("pad.clear()")
    assert sharp_page.evaluate("told") is True
    assert sharp_page.evaluate("pad.strokes().groups.length") == 0


def test_the_strokes_keep_the_clock_of_the_hand(sharp_page: Page) -> None:
    _stroke(sharp_page, 40, 100)
    _turn(sharp_page, sideways=True)
    _stroke(sharp_page, 300, 100)
    now = sharp_page.evaluate("Date.now()")
    times = [point["time"] for group in sharp_page.evaluate("pad.strokes().groups") for point in group]
    assert times == sorted(times)
    assert all(0 <= now - time < 60_000 for time in times)


@pytest.mark.parametrize("name", ["Zoë Łukasiewicz", "Анна Каренина", "Γιώργος Παπαδόπουλος", "محمد الأمين"])
def test_a_name_is_written_with_real_letters(sharp_page: Page, name: str) -> None:
    assert sharp_page.evaluate("(name) => typed.unwritable(name)", name) == []
    url = sharp_page.evaluate("async (name) => asData(await typed.typedPNG(name))", name)
    picture = Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))
    assert picture.width > 200
    assert picture.getpixel((0, 0))[3] == 0


def test_letters_that_no_font_has_are_named_and_nothing_is_drawn(sharp_page: Page) -> None:
    """With a face that has only Cyrillic at hand, Latin letters stand for a script this device cannot write."""
    letter = "\U0001d1aa"  # a musical combining sign is no letter: such signs are not asked about
    assert sharp_page.evaluate("(text) => typed.unwritable(text)", letter) == []
    unknown = "\U000323ae"  # an ideograph so new that no font here has it
    assert sharp_page.evaluate("(text) => typed.unwritable(text)", f"Bob {unknown}") == [unknown]
    assert sharp_page.evaluate("(text) => typed.typedPNG(text)", f"Bob {unknown}") is None


def test_an_empty_name_makes_no_picture(sharp_page: Page) -> None:
    assert sharp_page.evaluate("typed.typedPNG('   ')") is None
