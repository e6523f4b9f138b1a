"""Who stands behind a signing link, and what the page knows about them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from starlette.requests import Request

from esign_app import logs
from esign_app.db import utcnow
from esign_app.domain.refusals import NotFound
from esign_app.domain.signing import pages, parties
from esign_app.domain.signing.pages import SigningView
from esign_app.domain.signing.parties import Signer
from esign_app.public.call import ask
from esign_app.public.languages import chosen
from esign_app.public.steps import READABLE
from esign_app.settings import secret


@dataclass(frozen=True)
class Guest:
    token: str
    signer: Signer
    view: SigningView
    now: datetime


async def guest(request: Request) -> Guest:
    """The party of the link; from here on the request speaks its language. Raises NotFound for any other link."""
    token, now = request.path_params["token"], utcnow()
    signer, view = await ask(_look, token, chosen(request), now)
    request.state.language = view.language
    logs.note(document=view.document_id)
    return Guest(token, signer, view, now)


async def reader(request: Request) -> Guest:
    """As `guest`, when this party may see the document now. Raises NotFound otherwise."""
    found = await guest(request)
    if found.view.standing not in READABLE:
        raise NotFound("This document cannot be read here now.")
    return found


def _look(session: Session, token: str, wanted: str, now: datetime) -> tuple[Signer, SigningView]:
    signer = parties.by_token(session, secret(), token)
    return signer, pages.view(session, signer, now=now, language=wanted)
