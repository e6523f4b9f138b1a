"""Whether the product works, for whoever watches it. Open: it says nothing about anybody's data."""

import logging

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from esign_app import __version__, engine

router = APIRouter(tags=["health"])
log = logging.getLogger("esign.api")


class Health(BaseModel):
    status: str = Field(description="ok, or broken (then the answer is 503)")
    version: str
    database: bool = Field(description="the database answers")
    engine: bool = Field(description="a process, this one or another, runs what is due")


@router.get("/health", responses={503: {"model": Health}})
def health(response: Response) -> Health:
    database = _answers()
    running = database and engine.is_alive()
    if not (database and running):
        response.status_code = 503
    status = "ok" if database and running else "broken"
    return Health(status=status, version=__version__, database=database, engine=running)


def _answers() -> bool:
    try:
        engine.ping()
    except (SQLAlchemyError, OSError):
        log.exception("the database does not answer")
        return False
    return True
