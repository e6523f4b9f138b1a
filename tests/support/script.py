"""What happened before a journey begins, done by script: deals, sent contracts, signatures; and the demo mailbox."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any, TypeVar

import httpx
import pypdfium2

from tests.support.server import PLAIN_HTTP, Server

Found = TypeVar("Found")
LINE = {"title": "Concept", "unit": "d", "quantity_milli": 2500, "price_minor": 90_000, "tax_bp": 1900}


@dataclass(frozen=True)
class Letter:
    """A message in the demo mailbox; `link` is a path of this server."""

    name: str
    address: str
    subject: str
    link: str
    code: str

    @property
    def number(self) -> str:
        """The document's, which ends the subject."""
        return self.subject.rpartition(" ")[2]


class Script:
    """An admin's API key on a running server."""

    def __init__(self, server: Server, key: str = "") -> None:
        self.server = server
        self.api = httpx.Client(
            base_url=f"{server.url}/api/v1",
            headers={"Authorization": f"Bearer {key or server.api_key()}"},
            timeout=20,
            verify=PLAIN_HTTP,
        )
        stages = self.get("/pipelines")["items"][0]["stages"]
        self.stages = {stage["name"]: stage["id"] for stage in stages}

    def get(self, path: str) -> Any:
        return _answer(self.api.get(path))

    def post(self, path: str, body: object = None) -> Any:
        return _answer(self.api.post(path, json=body))

    def change(self, path: str, **fields: str) -> Any:
        return _answer(self.api.patch(path, json=fields))

    def text_of(self, document_id: str) -> str:
        """The words of a document's PDF."""
        content = self.api.get(f"/documents/{document_id}/pdf").content
        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))

    def contact(self, **fields: str) -> Any:
        """A person of the test's own, so that no other test's messages are theirs."""
        word = f"ada{time.time_ns()}"
        return self.post(
            "/contacts", {"name": "Ada Berg", "email": f"{word}@client.example", "locale": "en"} | fields
        )

    def deal(self, contact_id: str = "", title: str = "") -> Any:
        """A deal on "Offer" with one product line: 2.5 d of 900.00, so 2,250.00 net and 2,677.50 with tax."""
        body = {"title": title or f"Deal {time.time_ns()}", "stage_id": self.stages["Offer"]}
        made = self.post("/deals", body | ({"contact_id": contact_id} if contact_id else {}))
        return _answer(self.api.put(f"/deals/{made['id']}/lines", json={"lines": [LINE]}))

    def drop(self, deal_id: str) -> None:
        self.post(f"/deals/{deal_id}/move", {"stage_id": self.stages["Contract"], "confirm": True})

    def sealed(self, deal_id: str) -> bytes:
        """The deal's contract, dropped, signed by both sides and sealed."""
        self.drop(deal_id)
        document = self.document(deal_id, "sent")
        for party in ("Jana Weber", "Ada Berg"):
            self.sign(self.invitation(document["label"], party))
        self.document(deal_id, "completed")
        return self.api.get(f"/documents/{document['id']}/sealed.pdf").content

    def document(self, deal_id: str, state: str) -> Any:
        """The deal's document, once it has come to `state`."""

        def come() -> Any:
            found = self.get(f"/deals/{deal_id}/documents")["items"]
            return next((document for document in found if document["state"] == state), None)

        return until(come)

    def sign(self, letter: Letter) -> None:
        """What the signing page does, with the party's name as the signature."""
        page = httpx.Client(
            base_url=self.server.url + letter.link,
            headers={"Accept": "application/json"},
            timeout=20,
            verify=PLAIN_HTTP,
        )
        state = _answer(page.post("/start"))
        _answer(page.post("/consent", json={"version": state["consent"]["version"], "agree": True}))
        known = self.codes(letter)
        _answer(page.post("/code"))
        code = until(lambda: next((each for each in self.codes(letter) if each not in known), None))
        _answer(page.post("/code/check", json={"code": code}))
        _answer(page.post("/sign", json={"method": "typed", "name": letter.name}))

    def codes(self, letter: Letter) -> list[str]:
        """The codes sent to the person of an invitation for its document, newest first."""
        return [
            each.code
            for each in self.letters()
            if each.code and (each.name, each.number) == (letter.name, letter.number)
        ]

    def letters(self) -> list[Letter]:
        """The demo mailbox, newest first."""
        page = httpx.get(f"{self.server.url}/demo/mailbox", timeout=20, verify=PLAIN_HTTP).text
        return [_letter(article) for article in re.findall(r"<article.*?</article>", page, re.DOTALL)]

    def invitation(self, label: str, name: str) -> Letter:
        """The message that asks `name` to sign, once it has come."""
        return until(lambda: self.invited(label, name))

    def invited(self, label: str, name: str) -> Letter | None:
        """The same, as long as there is none: None."""
        number = label.rsplit(maxsplit=1)[-1]
        asking = [
            letter for letter in self.letters() if letter.link.startswith("/s/") and number == letter.number
        ]
        return next((letter for letter in asking if letter.name == name), None)


def until(ask: Callable[[], Found | None], seconds: float = 60) -> Found:
    """The first answer that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def _answer(response: httpx.Response) -> Any:
    assert response.status_code < 300, response.text
    return response.json()


def _letter(article: str) -> Letter:
    def part(pattern: str) -> str:
        found = re.search(pattern, article, re.DOTALL)
        return unescape(found[1]).strip() if found else ""

    return Letter(
        name=part(r"<strong>(.*?)</strong>"),
        address=part(r"</strong>(.*?)</span>"),
        subject=part(r"<h2>(.*?)</h2>"),
        link=part(r'class="go" href="https?://[^/"]+(.*?)"'),
        code=part(r'letter__code">(\d{6})<'),
    )
