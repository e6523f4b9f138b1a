"""Who acts. Every domain function that reads for or changes something for somebody takes an Actor."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["user", "party", "rule", "api", "system"]


@dataclass(frozen=True)
class Actor:
    """A user, a party, a rule, an API key or the system, with what it may do.

    `rights` maps (object, action) to a level; `cause` and `chain` say which event and which rules led here.
    """

    kind: Kind
    id: int = 0
    name: str = ""
    locale: str = "en"
    zone: str = "UTC"
    public_id: str = ""
    department_id: int | None = None
    rights: dict[tuple[str, str], str] = field(default_factory=dict)
    cause: int | None = None
    chain: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """How rows name the actor: `user:3`, `system`."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def user_id(self) -> int | None:
        return self.id if self.kind == "user" else None


SYSTEM = Actor(kind="system")
