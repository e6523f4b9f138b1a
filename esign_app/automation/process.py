"""What a process of ours holds while it lives: the renderer, and where runs are done the keys and the engine."""

import logging

from esign_app import engine, logs, metrics
from esign_app.adapters import pdf
from esign_app.automation import catalogue, demo_story, figures  # noqa: F401 (name the runs, before the engine starts)
from esign_app.automation.keys import keys
from esign_app.automation.sweep import sweep
from esign_app.settings import settings

log = logging.getLogger("esign.process")


def start_serving() -> None:
    """For a web server: the engine too when it is inline."""
    _start(with_engine=settings().engine_is_inline)


def start_working() -> None:
    """For a worker. Raises EngineLocked when another process runs the engine of this SQLite file."""
    _start(with_engine=True)


def stop(patience: float = 5) -> None:
    """Let what runs end, for at most `patience` seconds; another executor takes up what does not."""
    engine.stop_engine(patience)
    engine.disconnect()
    pdf.stop()


def _start(*, with_engine: bool) -> None:
    logs.configure(settings().log)
    pdf.warm()  # before any key is in memory
    _tell_metrics()
    if with_engine:
        keys()
        engine.start_engine(tick=sweep)


def _tell_metrics() -> None:
    if not settings().metrics_port:
        return
    metrics.REGISTRY.register(metrics.Asked(figures.collect))
    port = metrics.serve(settings().metrics_host, settings().metrics_port)
    log.info("metrics at http://%s:%s/metrics", settings().metrics_host, port)
