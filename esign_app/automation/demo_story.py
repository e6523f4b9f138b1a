"""The demo's story: its people make, send, sign and decline documents by the functions that real people's pages call.

Nothing is staged: numbers are taken, files rendered, messages delivered to the demo mailbox, names written. Every look
does one act at most and plans the next look, so the story stays in the background. What was done is read from the
database, so it goes on after a crash and does nothing twice. What a visitor did differently meanwhile ends a scene.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlmodel import Session

from esign_app.automation import files
from esign_app.db import utcnow
from esign_app.domain import deals, documents, handwriting, layouts, ledger, letters, moves, signature_image
from esign_app.domain.demo import story
from esign_app.domain.demo.story import Scene
from esign_app.domain.documents import DocumentView
from esign_app.domain.letters import Letter
from esign_app.domain.refusals import Refused, TooMany
from esign_app.domain.signing import codes, facts, overview, pages, parties, requests
from esign_app.domain.signing.facts import Drawing
from esign_app.domain.signing.parties import Signer, Visit
from esign_app.engine import reading, start, step, transaction, workflow
from esign_app.settings import secret, settings

log = logging.getLogger("esign.automation")

NAME = "demo_story"
REASON = "We have chosen another supplier this year. Thank you for the good talks."
_VISIT = Visit("127.0.0.1", "the demo's own story")
# Seconds: until the first pages were served, and when everything waits.
_QUIET, _WAIT = 3.0, 0.3
_MOST_LOOKS = 300


def begin(session: Session, scenes: list[Scene]) -> None:
    """Let the story be told once `session` commits and an engine runs."""
    start(session, NAME, f"{NAME}-1", [asdict(scene) for scene in scenes], 1, delay=_QUIET)


@workflow(NAME)
def tell(scenes: list[dict[str, Any]], look: int) -> None:
    """One look; the next one is a run of its own, until every scene is over."""
    left = go_on(scenes)
    if left and look < _MOST_LOOKS:
        look_again(left, look + 1, None if left != scenes else _WAIT)


@step("demo_look_again")
def look_again(scenes: list[dict[str, Any]], look: int, delay: float | None) -> None:
    with transaction() as session:
        start(session, NAME, f"{NAME}-{look}", scenes, look, delay=delay)


@step("demo_go_on")
def go_on(scenes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Do the next act of the first scene that need not wait; answers what is left.

    Nothing is left once a real mail server is set: the demo's people write to nobody outside.
    """
    if not settings().demo_story:
        return []
    for number, stored in enumerate(scenes):
        scene = Scene(**{**stored, "acts": tuple(stored["acts"])})
        left = _after(scene)
        if left != scene:
            rest = [] if left is None else [asdict(left)]
            return [*scenes[:number], *rest, *scenes[number + 1 :]]
    return scenes


def _after(scene: Scene) -> Scene | None:
    """The scene after its next act: the same when it must wait, None when it is over."""
    try:
        if not _ACTS[scene.acts[0]](scene):
            return scene
    except Refused as refused:
        log.info("a scene of the demo's story ends early: %s", refused)
        return None
    return replace(scene, acts=scene.acts[1:]) if scene.acts[1:] else None


def _make(scene: Scene) -> bool:
    with transaction() as session:
        seller = story.person(session, scene.seller)
        there = _document(session, scene)
        if there is None:
            documents.request(session, seller, scene.deal, scene.template, now=utcnow())
        return there is not None and there.ready


def _send(scene: Scene) -> bool:
    with transaction() as session:
        seller = story.person(session, scene.seller)
        there = _document(session, scene)
        if there is not None and not there.request_id:
            requests.ask(session, seller, there.public_id, now=utcnow())
        return there is not None


def _own_signs(scene: Scene) -> bool:
    """Logged in, as on the page "Waiting for you"."""
    with reading() as session:
        party = _party(session, scene, layouts.OWN)
        if party is None or party.state in ("waiting", "signed"):
            return party is not None and party.state == "signed"
        signer = parties.by_login(session, story.person(session, party.email), party.public_id)
    return _sign(signer, party.name)


def _client_opens(scene: Scene) -> bool:
    guest = _guest(scene)
    if guest is None:
        return False
    with transaction() as session:
        facts.start(session, guest.signer, _VISIT, now=utcnow())
    return True


