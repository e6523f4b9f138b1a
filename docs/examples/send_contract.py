"""Make a contract for a new client, have it signed, and save the sealed PDF.

    ESIGN_API_KEY=esk_... python send_contract.py http://localhost:8000 "Alex Muster" alex@client.example

Needs Python 3.11 and httpx. The key comes from `esign api-key create --name example --role sales`.
"""

import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx

LINES = [
    {
        "title": "Concept and design",
        "unit": "d",
        "quantity_milli": 2500,
        "price_minor": 80_000,
        "tax_bp": 1900,
    },
    {"title": "Hosting, one year", "price_minor": 24_000, "tax_bp": 1900},
]


class Refused(Exception):
    """The sentence of a problem, with its code."""


class Esign:
    """The few calls this example needs. `client` has the address of the host as its base.

    Each call that does something carries a key of its own, so it can be repeated when the answer got lost on the way:
    it is done once.
    """

    def __init__(self, client: httpx.Client, key: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"}

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        key = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        answer = self._answer(method, f"/api/v1{path}", json=body, headers=self._headers | key)
        if answer.status_code >= 400:
            problem = answer.json()
            raise Refused(f"{problem['title']} ({problem['code']})")
        return answer.json() if "json" in answer.headers["content-type"] else answer.content

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        for pause in (1, 3, 10):
            try:
                return self._client.request(method, path, **options)
            except httpx.TransportError:
                time.sleep(pause)
        return self._client.request(method, path, **options)

    def wait(self, document: str, *states: str, every: float = 1.0) -> dict[str, Any]:
        """The document, once it reached one of `states`."""
        while True:
            found: dict[str, Any] = self("GET", f"/documents/{document}")
            if found["state"] in states:
                return found
            if found["state"] == "failed":
                raise Refused(found["error"])
            time.sleep(every)


def send_contract(esign: Esign, name: str, email: str) -> str:
    """A contact, a deal with two lines, the contract, and off to the signers; answers the document's id."""
    contact = esign("POST", "/contacts", {"name": name, "email": email})
    deal = esign("POST", "/deals", {"title": f"Website for {name}", "contact_id": contact["id"]})
    esign("PUT", f"/deals/{deal['id']}/lines", {"lines": LINES})
    templates = esign("GET", "/templates")["items"]
    template = next(item for item in templates if item["kind"] == "contract" and item["is_active"])
    document = esign("POST", f"/deals/{deal['id']}/documents", {"template_id": template["id"]})
    made: str = esign.wait(document["id"], "draft")["id"]
    esign("POST", f"/documents/{made}/sign", {"layout": "reuse"})
    return made


def main() -> None:
    host, name, email = sys.argv[1:]
    with httpx.Client(base_url=host, timeout=30) as client:
        esign = Esign(client, os.environ["ESIGN_API_KEY"])
        document = send_contract(esign, name, email)
        for party in esign("GET", f"/documents/{document}/request")["parties"]:
            print(f"{party['slot']}: {party['name']} <{party['email']}>")
        print("Waiting until everybody has signed ...")
        done = esign.wait(document, "completed", "declined", "expired", "cancelled", every=5)
        if done["state"] == "completed":
            file = Path(f"{done['label']}.pdf")
            file.write_bytes(esign("GET", f"/documents/{document}/sealed.pdf"))
            print(f"Sealed: {file}. Check it with: esign verify '{file}'")
        else:
            print(f"Ended without a contract: {done['state']}")


if __name__ == "__main__":
    main()
