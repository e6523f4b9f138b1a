"""Who calls: the key in `Authorization: Bearer esk_...`, with the rights of its role at this moment."""

import hmac
from dataclasses import replace
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from esign_app.domain import api_keys
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import NotLoggedIn
from esign_app.engine import reading
from esign_app.settings import settings
from esign_app.text import language

_bearer = HTTPBearer(auto_error=False, description="A key made by `esign api-key create`")


def caller(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Actor:
    """The actor behind the key. Raises NotLoggedIn without one, for an unknown and for a revoked one."""
    if given is None:
        raise NotLoggedIn("Please send an API key in the header Authorization.")
    with reading() as session:
        actor = api_keys.who(session, given.credentials)
    return replace(actor, locale=language())


Caller = Annotated[Actor, Depends(caller)]


def _from_gateway(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> None:
    """Lets only the SMS gateway in. Raises NotLoggedIn without its token, and for everybody while none is set."""
    expected = settings().sms_hook_token.get_secret_value().encode()
    token = given.credentials.encode() if given else b""
    if not expected or not hmac.compare_digest(token, expected):
        raise NotLoggedIn("This is for the SMS gateway. Please send its token in the header Authorization.")


FromGateway = Depends(_from_gateway)
