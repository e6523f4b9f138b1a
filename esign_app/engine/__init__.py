"""Durable runs, and transactions that start them. Knows no deal."""

from esign_app.engine.copies import CannotCopy, ToolMissing, dump, is_empty, kind, knows, load, revision
from esign_app.engine.database import (
    connect,
    connections,
    disconnect,
    ping,
    reading,
    seconds_apart,
    start,
    transaction,
)
from esign_app.engine.erase import erase
from esign_app.engine.exclusive import alone
from esign_app.engine.executors import EngineLocked, is_locked, lock_path
from esign_app.engine.outcomes import Done, GiveUp, NeedsPerson, Outcome, Retry, Said, Skipped
from esign_app.engine.retention import forget_runs, kept_since, oldest_finished
from esign_app.engine.runs import is_alive, is_running, start_engine, step, stop_engine, workflow
from esign_app.engine.upgrade import ENGINE_TABLES, is_current, upgrade
from esign_app.engine.watch import Watch

__all__ = [
    "ENGINE_TABLES",
    "CannotCopy",
    "Done",
    "EngineLocked",
    "GiveUp",
    "NeedsPerson",
    "Outcome",
    "Retry",
    "Said",
    "Skipped",
    "ToolMissing",
    "Watch",
    "alone",
    "connect",
    "connections",
    "disconnect",
    "dump",
    "erase",
    "forget_runs",
    "is_alive",
    "is_current",
    "is_empty",
    "is_locked",
    "is_running",
    "kept_since",
    "kind",
    "knows",
    "load",
    "lock_path",
    "oldest_finished",
    "ping",
    "reading",
    "revision",
    "seconds_apart",
    "start",
    "start_engine",
    "step",
    "stop_engine",
    "transaction",
    "upgrade",
    "workflow",
]
