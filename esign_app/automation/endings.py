"""How a run ends, as JSON for the engine and as a row for people."""

from datetime import datetime
from typing import Any

from esign_app.domain.refusals import Refused
from esign_app.engine import Said


def done(message: str, **values: Any) -> dict[str, Any]:
    return {"state": "done", "outcome": Said(message, values).to_dict()}


def skipped(message: str, **values: Any) -> dict[str, Any]:
    """Nothing was done, and that is right."""
    return {"state": "skipped", "outcome": Said(message, values).to_dict()}


def waiting(until: datetime | None, message: str, **values: Any) -> dict[str, Any]:
    """Not at its end: something is tried again by itself."""
    wake_at = until.isoformat() if until else ""
    return {"state": "waiting", "outcome": Said(message, values).to_dict(), "wake_at": wake_at}


def needs_person(refused: Refused) -> dict[str, Any]:
    """A person must mend something; the refusal says what."""
    return {"state": "needs_person", "outcome": Said(refused.message, refused.values).to_dict()}


def failed(outcome: dict[str, Any]) -> dict[str, Any]:
    return {"state": "failed", "outcome": outcome}
