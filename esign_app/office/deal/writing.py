"""Changes asked for in the page's forms: what people typed, read in their notation, handed to the domain in one transaction."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from esign_app.domain import clients, deals, fields
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Conflict, Invalid

Form = dict[str, Any]
MOST_LINES = 200


def change_deal(
    session: Session, actor: Actor, deal_id: str, form: Form, *, seen_version: int, now: datetime
) -> None:
    """Title, amount, currency, close date, responsible; only what differs is written and told."""
    view = deals.get(session, actor, deal_id)
    currency = fields.clean_currency(_text(form, "currency"))
    wanted = {
        "title": fields.clean_text(_text(form, "title"), field="title", most=200),
        "amount_minor": fields.amount(_text(form, "amount"), currency, field="amount", language=actor.locale),
        "currency": currency,
        "close_on": fields.clean_day(_text(form, "close_on"), field="close_on"),
        "owner_id": _text(form, "owner_id"),
    }
    values = {name: value for name, value in wanted.items() if value != getattr(view, name)}
    if "currency" in values:
        values["amount_minor"] = wanted["amount_minor"]  # the same number may be another sum
    if values:
        deals.change(session, actor, deal_id, values, seen_version=seen_version, now=now)


def set_client(
    session: Session,
    actor: Actor,
    deal_id: str,
    kind: str,
    public_id: str,
    *,
    seen_version: int,
    now: datetime,
) -> None:
    """Choose another contact or company (`kind`) for the deal."""
    if kind not in ("contact", "company"):
        raise Invalid("There is no field {name}.", field="kind", name=kind[:40])
    deals.change(session, actor, deal_id, {f"{kind}_id": public_id}, seen_version=seen_version, now=now)


def save_client(
    session: Session, actor: Actor, deal_id: str, kind: str, form: Form, *, seen_version: int, now: datetime
) -> None:
    """Change the deal's contact or company; one that is not there yet is made and set.

    Raises Conflict when the deal got another one while the form was open.
    """
    view = deals.get(session, actor, deal_id)
    values = {name: _text(form, name) for name in _FORMS[kind] if name in form}
    there = view.contact if kind == "contact" else view.company
    if _text(form, "id") and (there is None or there.public_id != _text(form, "id")):
        raise Conflict(
            "Somebody else changed this deal in the meantime. Look at it again and repeat what you did."
        )
    if there is not None and _text(form, "id"):
        change = clients.change_contact if kind == "contact" else clients.change_company
        change(session, actor, there.public_id, values)
        return
    create = clients.create_contact if kind == "contact" else clients.create_company
    made = create(session, actor, values, now=now)
    set_client(session, actor, deal_id, kind, made, seen_version=seen_version, now=now)


_FORMS = {"contact": ("name", "email", "phone", "locale"), "company": clients.COMPANY_FIELDS}


def save_lines(
    session: Session, actor: Actor, deal_id: str, form: Form, keys: list[str], *, now: datetime
) -> None:
    """The product lines named by `keys`, in order; a line without a title is left out when it is otherwise empty too."""
    view = deals.get(session, actor, deal_id)
    found = [_line(form, key, view.currency, actor.locale) for key in keys[:MOST_LINES]]
    deals.set_lines(session, actor, deal_id, [line for line in found if line], now=now)


def _line(form: Form, key: str, currency: str, language: str) -> dict[str, Any]:
    """One row of the table; an Invalid names the very input it came from."""
    title = fields.clean_text(_text(form, f"title-{key}"), field=f"title-{key}", most=200)
    price = _text(form, f"price-{key}")
    if not title and not price.strip():
        return {}
    if not title:
        raise Invalid("Please give every product line a title.", field=f"title-{key}")
    return {
        "title": title,
        "unit": fields.clean_text(_text(form, f"unit-{key}"), field=f"unit-{key}", most=20),
        "quantity_milli": fields.scaled(
            _text(form, f"quantity-{key}") or "1", 3, field=f"quantity-{key}", language=language
        ),
        "price_minor": fields.amount(price, currency, field=f"price-{key}", language=language),
        "tax_bp": fields.scaled(_text(form, f"tax-{key}"), 2, field=f"tax-{key}", language=language),
    }


def _text(form: Form, name: str) -> str:
    """What a browser sends may be anything."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
