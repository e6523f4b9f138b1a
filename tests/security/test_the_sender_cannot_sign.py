"""B40, A4: whoever sends, administers or reads the logs never holds what would let them sign for somebody else."""

import asyncio
import logging
import re

import pytest
import reflex as rx
from sqlmodel import select

from esign_app import engine
from esign_app.automation import mailbox
from esign_app.domain.signing import downloads, parties
from esign_app.models import Document, Party
from esign_app.office import routes
from esign_app.office.board.state import BoardState
from esign_app.office.deal.fields_state import FieldsState
from esign_app.office.deal.sending import SendingState
from esign_app.office.deal.state import DealState
from esign_app.office.rules.state import RulesState
from esign_app.office.waiting.state import WaitingState
from esign_app.settings import secret, settings
from tests.public.conftest import CLIENT, OWN, database
from tests.security.conftest import the_deal
from tests.support.cast import Cast
from tests.support.office import tab
from tests.support.world import Automation


def secrets_of(*names: str) -> set[str]:
    """Links and their MACs, and every code that was sent so far."""
    with engine.reading() as session:
        ids = session.exec(select(Party.id).where(Party.name.in_(names))).all()  # type: ignore[attr-defined]
        links = [
            make(session, secret(), one or 0) for one in ids for make in (parties.token, downloads.token)
        ]
    codes = {letter.code for letter in mailbox.messages() if letter.code and letter.to_name in names}
    return {*links, *(link.partition(".")[2] for link in links), *codes}


def found(text: str, secrets: set[str]) -> set[str]:
    return {one for one in secrets if re.search(rf"(?<![\w.]){re.escape(one)}(?!\w)", text)}


async def everything_open(state: rx.State, document: str) -> None:
    """Every page a sender has, with the document and the question about sending it open."""
    for page in (BoardState, DealState, WaitingState, RulesState):
        shown = await state.get_state(page)
        await shown.load()
    deal = await state.get_state(DealState)
    await deal.open_paper(document)
    await deal.open_paper(deal.documents[0].id)
    await (await state.get_state(FieldsState)).edit("contact", "email")
    await (await state.get_state(SendingState)).choose()
    await (await state.get_state(SendingState)).prepare(document)


@pytest.mark.parametrize("who", ["mara", "ada"])
def test_nothing_the_office_sends_to_a_browser_signs(sealed: Automation, cast: Cast, who: str) -> None:
    """The whole State of a tab is what the websocket carries, backend variables and all."""
    state = tab(DealState, getattr(cast, who), routes.deal(the_deal()))
    with engine.reading() as session:
        document = session.exec(select(Document.public_id)).one()
    asyncio.run(everything_open(state, document))
    root = state._get_root_state()
    carried = str(root.dict()) + str([vars(each) for each in [root, *_all(root)]])
    assert "Alex Muster" in carried
    assert "alex@client.example" in carried
    assert found(carried, secrets_of(OWN, CLIENT)) == set()


def _all(state: rx.State) -> list[rx.State]:
    return [each for child in state.substates.values() for each in (child, *_all(child))]  # type: ignore[misc]


def test_the_log_of_a_whole_signing_holds_no_link_and_no_code(
    sent: Automation, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sent.sign(OWN)
        sent.sign(CLIENT)
    written = " ".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    assert caplog.records
    assert found(written, secrets_of(OWN, CLIENT)) == set()


def test_no_row_of_the_database_and_no_file_holds_them(sealed: Automation) -> None:
    """Links and codes are derived when a message is composed; a copy of the database signs nothing without the secret."""
    secrets = secrets_of(OWN, CLIENT)
    assert len(secrets) == 4 + 4 + 2
    for line in database():
        assert found(line, secrets) == set()
    for path in settings().files_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [one for one in secrets if len(one) > 6 and one.encode() in content]


def test_the_signatory_does_not_get_the_clients_link(sent: Automation, cast: Cast) -> None:
    """Who signs for our side reads the client's name and nothing that opens its page."""
    state = tab(WaitingState, cast.sigrid, routes.WAITING)
    asyncio.run(state.load())
    carried = str(state._get_root_state().dict())
    assert CLIENT in carried
    assert found(carried, secrets_of(OWN, CLIENT)) == set()
