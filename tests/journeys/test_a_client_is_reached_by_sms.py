"""By SMS where there is a phone: chosen before sending, followed on the document, sent again, or by mail instead."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.support import gateway as gateways
from tests.support.desk import label_of, log_in, make_document
from tests.support.gateway import Gateway
from tests.support.script import Script
from tests.support.server import Server

PHONE = "+4915112345678"


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with gateways.gateway() as opened:
        yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, gateway: Gateway) -> Iterator[Server]:
    """With an SMS gateway; mail stays in the demo mailbox."""
    running = Server(tmp_path_factory.mktemp("sms"), ESIGN_SMS_URL=gateway.url).start()
    yield running
    running.stop()


def sent(page: Page, script: Script, how: str) -> Locator:
    """A contract, sent by the dialog and signed by our side: now its client is invited."""
    client = script.contact(phone=PHONE)
    paper = make_document(page, script.deal(client["id"])["id"])
    label = label_of(paper)
    paper.get_by_role("button", name="Sign", exact=True).click()
    question = page.get_by_role("dialog", name=f"Send {label} for signature")
    expect(question).to_contain_text(f"by SMS to {PHONE}")
    way = question.get_by_label("How Ada Berg is reached")
    way.select_option("E-mail")
    expect(question).to_contain_text(f"by e-mail to {client['email']}")
    way.select_option(how)
    expect(question).to_contain_text(f"by SMS to {PHONE}")
    question.get_by_role("button", name="Use this layout again").click()
    expect(paper).to_contain_text("Jana Weber has not signed yet")
    script.sign(script.invitation(label, "Jana Weber"))
    return paper


def to_ada(paper: Locator, channel: str) -> Locator:
    return paper.get_by_role("listitem").filter(has_text="Invitation to Ada Berg").filter(has_text=channel)


@pytest.mark.row("S5")
def test_an_sms_nobody_knows_about_waits_and_is_sent_again(
    desktop: BrowserContext, script: Script, gateway: Gateway
) -> None:
    page = desktop.new_page()
    log_in(page, "Sam")
    gateway.instead, gateway.taken[:] = gateways.cut, []
    paper = sent(page, script, "SMS")
    message = to_ada(paper, "SMS")
    expect(message).to_contain_text("Fate unknown", timeout=20_000)
    expect(message).to_contain_text("It is not repeated by itself.")
    expect(page.get_by_role("tabpanel", name="Timeline")).to_contain_text(
        f"Nobody knows whether the message to {PHONE} arrived"
    )
    assert len(gateway.taken) == 1
    gateway.instead = None
    message.get_by_role("button", name="Send again").click()
    expect(to_ada(paper, "Accepted by the SMS gateway")).to_be_visible(timeout=20_000)
    assert [sms["to"] for sms in gateway.taken] == [PHONE, PHONE]
    assert gateway.taken[0]["text"] == gateway.taken[1]["text"]
    expect(message.get_by_role("button", name="Send again")).to_have_count(1)


@pytest.mark.row("S5")
def test_a_number_that_is_refused_means_a_mail(
    phone: BrowserContext, script: Script, gateway: Gateway
) -> None:
    page = phone.new_page()
    log_in(page, "Sam")
    gateway.instead, gateway.answer = None, (400, {}, b"")
    paper = sent(page, script, "Automatic")
    expect(to_ada(paper, "SMS")).to_contain_text("Not delivered", timeout=20_000)
    expect(to_ada(paper, "E-mail")).to_contain_text("Accepted by the mail server", timeout=20_000)
    script.sign(script.invitation(label_of(paper), "Ada Berg"))
    expect(paper).to_contain_text("Completed", timeout=30_000)
