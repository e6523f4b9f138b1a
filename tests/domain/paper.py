"""A contract on its way by the domain alone: what the renderer and the sealer would hand over is made up."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from esign_app.domain import documents
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.signing import certificate, codes, facts, parties, progress, requests
from esign_app.domain.signing.facts import Drawing
from esign_app.domain.signing.parties import Signer
from esign_app.domain.signing.progress import Next, Stored
from esign_app.models import Party, SigningRequest
from esign_app.trust import tokens
from tests.support.cast import NOW
from tests.support.world import VISIT, World

SECRET = b"s" * 32
OWN, CLIENT = "Sigrid Signs", "Alex Muster"
ANCHORS = [{"key": key, "page": 1, "x": 0.1, "y": 0.8, "w": 0.3, "h": 0.1} for key in ("own", "client")]


def stored(content: str) -> Stored:
    return Stored(hashlib.sha256(content.encode()).hexdigest(), len(content))


def make(session: Session, world: World, actor: Actor = SYSTEM, now: datetime = NOW) -> str:
    """A document of the world's deal with its file; answers its public id."""
    document = documents.begin(session, actor, world.deal, world.template, now=now)
    render(session, document.id or 0, actor, now)
    return document.public_id


def render(session: Session, document_id: int, actor: Actor = SYSTEM, now: datetime = NOW) -> None:
    """The file of a document is there."""
    job = documents.job(session, document_id, now=now)
    assert job is not None
    file = stored(f"document {document_id}")
    documents.record_made(
        session, actor, job, sha256=file.sha256, size=file.size, pages=2, anchors=ANCHORS, now=now
    )


def certify(session: Session, request_id: int, now: datetime = NOW) -> Next:
    """The document is frozen, and the first group invited."""
    frozen = stored(f"frozen {request_id}")
    progress.bind(session, request_id, frozen.sha256)
    return progress.record_certified(session, request_id, frozen, stored(f"certified {request_id}"), now=now)


def send(session: Session, world: World, now: datetime = NOW) -> SigningRequest:
    """A contract whose own signatory is invited."""
    request = requests.begin(session, SYSTEM, make(session, world, now=now), now=now)
    certify(session, request.id or 0, now)
    return request


def party(session: Session, name: str) -> Party:
    return session.exec(select(Party).where(Party.name == name)).one()


@dataclass
class Hand:
    """One party with its link; every act is at `now`."""

    session: Session
    name: str
    now: datetime = NOW

    @property
    def signer(self) -> Signer:
        return Signer(party(self.session, self.name).id or 0, "link")

    @property
    def drawing(self) -> Drawing:
        picture = stored(f"signature of {self.name}")
        return Drawing("drawn", picture.sha256, picture.size, [])

    def code(self) -> str:
        """The code that was sent last."""
        last = codes.newest(self.session, party(self.session, self.name))
        assert last is not None
        return tokens.code(SECRET, last.public_id)

    def check(self, code: str) -> str:
        """What the party is told; "" when the code is right."""
        refused = codes.check(self.session, SECRET, self.signer, code, visit=VISIT, now=self.now)
        return str(refused) if refused else ""

    def identify(self) -> None:
        """Everything but the signature."""
        facts.start(self.session, self.signer, VISIT, now=self.now)
        facts.consent(self.session, self.signer, 1, now=self.now)
        codes.ask(self.session, self.signer, now=self.now)
        assert self.check(self.code()) == ""

    def sign(self) -> bool:
        return facts.sign(self.session, self.signer, self.drawing, VISIT, now=self.now)


def into_the_file(session: Session, request: SigningRequest, now: datetime = NOW) -> Next:
    """The oldest waiting signature becomes a revision of the PDF."""
    job = progress.sign_job(session, request.id or 0)
    assert job is not None
    return progress.record_signed(session, job, stored(f"revision {request.id}/{job.seq}"), "5f2a", now=now)


def sign_all(
    session: Session, request: SigningRequest, names: tuple[str, str] = (OWN, CLIENT), now: datetime = NOW
) -> None:
    for name in names:
        hand = Hand(session, name, now)
        hand.identify()
        hand.sign()
        into_the_file(session, request, now)


def seal(session: Session, request: SigningRequest, now: datetime = NOW) -> Next:
    job = certificate.seal_job(session, request.id or 0)
    assert job is not None
    return certificate.record_sealed(session, job, stored(f"sealed {request.id}"), "77", now=now)


def link(session: Session, name: str) -> str:
    return parties.token(session, SECRET, party(session, name).id or 0)
