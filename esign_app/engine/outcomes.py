"""How an action ends. Two of the four are seen by a person on the deal."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """A sentence for people in no language yet: `text.said` says it. A value may be such a sentence, as JSON."""

    message: str
    values: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        return {"message": self.message, "values": self.values}


@dataclass(frozen=True)
class Done:
    said: Said


@dataclass(frozen=True)
class Skipped:
    """Nothing was done, and that is right."""

    said: Said


@dataclass(frozen=True)
class Retry:
    """Not now: try again after `after` seconds."""

    after: float
    said: Said


@dataclass(frozen=True)
class GiveUp:
    said: Said


@dataclass(frozen=True)
class NeedsPerson:
    """A person must mend something first."""

    said: Said


Outcome = Done | Skipped | Retry | GiveUp | NeedsPerson
