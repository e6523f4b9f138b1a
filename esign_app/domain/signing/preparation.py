"""Before sending: who would sign, reached how, and what is missing, each with the place to mend it."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from esign_app.domain import documents, layouts, own_companies, rights
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Refused
from esign_app.models import Contact, Deal, OwnSignatory
from esign_app.text import said

_NO_EMAIL = "{name} has no e-mail address."
# A document prints who signs for our side, so it is made again for somebody else.
_OUTDATED = "This document names nobody who signs for our side now. Please make it again."


@dataclass(frozen=True)
class Missing:
    """`place` names where it is mended: (deal | contact | document | own_company | template | rules, public id)."""

    message: str
    place: tuple[str, str]
    field: str = ""
    values: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def text(self) -> str:
        return said(self.said)

    @property
    def said(self) -> dict[str, Any]:
        """The sentence as it is kept, in no language yet."""
        return {"message": self.message, "values": self.values}


@dataclass(frozen=True)
class Person:
    """Somebody who would sign in a slot."""

    slot: str
    name: str
    email: str
    channel: str = "email"


@dataclass(frozen=True)
class Preparation:
    document: documents.DocumentView
    people: tuple[Person, ...]
    missing: tuple[Missing, ...]


class NotReady(Refused):
    """Something is missing before this can be sent."""

    code = "not_ready"

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__("Not sent: {what}", what=[item.said for item in missing])
        self.missing = missing


def prepare(session: Session, actor: Actor, document_id: str) -> Preparation:
    """What sending this document would do; the contact data is fresh from the contact, never from the document."""
    rights.require(actor, "view", "documents")
    row = documents.find(session, document_id)
    deal = session.get(Deal, row.subject_id)
    signatory = session.get(OwnSignatory, row.own_signatory_id) if row.own_signatory_id else None
    assert deal is not None
    keys = slots_of_template(session, row.template_id)
    outdated = Missing(_OUTDATED, ("document", row.public_id), "signatory")
    return Preparation(
        document=documents.view(session, row),
        people=tuple(would_sign(session, deal, signatory, keys)),
        missing=tuple(what_is_missing(session, deal, signatory, keys, gone=outdated)),
    )


def slots_of_template(session: Session, template_id: int | None) -> list[str]:
    """The keys that sign in a template's newest layout, in order."""
    return [plan.key for plan in layouts.newest(session, template_id)] if template_id else []


def would_sign(session: Session, deal: Deal, signatory: OwnSignatory | None, keys: list[str]) -> list[Person]:
    contact = session.get(Contact, deal.contact_id) if deal.contact_id else None
    people = {
        layouts.OWN: Person(layouts.OWN, signatory.name, signatory.email) if signatory else None,
        layouts.CLIENT: Person(layouts.CLIENT, contact.name, contact.email) if contact else None,
    }
    return [person for key in keys if (person := people.get(key)) is not None]


def what_is_missing(
    session: Session, deal: Deal, signatory: OwnSignatory | None, keys: list[str], *, gone: Missing
) -> list[Missing]:
    """Everything that would keep a document of this deal from being signed; empty when it can be sent.

    `gone` is said when others sign for our side, only not the one who was chosen.
    """
    found: list[Missing] = []
    if not keys:
        found.append(Missing("The template has no place for a signature.", ("template", "")))
    if layouts.OWN in keys:
        found += _missing_own(session, signatory, gone)
    if layouts.CLIENT in keys:
        found += _missing_client(session, deal)
    for key in keys:
        if key not in (layouts.OWN, layouts.CLIENT):
            found.append(Missing("Nobody is set to sign as {slot}.", ("template", ""), values={"slot": key}))
    return found


def _missing_own(session: Session, signatory: OwnSignatory | None, gone: Missing) -> list[Missing]:
    if signatory is None or not signatory.is_active:
        if own_companies.default_signatory(session):
            return [gone]
        return [Missing("Nobody signs for our side yet.", ("own_company", ""), "signatory")]
    if not signatory.email:
        return [Missing(_NO_EMAIL, ("own_company", ""), "signatory", {"name": signatory.name})]
    return []


def _missing_client(session: Session, deal: Deal) -> list[Missing]:
    contact = session.get(Contact, deal.contact_id) if deal.contact_id else None
    if contact is None:
        return [Missing("The deal has no contact.", ("deal", deal.public_id), "contact")]
    if not contact.email:
        return [Missing(_NO_EMAIL, ("contact", contact.public_id), "email", {"name": contact.name})]
    return []
