"""The board's frozen views as plain values for the component (office/ui/board.py says which)."""

from dataclasses import asdict
from typing import Any

from esign_app.domain.board import Board, Card, Changes, StageHead
from esign_app.domain.drops import DropPreview, Planned
from esign_app.domain.strips import Strip
from esign_app.office import routes
from esign_app.office.deal.views import meaning
from esign_app.text import t

_BY_EMAIL = "{name} gets it to sign, by e-mail to {address}"
_BY_SMS = "{name} gets it to sign, by SMS to {address}"


def snapshot(board: Board) -> dict[str, Any]:
    return {
        "rev": board.revision,
        "name": board.name,
        "stages": [stage(head) for head in board.stages],
        "cards": [card(item) for item in board.cards],
    }


def ops(changes: Changes) -> list[dict[str, Any]]:
    """One operation per changed card; the stages' heads travel with the last."""
    found = [
        {
            "rev": changes.revision,
            "id": item.public_id,
            "stage": item.stage_id,
            "rank": item.rank,
            "card": card(item),
            "stages": [],
        }
        for item in changes.cards
    ]
    if found:
        found[-1]["stages"] = [stage(head) for head in changes.stages]
    return found


def stage(head: StageHead) -> dict[str, Any]:
    values = asdict(head)
    return {"id": values.pop("public_id"), **values, "sums": list(head.sums)}


def card(item: Card) -> dict[str, Any]:
    return {
        "id": item.public_id,
        "stage": item.stage_id,
        "rank": item.rank,
        "title": item.title,
        "client": item.client,
        "amount": item.amount,
        "responsible": {"initials": item.initials, "name": item.responsible} if item.responsible else None,
        "days": item.days,
        "version": item.version,
        "href": routes.deal(item.public_id),
        "strip": strip(item.strip) if item.strip else None,
        "line": line(item.strip) if item.strip else None,
    }


def strip(item: Strip) -> dict[str, Any]:
    return {"steps": [asdict(step) for step in item.steps], "tone": meaning(item.tone)}


def line(item: Strip) -> dict[str, Any]:
    return {"text": item.text, "tone": meaning(item.tone), "icon": ""}


def preview(drop: DropPreview, seq: int) -> dict[str, Any]:
    """What the drop will do, in sentences, and what is missing with the place to mend it."""
    return {
        "seq": seq,
        "card_id": drop.deal_id,
        "title": f"{drop.deal} → {t(drop.stage)}",
        "what": "",
        "steps": [{"text": text} for item in drop.planned for text in _sentences(item)],
        "missing": [
            {"text": item.text, "href": routes.mend(item.place, drop.deal_id), "field": item.field}
            for planned in drop.planned
            for item in planned.missing
        ],
        "can_send": not any(planned.missing for planned in drop.planned),
        "mode": "confirm",
    }


def _sentences(item: Planned) -> list[str]:
    if item.skipped:
        return [item.skipped]
    made = t("{what} is made from this deal", what=item.what)
    sent = [
        t(_BY_SMS if person.channel == "sms" else _BY_EMAIL, name=person.name, address=person.address or "…")
        for person in item.people
    ]
    return [made, *sent]
