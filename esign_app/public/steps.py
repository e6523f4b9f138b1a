"""What a party does next, as the page and the scripts are told it."""

from datetime import datetime
from typing import Literal

from esign_app.domain.signing.pages import SigningView
from esign_app.public import contract

Step = Literal["", "start", "consent", "ask_code", "code", "sign"]
# People see four; asking for the code and entering it are one.
NUMBER = {"start": 1, "consent": 2, "ask_code": 3, "code": 3, "sign": 4}
READABLE = ("your_turn", "signed", "completed")


def step(view: SigningView) -> Step:
    """The one thing to do now; "" when there is nothing to do for this party."""
    if view.standing != "your_turn":
        return ""
    if not view.opened:
        return "start"
    if not view.consented:
        return "consent"
    if view.needs_code:
        return "ask_code" if view.code is None or view.code.over else "code"
    return "sign"


def state(view: SigningView, *, now: datetime) -> contract.SigningState:
    """The same for scripts."""
    return contract.SigningState(
        standing=view.standing,
        step=step(view),
        document=contract.DocumentState(
            id=view.document_id, label=view.label, title=view.title, pages=view.pages
        ),
        opened=view.opened,
        consented=view.consented,
        needs_code=view.needs_code,
        code=_code(view, now),
        consent=contract.ConsentState(version=view.consent_version, text=view.consent_text),
        signed_at=view.signed_at,
        expires_at=view.expires_at,
        sealed=view.sealed,
    )


def again_in(view: SigningView, now: datetime) -> int:
    """Seconds until a new code can be asked for."""
    return max(0, round((view.code.again_at - now).total_seconds())) if view.code else 0


def _code(view: SigningView, now: datetime) -> contract.CodeState | None:
    if view.code is None:
        return None
    return contract.CodeState(
        sent_at=view.code.sent_at,
        expires_at=view.code.expires_at,
        again_in=again_in(view, now),
        tries_left=view.code.tries_left,
        over=view.code.over,
    )
