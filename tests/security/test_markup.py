"""B83, C9: markup in every name people choose, through every door, is text wherever it arrives."""

import re

import pypdfium2
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.automation import files, mail_body, mailbox
from esign_app.db import utcnow
from esign_app.domain import board, clients, deals, moves, own_companies, rules, templates
from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import files as signing_files
from esign_app.models import Document, Party, Pipeline, Role, Stage, User
from esign_app.office.board import cards
from tests.public.conftest import token_of
from tests.support.office import read
from tests.support.world import Automation, World

# What each name is followed by. No closing tag is needed to do harm, and braces are for whoever formats twice.
EVIL = "<img src=x onerror=alert(1)>&amp;{name}{{7*7}}"


NAMES = {
    kind: f"{kind}{EVIL}"
    for kind in ("Contact", "Company", "Deal", "Template", "Own", "Signatory", "Stage", "User")
}


@pytest.fixture
def signed(fresh: World) -> Automation:
    """Every name is hostile, the document is signed by both and sealed."""
    now = utcnow()
    with engine.transaction() as session:
        clients.change_contact(session, SYSTEM, fresh.contact, {"name": NAMES["Contact"]})
        clients.change_company(session, SYSTEM, fresh.company, {"name": NAMES["Company"], "city": EVIL})
        deals.change(session, SYSTEM, fresh.deal, {"title": NAMES["Deal"]}, now=now)
        line = {"title": EVIL, "unit": "<b>h</b>", "price_minor": 100}
        deals.set_lines(session, SYSTEM, fresh.deal, [line], now=now)
        own_companies.change(session, SYSTEM, {"name": NAMES["Own"]}, seen_version=1, now=now)
        own_companies.save_signatory(
            session, SYSTEM, fresh.signatory, {"name": NAMES["Signatory"], "mandate": EVIL}, now=now
        )
        text = templates.get(session, SYSTEM, fresh.template)
        templates.save_text(
            session,
            SYSTEM,
            fresh.template,
            name=NAMES["Template"],
            html=text.html,
            slots=("own", "client"),
            seen_version=text.version,
            now=now,
        )
        for row in (
            *session.exec(select(Stage)),
            *session.exec(select(Pipeline)),
            *session.exec(select(Role)),
        ):
            row.name = NAMES["Stage"]
        for user in session.exec(select(User)):
            user.name = NAMES["User"]
            user.locale = "en"
    automation = Automation()
    with engine.transaction() as session:
        moves.move(session, SYSTEM, fresh.deal, fresh.stages["Contract"], confirm=True, now=utcnow())
    automation.run()
    with engine.transaction() as session:
        for party in session.exec(select(Party)):
            party.language = "en"
    automation.sign(NAMES["Signatory"])
    automation.sign(NAMES["Contact"])
    return automation


def test_it_is_text_on_board_letters_pages_and_paper(
    signed: Automation, fresh: World, client: TestClient
) -> None:
    snapshot = cards.snapshot(read(board.load, SYSTEM, now=utcnow()))
    (card,) = snapshot["cards"]
    assert card["title"] == NAMES["Deal"]
    assert card["client"] == f"{NAMES['Company']} · {NAMES['Contact']}"
    assert [step["label"] for step in card["strip"]["steps"]][2:4] == [
        f"{NAMES['Signatory']} signed",
        f"{NAMES['Contact']} signed",
    ]
    assert {stage["name"] for stage in snapshot["stages"]} == {NAMES["Stage"]}
    assert read(rules.by_stage, SYSTEM)[3].rules[0].template == NAMES["Template"]
    _letters()
    _pages(client)
    _paper()


def _letters() -> None:
    found = mailbox.messages()
    assert {letter.kind for letter in found} == {"invitation", "code", "completed"}
    for letter in found:
        assert "<img" not in mail_body.html(letter)
        assert f"Hello {letter.to_name}," in mail_body.text(letter)
        assert EVIL in letter.to_name
        assert len(letter.subject.splitlines()) == 1


def _pages(client: TestClient) -> None:
    with engine.reading() as session:
        document = session.exec(select(Document.public_id)).one()
    link = f"/s/{token_of(NAMES['Contact'])}"
    for address in (link, f"{link}/text", "/demo/mailbox", f"/v/{document}"):
        page = client.get(address).text
        assert "<img src=x" not in page, address
        if address != f"/v/{document}":  # an id alone tells no name
            assert "&lt;img src=x onerror=alert(1)&gt;&amp;amp;{name}{{7*7}}" in page, address


def _paper() -> None:
    with engine.reading() as session:
        document = session.exec(select(Document.public_id)).one()
        sha256, _ = signing_files.sealed(session, SYSTEM, document)
    contract = without_spaces("".join(pdf.page_text(files.get(sha256))))
    for name in ("Contact", "Company", "Deal", "Own", "Signatory"):
        assert without_spaces(NAMES[name]) in contract, name
    certificate = without_spaces(last_page(files.get(sha256)))
    for name in ("Contact", "Signatory", "Own", "Template"):
        assert without_spaces(NAMES[name]) in certificate, name


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", text)


def last_page(content: bytes) -> str:
    """The text of the certificate page, which is the appearance of the seal."""
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    page = document[len(document) - 1]
    page.flatten()
    return str(document[len(document) - 1].get_textpage().get_text_range())
