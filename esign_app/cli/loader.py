"""The process that serves: what it does before the application is imported. `esign run` and `esign serve` start it."""

import ctypes
import gc
import os
import signal
import threading
from importlib import import_module
from typing import Any

from esign_app.adapters import pdf
from esign_app.cli.main import main

SUPERVISOR = "ESIGN_SUPERVISOR_PID"
_PR_SET_PDEATHSIG = 1


def prepare_and_load(target: str) -> Any:
    """Prepare the database, then import the application named `module:attribute`.

    Both happen in this process, because they import much the same and the supervisor stays small.
    """
    _begin()
    if code := main(["prepare"]):
        raise SystemExit(code)
    return _load(target)


def load(target: str) -> Any:
    """Import the application named `module:attribute`; somebody else has prepared the database."""
    _begin()
    return _load(target)


def _begin() -> None:
    _die_with_supervisor()
    # What is imported stays; looking for garbage in it again and again is a fifth of the start.
    gc.disable()
    # It takes as long as everything else here and needs nothing of it; started first, it also sees no key.
    threading.Thread(target=pdf.warm, name="warm the renderer", daemon=True).start()


def _load(target: str) -> Any:
    module, _, name = target.partition(":")
    application = getattr(import_module(module), name)
    gc.freeze()
    gc.enable()
    return application


def _die_with_supervisor() -> None:
    """A worker that outlived its supervisor would keep the port and the engine."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(os.environ[SUPERVISOR]):
        raise SystemExit(1)
