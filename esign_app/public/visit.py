"""From where somebody comes: the true address behind trusted proxies, and nobody else's word for it (B85)."""

from starlette.requests import Request

from esign_app import visitor
from esign_app.domain.signing.parties import Visit
from esign_app.settings import settings


def visit(request: Request) -> Visit:
    return Visit(address=address(request), user_agent=request.headers.get("user-agent", "")[:300])


def address(request: Request) -> str:
    """The address of the client. `X-Forwarded-For` counts only as far as proxies of ours wrote it."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return visitor.address(peer, forwarded, settings().proxies) or "unknown"
