"""The first look at a fresh demo shows a company at work: offers sent, signed, declined and sealed, all of them real."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.script import Script, until
from tests.support.server import Server

TOLD = {"sent": 2, "partly_signed": 3, "completed": 3, "declined": 1}


@pytest.mark.row("M2")
def test_the_story_is_told_once_even_when_it_is_interrupted(
    start_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = start_server(ESIGN_DEMO="story")
    script = Script(server)
    until(lambda: sum(states(script).values()) >= 3)
    server.kill()
    server.start()
    until(lambda: states(script) == TOLD, seconds=60)

    sealed = tmp_path / "offer.pdf"
    document = next(each for each in offers(script) if each["state"] == "completed")
    sealed.write_bytes(script.api.get(f"/documents/{document['id']}/sealed.pdf").content)
    assert server.esign("verify", str(sealed)).returncode == 0

    asked = [(each.name, each.subject) for each in script.letters() if each.link.startswith("/s/")]
    assert len(asked) == len(set(asked))  # nobody was asked twice for one offer

    deal = script.deal(script.contact()["id"])
    script.drop(deal["id"])
    first = script.document(deal["id"], "sent")
    assert first["label"].endswith("-001")  # the newcomer's first contract


def offers(script: Script) -> list[dict[str, str]]:
    deals = script.get("/deals?limit=100")["items"]
    found = [script.get(f"/deals/{deal['id']}/documents")["items"] for deal in deals]
    return [document for documents in found for document in documents]


def states(script: Script) -> Counter[str]:
    return Counter(document["state"] for document in offers(script))
