"""Templates: the texts documents are made from. Every saved text is a new version; old ones stay."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from esign_app.domain import events, layouts, rights
from esign_app.domain.actor import Actor
from esign_app.domain.fields import clean_text
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.models import Series, Template, TemplateVersion

KINDS = {
    "contract": "Contract",
    "offer": "Offer",
    "invoice": "Invoice",
    "act": "Act of acceptance",
    "nda": "NDA",
}
LARGEST_TEMPLATE = 200_000

# What a template may name, for the list beside the editor and for the check of unknown fields.
FIELDS = (
    "document.number",
    "document.date",
    "document.id",
    "deal.title",
    "deal.amount_minor",
    "deal.currency",
    "deal.close_date",
    "lines",
    "totals.net_minor",
    "totals.tax_minor",
    "totals.gross_minor",
    "totals.currency",
    "own.name",
    "own.street",
    "own.postcode",
    "own.city",
    "own.country",
    "own.registration",
    "own.tax_id",
    "own.bank",
    "own.iban",
    "own.email",
    "own.phone",
    "own_signatory.name",
    "own_signatory.mandate",
    "own_signatory.email",
    "client.name",
    "client.email",
    "client.phone",
    "client.company",
    "client.street",
    "client.postcode",
    "client.city",
    "client.country",
    "client.tax_id",
)


@dataclass(frozen=True)
class TemplateView:
    public_id: str
    name: str
    kind: str
    language: str
    is_active: bool
    for_signature: bool
    version: int
    number: int
    html: str
    saved_at: datetime


def find(session: Session, public_id: str) -> Template:
    row = session.exec(select(Template).where(Template.public_id == public_id)).first()
    if row is None:
        raise NotFound("This template does not exist.")
    return row


def public_id(session: Session, template_id: int) -> str:
    row = session.get(Template, template_id)
    return row.public_id if row else ""


def current(session: Session, template_id: int) -> TemplateVersion:
    """The newest text of a template."""
    query = (
        select(TemplateVersion)
        .where(TemplateVersion.template_id == template_id)
        .order_by(col(TemplateVersion.number).desc())
    )
    row = session.exec(query).first()
    if row is None:
        raise NotFound("This template does not exist.")
    return row


def listed(session: Session, actor: Actor, *, active_only: bool = False) -> list[TemplateView]:
    rights.require(actor, "view", "templates")
    query = select(Template).order_by(col(Template.rank), col(Template.id))
    if active_only:
        query = query.where(Template.is_active)
    return [view(session, row) for row in session.exec(query)]


def get(session: Session, actor: Actor, public_id: str) -> TemplateView:
    rights.require(actor, "view", "templates")
    return view(session, find(session, public_id))


def view(session: Session, row: Template) -> TemplateView:
    assert row.id is not None
    text = current(session, row.id)
    return TemplateView(
        public_id=row.public_id,
        name=row.name,
        kind=row.kind,
        language=row.language,
        is_active=row.is_active,
        for_signature=row.for_signature,
        version=row.version,
        number=text.number,
        html=text.html,
        saved_at=text.created_at,
    )


def create(
    session: Session,
    actor: Actor,
    *,
    name: str,
    kind: str,
    language: str,
    html: str,
    slots: tuple[str, ...],
    series_id: int | None = None,
    now: datetime,
) -> str:
    """Add a template with its first text and its layout; answers its public id.

    `slots` are the keys its text signs for, such as `own`, `client`.
    """
    rights.require(actor, "create", "templates")
    if kind not in KINDS:
        raise Invalid("There is no kind {kind}.", field="kind", kind=kind[:40])
    row = Template(
        name=clean_text(name, field="name", most=120),
        kind=kind,
        language=language,
        series_id=series_id or _own_series(session, name),
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    _add_version(session, row, 1, html, actor, now)
    layouts.renew(session, row.id, slots, now=now)
    return row.public_id


def _own_series(session: Session, name: str) -> int:
    series = Series(name=name, pattern="{YEAR}-{NUMBER}")
    session.add(series)
    session.flush()
    assert series.id is not None
    return series.id


def save_text(
    session: Session,
    actor: Actor,
    public_id: str,
    *,
    name: str,
    html: str,
    slots: tuple[str, ...],
    seen_version: int,
    now: datetime,
) -> None:
    """Keep a text; one that is the same as before makes no new version. Documents made before are untouched.

    `slots` are what the caller found in it by rendering.
    """
    rights.require(actor, "edit", "templates")
    row = find(session, public_id)
    assert row.id is not None
    if row.version != seen_version:
        raise Conflict("Somebody else changed this in the meantime. Please reload and try again.")
    row.name = clean_text(name, field="name", most=120)
    if not row.name:
        raise Invalid("Please give a name.", field="name")
    row.version += 1
    session.add(row)
    latest = current(session, row.id)
    if latest.html != html:
        _add_version(session, row, latest.number + 1, html, actor, now)
    layouts.renew(session, row.id, slots, now=now)
    changed = events.SettingsChanged(("template", row.id), what="template", name=row.name)
    events.record(session, changed, actor, now)


def _add_version(
    session: Session, row: Template, number: int, html: str, actor: Actor, now: datetime
) -> None:
    if len(html) > LARGEST_TEMPLATE:
        raise Invalid(
            "This text is too long: at most {most} characters.", field="html", most=LARGEST_TEMPLATE
        )
    assert row.id is not None
    session.add(
        TemplateVersion(
            template_id=row.id,
            number=number,
            language=row.language,
            html=html,
            sha256=hashlib.sha256(html.encode()).hexdigest(),
            created_by=actor.user_id,
            created_at=now,
        )
    )
    session.flush()


def set_active(session: Session, actor: Actor, public_id: str, active: bool, *, now: datetime) -> None:
    """Offer a template for new documents, or not; rules that use it go on."""
    rights.require(actor, "edit", "templates")
    row = find(session, public_id)
    assert row.id is not None
    row.is_active = active
    row.version += 1
    session.add(row)
    changed = events.SettingsChanged(("template", row.id), what="template", name=row.name)
    events.record(session, changed, actor, now)
