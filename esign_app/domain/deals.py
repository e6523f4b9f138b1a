"""Deals: make, change, look at. Moving one is in moves.py."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from babel.numbers import get_currency_precision
from sqlmodel import Session, col, select

from esign_app.domain import clients, events, people, pipelines, rights
from esign_app.domain.actor import Actor
from esign_app.domain.fields import LARGEST_AMOUNT, clean_currency, clean_day, clean_lines, clean_text
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.models import Company, Contact, Deal, DealLine, Stage, User

GAP = 1 << 20  # ranks are this far apart, so that most moves change one row


@dataclass(frozen=True)
class LineView:
    public_id: str
    title: str
    unit: str
    quantity_milli: int
    price_minor: int
    tax_bp: int
    net_minor: int


@dataclass(frozen=True)
class Totals:
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass(frozen=True)
class DealView:
    id: int
    public_id: str
    title: str
    amount_minor: int
    currency: str
    close_on: date | None
    stage: pipelines.StageView
    owner: str
    owner_id: str
    contact: clients.ContactView | None
    company: clients.CompanyView | None
    lines: tuple[LineView, ...]
    totals: Totals
    version: int
    stage_since: datetime
    created_at: datetime


def find(session: Session, public_id: str) -> Deal:
    row = session.exec(select(Deal).where(Deal.public_id == public_id)).first()
    if row is None:
        raise NotFound("This deal does not exist.")
    return row


def hold(session: Session, public_id: str) -> Deal:
    """The deal's row, held until the transaction ends, so that two runs decide one after the other."""
    row = session.exec(select(Deal).where(Deal.public_id == public_id).with_for_update()).first()
    if row is None:
        raise NotFound("This deal does not exist.")
    return row


def get(session: Session, actor: Actor, public_id: str) -> DealView:
    rights.require(actor, "view", "deals")
    return view(session, find(session, public_id))


def listed(
    session: Session, actor: Actor, *, limit: int = 50, after: str = "", stage: str = ""
) -> tuple[list[DealView], str]:
    """Deals, oldest first, at most `limit`; answers them and the public id to go on after ("" at the end)."""
    rights.require(actor, "view", "deals")
    query = select(Deal).order_by(col(Deal.id)).limit(limit + 1)
    if after:
        query = query.where(col(Deal.id) > find(session, after).id)
    if stage:
        query = query.where(Deal.stage_id == pipelines.stage(session, stage).id)
    rows = session.exec(query).all()
    more = rows[limit - 1].public_id if len(rows) > limit else ""
    return [view(session, row) for row in rows[:limit]], more


def view(session: Session, row: Deal) -> DealView:
    assert row.id is not None
    stage = session.get(Stage, row.stage_id)
    contact = session.get(Contact, row.contact_id) if row.contact_id else None
    company = session.get(Company, row.company_id) if row.company_id else None
    owner = session.get(User, row.owner_id) if row.owner_id else None
    assert stage is not None
    lines = lines_of(session, row.id)
    return DealView(
        id=row.id,
        public_id=row.public_id,
        title=row.title,
        amount_minor=row.amount_minor,
        currency=row.currency,
        close_on=row.close_on,
        stage=pipelines.stage_view(stage),
        owner=owner.name if owner else "",
        owner_id=owner.public_id if owner else "",
        contact=clients.contact_view(session, contact) if contact else None,
        company=clients.company_view(company) if company else None,
        lines=lines,
        totals=totals(lines),
        version=row.version,
        stage_since=row.stage_since,
        created_at=row.created_at,
    )


def lines_of(session: Session, deal_id: int) -> tuple[LineView, ...]:
    query = select(DealLine).where(DealLine.deal_id == deal_id)
    query = query.order_by(col(DealLine.rank), col(DealLine.id))
    return tuple(
        LineView(
            row.public_id,
            row.title,
            row.unit,
            row.quantity_milli,
            row.price_minor,
            row.tax_bp,
            _rounded(row.quantity_milli * row.price_minor, 1000),
        )
        for row in session.exec(query)
    )


