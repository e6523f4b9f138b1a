"""Before sending: who would sign, reached how, and what is missing, each with the place to mend it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlmodel import Session

from esign_app.domain import channels, documents, layouts, own_companies, rights
from esign_app.domain.actor import Actor
from esign_app.domain.channels import Reachable
from esign_app.domain.refusals import Invalid, Refused
from esign_app.models import Contact, Deal, OwnSignatory
from esign_app.text import said

_NO_EMAIL = "{name} has no e-mail address."
_NO_PHONE = "{name} has no phone number."
_NO_SMS = "SMS is not set up on this server, so {name} cannot be reached by it."
AUTO: Mapping[str, str] = MappingProxyType({})
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
    """Somebody who would sign in a slot. `choice` is auto, email or sms; `channel` and `address` what follows from it."""

    slot: str
    name: str
    email: str
    choice: str
    channel: str
    address: str


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


def prepare(
    session: Session, actor: Actor, document_id: str, chosen: Mapping[str, str] = AUTO
) -> Preparation:
    """What sending this document would do; the contact data is fresh from the contact, never from the document.

    `chosen` is the channel of a slot: auto (where none is given), email or sms.
    """
    rights.require(actor, "view", "documents")
    row = documents.find(session, document_id)
    deal = session.get(Deal, row.subject_id)
    signatory = session.get(OwnSignatory, row.own_signatory_id) if row.own_signatory_id else None
    assert deal is not None
    keys = slots_of_template(session, row.template_id)
    _check(chosen, keys)
    outdated = Missing(_OUTDATED, ("document", row.public_id), "signatory")
    return Preparation(
        document=documents.view(session, row),
        people=tuple(would_sign(session, deal, signatory, keys, chosen)),
        missing=tuple(what_is_missing(session, deal, signatory, keys, chosen, gone=outdated)),
    )


def slots_of_template(session: Session, template_id: int | None) -> list[str]:
    """The keys that sign in a template's newest layout, in order."""
    return [plan.key for plan in layouts.newest(session, template_id)] if template_id else []


def _check(chosen: Mapping[str, str], keys: list[str]) -> None:
    for key, choice in chosen.items():
        if key not in keys:
            raise Invalid("Nobody signs as {slot}.", field="channels", slot=key[:40])
        if choice not in channels.CHOICES:
            raise Invalid("There is no such choice.", field="channels")


def would_sign(
    session: Session,
    deal: Deal,
    signatory: OwnSignatory | None,
    keys: list[str],
    chosen: Mapping[str, str] = AUTO,
) -> list[Person]:
    contact = session.get(Contact, deal.contact_id) if deal.contact_id else None
    found: dict[str, OwnSignatory | Contact | None] = {layouts.OWN: signatory, layouts.CLIENT: contact}
    return [
        _person(key, who.name, who, chosen.get(key, "auto"))
        for key in keys
        if (who := found.get(key)) is not None
    ]


def _person(slot: str, name: str, who: Reachable, choice: str) -> Person:
    channel = channels.chosen(choice, who)
    return Person(slot, name, who.email, choice, channel, channels.address(channel, who))


def what_is_missing(
    session: Session,
    deal: Deal,
    signatory: OwnSignatory | None,
    keys: list[str],
    chosen: Mapping[str, str] = AUTO,
    *,
    gone: Missing,
) -> list[Missing]:
    """Everything that would keep a document of this deal from being signed; empty when it can be sent.

    `gone` is said when others sign for our side, only not the one who was chosen.
    """
    found: list[Missing] = []
    if not keys:
        found.append(Missing("The template has no place for a signature.", ("template", "")))
    if layouts.OWN in keys:
        found += _missing_own(session, signatory, gone, chosen.get(layouts.OWN, "auto"))
    if layouts.CLIENT in keys:
        found += _missing_client(session, deal, chosen.get(layouts.CLIENT, "auto"))
    for key in keys:
        if key not in (layouts.OWN, layouts.CLIENT):
            found.append(Missing("Nobody is set to sign as {slot}.", ("template", ""), values={"slot": key}))
    return found


def _missing_own(
    session: Session, signatory: OwnSignatory | None, gone: Missing, choice: str
) -> list[Missing]:
    if signatory is None or not signatory.is_active:
        if own_companies.default_signatory(session):
            return [gone]
        return [Missing("Nobody signs for our side yet.", ("own_company", ""), "signatory")]
    what = _unreachable(signatory, choice)
    if what:
        return [Missing(what, ("own_company", ""), "signatory", {"name": signatory.name})]
    return []


def _missing_client(session: Session, deal: Deal, choice: str) -> list[Missing]:
    contact = session.get(Contact, deal.contact_id) if deal.contact_id else None
    if contact is None:
        return [Missing("The deal has no contact.", ("deal", deal.public_id), "contact")]
    what = _unreachable(contact, choice)
    if what:
        field = {_NO_EMAIL: "email", _NO_PHONE: "phone"}.get(what, "channel")
        return [Missing(what, ("contact", contact.public_id), field, {"name": contact.name})]
    return []


def _unreachable(who: Reachable, choice: str) -> str:
    """Why nobody can be reached by what was chosen; "" when it is fine."""
    channel = channels.chosen(choice, who)
    if channels.address(channel, who):
        return ""
    if channel == "email":
        return _NO_EMAIL
    return _NO_PHONE if channels.offered() else _NO_SMS
