"""How long the durable engine remembers a run that ended. What the product remembers stands in tables of ours.

A run's id keeps it from being started twice, so this is also how long a start can be repeated without harm.
"""

from datetime import UTC, datetime, timedelta

from esign_app.engine.database import connect
from esign_app.settings import settings

_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_BATCH = 200


def kept_since(now: datetime) -> datetime:
    return now - timedelta(days=settings().engine_keep_days)


def forget_runs(now: datetime, most: int = 20_000) -> int:
    """Delete runs that ended before `kept_since`, about `most` of them; answers how many. What did not end stays.

    Each batch is a short transaction of its own, so that nobody waits for them.
    """
    client = connect().client
    gone = 0
    while gone < most:
        found = client.list_workflows(
            status=_FINISHED,
            completed_before=kept_since(now).isoformat(),
            limit=_BATCH,
            load_input=False,
            load_output=False,
        )
        if not found:
            break
        client.delete_workflows([each.workflow_id for each in found])
        gone += len(found)
    return gone


def oldest_finished() -> datetime | None:
    """When the oldest ended run that the engine remembers came to its end."""
    found = connect().client.list_workflows(status=_FINISHED, limit=1, load_input=False, load_output=False)
    ended = found[0].completed_at if found else None
    return datetime.fromtimestamp(ended / 1000, UTC) if ended else None
