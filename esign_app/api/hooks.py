"""What other services report to us."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import Field

from esign_app.api.auth import FromGateway
from esign_app.api.values import In, Text
from esign_app.db import utcnow
from esign_app.domain import resending
from esign_app.domain.actor import SYSTEM
from esign_app.engine import transaction

router = APIRouter(prefix="/hooks", tags=["messages"])


class Report(In):
    """What became of an SMS. `id` is ours (what we sent as `id`) or what the gateway answered as its own."""

    id: Text = Field(min_length=1)
    state: Literal["delivered", "failed"]
    reason: Text = ""


@router.post("/sms", status_code=204, dependencies=[FromGateway])
def sms(report: Report) -> Response:
    """The SMS gateway's delivery report, with `ESIGN_SMS_HOOK_TOKEN` as Bearer token; it may be repeated."""
    arrived = report.state == "delivered"
    with transaction() as session:
        resending.reported(session, SYSTEM, report.id, arrived=arrived, reason=report.reason, now=utcnow())
    return Response(status_code=204)
