"""Refusals: one shape, the caller's language, bounded bodies, a reference for a fault of ours."""

import logging
import sqlite3
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

from esign_app.api.envelope import LARGEST_BODY
from esign_app.api.sentences import NO_ANSWER, OTHERWISE, SENTENCES, STATUSES
from esign_app.settings import settings
from esign_app.text import LOCALES
from tests.api.conftest import Api
from tests.support.dump import everything
from tests.support.world import World


def test_a_refusal_speaks_the_language_that_was_asked_for(api: Api) -> None:
    def title(accepted: str) -> str:
        problem = api.refused(422, "POST", "/deals", json={}, headers={"Accept-Language": accepted})
        assert problem["field"] == "title"
        return str(problem["title"])

    assert title("de-AT, en;q=0.5") == "title fehlt."
    assert title("fr, de;q=0.9, en;q=0.1") == "title fehlt."
    assert title("fr") == title("") == title(";;q=x,\t") == "title is missing."


def test_one_call_in_german_leaves_the_next_in_english(api: Api) -> None:
    german = api("GET", "/deals/x", headers={"Accept-Language": "de"})
    english = api("GET", "/deals/x")
    assert german.headers["content-language"] == "de"
    assert english.json()["title"] == "This deal does not exist."
    assert "Accept-Language" in english.headers["vary"]


def test_every_sentence_has_its_german() -> None:
    with (LOCALES / "de" / "LC_MESSAGES" / "api.po").open("rb") as file:
        german = {str(entry.id): str(entry.string) for entry in read_po(file)}
    sentences = {
        *SENTENCES.values(),
        *(sentence for _, sentence in STATUSES.values()),
        NO_ANSWER[1],
        OTHERWISE,
    }
    assert {sentence for sentence in sentences if not german.get(sentence)} == set()


def test_a_wrong_method_is_405(api: Api) -> None:
    assert api.refused(405, "DELETE", "/deals")["code"] == "method_not_allowed"


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_413_and_changes_nothing(api: Api, announced: bool) -> None:
    body = b'{"title": "' + b"x" * LARGEST_BODY + b'"}'

    def pieces() -> Iterator[bytes]:
        yield body

    before = everything()
    headers = {"Content-Type": "application/json"}
    answer = api("POST", "/deals", content=body if announced else pieces(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert everything() == before


def test_a_body_just_under_the_limit_is_read(api: Api) -> None:
    body = b'{"title": "Long"' + b" " * (LARGEST_BODY - 17) + b"}"
    assert (
        api("POST", "/deals", content=body, headers={"Content-Type": "application/json"}).status_code == 201
    )


def test_a_lie_about_the_length_does_not_help(api: Api) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": "9" * 400}
    assert api("POST", "/deals", content=b"{}", headers=headers).status_code == 413


def test_nothing_is_kept_by_a_cache(api: Api) -> None:
    for path in ("/deals", "/deals/x", "/openapi.json", "/nowhere"):
        assert api("GET", path).headers["cache-control"] == "no-store"


def test_a_fault_of_ours_says_a_reference_and_nothing_else(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite3.connect(settings().data / "esign.db") as connection:
        connection.execute("alter table deal_line rename to lost")
    monkeypatch.setattr(logging.getLogger("esign"), "propagate", True)
    headers = {"Authorization": f"Bearer {world.keys['admin']}", "Accept-Language": "de"}
    answer = client.get(f"/api/v1/deals/{world.deal}", headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "fault")
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["title"].startswith("Bei uns")
    assert "deal_line" not in answer.text
    reference = problem["title"].rstrip(".").split()[-1]
    assert reference in caplog.text
    assert "deal_line" in caplog.text