def totals(lines: tuple[LineView, ...]) -> Totals:
    """Net, tax and gross: tax is rounded once per rate, as invoices do (EN 16931 BR-CO-17)."""
    net = sum(line.net_minor for line in lines)
    by_rate: dict[int, int] = {}
    for line in lines:
        by_rate[line.tax_bp] = by_rate.get(line.tax_bp, 0) + line.net_minor
    tax = sum(_rounded(base * rate, 10_000) for rate, base in by_rate.items())
    return Totals(net, tax, net + tax)


def _rounded(value: int, divisor: int) -> int:
    """Integer division, half away from zero."""
    quotient, rest = divmod(abs(value), divisor)
    quotient += 2 * rest >= divisor
    return quotient if value >= 0 else -quotient


def create(
    session: Session,
    actor: Actor,
    *,
    title: str,
    stage: str = "",
    values: dict[str, Any] | None = None,
    now: datetime,
) -> str:
    """Add a deal on top of a stage (by default the first); answers its public id.

    `values` may hold amount_minor, currency, close_on, contact_id, company_id, owner_id (public ids).
    """
    rights.require(actor, "create", "deals")
    place = pipelines.stage(session, stage) if stage else _first_stage(session)
    assert place.id is not None
    row = Deal(
        title=title,
        stage_id=place.id,
        rank=top_rank(session, place.id),
        owner_id=actor.user_id,
        department_id=actor.department_id,
        stage_since=now,
        created_at=now,
    )
    _set(session, row, {"title": title, **(values or {})})
    session.add(row)
    session.flush()
    assert row.id is not None
    events.record(session, events.DealCreated(("deal", row.id)), actor, now)
    return row.public_id


def _first_stage(session: Session) -> Stage:
    first = pipelines.stages(session, pipelines.first(session))[0]
    row = session.get(Stage, first.id)
    assert row is not None
    return row


def top_rank(session: Session, stage_id: int) -> int:
    """The rank that puts a deal above all others of the stage."""
    smallest = session.exec(select(sa.func.min(Deal.rank)).where(Deal.stage_id == stage_id)).one()
    return (smallest if smallest is not None else GAP) - GAP


def change(
    session: Session,
    actor: Actor,
    public_id: str,
    values: dict[str, Any],
    *,
    seen_version: int | None = None,
    now: datetime,
) -> None:
    """Set the given fields. Raises Conflict when the deal changed since `seen_version`.

    A currency with other decimals needs its own amount, and a deal without product lines.
    """
    rights.require(actor, "edit", "deals")
    row = find(session, public_id)
    check_version(row, seen_version)
    _check_currency(session, row, values)
    _set(session, row, values)
    row.version += 1
    session.add(row)
    assert row.id is not None
    events.record(session, events.DealChanged(("deal", row.id), tuple(sorted(values))), actor, now)


def check_version(row: Deal, seen_version: int | None) -> None:
    if seen_version is not None and row.version != seen_version:
        raise Conflict(
            "Somebody else changed this deal in the meantime. Look at it again and repeat what you did."
        )


def _check_currency(session: Session, row: Deal, values: dict[str, Any]) -> None:
    """12.50 EUR is kept as 1250, which would be 1250 JPY: no number may stay when its decimals change."""
    wanted = clean_currency(values.get("currency", row.currency))
    if get_currency_precision(wanted) == get_currency_precision(row.currency):
        return
    assert row.id is not None
    if lines_of(session, row.id):
        raise Invalid(
            "The product lines have prices in {old}, which has other decimals than {new}. Remove the lines first.",
            field="currency",
            old=row.currency,
            new=wanted,
        )
    if row.amount_minor and "amount_minor" not in values:
        raise Invalid(
            "{new} has other decimals than {old}. Please give the amount too.",
            field="amount_minor",
            old=row.currency,
            new=wanted,
        )


