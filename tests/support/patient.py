"""People whose server may die at any moment: they ask again until it answers, and go on from where things stand."""

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from tests.support.server import PLAIN_HTTP


class Patient:
    """An HTTP client of one or more servers, of which some may be away."""

    def __init__(self, servers: Sequence[str], headers: dict[str, str], within: float = 120) -> None:
        self._servers = itertools.cycle(servers)
        self._server = next(self._servers)
        self._client = httpx.Client(headers=headers, timeout=30, verify=PLAIN_HTTP)
        self._within = within

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer, from whichever server gives one. What was asked may have been done more than once."""
        until = time.monotonic() + self._within
        while True:
            try:
                answer = self.once(method, path, **more)
            except httpx.TransportError:
                assert time.monotonic() < until, f"no server answers {path}"
                time.sleep(0.05)
                continue
            assert answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
            return answer

    def once(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask a single time; when that server is away, the next one is asked next time."""
        try:
            return self._client.request(method, self._server + path, **more)
        except httpx.TransportError:
            self._server = next(self._servers)
            raise

    def get(self, path: str, **query: str) -> Any:
        return self.ask("GET", path, params=query).raise_for_status().json()


def drop(api: Patient, deal_id: str, stage_id: str) -> None:
    """Drop a deal on a stage and confirm; of a drop without an answer, look what became of it."""
    body = {"stage_id": stage_id, "confirm": True}
    while api.get(f"/api/v1/deals/{deal_id}")["stage"]["id"] != stage_id:
        try:
            api.once("POST", f"/api/v1/deals/{deal_id}/move", json=body).raise_for_status()
        except httpx.TransportError:
            continue
        return


class Signer:
    """Somebody who got an invitation. `codes` answers the codes that came so far, newest first."""

    def __init__(
        self, servers: Sequence[str], link: str, name: str, codes: Callable[[str], Sequence[str]]
    ) -> None:
        self._page = Patient(servers, {"Accept": "application/json"})
        self._link = link
        self._name = name
        self._codes = codes
        self._typed: set[str] = set()

    def sign(self, within: float = 150) -> None:
        """Sign, from wherever it stands; come back when the page says so."""
        until = time.monotonic() + within
        while not self.step():
            assert time.monotonic() < until, f"not signed in time: {self.state()}"
            time.sleep(0.05)

    def step(self) -> bool:
        """Do the next thing; answers whether nothing is left to do."""
        state = self.state()
        if state["standing"] in ("signed", "completed"):
            return True
        acts: dict[str, Callable[[dict[str, Any]], object]] = {
            "start": lambda _: self._post("/start"),
            "consent": lambda now: self._post("/consent", version=now["consent"]["version"], agree=True),
            "ask_code": lambda _: self._post("/code"),
            "code": self._type_code,
            "sign": lambda _: self._post("/sign", method="typed", name=self._name),
        }
        acts[state["step"]](state)
        return False

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self._page.get(f"{self._link}/state")
        return found

    def _type_code(self, state: dict[str, Any]) -> None:
        """The newest code. When none came for as long as one has to wait, ask for another."""
        fresh = [code for code in self._codes(state["document"]["label"])[:1] if code not in self._typed]
        if fresh:
            if self._post("/code/check", code=fresh[0]):
                self._typed.update(fresh)
        elif state["code"]["again_in"] == 0:
            self._post("/code")

    def _post(self, act: str, **body: object) -> bool:
        """Answers whether there was an answer. Whether it was refused or got lost, `state` tells what became of it."""
        try:
            answer = self._page.once("POST", self._link + act, json=body)
        except httpx.TransportError:
            return False
        assert answer.status_code < 500, f"{act}: {answer.status_code} {answer.text[:500]}"
        return True
