"""Idempotency keys: what a script repeats happens once and is answered alike, whatever it repeats."""

from datetime import timedelta
from threading import Barrier, Thread

import httpx
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.api.app import app
from esign_app.db import utcnow
from esign_app.domain import idempotency
from esign_app.models import Deal, Idempotency
from tests.api.calls import every_call
from tests.api.conftest import Api
from tests.support.dump import changes, everything
from tests.support.world import World

KEY = {"Idempotency-Key": "order-4711"}
NEEDS_NO_KEY = {
    "/templates/{template_id}/preview",  # only looks
    "/hooks/sms",  # a report that is repeated changes nothing, and gateways send no key
}


def test_every_operation_that_acts_takes_a_key() -> None:
    without = {
        path
        for path, item in app().openapi()["paths"].items()
        if "post" in item
        and not any(each["name"] == "Idempotency-Key" for each in item["post"].get("parameters", []))
    }
    assert without == NEEDS_NO_KEY


def test_every_call_that_acts_is_repeated_without_effect(api: Api, world: World, renderer: None) -> None:
    replayed = 0
    for number, call in enumerate(every_call(world)):
        if call.method != "POST" or not call.writes:
            continue
        key = {"Idempotency-Key": f"call-{number}"}
        first = api(call.method, call.path, json=call.body, headers=key)
        before = everything()
        again = api(call.method, call.path, json=call.body, headers=key)
        assert (again.status_code, again.json()) == (first.status_code, first.json()), call
        assert changes(before, everything()) == {}, call
        if first.status_code < 400:
            assert "idempotent-replayed" not in first.headers
            assert again.headers["idempotent-replayed"] == "true", call
            replayed += 1
    assert replayed >= 9


@pytest.mark.both_databases
def test_the_same_key_for_something_else_is_refused(api: Api, world: World) -> None:
    api.ok("POST", "/deals", json={"title": "One"}, headers=KEY)
    before = everything()
    for path, body in (("/deals", {"title": "Two"}), ("/companies", {"name": "One"})):
        problem = api.refused(422, "POST", path, json=body, headers=KEY)
        assert problem["code"] == "key_reused"
    assert changes(before, everything()) == {}


def test_another_caller_has_keys_of_its_own(api: Api, sales: Api) -> None:
    mine = api.ok("POST", "/deals", json={"title": "One"}, headers=KEY)
    theirs = sales.ok("POST", "/deals", json={"title": "One"}, headers=KEY)
    assert mine["id"] != theirs["id"]


@pytest.mark.both_databases
def test_two_at_once_have_one_effect_and_one_answer(client: TestClient, world: World) -> None:
    barrier = Barrier(4)
    answers: list[httpx.Response] = []

    def order() -> None:
        barrier.wait()
        answers.append(
            Api(client, world.keys["sales"])("POST", "/deals", json={"title": "Once"}, headers=KEY)
        )

    threads = [Thread(target=order) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    with engine.reading() as session:
        assert len(session.exec(select(Deal).where(Deal.title == "Once")).all()) == 1


@pytest.mark.both_databases
def test_what_was_refused_may_be_tried_again_with_its_key(api: Api, world: World) -> None:
    move = {"stage_id": world.stages["Contract"]}
    before = everything()
    assert (
        api.refused(409, "POST", f"/deals/{world.deal}/move", json=move, headers=KEY)["code"]
        == "needs_confirmation"
    )
    assert changes(before, everything()) == {}
    moved = api("POST", f"/deals/{world.deal}/move", json=move | {"confirm": True}, headers=KEY)
    assert (moved.status_code, "idempotent-replayed" in moved.headers) == (200, False)


def test_a_revoked_key_gets_no_old_answer(client: TestClient, api: Api, world: World) -> None:
    api.ok("POST", "/deals", json={"title": "One"}, headers=KEY)
    Api(client, "esk_" + "A" * 43).refused(401, "POST", "/deals", json={"title": "One"}, headers=KEY)


@pytest.mark.parametrize("key", ["", " ", "two words", "ä".encode(), "x" * 256])
def test_a_key_that_cannot_be_is_refused(api: Api, key: str | bytes) -> None:
    before = everything()
    problem = api.refused(422, "POST", "/deals", json={"title": "x"}, headers={"Idempotency-Key": key})
    assert problem["field"] == "Idempotency-Key"
    assert changes(before, everything()) == {}


def test_answers_are_kept_for_two_days_without_the_callers_key(api: Api, world: World) -> None:
    api.ok("POST", "/deals", json={"title": "One"}, headers=KEY)
    now = utcnow()
    with engine.transaction() as session:
        row = session.exec(select(Idempotency)).one()
        assert world.keys["admin"] not in str(row)
        assert not idempotency.has_old(session, now + timedelta(days=1))
        assert idempotency.forget(session, now - timedelta(days=1)) == 0
        assert idempotency.has_old(session, now + timedelta(days=3))
        assert idempotency.forget(session, now + timedelta(seconds=1)) == 1
    assert "idempotent-replayed" not in api("POST", "/deals", json={"title": "One"}, headers=KEY).headers
