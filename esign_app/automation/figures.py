"""What is counted in the database for `/metrics`: the same from every process, hence right over all of them."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain import figures

# However often somebody asks, the tables are counted this seldom.
COUNTED_EVERY = 10


def collect() -> Iterable[Metric]:
    """Every figure that the database knows, and how much of its pool this process uses."""
    found, oldest_kept = _counted(int(time.monotonic()) // COUNTED_EVERY)
    now = utcnow()
    yield CounterMetricFamily(
        "esign_drops", "Deals that people or scripts moved to another stage", found.drops
    )
    yield CounterMetricFamily("esign_seals", "Sealed documents", found.seals)
    yield _by_state("esign_runs", "Runs of rules", found.runs)
    yield _by_state("esign_signing_requests", "Documents sent for signature", found.requests)
    messages = GaugeMetricFamily("esign_messages", "Messages in the ledger", labels=["state", "channel"])
    for (state, channel), count in found.messages.items():
        messages.add_metric([state, channel], count)
    yield messages
    for name, what, since in (
        ("esign_oldest_open_run", "Age of the oldest run that did not end", found.oldest_open_run),
        ("esign_oldest_unsent_message", "Age of the oldest message to go out", found.oldest_unsent_message),
        ("esign_oldest_kept_run", "Age of the oldest ended run in the engine's memory", oldest_kept),
    ):
        yield GaugeMetricFamily(f"{name}_age_seconds", f"{what}; 0 when there is none", _age(since, now))
    yield from _pool()


@lru_cache(maxsize=1)
def _counted(_when: int) -> tuple[figures.Figures, datetime | None]:
    with engine.reading() as session:
        return figures.figures(session), engine.oldest_finished()


def _by_state(name: str, what: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _pool() -> Iterable[Metric]:
    used, most = engine.connections()
    yield GaugeMetricFamily("esign_database_connections_used", "Of this process, in use right now", used)
    yield GaugeMetricFamily("esign_database_connections_most", "As many as this process may use", most)
