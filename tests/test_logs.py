"""What a log line says, and what it never says."""

import json
import logging
import sys
import threading

import pytest
import sqlalchemy as sa

from esign_app import engine, logs

TOKEN = "k7q2mxa9dteh4npr.AbCdEfGhIjKlMnOpQrStUvWxYz0"
SECRETS = {
    f"GET /s/{TOKEN}/code": "GET /s/***/code",
    f"opened https://x.example/d/{TOKEN}": "opened https://x.example/d/***",
    f"who is {TOKEN}?": "who is ***?",
    "/setup/abcdefgh-_1 was asked for": "/setup/*** was asked for",
    "GET /deals?q=Alex+Muster&after=3 HTTP": "GET /deals?*** HTTP",
    "Authorization: Bearer esk_abc": "Authorization: ***",
    "{'authorization': 'Basic dTpw', 'a': 1}": "{'authorization': '***",
    "the key esk_aB3-x is wrong": "the key *** is wrong",
    "Set-Cookie: esign_sid=abc; Path=/": "Set-Cookie: ***",
    "sent esign_sid=abc123": "sent esign_sid=***",
    "postgresql://esign:hunter2@db/esign": "postgresql://***@db/esign",
    "no such user <Mara.Sales+x@example.com>": "no such user <***>",
    "called +49 151 234-567 89 twice": "called *** twice",
    "DETAIL:  Key (name)=(Alex Muster) exists.": "DETAIL: ***",
}


@pytest.mark.parametrize("said", SECRETS)
def test_what_opens_a_door_or_reaches_a_person_is_hidden(said: str) -> None:
    assert logs.hidden(said) == SECRETS[said]


@pytest.mark.parametrize(
    "said", ["run event-812(812,) failed", "took up 3 runs of host-12-ab", "20:15 at 3 %?", "/s/"]
)
def test_what_is_no_secret_stays(said: str) -> None:
    assert logs.hidden(said) == said


@pytest.mark.parametrize("filler", ["/", "?a", "@", "a@", "+1 ", "a"])
def test_a_long_line_is_hidden_in_no_time_and_cut(filler: str) -> None:
    assert len(logs.hidden(filler * 100_000)) <= logs.LONGEST + 10


def line(form: type[logging.Formatter], message: str, error: Exception | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    return form().format(logging.LogRecord("esign.test", logging.ERROR, "", 0, message, (), info))


def test_a_line_carries_the_ids_of_what_it_is_about_and_only_inside() -> None:
    with logs.about(run="event-1"):
        logs.note(document="K7QF")
        with logs.about(request="r1"):
            assert logs.current() == {"run": "event-1", "document": "K7QF", "request": "r1"}
        told = json.loads(line(logs.Json, "so"))
        assert line(logs.Text, "a\nb").endswith("ERROR esign.test run=event-1 document=K7QF: a\\nb")
    assert (told["run"], told["document"], told["level"], told["message"]) == (
        "event-1",
        "K7QF",
        "error",
        "so",
    )
    assert told["time"].endswith("Z")
    assert "request" not in told
    assert logs.current() == {}


@pytest.mark.both_databases
@pytest.mark.usefixtures("engine_url")
@pytest.mark.parametrize("form", [logs.Json, logs.Text])
def test_an_error_of_the_database_does_not_tell_the_row(form: type[logging.Formatter]) -> None:
    row = {"name": "Alexandra", "email": "mara@example.com", "hash": "hunter2"}
    insert = (
        'insert into "user" (public_id, name, email, password_hash, locale, zone, is_active, created_at)'
        ' select public_id, :name, :email, :hash, locale, zone, is_active, created_at from "user" limit 1'
    )
    try:
        with engine.transaction() as session:
            session.execute(sa.text(insert), row)
    except sa.exc.IntegrityError:
        told = line(form, "it failed", sys.exc_info()[1])  # type: ignore[arg-type]
    assert "IntegrityError" in told
    assert not [value for value in row.values() if value in told]


def test_an_exception_stands_in_the_one_line_of_json() -> None:
    told = line(logs.Json, "it failed", ValueError(f"the link /s/{TOKEN} to a@b.example"))
    assert "\n" not in told
    assert "ValueError: the link /s/*** to ***" in json.loads(told)["exception"]


def test_what_ends_a_thread_is_a_line_too(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", logs._tell_end_of_thread)

    def fail() -> None:
        raise ValueError(TOKEN)

    thread = threading.Thread(target=fail, name="unlucky")
    thread.start()
    thread.join()
    (record,) = caplog.records
    assert record.getMessage() == "the thread unlucky failed"
    assert TOKEN not in logs.Json().format(record)
