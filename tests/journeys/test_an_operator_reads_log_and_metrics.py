"""A server whose log and metrics are read while a contract is made, sent, signed, sealed, downloaded and checked over HTTP."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from esign_app.domain import demo
from tests.support.script import Script, until
from tests.support.server import PLAIN_HTTP, Server, free_port

# What a start prints for the person in front of it, links and demo passwords included; it is no log.
GREETINGS = re.compile(
    r"esign is ready at |Demo logins |  \S+@\S+  \S+  \(|Building the front end|Built in |Nobody can log in yet"
)


@dataclass
class Day:
    """What happened, and every secret that was used for it."""

    server: Server
    metrics: str
    document: str
    request_id: str
    secrets: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._log() if line.startswith("{")]

    def other_lines(self) -> list[str]:
        return [
            line for line in self._log() if line and not line.startswith("{") and not GREETINGS.match(line)
        ]

    def _log(self) -> list[str]:
        return self.server.log.read_text().splitlines()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    port = free_port()
    server = Server(tmp_path_factory.mktemp("observed"), ESIGN_LOG="json", ESIGN_METRICS_PORT=str(port))
    server.start()
    yield _lived(server, port)
    server.stop()


def _lived(server: Server, port: int) -> Day:
    script = Script(server)
    secrets = {"API key": script.api.headers["Authorization"].partition(" ")[2], "password": demo.PASSWORD}
    office = httpx.Client(base_url=server.url, timeout=20, verify=PLAIN_HTTP)
    for password in ("a-wrong-pass-phrase", demo.PASSWORD):
        office.post("/login", data={"email": demo.LOGINS[0][2], "password": password})
    secrets |= {"wrong password": "a-wrong-pass-phrase", "session cookie": office.cookies["esign_sid"]}
    contact = script.contact(phone="+4915123456789")
    deal = script.deal(contact["id"])
    sealed = script.sealed(deal["id"])
    document = script.document(deal["id"], "completed")
    until(lambda: _is_quiet(script, deal["id"], document["id"]), 60)
    letters = [each for each in script.letters() if each.link.startswith("/d/")]
    for letter in script.letters():
        secrets[f"mail to {letter.address}"] = letter.address
        if letter.link:
            secrets[f"link to {letter.name} {letter.link[:3]}"] = letter.link.rsplit("/", 1)[1]
        if letter.code:
            secrets[f"code of {letter.name}"] = letter.code
    secrets |= {"phone": "15123456789", "login": demo.LOGINS[0][2]}
    office.get(letters[0].link + "/file", params={"note": "a-word-in-a-query"})
    office.get("/s/no.such-token-but-it-might-be-one")
    office.get("/nowhere/a-word-in-a-path")
    office.post("/verify", files={"file": ("x.pdf", sealed)}, headers={"Accept": "application/json"})
    secrets |= {"query": "a-word-in-a-query", "path": "a-word-in-a-path", "guess": "no.such-token"}
    last = office.get("/ping", headers={"X-Request-ID": "chosen-by-a-stranger"}).headers["x-request-id"]
    until(lambda: last in server.log.read_text())  # a line is written when its answer has left
    return Day(server, f"http://127.0.0.1:{port}/metrics", document["id"], last, secrets)


def _is_quiet(script: Script, deal_id: str, document_id: str) -> bool:
    """Both copies have gone out, and the trigger has moved the deal."""
    sent = script.get(f"/documents/{document_id}/messages")["items"]
    runs = script.get(f"/runs?deal_id={deal_id}")["items"]
    return [[each["state"] for each in found] for found in (sent, runs)] == [["accepted"] * 6, ["done"] * 2]


@pytest.mark.row("O4")
def test_no_secret_stands_in_the_log(day: Day) -> None:
    assert len(day.secrets) > 12
    # The ids of requests are random digits, among which a code could stand by chance.
    written = json.dumps([{**line, "request": ""} for line in day.lines()], ensure_ascii=False)
    assert [name for name, secret in day.secrets.items() if secret in written] == []


def test_everything_a_running_server_writes_is_a_line_of_json(day: Day) -> None:
    assert day.other_lines() == []
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in day.lines())


def test_lines_tell_which_request_run_and_document_they_are_about(day: Day) -> None:
    lines = day.lines()
    requests = [line for line in lines if line["logger"] == "esign.access"]
    assert len({line["request"] for line in requests}) == len(requests)
    signed = [line for line in requests if line["route"] == "/s/{token}/sign"]
    assert [(line["method"], line["status"]) for line in signed] == [("POST", 200)] * 2
    assert {line["document"] for line in signed} == {day.document}
    runs = [line for line in lines if line["logger"] == "esign.runs" and line.get("document") == day.document]
    assert any(re.fullmatch(r"event-\d+", str(line["run"])) for line in runs)


def test_a_stranger_does_not_choose_the_id_of_a_request(day: Day) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", day.request_id)
    assert [line["route"] for line in day.lines() if line.get("request") == day.request_id] == ["/ping"]


@pytest.mark.row("O4")
def test_metrics_count_what_happened_and_name_nobody(day: Day) -> None:
    told = httpx.get(day.metrics, verify=PLAIN_HTTP).text
    for line in (
        "esign_drops_total 1.0",
        "esign_seals_total 1.0",
        'esign_runs{state="done"} 2.0',
        'esign_messages{channel="email",state="accepted"} 6.0',
        'esign_signing_requests{state="completed"} 1.0',
        'esign_verdicts_total{answer="intact"} 1.0',
        'esign_http_request_seconds_count{method="POST",route="/s/{token}/sign",status="200"} 2.0',
        "esign_oldest_open_run_age_seconds 0.0",
        "esign_sockets_open 0.0",
    ):
        assert line in told.splitlines(), told
    assert "esign_event_loop_lag_seconds_count" in told
    assert "esign_database_connections_most 30.0" in told
    labels = " ".join(re.findall(r"\{(.*)\}", told))
    assert [name for name, secret in day.secrets.items() if secret in labels] == []


def test_metrics_are_not_served_beside_the_pages(day: Day) -> None:
    assert (
        httpx.get(f"{day.server.url}/metrics", verify=PLAIN_HTTP)
        .headers["content-type"]
        .startswith("text/html")
    )