def _client_signs(scene: Scene) -> bool:
    """By the link and the code that lie in the demo mailbox; without a code that holds, one is asked for."""
    guest = _guest(scene)
    if guest is None or guest.code_is_coming:
        return False
    if guest.state == "signed" or (guest.code and _sign(guest.signer, guest.name, guest.code)):
        return True
    try:
        with transaction() as session:
            facts.start(session, guest.signer, _VISIT, now=utcnow())
            codes.ask(session, guest.signer, now=utcnow())
    except TooMany as soon:
        log.info("the demo's story waits: %s", soon)
    return False


def _client_declines(scene: Scene) -> bool:
    guest = _guest(scene)
    if guest is None:
        return False
    if guest.state != "declined":
        with transaction() as session:
            facts.start(session, guest.signer, _VISIT, now=utcnow())
            facts.decline(session, guest.signer, REASON, _VISIT, now=utcnow())
    return True


def _move(scene: Scene) -> bool:
    with transaction() as session:
        seller = story.person(session, scene.seller)
        if deals.get(session, seller, scene.deal).stage.public_id != scene.stage:
            moves.move(session, seller, scene.deal, scene.stage, confirm=True, now=utcnow())
        return True


_ACTS: dict[str, Callable[[Scene], bool]] = {
    story.MAKE: _make,
    story.SEND: _send,
    story.OWN_SIGNS: _own_signs,
    story.CLIENT_OPENS: _client_opens,
    story.CLIENT_SIGNS: _client_signs,
    story.CLIENT_DECLINES: _client_declines,
    story.MOVE: _move,
}


@dataclass(frozen=True)
class _Guest:
    """A client who holds the invitation; `code` is the newest one that arrived."""

    signer: Signer
    name: str
    state: str
    code: str
    code_is_coming: bool


def _guest(scene: Scene) -> _Guest | None:
    with reading() as session:
        party = _party(session, scene, layouts.CLIENT)
        link, _ = _letter(session, scene, "invitation", party)
        if party is None or link is None:
            return None
        code, is_coming = _letter(session, scene, "code", party)
        signer = parties.by_token(session, secret(), link.link.rpartition("/")[2])
        return _Guest(signer, party.name, party.state, code.code if code else "", is_coming)


def _letter(
    session: Session, scene: Scene, kind: str, party: overview.PartyView | None
) -> tuple[Letter | None, bool]:
    """The newest letter of a kind to a party, if it arrived; and whether it is on its way."""
    there = _document(session, scene)
    if there is None or party is None:
        return None, False
    seller = story.person(session, scene.seller)
    for sent in ledger.of_document(session, seller, there.public_id):
        if (sent.kind, sent.address) == (kind, party.email):
            if sent.state == "accepted":
                return letters.compose(session, secret(), sent.id, settings().url), False
            return None, sent.state in ("queued", "sending")
    return None, False


def _document(session: Session, scene: Scene) -> DocumentView | None:
    """The scene's document: the deal's oldest one of its template."""
    made = documents.of_deal(session, story.person(session, scene.seller), scene.deal)
    return next((each for each in reversed(made) if each.template_id == scene.template), None)


def _party(session: Session, scene: Scene, slot: str) -> overview.PartyView | None:
    there = _document(session, scene)
    if there is None or not there.request_id:
        return None
    asked = overview.get(session, story.person(session, scene.seller), there.request_id)
    return next((party for party in asked.parties if party.slot == slot), None)


def _sign(signer: Signer, name: str, code: str = "") -> bool:
    """Agree and sign with the written name, once; answers False when the code does not hold (any more)."""
    picture = files.put(signature_image.check(handwriting.written(name)))
    drawing = Drawing("typed", picture.sha256, picture.size, [])
    with transaction() as session:
        now = utcnow()
        facts.start(session, signer, _VISIT, now=now)
        if code and codes.check(session, secret(), signer, code, visit=_VISIT, now=now):
            return False
        facts.consent(session, signer, pages.view(session, signer, now=now).consent_version, now=now)
        facts.sign(session, signer, drawing, _VISIT, now=now)
        return True
