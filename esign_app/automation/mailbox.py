"""The demo mailbox: what would go out, composed anew each time it is looked at, so nothing secret is stored."""

from esign_app.domain import letters
from esign_app.domain import messages as ledger
from esign_app.engine import reading
from esign_app.settings import secret, settings


def messages(limit: int = 50) -> list[letters.Letter]:
    """The newest messages as letters. Raises PermissionError outside demo mode: links and codes are in them."""
    if not settings().demo_mailbox:
        raise PermissionError("the demo mailbox exists in development only")
    with reading() as session:
        return [
            letters.compose(session, secret(), row.id, settings().url)
            for row in ledger.newest(session, limit)
            if row.state == "accepted"
        ]
