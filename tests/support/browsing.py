"""A real browser, at a desk and in a hand."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from esign_app.front_end import ROOT
from tests.support.require import program

SCREENSHOTS = ROOT / "build" / "screenshots"
# A CI machine has no graphics card, no sandbox for root, and nobody to update for.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds; a busy machine is slow, and only a test that fails waits that long.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2.625,
    "has_touch": True,
    "is_mobile": True,
}


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def context(browser: Browser, request: pytest.FixtureRequest, **options: object) -> Iterator[BrowserContext]:
    """A fresh person at a fresh browser. A script that fails or breaks the policy fails the test, even if nothing shows."""
    opened = browser.new_context(**options)
    opened.set_default_timeout(PATIENCE)
    trouble: list[str] = []
    opened.on("weberror", lambda error: trouble.append(f"script error: {error.error}"))
    opened.on("console", lambda message: trouble.extend(_broken_policy(message)))
    yield opened
    _keep_screenshots(opened, request)
    leave(opened)
    assert not trouble, "\n".join(trouble)


def leave(opened: BrowserContext) -> None:
    """Close a person's browser. Chromium can hang for ever when a page is closed in the middle of a navigation."""
    for page in opened.pages:
        with suppress(PlaywrightError):
            page.goto("about:blank", timeout=5_000)
    opened.close()


def _broken_policy(message: ConsoleMessage) -> list[str]:
    is_ours = message.type == "error" and "Content Security Policy" in message.text
    return [message.text] if is_ours else []


def _keep_screenshots(opened: BrowserContext, request: pytest.FixtureRequest) -> None:
    """What the pages of a failed test looked like."""
    if not getattr(request.node, "failed", False):
        return
    name = re.sub(r"\W+", "-", request.node.name)
    for number, page in enumerate(opened.pages):
        page.screenshot(path=_folder() / f"{name}-{request.fixturename}-{number}.png")


def _folder() -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
