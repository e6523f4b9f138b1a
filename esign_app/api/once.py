"""A call that does something does it once per `Idempotency-Key`, however often a script repeats it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints
from sqlmodel import Session

from esign_app.api.auth import Caller
from esign_app.db import utcnow
from esign_app.domain import idempotency
from esign_app.domain.idempotency import Answered, Call
from esign_app.engine import transaction

T = TypeVar("T", bound=BaseModel)
REPLAYED = "Idempotent-Replayed"
Key = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]


class Replay(Exception):
    """Not a failure: it was done already, and `answered` is what was said then."""

    def __init__(self, answered: Answered) -> None:
        super().__init__()
        self.answered = answered


class Acting:
    """The one transaction of a call that does something, in which its answer is kept beside the effect."""

    def __init__(self, call: Call | None, status: int) -> None:
        self._call = call
        self._status = status
        self._answer: str | None = None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Raises Replay for a call that was answered before. What is refused is not kept: it may be repeated."""
        with transaction() as session:
            known = idempotency.claim(session, self._call, now=utcnow()) if self._call else None
            if known is not None:
                raise Replay(known)
            yield session
            assert self._answer is not None, (
                "a call that does something says its answer inside its transaction"
            )
            if self._call:
                idempotency.answer(session, self._call, self._status, self._answer)

    def answer(self, answer: T) -> T:
        self._answer = answer.model_dump_json()
        return answer


async def acting(
    request: Request,
    actor: Caller,
    idempotency_key: Annotated[
        Key | None,
        Header(
            alias="Idempotency-Key",
            description="chosen by the caller for one thing it does; repeated, it gets the first answer again",
        ),
    ] = None,
) -> Acting:
    status = request.scope["route"].status_code or 200
    if idempotency_key is None:
        return Acting(None, status)
    route = f"{request.method} {request.scope['path']}"
    return Acting(idempotency.call(actor, idempotency_key, route, await request.body()), status)


Once = Annotated[Acting, Depends(acting)]


async def replayed(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Replay)
    answered = error.answered
    return Response(answered.answer, answered.status, {REPLAYED: "true"}, "application/json")
