"""What a rule can do: a module per action; each says its name to people and runs itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from esign_app.automation.actions import move_here, send_for_signature


@dataclass(frozen=True)
class Action:
    """`run` does the work of one run, in steps, and answers its end: `{"state": ..., "outcome": {...}}`."""

    title: str
    run: Callable[[int], dict[str, Any]]


ACTIONS: dict[str, Action] = {
    "send_for_signature": Action("Send document for signature", send_for_signature.run),
    "move_here": Action("Move the deal here", move_here.run),
}