def _set(session: Session, row: Deal, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setter = _SETTERS.get(name)
        if setter is None:
            raise Invalid("There is no field {name}.", field=name, name=name[:40])
        setter(session, row, value)


def _set_title(session: Session, row: Deal, value: object) -> None:
    row.title = clean_text(value, field="title", most=200)
    if not row.title:
        raise Invalid("Please give the deal a title.", field="title")


def _set_amount(session: Session, row: Deal, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_AMOUNT:
        raise Invalid("{value} is not an amount.", field="amount_minor", value=str(value)[:40])
    row.amount_minor = value


def _set_currency(session: Session, row: Deal, value: object) -> None:
    row.currency = clean_currency(value)


def _set_close_on(session: Session, row: Deal, value: object) -> None:
    row.close_on = value if isinstance(value, date) else clean_day(value, field="close_on")


def _set_contact(session: Session, row: Deal, value: object) -> None:
    row.contact_id = clients.contact(session, str(value)).id if value else None


def _set_company(session: Session, row: Deal, value: object) -> None:
    row.company_id = clients.company(session, str(value)).id if value else None


def _set_owner(session: Session, row: Deal, value: object) -> None:
    row.owner_id = people.by_public_id(session, str(value)).id if value else None


_SETTERS = {
    "title": _set_title,
    "amount_minor": _set_amount,
    "currency": _set_currency,
    "close_on": _set_close_on,
    "contact_id": _set_contact,
    "company_id": _set_company,
    "owner_id": _set_owner,
}


def set_lines(
    session: Session,
    actor: Actor,
    public_id: str,
    lines: list[dict[str, Any]],
    *,
    seen_version: int | None = None,
    now: datetime,
) -> None:
    """Replace the product lines and set the deal's amount to their gross total.

    Each line: title, unit, quantity_milli, price_minor, tax_bp; at most 200 lines. Raises Conflict when the deal
    changed since `seen_version`.
    """
    rights.require(actor, "edit", "deals")
    deal = find(session, public_id)
    check_version(deal, seen_version)
    assert deal.id is not None
    if len(lines) > 200:
        raise Invalid("At most {most} product lines.", field="lines", most=200)
    for old in session.exec(select(DealLine).where(DealLine.deal_id == deal.id)):
        session.delete(old)
    session.add_all(_line(deal.id, rank, values) for rank, values in enumerate(lines))
    session.flush()
    if lines:
        _set_amount(session, deal, totals(lines_of(session, deal.id)).gross_minor)
    deal.version += 1
    session.add(deal)
    events.record(session, events.DealChanged(("deal", deal.id), ("lines",)), actor, now)


def _line(deal_id: int, rank: int, values: dict[str, Any]) -> DealLine:
    numbers = {name: values.get(name, default) for name, default in _LINE_NUMBERS.items()}
    for name, value in numbers.items():
        least, most = _LINE_LIMITS[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Invalid("{value} is not an amount.", field=name, value=str(value)[:40])
    title = clean_text(values.get("title"), field="title", most=200)
    if not title:
        raise Invalid("Please give every product line a title.", field="title")
    unit = clean_text(values.get("unit"), field="unit", most=20)
    return DealLine(deal_id=deal_id, rank=rank, title=title, unit=unit, **numbers)


_LINE_NUMBERS = {"quantity_milli": 1000, "price_minor": 0, "tax_bp": 0}
_LINE_LIMITS = {
    "quantity_milli": (-(10**12), 10**12),
    "price_minor": (-(10**12), 10**12),
    "tax_bp": (0, 10_000),
}


def comment(session: Session, actor: Actor, public_id: str, text: str, *, now: datetime) -> None:
    """Put a comment on the deal's timeline."""
    rights.require(actor, "edit", "deals")
    row = find(session, public_id)
    assert row.id is not None
    body = clean_lines(text, field="text", most=4000)
    if not body:
        raise Invalid("Please write something.", field="text")
    events.record(session, events.Commented(("deal", row.id), text=body), actor, now)
