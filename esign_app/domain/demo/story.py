"""What the demo's people do once the company is there. `automation/demo_story.py` lets them do it."""

from dataclasses import dataclass

from sqlmodel import Session, select

from esign_app.domain import people, pipelines, templates
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.models import Deal, User

# What people do with the document of a scene, one after the other.
MAKE, SEND = "make", "send"
OWN_SIGNS = "own_signs"
CLIENT_OPENS, CLIENT_SIGNS, CLIENT_DECLINES = "client_opens", "client_signs", "client_declines"
MOVE = "move"

_SENT = (MAKE, SEND)
_ACCEPTED = (*_SENT, CLIENT_SIGNS)

# Deal, kind and language of the document, the acts, and the stage of MOVE. In the order in which it is told.
_SCENES = (
    ("Wind farm visitor page", "nda", "de", _SENT, ""),
    ("Online booking", "offer", "en", _SENT, ""),
    ("Patient portal", "offer", "en", _ACCEPTED, ""),
    ("Showroom website", "", "", (MOVE,), "Contract"),
    ("Merger data room", "nda", "en", (*_SENT, OWN_SIGNS), ""),
    ("Tariff calculator", "offer", "de", (*_SENT, CLIENT_OPENS), ""),
    ("Shipment tracking", "offer", "de", _ACCEPTED, ""),
    ("Loyalty app", "offer", "de", (*_SENT, CLIENT_DECLINES, MOVE), "Lost"),
    ("Heat pump configurator", "offer", "en", (MAKE,), ""),
    ("Lab data platform", "nda", "de", (*_SENT, OWN_SIGNS, CLIENT_SIGNS), ""),
)


@dataclass(frozen=True)
class Scene:
    """A deal and what is still to be done about it, by the `seller` (an address).

    `template` and `stage` are public ids, empty where no act needs them.
    """

    deal: str
    seller: str
    template: str
    stage: str
    acts: tuple[str, ...]


def scenes(session: Session) -> list[Scene]:
    """The story, for the deals and templates that are there."""
    texts = {(each.kind, each.language): each.public_id for each in templates.listed(session, SYSTEM)}
    stages = {each.name: each.public_id for each in pipelines.stages(session, pipelines.first(session))}
    found = []
    for title, kind, language, acts, stage in _SCENES:
        query = select(Deal.public_id, User.email).where(Deal.title == title, Deal.owner_id == User.id)
        deal, seller = session.exec(query).one()
        found.append(Scene(deal, seller, texts.get((kind, language), ""), stages.get(stage, ""), acts))
    return found


def person(session: Session, email: str) -> Actor:
    """Who acts for our side."""
    return people.actor_of(session, session.exec(select(User).where(User.email == email)).one())
