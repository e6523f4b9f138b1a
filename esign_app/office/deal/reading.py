"""One question to the domain: everything the deal page shows, read in one view of the database."""

from sqlmodel import Session

from esign_app.domain import clients, deals, people, pipelines, rights, runs, timeline
from esign_app.domain.actor import Actor
from esign_app.office.deal import views
from esign_app.office.deal.papers import Paper, PaperRow, of_deal, opened
from esign_app.office.deal.views import May, Shown
from esign_app.text import t


def everything(
    session: Session, actor: Actor, deal_id: str, document_id: str
) -> tuple[Shown, list[PaperRow], Paper | None]:
    """The deal, its documents, and the open one when `document_id` names one of them."""
    view = deals.get(session, actor, deal_id)
    shown = Shown(
        number=view.id,
        head=views.head(view),
        client=views.client(view.contact),
        firm=views.firm(view.company),
        lines=[views.line(item, view.currency) for item in view.lines],
        sums=views.sums(view),
        stages=_stages(session, view),
        entries=[views.entry(item) for item in timeline.of_deal(session, actor, deal_id)],
        runs=[views.run(item, actor.zone) for item in runs.of_deal(session, actor, deal_id)],
        may=_may(actor),
    )
    papers = of_deal(session, actor, deal_id)
    is_there = any(row.id == document_id for row in papers)
    return shown, papers, opened(session, actor, document_id) if is_there else None


def _stages(session: Session, view: deals.DealView) -> list[dict[str, str]]:
    found = pipelines.stages(session, pipelines.first(session))
    here = next((number for number, stage in enumerate(found) if stage.id == view.stage.id), -1)
    return [
        {
            "id": stage.public_id,
            "name": t(stage.name),
            "colour": stage.colour,
            "state": "now"
            if number == here
            else "past"
            if number < here and view.stage.meaning != "lost"
            else "next",
        }
        for number, stage in enumerate(found)
    ]


def _may(actor: Actor) -> May:
    return May(
        edit=rights.may(actor, "edit", "deals"),
        move=rights.may(actor, "move", "deals"),
        make=rights.may(actor, "create", "documents"),
        send=rights.may(actor, "sign", "documents"),
        edit_contacts=rights.may(actor, "edit", "contacts"),
    )


def choices(session: Session, actor: Actor) -> dict[str, list[list[str]]]:
    """What the select fields offer: pairs of id and name of contacts, companies and people."""
    rights.require(actor, "view", "contacts")
    persons = sorted(people.everyone(session).values(), key=lambda person: person.name)
    return {
        "contacts": [["", t("No contact")], *_contacts(session, actor)],
        "companies": [
            ["", t("No company")],
            *([item.public_id, item.name] for item in clients.companies(session, actor)),
        ],
        "owners": [["", t("Nobody")], *([person.public_id, person.name] for person in persons)],
    }


def _contacts(session: Session, actor: Actor) -> list[list[str]]:
    return [
        [item.public_id, f"{item.name} ({item.company})" if item.company else item.name]
        for item in clients.contacts(session, actor)
    ]
