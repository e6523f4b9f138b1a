"""The demo's people send and sign by the functions real people use: in this thread first, then on a real server."""

import inspect
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete

from esign_app import engine
from esign_app.automation import demo_story, files, mailbox
from esign_app.automation.keys import roots
from esign_app.db import utcnow
from esign_app.domain import board, demo, documents
from esign_app.domain.actor import SYSTEM
from esign_app.domain.demo import story
from esign_app.domain.documents import DocumentView
from esign_app.domain.letters import Letter
from esign_app.domain.signing import facts, pages, parties
from esign_app.domain.signing import files as signing_files
from esign_app.domain.strips import Strip
from esign_app.models import User, UserRole
from esign_app.settings import secret, settings
from esign_app.trust import verify
from tests.public.conftest import connected, renderer  # noqa: F401  (a fixture)
from tests.support.environment import settings_in
from tests.support.script import Script, until
from tests.support.server import Server
from tests.support.world import VISIT, Automation

Scenes = list[dict[str, Any]]
PATIENT_PORTAL, HEAT_PUMPS = 2, 8
TOLD = {"draft": 1, "sent": 2, "opened": 1, "partly_signed": 1, "declined": 1, "completed": 3}


class Told:
    """The story of a fresh demo, told look by look without the durable engine."""

    def __init__(self) -> None:
        self.automation = Automation()
        with engine.transaction() as session:
            session.execute(delete(UserRole))
            session.execute(delete(User))
            scenes = demo.seed(session, now=utcnow())
        self.left: Scenes = [asdict(scene) for scene in scenes]

    def only(self, *numbers: int) -> None:
        self.left = [self.left[number] for number in numbers]

    def look(self) -> None:
        self.left = _look(self.left)
        self.automation.run()

    def to_the_end(self) -> None:
        for _ in range(100):
            if not self.left:
                return
            self.look()
        raise AssertionError(f"never told: {self.left}")

    def until_a_code_came(self) -> Letter:
        for _ in range(20):
            self.look()
            found = [letter for letter in mailbox.messages() if letter.kind == "code"]
            if found:
                return found[0]
        raise AssertionError("nobody asked for a code")


_look: Callable[[Scenes], Scenes] = inspect.unwrap(demo_story.go_on)


def papers() -> dict[str, DocumentView]:
    """The document of each deal that has one, by the deal's title."""
    with engine.reading() as session:
        cards = board.load(session, SYSTEM, now=utcnow()).cards
        made = {card.title: documents.of_deal(session, SYSTEM, card.public_id) for card in cards}
    assert all(len(found) <= 1 for found in made.values())
    return {title: found[0] for title, found in made.items() if found}


def states() -> Counter[str]:
    return Counter(document.state for document in papers().values())


def cards() -> dict[str, tuple[str, Strip | None]]:
    """Stage and strip of every deal, by its title."""
    with engine.reading() as session:
        shown = board.load(session, SYSTEM, now=utcnow())
    names = {stage.public_id: stage.name for stage in shown.stages}
    return {card.title: (names[card.stage_id], card.strip) for card in shown.cards}


@pytest.fixture
def told(engine_url: str, renderer: None) -> Iterator[Told]:  # noqa: F811
    with connected():
        yield Told()


@pytest.fixture(scope="session")
def whole(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, renderer: None) -> Path:  # noqa: F811
    """The data of a story told to its end, in which every look was taken twice, as after a crash.

    What a look did is committed before the engine writes down that it was taken.
    """
    folder = tmp_path_factory.mktemp("story")
    shutil.copyfile(sqlite_template, folder / "esign.db")
    with settings_in(folder), connected():
        told = Told()
        while told.left:
            _look(told.left)
            told.look()
    return folder


@pytest.fixture
def fresh_demo(whole: Path) -> Iterator[None]:
    with settings_in(whole), connected():
        yield


@pytest.mark.usefixtures("fresh_demo")
def test_every_document_ends_as_planned_and_none_is_made_twice() -> None:
    assert states() == TOLD


@pytest.mark.usefixtures("fresh_demo")
def test_deals_go_where_their_documents_lead_them() -> None:
    found = {title: stage for title, (stage, _) in cards().items()}
    assert found["Patient portal"] == found["Shipment tracking"] == "Won"
    assert (found["Loyalty app"], found["Showroom website"]) == ("Lost", "Contract")


