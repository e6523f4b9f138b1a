"""What a party does on the signing page until it can sign, with the messages read in the demo mailbox."""

import re
import time

from playwright.sync_api import Page, expect

from tests.support.server import Server


def letters(page: Page, server: Server) -> list[str]:
    """The newest messages of the demo mailbox, as HTML."""
    found = page.request.get(f"{server.url}/demo/mailbox").text()
    return re.findall(r"<article.*?</article>", found, re.DOTALL)


def link(page: Page, server: Server, seen: set[str]) -> str:
    """The newest signing link that was not opened yet."""
    for _ in range(100):
        found = re.findall(r'href="https?://[^/"]+(/s/[^"]+)"', "".join(letters(page, server)))
        fresh = [each for each in found if each not in seen]
        if fresh:
            seen.update(found)
            return fresh[0]
        time.sleep(0.2)
    raise AssertionError("no invitation came")


def code(page: Page, server: Server) -> str:
    for _ in range(100):
        found = re.findall(r'letter__code">(\d{6})<', letters(page, server)[0])
        if found:
            return str(found[0])
        time.sleep(0.1)
    raise AssertionError("no code came")


def up_to_the_signature(page: Page, server: Server) -> None:
    expect(page.locator("#first")).to_be_visible()
    page.locator("#go").click()
    page.locator("input[name=agree]").check()
    page.locator("#go").click()
    expect(page.locator("#bar")).to_have_attribute("data-step", "ask_code")
    page.locator("#go").click()
    expect(page.locator("#code")).to_be_focused()
    page.locator("#code").fill(code(page, server))
    page.locator("#go").click()
    expect(page.locator("#bar")).to_have_attribute("data-step", "sign")
