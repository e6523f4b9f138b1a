"""The State of the rules page: the columns, a switch, and the dialog that adds or changes a rule."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from esign_app.db import utcnow
from esign_app.domain import own_companies, rights, rules, runs, templates
from esign_app.domain.actor import Actor
from esign_app.domain.events import EventView
from esign_app.domain.refusals import Invalid, Refused
from esign_app.office import live, shell
from esign_app.office.call import ask, call, tell
from esign_app.office.rules.views import Column, column

_INTERESTING = ("settings_changed", "run_ended", "run_retried")


@dataclass(frozen=True)
class Choices:
    """What a rule that sends can be made of: pairs of public id and name."""

    templates: list[list[str]]
    signatories: list[list[str]]


class RulesState(rx.State):
    """`step` says which dialog is open: none, the catalogue of a stage, or the form of a rule that sends."""

    columns: list[Column] = []
    loaded: bool = False
    may_add: bool = False
    may_edit: bool = False

    step: str = ""
    stage: str = ""
    stage_name: str = ""
    rule: str = ""
    given: dict[str, str] = {}
    templates: list[list[str]] = []
    signatories: list[list[str]] = []
    errors: dict[str, str] = {}
    refused: str = ""
    _version: int = 0

    @rx.event
    async def load(self) -> None:
        await shell.fill(self)
        self.close()
        await self._read()
        live.follow(self)

    @rx.event
    async def switch(self, rule: str, on: bool) -> rx.event.EventSpec | None:
        """Switch a rule on or off."""
        try:
            await call(self, rules.switch, str(rule), on is True, now=utcnow())
        except Refused as refused:
            return tell(refused)
        finally:
            await self._read()
        return None

    @rx.event
    def open_catalogue(self, stage: str) -> None:
        """What can be added to a stage."""
        found = next((column for column in self.columns if column.id == stage), None)
        if found is not None:
            self.close()
            self.step, self.stage, self.stage_name = "catalogue", found.id, found.name

    @rx.event
    async def add_trigger(self, on: str) -> rx.event.EventSpec | None:
        """A trigger needs no further words: it is added at once. A second click finds the dialog closed."""
        if self.step != "catalogue":
            return None
        try:
            await call(self, rules.add, self.stage, action=rules.MOVE, params={"on": str(on)}, now=utcnow())
        except Refused as refused:
            return tell(refused)
        self.close()
        await self._read()
        return None

    @rx.event
    async def new_send(self) -> None:
        """The form of a new rule that sends a document."""
        await self._read_choices()
        first = {
            "template": _first(self.templates),
            "signatory": _first(self.signatories),
            "before_sending": "confirm",
        }
        self.step, self.rule, self.given = "form", "", first

    @rx.event
    async def edit(self, rule: str) -> None:
        """The form of a rule that is there."""
        found = await ask(self, rules.find, str(rule))
        self.close()
        await self._read_choices()
        self._keep_choice(self.templates, found.params.get("template", ""), found.template)
        self.given = {name: str(value) for name, value in found.params.items()}
        self.step, self.rule, self._version = "form", found.public_id, found.version

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Add or change the rule of the form; what is wrong is said at its field and nothing is lost."""
        if self.step != "form":
            return
        params = {name: str(form.get(name, "")) for name in ("template", "signatory", "before_sending")}
        self.given, self.errors, self.refused = params, {}, ""
        try:
            if self.rule:
                await call(self, rules.change, self.rule, params, seen_version=self._version, now=utcnow())
            else:
                await call(self, rules.add, self.stage, action=rules.SEND, params=params, now=utcnow())
        except Invalid as refused:
            self.errors = {refused.field: refused.sentence}
        except Refused as refused:
            self.refused = refused.sentence
        else:
            self.close()
            await self._read()

    @rx.event
    def close(self) -> None:
        self.step, self.stage, self.stage_name, self.rule = "", "", "", ""
        self.given, self.errors, self.refused, self._version = {}, {}, "", 0

    async def _read(self) -> None:
        self.columns, self.may_add, self.may_edit = await ask(self, _board)
        self.loaded = True

    async def _read_choices(self) -> None:
        found = await ask(self, _choices)
        self.templates, self.signatories = found.templates, found.signatories

    @staticmethod
    def _keep_choice(pairs: list[list[str]], chosen: str, name: str) -> None:
        """A template that was switched off stays what the rule uses until a person chooses another one."""
        if name and chosen not in [pair[0] for pair in pairs]:
            pairs.append([chosen, name])

    async def _catch_up(self, fresh: list[EventView]) -> None:
        if any(event.kind in _INTERESTING for event in fresh):
            await self._read()


def _board(session: Session, actor: Actor) -> tuple[list[Column], bool, bool]:
    last = runs.newest_by_rule(session, actor)
    columns = [column(found, last, actor.zone) for found in rules.by_stage(session, actor)]
    return columns, rights.may(actor, "create", "rules"), rights.may(actor, "edit", "rules")


def _choices(session: Session, actor: Actor) -> Choices:
    fit = [view for view in templates.listed(session, actor, active_only=True) if view.for_signature]
    people = own_companies.signatories(session)
    return Choices(
        templates=[[view.public_id, view.name] for view in fit],
        signatories=[[view.public_id, view.name] for view in people],
    )


def _first(pairs: list[list[str]]) -> str:
    return pairs[0][0] if pairs else ""
