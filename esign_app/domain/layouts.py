"""Layouts: which slots sign where, for a template. A layout never names a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from esign_app.domain.refusals import Invalid
from esign_app.models import Layout, LayoutBlock, LayoutSlot

# Own side first by default; every further slot after it, in the order of the text.
_FIRST = "own"
OWN, CLIENT = "own", "client"


@dataclass(frozen=True)
class SlotPlan:
    key: str
    role: str
    group_no: int
    rule: str
    anchor: str


def renew(session: Session, template_id: int, slots: tuple[str, ...], *, now: datetime) -> None:
    """Make `slots` the template's layout. The last layout stays for what was made with it."""
    if [slot.key for slot in newest(session, template_id)] == list(_ordered(slots)):
        return
    layout = Layout(template_id=template_id, created_at=now)
    session.add(layout)
    session.flush()
    assert layout.id is not None
    for number, key in enumerate(_ordered(slots), start=1):
        slot = LayoutSlot(layout_id=layout.id, key=key, group_no=number)
        session.add(slot)
        session.flush()
        assert slot.id is not None
        session.add(LayoutBlock(layout_slot_id=slot.id, anchor=key))
    session.flush()


def _ordered(slots: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(slots), key=lambda key: key != _FIRST))


def newest(session: Session, template_id: int) -> list[SlotPlan]:
    """The slots of the template's newest layout in signing order; empty when it has none."""
    query = select(Layout).where(Layout.template_id == template_id).order_by(col(Layout.id).desc())
    layout = session.exec(query).first()
    if layout is None:
        return []
    rows = session.exec(
        select(LayoutSlot, LayoutBlock)
        .where(LayoutBlock.layout_slot_id == LayoutSlot.id, LayoutSlot.layout_id == layout.id)
        .order_by(col(LayoutSlot.group_no), col(LayoutSlot.id))
    )
    return [
        SlotPlan(slot.key, slot.role, slot.group_no, slot.rule, block.anchor or slot.key)
        for slot, block in rows
    ]


def placed(plans: list[SlotPlan], anchors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The layout of one document version: each slot with the place of its anchor, as the request keeps it.

    Raises Invalid naming the slot that has no place (B42).
    """
    places = {anchor["key"]: anchor for anchor in anchors}
    found: list[dict[str, Any]] = []
    for number, plan in enumerate(plans, start=1):
        place = places.get(plan.anchor)
        if place is None:
            raise Invalid(
                "The document has no place for the signature of {slot}.", field="layout", slot=plan.key
            )
        found.append(
            {
                "key": plan.key,
                "role": plan.role,
                "group_no": plan.group_no,
                "rule": plan.rule,
                "field": f"signer-{number:03d}",
                "place": {name: place[name] for name in ("page", "x", "y", "w", "h")},
            }
        )
    return found
