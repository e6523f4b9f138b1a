"""What the signatory sees in the office: the list of what waits, and one document to read and sign."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from esign_app.automation import page_images
from esign_app.domain import documents, rights
from esign_app.domain.actor import Actor
from esign_app.domain.signing import pages, parties
from esign_app.domain.signing.pages import SigningView
from esign_app.office import routes
from esign_app.office.deal import papers
from esign_app.office.deal.papers import PageRow
from esign_app.text import t, when


@dataclass(frozen=True)
class Row:
    """A document that waits for this person."""

    href: str
    label: str
    title: str
    others: str
    until: str


@dataclass(frozen=True)
class Task:
    """One document for one signatory; `standing` is the domain's word, `sentence` says it to people."""

    party_id: str = ""
    name: str = ""
    label: str = ""
    title: str = ""
    others: str = ""
    until: str = ""
    standing: str = ""
    is_started: bool = False
    consent: str = ""
    terms: dict[str, str] = field(default_factory=dict)
    headline: str = ""
    sentence: str = ""
    pages: list[PageRow] = field(default_factory=list)
    post_url: str = ""
    pdf: str = ""
    sealed: str = ""
    deal: str = ""


def listed(session: Session, actor: Actor, *, now: datetime) -> list[Row]:
    return [
        Row(
            href=routes.sign(item.party_id),
            label=item.label,
            title=item.title,
            others=", ".join(item.others),
            until=when(item.expires_at, actor.zone),
        )
        for item in pages.waiting_for(session, actor, now=now)
    ]


def task(session: Session, actor: Actor, party_id: str, *, now: datetime) -> Task:
    """Raises NotFound for anybody else's party."""
    signer = parties.by_login(session, actor, party_id)
    view = pages.view(session, signer, now=now, language=actor.locale)
    base = f"/office/sign/{party_id}"
    headline, sentence = _said(view, actor.zone)
    return Task(
        party_id=view.party_id,
        name=view.name,
        label=view.label,
        title=view.title,
        others=", ".join(view.others),
        until=when(view.expires_at, actor.zone),
        standing=view.standing,
        is_started=view.opened,
        consent=view.consent_text,
        terms={"consent_version": str(view.consent_version), "language": view.language},
        headline=headline,
        sentence=sentence,
        pages=papers.pages(base, view.pages, view.shown_sha256),
        post_url=base,
        pdf=f"{base}/pdf",
        sealed=f"{base}/sealed.pdf" if view.sealed else "",
        deal=_deal(session, actor, view),
    )


def shown_file(session: Session, actor: Actor, party_id: str, *, now: datetime) -> tuple[str, str]:
    """SHA-256 and name of what this signatory is shown."""
    view = pages.view(session, parties.by_login(session, actor, party_id), now=now, language=actor.locale)
    return view.shown_sha256, f"{view.label}.pdf"


def sealed_file(session: Session, actor: Actor, party_id: str) -> tuple[str, str]:
    return parties.sealed_file(session, parties.by_login(session, actor, party_id))


def texts(sha256: str) -> list[str]:
    return page_images.texts(sha256)


def _deal(session: Session, actor: Actor, view: SigningView) -> str:
    if not rights.may(actor, "view", "documents"):
        return ""
    found = documents.get(session, actor, view.document_id)
    return routes.deal(found.deal_id) if found.deal_id else ""


def _said(view: SigningView, zone: str) -> tuple[str, str]:
    """Headline and what happens next, when there is nothing to sign here now."""
    others = ", ".join(view.others)
    signed = t("You signed at {when}.", when=when(view.signed_at, zone)) if view.signed_at else ""
    next_one = t(
        "The others ({names}) sign in their turn. When everyone has signed, the document is sealed and you get it by e-mail.",
        names=others,
    )  # fmt: skip
    last_one = t("The document is being sealed. You get it by e-mail in a moment.")
    told = {
        "signed": (t("Signed"), f"{signed} {next_one if others else last_one}"),
        "completed": (t("Signed by everyone and sealed"), signed),
        "not_your_turn": (t("Not your turn yet"), t("You get a message when it is.")),
        "declined": (t("Declined"), t("This document was declined; it can no longer be signed.")),
        "expired": (t("Expired"), t("The time to sign this document is over.")),
        "cancelled": (t("Withdrawn"), t("The sender has withdrawn this document.")),
        "failed": (
            t("There is a problem with this document"),
            t("It is looked into on the deal; please come back later."),
        ),
    }
    return told.get(view.standing, ("", ""))
