"""The State of the own company's page. What was typed lives in the browser's fields, so that no refusal loses it."""

from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import available_timezones

import reflex as rx
from sqlmodel import Session

from esign_app.db import utcnow
from esign_app.domain import own_companies, rights
from esign_app.domain.actor import Actor
from esign_app.domain.own_companies import OwnCompanyView, SignatoryView
from esign_app.domain.refusals import Forbidden, Invalid, Refused
from esign_app.office import shell
from esign_app.office.call import ask, call, tell
from esign_app.office.ui.shell_state import Shell
from esign_app.text import speaking, t

_PERSON_FIELDS = ("name", "email", "phone", "mandate")


@dataclass(frozen=True)
class Signatory:
    id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    mandate: str = ""


@dataclass(frozen=True)
class Company:
    view: OwnCompanyView
    signatories: list[Signatory]
    may_edit: bool


class CompanyState(rx.State):
    """`step` says which dialog is open: none, the form of a signatory, or the question before one is removed."""

    given: dict[str, str] = {}
    zones: list[list[str]] = []
    signatories: list[Signatory] = []
    may_edit: bool = False
    is_forbidden: bool = False
    opened: int = 0

    errors: dict[str, str] = {}
    refused: str = ""
    notice: str = ""

    step: str = ""
    person: Signatory = Signatory()
    person_errors: dict[str, str] = {}
    _version: int = 0

    @rx.event
    async def load(self) -> None:
        """The company as it is now; what was typed and not saved is gone."""
        await shell.fill(self)
        self.errors, self.refused, self.notice = {}, "", ""
        self.close()
        try:
            await self._read()
        except Forbidden:
            self.is_forbidden = True
            return
        self.is_forbidden = False
        self.zones = [[name, name.replace("_", " ")] for name in sorted(available_timezones())]
        self.opened += 1

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Keep the company's fields; what is wrong is said at its field."""
        values = {name: str(form[name]) for name in own_companies.FIELDS if name in form}
        self.errors, self.refused, self.notice = {}, "", ""
        try:
            await call(self, own_companies.change, values, seen_version=self._version, now=utcnow())
        except Invalid as refused:
            self.errors = {refused.field: refused.sentence}
        except Refused as refused:
            self.refused = refused.sentence
        else:
            await self._read()
            self.opened += 1  # the fields show what was kept: a phone number in its international form
            self.notice = await self._said("Saved.")

    @rx.event
    def open_person(self, person: str) -> None:
        """The form of a signatory, empty for a new one."""
        self._ask_about("form", str(person))

    @rx.event
    def ask_to_remove(self, person: str) -> None:
        self._ask_about("remove", str(person))

    @rx.event
    async def save_person(self, form: dict[str, Any]) -> None:
        """Add or change a signatory; what is wrong is said at its field."""
        values = {name: str(form.get(f"person-{name}", "")) for name in _PERSON_FIELDS}
        self.person_errors = {}
        try:
            await call(self, own_companies.save_signatory, self.person.id, values, now=utcnow())
        except Invalid as refused:
            self.person_errors = {refused.field: refused.sentence}
        except Refused as refused:
            self.person_errors = {"": refused.sentence}
        else:
            self.close()
            await self._read()

    @rx.event
    async def remove(self) -> rx.event.EventSpec | None:
        """Take the signatory of the question out of the choices."""
        try:
            await call(self, own_companies.remove_signatory, self.person.id, now=utcnow())
        except Refused as refused:
            return tell(refused)
        finally:
            self.close()
        await self._read()
        return None

    @rx.event
    def close(self) -> None:
        self.step, self.person, self.person_errors = "", Signatory(), {}

    def _ask_about(self, step: str, person: str) -> None:
        known = {found.id: found for found in self.signatories}
        self.close()
        self.step, self.person = step, known.get(person, Signatory())

    async def _read(self) -> None:
        found = await ask(self, _company)
        values = asdict(found.view)
        self._version = values["version"]
        self.given = {name: values[name] for name in own_companies.FIELDS}
        self.signatories, self.may_edit = found.signatories, found.may_edit

    async def _said(self, message: str) -> str:
        with speaking((await self.get_state(Shell)).locale):
            return t(message)


def _company(session: Session, actor: Actor) -> Company:
    view = own_companies.get(session, actor)
    people = [_signatory(person) for person in own_companies.signatories(session)]
    return Company(view, people, rights.may(actor, "edit", "settings"))


def _signatory(view: SignatoryView) -> Signatory:
    return Signatory(view.public_id, view.name, view.email, view.phone, view.mandate)
