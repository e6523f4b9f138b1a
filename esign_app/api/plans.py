"""What a step will do, to whom, and what is missing before it can: shapes of previews."""

from typing import Any

from pydantic import Field, model_validator

from esign_app.api.values import Out


class PersonOut(Out):
    """Somebody who would sign in a slot."""

    slot: str
    name: str
    email: str
    choice: str = Field(description="auto, email or sms")
    channel: str = Field(description="what the choice comes to now: email or sms")
    address: str = Field(description="where the invitation goes; empty when it cannot")


class PlaceOut(Out):
    """Where it is mended. `id` is empty where there is only one."""

    kind: str = Field(description="deal, contact, document (made again), own_company, template or rules")
    id: str

    @model_validator(mode="before")
    @classmethod
    def _from_pair(cls, value: Any) -> Any:
        return dict(zip(("kind", "id"), value, strict=True)) if isinstance(value, tuple) else value


class MissingOut(Out):
    text: str
    place: PlaceOut
    field: str


class PlannedOut(Out):
    """What one rule will do. `skipped` says why it does nothing; `missing` what keeps it from sending."""

    rule_id: str
    what: str
    sends: bool
    confirm: bool
    skipped: str
    people: list[PersonOut]
    missing: list[MissingOut]


class PreviewOut(Out):
    """What moving a deal to a stage will do. `asks`: the move must say `"confirm": true`."""

    deal_id: str
    stage_id: str
    asks: bool
    planned: list[PlannedOut]
