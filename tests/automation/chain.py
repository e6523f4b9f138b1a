"""A contract's way through the automation: what people do to it, and what can be seen of it."""

import inspect
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlmodel import col, select

from esign_app import engine
from esign_app.automation import catalogue, files
from esign_app.db import utcnow
from esign_app.domain import deals, documents, events, moves, runs, strips, templates
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.documents import DocumentView
from esign_app.domain.runs import RunView
from esign_app.domain.signing import overview
from esign_app.domain.signing.overview import PartyView
from esign_app.domain.strips import Strip
from esign_app.models import Deal, Event, File, Message, Revision, SeriesNumber, SigningRequest
from tests.support.office import read
from tests.support.world import Automation, World

OWN, CLIENT = "Sigrid Signs", "Alex Muster"


perform: Callable[[int], None] = inspect.unwrap(catalogue.perform)
answer: Callable[[int], None] = inspect.unwrap(catalogue.on_event)


class Chain(Automation):
    """The company's automation with one deal in it. Whatever is asked is answered from what is committed."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def write(self, function: Any, *args: object, **kwargs: object) -> Any:
        """One domain function in a transaction of its own; nothing answers its events yet."""
        with engine.transaction() as session:
            return function(session, SYSTEM, *args, now=utcnow(), **kwargs)

    def move(self, stage: str, actor: Actor = SYSTEM) -> None:
        with engine.transaction() as session:
            moves.move(session, actor, self.world.deal, self.world.stages[stage], confirm=True, now=utcnow())

    def drop(self, stage: str = "Contract") -> None:
        """The deal is dropped on a stage, and everything that follows by itself."""
        self.move(stage)
        self.run()

    def again(self, run: RunView) -> None:
        """A person presses "Try again"."""
        self.write(runs.retry, run.public_id)
        self.run()

    def plan_last(self) -> list[int]:
        """The runs the newest event asks for, planned and not begun."""
        with engine.reading() as session:
            newest = events.newest_id(session)
        return [int(run_id) for run_id in catalogue.plan(newest)["runs"]]

    def break_template(self, fault: str) -> Callable[[], None]:
        """An admin writes something into the template that cannot be made; call what is answered to mend it."""
        whole = read(templates.get, SYSTEM, self.world.template).html
        self._save_template(whole + fault)
        return lambda: self._save_template(whole)

    def another_template(self) -> str:
        """A second contract, with the text of the first."""
        there = read(templates.get, SYSTEM, self.world.template)
        return str(
            self.write(
                templates.create,
                name="Second contract",
                kind=there.kind,
                language=there.language,
                html=there.html,
                slots=("own", "client"),
            )
        )

    def _save_template(self, html: str) -> None:
        there = read(templates.get, SYSTEM, self.world.template)
        self.write(
            templates.save_text,
            self.world.template,
            name=there.name,
            html=html,
            slots=("own", "client"),
            seen_version=there.version,
        )

    @property
    def stage(self) -> str:
        return str(read(deals.get, SYSTEM, self.world.deal).stage.name)

    @property
    def documents(self) -> list[DocumentView]:
        return list(read(documents.of_deal, SYSTEM, self.world.deal))

    @property
    def document(self) -> DocumentView:
        (one,) = self.documents
        return one

    @property
    def runs(self) -> list[RunView]:
        """Newest first."""
        return list(read(runs.of_deal, SYSTEM, self.world.deal))

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """How each run ended, in words; newest first."""
        return [(run.state, run.sentence) for run in self.runs]

    @property
    def strip(self) -> Strip:
        """The card's strip."""
        with engine.reading() as session:
            (deal,) = session.exec(select(Deal.id)).all()
            return strips.of_deals(session, [deal or 0])[deal or 0]

    @property
    def invited(self) -> list[str]:
        return [party.name for party in self.parties if party.invited_at]

    @property
    def parties(self) -> tuple[PartyView, ...]:
        return tuple(read(overview.of_document, SYSTEM, self.document.public_id).parties)

    @property
    def request(self) -> SigningRequest:
        (one,) = self.rows(SigningRequest)
        return one

    def rows(self, model: type[Any]) -> list[Any]:
        with engine.reading() as session:
            return list(session.exec(select(model).order_by(model.id)))

    @property
    def ledger(self) -> list[tuple[str, str, str, int]]:
        """Every message: kind, address, state, attempts."""
        with engine.reading() as session:
            rows = session.exec(select(Message).order_by(col(Message.created_at), col(Message.address)))
            return [(row.kind, row.address, row.state, row.attempts) for row in rows]

    @property
    def numbers(self) -> list[tuple[int, str, str]]:
        return [(row.n, row.state, row.reason) for row in self.rows(SeriesNumber)]

    @property
    def revisions(self) -> list[str]:
        return [row.kind for row in self.rows(Revision)]

    def pdf(self, revision: int = -1) -> bytes:
        """A revision of the only request; the newest by default."""
        number = self.rows(Revision)[revision].file_id
        return files.get(next(row.sha256 for row in self.rows(File) if row.id == number))

    def everything(self) -> dict[str, object]:
        """What must be there once: compared before and after something is done twice."""
        return {
            "events": Counter(row.kind for row in self.rows(Event)),
            "documents": self.documents,
            "numbers": self.numbers,
            "revisions": self.revisions,
            "messages": [entry[:3] for entry in self.ledger],
            "runs": self.outcomes,
            "stage": self.stage,
        }
