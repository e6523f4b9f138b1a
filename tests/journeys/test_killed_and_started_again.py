"""The server is killed at the worst moments and started again: every deal goes on where it was, and nothing happens twice."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.support import audit
from tests.support.patient import Patient, Signer, drop
from tests.support.script import Script, until
from tests.support.server import Server

OWN, CLIENT = "Jana Weber", "Ada Berg"
PATIENCE = 60


class Office:
    """A server, the deals under way, and who has signed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.script = Script(server)
        self.api = Patient([server.url], dict(self.script.api.headers))
        self.deals: list[str] = []

    def drop(self) -> str:
        """Another deal on "Contract"; acknowledged when this returns."""
        deal = self.script.deal(self.script.contact()["id"])["id"]
        self.deals.append(deal)
        drop(self.api, deal, self.script.stages["Contract"])
        return deal

    def kill_and_start(self) -> None:
        self.server.kill()
        self.server.start()

    def signer(self, deal: str, name: str) -> Signer:
        """The person with the invitation to the deal's contract, once it has come."""
        label = until(lambda: self._documents(deal), PATIENCE)[0]["label"]
        link = until(lambda: self.script.invited(label, name), PATIENCE).link
        return Signer([self.server.url], link, name, lambda label: self._codes(label, name))

    def about_to_sign(self, deal: str, name: str) -> Signer:
        """The same, who has read, agreed and typed the code."""
        signer = self.signer(deal, name)
        while signer.state()["step"] != "sign":
            signer.step()
        return signer

    def sign(self, deal: str, *names: str) -> None:
        for name in names:
            self.signer(deal, name).sign()

    def state(self, deal: str) -> str:
        return next((each["state"] for each in self._documents(deal)), "")

    def run(self, deal: str) -> str:
        found = self.api.get("/api/v1/runs", deal_id=deal)["items"]
        return next((each["state"] for each in found), "")

    def stage(self, deal: str) -> str:
        return str(self.api.get(f"/api/v1/deals/{deal}")["stage"]["name"])

    def _documents(self, deal: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get(f"/api/v1/deals/{deal}/documents")["items"]
        return found

    def _codes(self, label: str, name: str) -> Sequence[str]:
        number = label.rpartition(" ")[2]
        return [
            letter.code
            for letter in self.script.letters()
            if letter.code and letter.name == name and letter.number == number
        ]


def during(act: Callable[[], object], seconds: float, then: Callable[[], None]) -> None:
    """Begin `act`, and do `then` `seconds` later, whether it has come to its end or not."""
    thread = threading.Thread(target=act)
    thread.start()
    time.sleep(seconds)
    then()
    thread.join()


def soon(come: Callable[[], object]) -> None:
    """Come back within a moment of its being so."""
    end = time.monotonic() + PATIENCE
    while not come():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def office(start_server: Callable[..., Server]) -> Office:
    return Office(start_server(ESIGN_DEMO="deals"))


@pytest.mark.row("A9")
@pytest.mark.timeout(600)  # alone it takes a minute; on a busy machine each start takes its time
def test_after_every_kill_each_deal_goes_on_where_it_was(office: Office) -> None:
    first, second = office.drop(), office.drop()
    time.sleep(0.02)
    office.kill_and_start()  # right after the drop was acknowledged

    third = office.drop()
    soon(lambda: office.state(third))
    office.kill_and_start()  # while the PDF is made

    fourth = office.drop()
    soon(lambda: office.state(fourth) not in ("", "preparing"))
    office.kill_and_start()  # while it is frozen and certified

    office.about_to_sign(first, OWN).step()
    office.kill_and_start()  # our side has signed, and the client is not invited yet

    office.sign(second, OWN)
    client = office.about_to_sign(second, CLIENT)
    during(client.step, 0.05, office.server.kill)  # while the signature is sent
    office.server.start()

    office.sign(third, OWN, CLIENT)
    soon(lambda: office.state(third) in ("sealing", "completed"))
    office.kill_and_start()  # while it is sealed

    for deal in office.deals:
        office.sign(deal, OWN, CLIENT)
    for deal in office.deals:
        until(lambda deal=deal: office.stage(deal) == "Won", PATIENCE)
    assert audit.faults(office.server.data, "", office.deals) == []
