"""The demo's story: real offers in several states, so that the first look at the board shows a company at work.

The demo's people call what real people call by the pages. Each look asks the database what is next for every offer, so
the story goes on after a crash wherever it was.
"""

from dataclasses import asdict
from typing import Any

from sqlmodel import Session

from esign_app.automation import files, mailbox
from esign_app.db import utcnow
from esign_app.domain import demo, documents, handwriting
from esign_app.domain.actor import Actor
from esign_app.domain.demo import Chapter
from esign_app.domain.documents import DocumentView
from esign_app.domain.signing import codes, facts, overview, parties, requests
from esign_app.domain.signing.facts import Drawing
from esign_app.domain.signing.overview import PartyView
from esign_app.domain.signing.parties import Signer, Visit
from esign_app.engine import reading, start, step, transaction, workflow
from esign_app.settings import secret
from esign_app.trust import tokens

NAME = "demo_story"
VISIT = Visit("127.0.0.1", "the demo's story")
REASON = "We have decided for another offer."
_EVERY = 1.0
_MOST_LOOKS = 300
_OVER = ("completed", "declined", "expired", "cancelled", "failed")
_WITH_PEOPLE = ("sent", "opened", "partly_signed")


def begin(session: Session, chapters: list[Chapter]) -> None:
    """Let the story be made once `session` commits and an engine runs."""
    start(session, NAME, f"{NAME}-1", [asdict(chapter) for chapter in chapters], 1)


@workflow(NAME)
def tell(chapters: list[dict[str, Any]], look: int) -> None:
    """Do the next thing of every chapter, and look again until all are told."""
    left = advance(chapters)
    if left and look < _MOST_LOOKS:
        again(left, look + 1)


@step("demo_advance")
def advance(chapters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answers the chapters that are not told yet."""
    return [chapter for chapter in chapters if _advance(Chapter(**chapter))]


@step("demo_again")
def again(chapters: list[dict[str, Any]], look: int) -> None:
    with transaction() as session:
        start(session, NAME, f"{NAME}-{look}", chapters, look, delay=_EVERY)


def _advance(chapter: Chapter) -> bool:
    """One thing at most; answers whether something is left to do or to wait for."""
    with reading() as session:
        sam = demo.actor(session, "sales")
        made = documents.of_deal(session, sam, chapter.deal)
    if not made:
        with transaction() as session:
            documents.request(session, sam, chapter.deal, chapter.template, now=utcnow())
        return True
    document = made[0]
    if document.state == "draft" and document.ready:
        with transaction() as session:
            requests.ask(session, sam, document.public_id, now=utcnow())
        return True
    if document.state in _WITH_PEOPLE:
        return _people_act(chapter, document, sam)
    return document.state not in _OVER


def _people_act(chapter: Chapter, document: DocumentView, sam: Actor) -> bool:
    with reading() as session:
        asked = overview.of_document(session, sam, document.public_id)
    signed = [party for party in asked.parties if party.signed_at]
    invited = [party for party in asked.parties if party.invited_at and not party.signed_at]
    if not invited:
        return True
    if len(signed) < chapter.signatures:
        _sign(document, invited[0])
        return True
    return _then(chapter.then, document, invited[0])


def _then(act: str, document: DocumentView, party: PartyView) -> bool:
    """What the next party does without signing; the chapter is told afterwards."""
    if act:
        signer = _signer(document, party)
        if signer is None:
            return True
        with transaction() as session:
            facts.start(session, signer, VISIT, now=utcnow())
            if act == "declined":
                facts.decline(session, signer, REASON, VISIT, now=utcnow())
    return False


def _sign(document: DocumentView, party: PartyView) -> None:
    signer = _signer(document, party)
    if signer is None:
        return
    picture = files.put(handwriting.written(party.name))
    with transaction() as session:
        facts.start(session, signer, VISIT, now=utcnow())
        if signer.by == "link":
            _enter_code(session, signer)
        language = parties.get(session, signer.party_id).language
        facts.consent(session, signer, parties.consent_text(session, language).version, now=utcnow())
        drawing = Drawing("typed", picture.sha256, picture.size, [])
        facts.sign(session, signer, drawing, VISIT, now=utcnow())


def _enter_code(session: Session, signer: Signer) -> None:
    codes.ask(session, signer, now=utcnow())
    asked = codes.newest(session, parties.get(session, signer.party_id))
    assert asked is not None
    code = tokens.code(secret(), asked.public_id)
    refused = codes.check(session, secret(), signer, code, visit=VISIT, now=utcnow())
    assert refused is None, refused


def _signer(document: DocumentView, party: PartyView) -> Signer | None:
    """Our side is logged in; a client comes by the link in the demo mailbox, once the message is there."""
    with reading() as session:
        if party.slot == "own":
            return parties.by_login(session, demo.actor(session, "signatory"), party.public_id)
        for letter in mailbox.messages(limit=200):
            about = letter.kind == "invitation" and letter.to_name == party.name
            if about and document.number in letter.subject:
                return parties.by_token(session, secret(), letter.link.rpartition("/")[2])
    return None
