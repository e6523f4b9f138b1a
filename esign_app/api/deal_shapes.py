"""Bodies and answers about deals."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from esign_app.api.page import Cursor
from esign_app.api.pipelines import StageOut
from esign_app.api.values import Change, Day, Id, In, Minor, Out, PublicId, Ref, Text, Version
from esign_app.domain.deals import DealView


class DealFields(In):
    """null takes a reference or the day away."""

    amount_minor: Minor = 0
    currency: Text = "EUR"
    close_on: Day | None = None
    contact_id: Id | None = None
    company_id: Id | None = None
    owner_id: Id | None = None


class NewDeal(DealFields):
    title: Text
    stage_id: Id | None = Field(default=None, description="by default the first stage of the first pipeline")


class DealChange(DealFields, Change):
    title: Text = ""
    seen_version: Version | None = None


class LineIn(In):
    """Scaled integers: quantity in thousandths, price in minor units, tax in hundredths of a percent."""

    title: Text
    unit: Text = ""
    quantity_milli: Annotated[int, Field(ge=-(10**12), le=10**12)] = 1000
    price_minor: Annotated[int, Field(ge=-(10**12), le=10**12)] = 0
    tax_bp: Annotated[int, Field(ge=0, le=10_000)] = 0


class LinesIn(In):
    lines: Annotated[list[LineIn], Field(max_length=200)]
    seen_version: Version | None = None


class Move(In):
    stage_id: Id
    position: Annotated[int, Field(ge=0, le=1_000_000, description="0 is on top")] | None = None
    seen_version: Version | None = None
    confirm: Annotated[bool, Field(description="whether a rule of the stage may send something out")] = False


class CommentIn(In):
    text: Text


class DealQuery(Cursor):
    stage_id: Id | None = None


class LineOut(Out):
    id: PublicId
    title: str
    unit: str
    quantity_milli: int
    price_minor: int
    tax_bp: int
    net_minor: int


class TotalsOut(Out):
    """In the deal's currency; tax is rounded once per rate."""

    net_minor: int
    tax_minor: int
    gross_minor: int


class DealOut(Out):
    id: PublicId
    title: str
    amount_minor: int
    currency: str
    close_on: date | None
    stage: StageOut
    owner: Ref | None
    contact: Ref | None
    company: Ref | None
    lines: list[LineOut]
    totals: TotalsOut
    version: int
    stage_since: datetime
    created_at: datetime

    @classmethod
    def of(cls, view: object) -> Self:
        assert isinstance(view, DealView)
        owner = {"public_id": view.owner_id, "name": view.owner} if view.owner_id else None
        return cls.model_validate({**vars(view), "owner": owner})


class EntryOut(Out):
    """One line of the timeline, said in the language of Accept-Language."""

    kind: str
    text: str
    detail: str
    who: str
    at: datetime
    document_id: str
