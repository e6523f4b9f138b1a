"""What this process counts, for Prometheus, on a port of its own. Numbers only: no name, no address, no path somebody asked for.

What must be right over all processes is counted in the database instead: `automation/figures.py`.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.core import Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

log = logging.getLogger("esign.metrics")
# Several processes on one machine with the same settings: each takes the first free one from the set port on.
MOST_ON_ONE_MACHINE = 32

disable_created_metrics()
REGISTRY = CollectorRegistry()
for _of_the_process in (ProcessCollector, PlatformCollector, GCCollector):
    _of_the_process(registry=REGISTRY)

REQUESTS = Histogram(
    "esign_http_request_seconds",
    "HTTP requests by the template of their route",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
SOCKETS = Gauge("esign_sockets_open", "Pages of the office that are connected", registry=REGISTRY)
LAG = Histogram(
    "esign_event_loop_lag_seconds",
    "How much later than asked the event loop of the web server came back",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
    registry=REGISTRY,
)
VERDICTS = Counter("esign_verdicts", "Files checked on the integrity page", ["answer"], registry=REGISTRY)


class Asked(Collector):
    """Figures that are fetched whenever somebody asks for the metrics."""

    def __init__(self, fetch: Callable[[], Iterable[Metric]]) -> None:
        self._fetch = fetch

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering fetches nothing."""
        return ()

    def collect(self) -> Iterable[Metric]:
        try:
            return list(self._fetch())
        except Exception:
            log.exception("some figures cannot be told")
            return ()


async def watch_the_loop(every: float = 0.5) -> None:
    """Measure, as long as the server lives, how late the event loop comes back from a short sleep."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(every)
        LAG.observe(max(0.0, time.perf_counter() - begun - every))


def serve(host: str, port: int) -> int:
    """Answer on the first free port from `port` on, in a thread of its own; answers which. Raises OSError when none is free."""
    for tried in range(port, port + MOST_ON_ONE_MACHINE - 1):
        try:
            start_http_server(tried, host, REGISTRY)
            return tried
        except OSError:
            continue
    start_http_server(port + MOST_ON_ONE_MACHINE - 1, host, REGISTRY)
    return port + MOST_ON_ONE_MACHINE - 1
