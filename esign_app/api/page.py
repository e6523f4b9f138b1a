"""Lists: `{"items": [...], "next": ...}`. Ask again with `after=<next>` until `next` is null."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from esign_app.api.values import Id
from esign_app.domain.refusals import Invalid

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


def _id(item: Any) -> str:
    return str(item.id)


def cut(items: Iterable[T], asked: Cursor, key: Callable[[T], str] = _id) -> Items[T]:
    """The asked page of a list that is short enough to be read whole; it goes on after the last one that was shown.

    Raises Invalid when that one is not there.
    """
    found = list(items)
    keys = [key(item) for item in found]
    if asked.after and asked.after not in keys:
        raise Invalid("This is no place in the list.", field="after")
    begin = keys.index(asked.after) + 1 if asked.after else 0
    end = begin + asked.limit
    return page(found[begin:end], keys[end - 1] if end < len(found) else "")
