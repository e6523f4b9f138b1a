"""How log lines look and what never stands in them, for every process of ours.

A line carries the ids of what it was written for: the request, the run, the document. Whatever opens a door or reaches a
person (links, codes, keys, cookies, passwords, addresses) is taken out of every line, the text of an exception included.
"""

import contextlib
import json
import logging.config
import re
import secrets
import threading
import time
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

LONGEST = 20_000
# Of the line about one HTTP request.
FIELDS = ("method", "route", "status", "ms")
# One line for everything that went well; too many for a terminal.
ACCESS, RUNS = "esign.access", "esign.runs"

_about: ContextVar[dict[str, str]] = ContextVar("about")
_HIDDEN = [
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), instead)
    for pattern, instead in (
        (r"(/(?:s|d|setup)/)[^/\s\"'<>?#]+", r"\1***"),
        (r"\b[2-9a-hjkmnp-z]{16}\.[\w-]{27}", "***"),  # the token of a link, wherever it stands
        (r"\besk_[\w-]+", "***"),
        (r"\b(authorization\W{1,5}|bearer )[^\r\n]+", r"\1***"),
        (r"\b(cookie\W{1,5}|esign_\w{1,20}=)[^\r\n]+", r"\1***"),
        (r"(://)[^/\s@]{1,200}@", r"\1***@"),
        (r"\?[\w.%~-]+=[^\s\"'<>]*", "?***"),
        (r"[^\s@*<>\"'()\[\],;:=]{1,64}@[^\s@<>\"'()\[\],;:]{1,255}", "***"),
        (r"\+\d[\d ()/.-]{5,20}\d", "***"),
        (r"^DETAIL:[^\r\n]*", "DETAIL: ***"),  # PostgreSQL quotes the row it refuses
    )
]


def configure(form: str) -> None:
    """For this process, its threads included: what ends one would otherwise be printed as it is."""
    logging.config.dictConfig(config(form))
    threading.excepthook = _tell_end_of_thread


def config(form: str) -> dict[str, Any]:
    """For `logging.config`: everything to standard error, as `text` for a terminal or as `json`, a line each."""
    handlers = ["stderr"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Json if form == "json" else Text}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": handlers},
        "loggers": {
            "esign": {"level": "INFO"},
            **{name: {"level": "INFO" if form == "json" else "WARNING"} for name in (ACCESS, RUNS)},
            # These two come with handlers of their own.
            "_granian": {"level": "WARNING", "handlers": handlers, "propagate": False},
            "dbos": {"level": "ERROR", "handlers": handlers, "propagate": False},
            "pyhanko": {"level": "ERROR"},
            "pyhanko_certvalidator": {"level": "ERROR"},
        },
    }


def _tell_end_of_thread(end: threading.ExceptHookArgs) -> None:
    if end.exc_value is not None and not isinstance(end.exc_value, SystemExit):
        name = end.thread.name if end.thread else "?"
        logging.getLogger("esign").error("the thread %s failed", name, exc_info=end.exc_value)


def new_id() -> str:
    return secrets.token_hex(8)


@contextlib.contextmanager
def about(**ids: str) -> Iterator[None]:
    """Lines written inside carry these ids besides those they carry already, in the threads it calls as well."""
    before = _about.set(current() | ids)
    try:
        yield
    finally:
        _about.reset(before)


def begin(**ids: str) -> None:
    """From here to the end of this task its lines carry these ids and no others."""
    _about.set(ids)


def note(**ids: str) -> None:
    """What this turned out to be about: for the lines of the innermost `about` or `begin` from now on."""
    _about.get({}).update(ids)


def current() -> dict[str, str]:
    return _about.get({})


def hidden(text: str) -> str:
    """`text` without what opens a door or reaches a person."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} ..."
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text


class Json(logging.Formatter):
    """One object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": hidden(record.getMessage()),
            **current(),
        }
        line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if trace := _trace(record):
            line["exception"] = trace
        return json.dumps(line, ensure_ascii=False)


class Text(logging.Formatter):
    """For people: one line, and the trace of an exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        ids = "".join(f" {name}={value}" for name, value in current().items())
        said = hidden(record.getMessage()).replace("\n", "\\n")
        line = f"{_instant(record)} {record.levelname} {record.name}{ids}: {said}"
        return f"{line}\n{trace}" if (trace := _trace(record)) else line


def _instant(record: logging.LogRecord) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{whole}.{int(record.msecs):03d}Z"


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    return hidden("".join(traceback.format_exception(record.exc_info[1])).rstrip())
