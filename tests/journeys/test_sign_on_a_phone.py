"""A deal is dropped; two people sign on phones, by finger and by name; anyone can check the result."""

import re
import time
from math import sin

import httpx
import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.support.server import Server
from tests.support.signing import link, up_to_the_signature


@pytest.fixture
def dropped(server: Server) -> dict[str, str]:
    """A deal of this test's own, moved to "Contract" by script."""
    api = httpx.Client(
        base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {server.api_key()}"}, timeout=20
    )
    stages = {s["name"]: s["id"] for p in api.get("/pipelines").json()["items"] for s in p["stages"]}
    known = next(person for person in api.get("/contacts").json()["items"] if person["email"])
    body = {
        "title": f"Signed on a phone {time.time_ns()}",
        "stage_id": stages["New"],
        "contact_id": known["id"],
    }
    made = api.post("/deals", json=body)
    assert made.status_code == 201, made.text
    lines = [{"title": "Work", "unit": "d", "quantity_milli": 1000, "price_minor": 90_000, "tax_bp": 1900}]
    assert api.put(f"/deals/{made.json()['id']}/lines", json={"lines": lines}).status_code == 200
    moved = api.post(
        f"/deals/{made.json()['id']}/move", json={"stage_id": stages["Contract"], "confirm": True}
    )
    assert moved.status_code < 300, moved.text
    return dict(made.json())


def draw(page: Page, cdp: CDPSession) -> None:
    """Two strokes of a finger; the page must not scroll under them."""
    box = page.locator("#canvas").bounding_box()
    assert box
    before = page.evaluate("scrollY")
    for stroke in range(2):
        at = [
            {
                "x": box["x"] + box["width"] * (0.15 + 0.02 * i + 0.1 * stroke),
                "y": box["y"] + box["height"] * (0.5 + 0.25 * sin(i / 3)),
            }
            for i in range(28)
        ]
        cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at[:1]})
        for point in at[1:]:
            cdp.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("scrollY") == before


@pytest.fixture
def seen(server: Server) -> set[str]:
    """Links of other tests on this server."""
    found = httpx.get(f"{server.url}/demo/mailbox", headers={"Accept": "text/html"}).text
    return set(re.findall(r'href="https?://[^/"]+(/s/[^"]+)"', found))


@pytest.fixture
def page(phone: BrowserContext, seen: set[str]) -> Page:
    return phone.new_page()


@pytest.mark.row("S7", "S8", "S9", "S10", "V1", "V6")
def test_two_people_sign_and_anyone_can_check(
    page: Page, server: Server, seen: set[str], dropped: dict[str, str]
) -> None:
    cdp = page.context.new_cdp_session(page)
    own = link(page, server, seen)
    page.goto(own)
    up_to_the_signature(page, server)
    page.locator("#go").click()
    page.locator("#use").click()
    expect(page.locator("#sheet-note")).to_be_visible()  # an empty pad is no signature
    draw(page, cdp)
    page.wait_for_timeout(900)  # the emulation swallows a tap right after a stroke
    size = page.viewport_size or {}
    page.set_viewport_size({"width": size["height"], "height": size["width"]})  # turned sideways and back
    page.set_viewport_size(size)
    page.locator("#use").click()
    expect(page.locator("#preview-ink")).to_be_visible()
    page.locator("#go").dblclick()
    expect(page.locator("[data-standing=signed]")).to_be_visible()

    client = link(page, server, seen)
    page.goto(client)
    up_to_the_signature(page, server)
    page.locator("#go").click()
    page.locator("#tab-typed").click()
    expect(page.locator("#typed-ink")).to_be_visible()
    page.locator("#use").click()
    page.locator("#go").click()
    expect(page.locator("[data-standing=completed]")).to_be_visible(timeout=30_000)  # follows by itself

    with page.expect_download() as download:
        page.locator("a[download]").click()
    sealed = download.value.path().read_bytes()
    page.locator('a[href^="/v/"]').click()
    for content, verdict in (
        (sealed, "card--good"),
        (sealed.replace(b"stream", b"streaM", 1), "card--broken"),
    ):
        page.set_input_files(
            "#file", {"name": "contract.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        expect(page.locator(f".verdict.{verdict}")).to_be_visible()


@pytest.mark.row("S16")
def test_a_signature_survives_a_lost_connection(
    page: Page, server: Server, seen: set[str], dropped: dict[str, str]
) -> None:
    page.goto(link(page, server, seen))
    up_to_the_signature(page, server)
    page.locator("#go").click()
    page.locator("#tab-typed").click()
    page.locator("#use").click()
    page.context.set_offline(True)
    page.locator("#go").click()
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-standing=signed]")).to_be_visible(timeout=30_000)


@pytest.mark.row("U2")
def test_the_page_fits_the_smallest_phone_and_zooms(
    page: Page, server: Server, seen: set[str], dropped: dict[str, str]
) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(link(page, server, seen))
    for step in ("start", "consent"):
        expect(page.locator("#bar")).to_have_attribute("data-step", step)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        heights = page.locator("#go, #more summary, .document__ways a").evaluate_all(
            "(all) => all.map((one) => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= 44
        if step == "start":
            page.locator("#go").click()
    assert "user-scalable" not in page.content()
