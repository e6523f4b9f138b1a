"""Lists: `{"items": [...], "next": ...}`. Ask again with `after=<next>` until `next` is null."""

from collections.abc import Iterable
from typing import Annotated, Generic, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from esign_app.api.values import Id

T = TypeVar("T", bound=BaseModel)


class Items(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = Field(default=None, description="where the next page starts; null on the last one")


class Cursor(BaseModel):
    """Query parameters of a list that has pages. A misspelt filter is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: Id | None = None


Paged = Annotated[Cursor, Query()]
PathId = Annotated[Id, Path()]


def page(items: Iterable[T], more: str = "") -> Items[T]:
    return Items(items=list(items), next=more or None)
