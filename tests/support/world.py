"""A small company that can sign: one pipeline, one client, one deal, one rule, and a key for every role."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw
from sqlmodel import Session

from esign_app import engine
from esign_app.automation import catalogue, files, mailbox
from esign_app.automation.flows import deliver, make_document, request
from esign_app.db import utcnow
from esign_app.domain import (
    api_keys,
    clients,
    deals,
    events,
    own_companies,
    pipelines,
    rules,
    starter,
    templates,
)
from esign_app.domain.actor import SYSTEM
from esign_app.domain.letters import Letter
from esign_app.domain.signing import codes, facts, parties
from esign_app.domain.signing.facts import Drawing
from esign_app.domain.signing.parties import Signer, Visit
from esign_app.models import Role
from esign_app.settings import secret
from tests.support.cast import NOW

VISIT = Visit("192.0.2.7", "tests")
# The runs that are started besides `on_event`: for a later attempt, or by the sweep.
STARTED: dict[str, Callable[..., object]] = {
    "continue_request": request.continue_request,
    "deliver_later": deliver.deliver_later,
    "make_document_again": make_document.make_document_again,
    "perform": catalogue.perform,
}


@dataclass(frozen=True)
class World:
    """Public ids; `keys` by role, where `nobody` is a role without any right."""

    keys: dict[str, str]
    stages: dict[str, str]
    template: str
    signatory: str
    company: str
    contact: str
    deal: str
    rule: str
    trigger: str


def make_world(session: Session) -> World:
    starter.create(session, now=NOW)
    own = {"name": "Nordlicht GmbH", "city": "Hamburg", "country": "Germany"}
    own_companies.change(session, SYSTEM, own, seen_version=0, now=NOW)
    signs = {"name": "Sigrid Signs", "email": "sigrid@example.com", "mandate": "Managing Director"}
    signatory = own_companies.save_signatory(session, SYSTEM, "", signs, now=NOW)
    company = clients.create_company(session, SYSTEM, {"name": "Muster AG", "city": "Berlin"}, now=NOW)
    alex = {"name": "Alex Muster", "email": "alex@client.example"}
    contact = clients.create_contact(session, SYSTEM, alex, company_id=company, now=NOW)
    values = {"contact_id": contact, "company_id": company}
    deal = deals.create(session, SYSTEM, title="Website relaunch", values=values, now=NOW)
    line = {"title": "Concept", "unit": "d", "quantity_milli": 2500, "price_minor": 80_000, "tax_bp": 1900}
    deals.set_lines(session, SYSTEM, deal, [line], now=NOW)
    stages = {stage.name: stage.public_id for stage in pipelines.stages(session, pipelines.first(session))}
    template = next(
        item.public_id
        for item in templates.listed(session, SYSTEM)
        if item.kind == "contract" and item.language == "en"
    )
    send = {"template": template, "signatory": signatory}
    rule = rules.add(session, SYSTEM, stages["Contract"], action=rules.SEND, params=send, now=NOW)
    done = {"on": "document_completed"}
    trigger = rules.add(session, SYSTEM, stages["Won"], action=rules.MOVE, params=done, now=NOW)
    session.add(Role(key="nobody", name="Nobody"))
    session.flush()
    keys = {
        role: api_keys.create(session, SYSTEM, name=f"{role} key", role=role, now=NOW)
        for role in ("admin", "sales", "signatory", "nobody")
    }
    session.info.pop("events", None)  # history: no run answers it
    return World(keys, stages, template, signatory, company, contact, deal, rule, trigger)


class Automation:
    """Answers the events of a test when the test says so, in this thread: the catalogue without the durable engine."""

    def __init__(self) -> None:
        with engine.reading() as session:
            self._seen = events.newest_id(session)
        self._started: set[str] = set()

    def run(self) -> None:
        """Everything that follows from what happened, until nothing more happens."""
        while self._answer() or self._perform("ENQUEUED"):
            pass

    def later(self) -> list[str]:
        """What was put off happens now, with all that follows; answers what that was."""
        done = self._perform("DELAYED")
        self.run()
        return done

    def _answer(self) -> list[int]:
        answer: Callable[[int], None] = inspect.unwrap(catalogue.on_event)
        fresh = self._fresh()
        for event_id in fresh:
            answer(event_id)
        return fresh

    def _fresh(self) -> list[int]:
        with engine.reading() as session:
            found = [event.id for event in events.after(session, self._seen)]
        self._seen = found[-1] if found else self._seen
        return found

    def _perform(self, status: str) -> list[str]:
        found = engine.connect().client.list_workflows(name=list(STARTED), status=status)
        fresh = [each for each in found if each.workflow_id not in self._started]
        for each in fresh:
            self._started.add(each.workflow_id)
            assert each.input is not None
            inspect.unwrap(STARTED[each.name])(*each.input["args"])
        return [each.name for each in fresh]

    def letter(self, kind: str, to: str) -> Letter:
        """The newest letter of a kind to a person."""
        return next(each for each in mailbox.messages() if each.kind == kind and each.to_name == to)

    def sign(self, name: str) -> None:
        """The person opens the link of its invitation, enters the code, agrees and draws."""
        self.draw(self.identify(name))
        self.run()

    def identify(self, name: str) -> Signer:
        """Everything but the signature."""
        token = self.letter("invitation", name).link.rpartition("/")[2]
        with engine.transaction() as session:
            signer = parties.by_token(session, secret(), token)
            facts.start(session, signer, VISIT, now=utcnow())
            codes.ask(session, signer, now=utcnow())
        self.run()
        code = self.letter("code", name).code
        with engine.transaction() as session:
            refused = codes.check(session, secret(), signer, code, visit=VISIT, now=utcnow())
            assert refused is None
            facts.consent(session, signer, 1, now=utcnow())
        return signer

    def draw(self, signer: Signer) -> None:
        """The last press; nothing answers it yet."""
        with engine.transaction() as session:
            drawn = files.put(drawing())
            facts.sign(session, signer, Drawing("drawn", drawn.sha256, drawn.size, []), VISIT, now=utcnow())


def drawing() -> bytes:
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    points = [(50, 150), (200, 50), (300, 150), (500, 40)]
    ImageDraw.Draw(image).line(points, fill=(10, 20, 90, 255), width=6)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