@pytest.mark.usefixtures("fresh_demo")
def test_the_strips_tell_who_is_next_and_what_needs_a_person() -> None:
    year = utcnow().year
    said = {title: (strip.tone, strip.text) for title, (_, strip) in cards().items() if strip}
    assert len(said) == 10
    assert said["Online booking"] == ("moving", f"Offer {year}-001: sent to Olivia Hart")
    assert said["Merger data room"] == (
        "moving",
        f"NDA {year}-002: signed 1 of 2, waiting for Eleanor Finch",
    )
    tone, text = said["Showroom website"]
    assert tone == "needs"
    assert "Ingrid Dahl has no e-mail address." in text


@pytest.mark.usefixtures("fresh_demo")
def test_one_document_waits_for_the_signatory() -> None:
    with engine.reading() as session:
        jana = story.person(session, "jana@nordlicht.example")
        waiting = pages.waiting_for(session, jana, now=utcnow())
    assert [view.label for view in waiting] == [f"NDA {utcnow().year}-001"]


@pytest.mark.usefixtures("fresh_demo")
def test_what_is_sealed_is_intact() -> None:
    sealed = [each.public_id for each in papers().values() if each.state == "completed"]
    assert len(sealed) == 3
    for public_id in sealed:
        with engine.reading() as session:
            sha256, _ = signing_files.sealed(session, SYSTEM, public_id)
        assert verify.verify(files.get(sha256), roots(), now=utcnow()).verdict == "intact"


@pytest.mark.usefixtures("fresh_demo")
def test_the_mailbox_holds_each_message_once() -> None:
    letters = mailbox.messages(limit=100)
    kinds = Counter(letter.kind for letter in letters)
    assert kinds["invitation"] == 10  # five offers to a client; three NDAs to our side, two on to the client
    assert kinds["code"] == 3
    assert all(letter.state == "accepted" for letter in letters)


def test_an_old_code_is_asked_for_anew(told: Told) -> None:
    told.only(PATIENT_PORTAL)
    with time_machine.travel(utcnow(), tick=True) as clock:
        old = told.until_a_code_came()
        clock.shift(timedelta(minutes=6))
        told.to_the_end()
    assert states() == {"completed": 1}
    assert [letter.kind for letter in mailbox.messages()].count("code") == 2
    assert old.code != told.automation.letter("code", old.to_name).code


def test_who_acts_meanwhile_ends_a_scene_and_no_other(told: Told) -> None:
    told.only(PATIENT_PORTAL, HEAT_PUMPS)
    letter = told.until_a_code_came()
    invitation = told.automation.letter("invitation", letter.to_name)
    with engine.transaction() as session:
        signer = parties.by_token(session, secret(), invitation.link.rpartition("/")[2])
        facts.decline(session, signer, "A visitor was quicker.", VISIT, now=utcnow())
    told.to_the_end()
    assert states() == {"declined": 1, "draft": 1}


def test_with_a_real_mail_server_nobody_is_written_to(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESIGN_SMTP_URL", "smtp://127.0.0.1:1")
    settings.cache_clear()
    told.look()
    assert told.left == []
    assert papers() == {}


# On a real server


@pytest.mark.row("M2")
def test_a_start_killed_in_the_middle_goes_on_and_doubles_nothing(
    start_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = start_server(ESIGN_DEMO="story")
    script = Script(server)
    until(lambda: len(_asked(script)) >= 3, seconds=60)
    server.kill()
    server.start()
    until(lambda: len(_asked(script)) >= 10, seconds=60)
    until(lambda: Counter(each["state"] for each in _papers(script)) == TOLD, seconds=60)
    assert len(_asked(script)) == len(set(_asked(script))) == 10

    sealed = next(each for each in _papers(script) if each["state"] == "completed")
    file = tmp_path / "sealed.pdf"
    file.write_bytes(script.api.get(f"/documents/{sealed['id']}/sealed.pdf").content)
    assert server.esign("verify", str(file)).returncode == 0

    deal = script.deal(script.contact()["id"])
    script.drop(deal["id"])
    first = script.document(deal["id"], "sent")
    assert first["label"] == f"Contract {utcnow().year}-001"


def _asked(script: Script) -> list[tuple[str, str]]:
    """Who was asked to sign what."""
    return [(each.name, each.subject) for each in script.letters() if each.link.startswith("/s/")]


def _papers(script: Script) -> list[dict[str, str]]:
    deals = script.get("/deals?limit=100")["items"]
    found = [script.get(f"/deals/{deal['id']}/documents")["items"] for deal in deals]
    return [document for documents in found for document in documents]
