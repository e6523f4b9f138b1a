"""A signing request goes on by itself: freeze and invite, add signatures, invite the next, seal.

What fails is tried again, and when it keeps failing the document says so and a person can retry; it never hangs.
"""

import logging
import secrets
from typing import Any

from esign_app.automation import faults
from esign_app.automation.flows.deliver import deliver_all
from esign_app.automation.flows.freeze import freeze
from esign_app.automation.flows.sealing import add_signature, seal_document
from esign_app.db import utcnow
from esign_app.domain.signing import progress
from esign_app.engine import Said, start, step, transaction, workflow

log = logging.getLogger("esign.automation")
MOST_TRIES = 4
FIRST_WAIT = 3.0
FAILED = Said(
    "The document could not be sealed. Nothing is lost; it can be tried again (reference {reference})."
)


@workflow("continue_request")
def continue_request(request_id: int, attempt: int = 1) -> None:
    """`go_on` as a run of its own, for later attempts and for the sweep."""
    go_on(request_id, attempt)


def go_on(request_id: int, attempt: int = 1) -> None:
    """Do everything that is due for a request. Safe to start twice, and after every crash."""
    try:
        deliver_all(freeze(request_id))
        _add_signatures_and_seal(request_id)
    except Exception as error:
        reason = faults.told(error, FAILED)
        log.exception("request %s failed, attempt %s: %s", request_id, attempt, reason)
        try_again(request_id, attempt, reason, new_name())


def _add_signatures_and_seal(request_id: int) -> None:
    more = True
    while more:
        done = add_signature(request_id)
        deliver_all(done["messages"])
        more = done["more"]
    if done["seal"]:
        deliver_all(seal_document(request_id))


@step("new_name")
def new_name() -> str:
    """A name for a run; a step of its own, so that what is repeated after a crash finds the same one."""
    return secrets.token_hex(8)


@step("try_again")
def try_again(request_id: int, attempt: int, reason: dict[str, Any], name: str) -> None:
    """Plan the next attempt under `name`, or write down that it failed for good. Done twice it plans one attempt."""
    with transaction() as session:
        if attempt < MOST_TRIES:
            run_id = f"request-{request_id}-{name}"
            wait = FIRST_WAIT * 3 ** (attempt - 1)
            start(session, "continue_request", run_id, request_id, attempt + 1, delay=wait)
        else:
            progress.record_failed(session, request_id, reason, now=utcnow())
