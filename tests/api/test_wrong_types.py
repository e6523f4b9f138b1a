"""Hostile bodies and parameters: refused with the field, never a fault of ours, never half done."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.calls import Call, every_call
from tests.api.conftest import Api
from tests.support.dump import everything
from tests.support.world import World

WRONG = {
    "string": [1, 1.5, True, None, [], {}, "\ud800", "\0"],
    "integer": ["1", 1.5, True, None, [], {}, 2**63, -(2**63), 10**30],
    "boolean": ["true", 1, None, [], {}],
    "array": ["", 1, None, {}],
    "object": ["", 1, None, []],
}
KINDS = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object"}


def with_body(world: World) -> list[Call]:
    return [call for call in every_call(world) if call.body is not None]


def places(body: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every value in a body with the way to it."""
    found = [(path, body)] if path else []
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return found + [place for name, value in inner for place in places(value, (*path, name))]


def replaced(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


def sent(api: Api, call: Call, body: Any) -> Any:
    """`json=` of the client refuses what a hostile client would send."""
    content = json.dumps(body).encode()
    return api(call.method, call.path, content=content, headers={"Content-Type": "application/json"})


def test_a_value_of_a_wrong_type_is_422_and_names_its_field(api: Api, world: World) -> None:
    before = everything()
    for call in with_body(world):
        for path, value in places(call.body):
            for wrong in WRONG[KINDS[type(value)]]:
                if wrong is None and path[-1] in ("company_id", "html"):
                    continue  # null takes them away
                answer = sent(api, call, replaced(call.body, path, wrong))
                assert answer.status_code == 422, (call, path, wrong, answer.text)
                assert answer.json()["field"].startswith(".".join(map(str, path))), (call, path, wrong)
    assert everything() == before


def test_unknown_fields_are_refused_everywhere(api: Api, world: World) -> None:
    """Mass assignment (C4): nothing of a row can be set that the schema does not name."""
    before = everything()
    for call in with_body(world):
        for name in (
            "id",
            "public_id",
            "owner",
            "rank",
            "version",
            "department_id",
            "is_public",
            "sha256",
            "__class__",
            "path",
        ):
            answer = sent(api, call, call.body | {name: "x"})
            assert (answer.status_code, answer.json()["field"]) == (422, name), (call, name)
    assert everything() == before


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b'"text"', b"1", b"{", b"\xff\xfe", b'{"title": NaN}', b"[" * 100_000, b'{"title":"x","amount_minor":' + b"9" * 5000 + b"}"])  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(api: Api, world: World, content: bytes) -> None:
    before = everything()
    for call in with_body(world):
        answer = api(call.method, call.path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), (call, answer.text)
    assert everything() == before


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "nonsense"],
)
def test_only_json_is_read_as_json(api: Api, world: World, kind: str) -> None:
    """A form of another site cannot speak to us, even with a key."""
    before = everything()
    answer = api("POST", "/deals", content=b'{"title": "x"}', headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert everything() == before


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=201", "limit=x", "limit=1e3", "limit=", "after=%00", "after=..", "stage_id='", "stge_id=1", "order=title", "after=" + "x" * 65])  # fmt: skip
def test_parameters_of_a_list_are_checked_and_a_misspelt_one_is_refused(api: Api, query: str) -> None:
    problem = api.refused(422, "GET", f"/deals?{query}")
    assert problem["field"] == query.partition("=")[0]


SQL = [
    "'; drop table deal; --",
    "1 or 1=1",
    "x' union select key_sha256 from api_key --",
    "%' --",
    "\\'; select pg_sleep(9) --",
]


@pytest.mark.parametrize("hostile", SQL)
def test_sql_in_parameters_is_only_text(api: Api, world: World, hostile: str) -> None:
    before = everything()
    for path, name in (
        ("/deals", "after"),
        ("/deals", "stage_id"),
        ("/runs", "deal_id"),
        (f"/deals/{world.deal}/preview", "stage_id"),
    ):
        assert api("GET", path, params={name: hostile}).status_code == 422
    assert api("GET", f"/deals/{hostile.replace('/', '')}").status_code in (404, 422)
    assert everything() == before
    made = api.post("/contacts", {"name": hostile})
    assert api.get(f"/contacts/{made['id']}")["name"] == hostile
    assert len(api.get("/deals")["items"]) == 1


MARKUP = [
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "<img src=x onerror=alert(1)>",
    "${7*7}",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_stays_text(api: Api, world: World, markup: str) -> None:
    api.ok("PATCH", f"/deals/{world.deal}", json={"title": markup})
    api.ok("PATCH", f"/contacts/{world.contact}", json={"name": markup})
    api.post(f"/deals/{world.deal}/comments", {"text": markup})
    deal = api.get(f"/deals/{world.deal}")
    assert (deal["title"], deal["contact"]["name"]) == (markup, markup)
    assert api.get(f"/deals/{world.deal}/timeline")["items"][0]["detail"] == markup
    answer = api("GET", f"/deals/{world.deal}")
    assert answer.headers["content-type"] == "application/json"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300) | st.sampled_from([*SQL, *MARKUP, "../..", "2026-02-30"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(
    max_examples=400, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_whatever_is_sent_is_answered_or_refused_but_never_a_fault(
    api: Api, world: World, data: st.DataObject
) -> None:
    """`Api` asserts below 500 and the shape of every refusal."""
    call = data.draw(st.sampled_from([c for c in with_body(world) if not c.path.startswith("/templates")]))
    body = call.body
    for path, _ in data.draw(st.lists(st.sampled_from(places(call.body)), max_size=2)):
        try:
            body = replaced(body, path, data.draw(ANYTHING))
        except (KeyError, IndexError, TypeError):
            break  # the way there was replaced before
    if data.draw(st.booleans()):
        body = (
            {**body, data.draw(st.text(max_size=10)): data.draw(ANYTHING)} if isinstance(body, dict) else body
        )
    sent(api, call, body)


# A line feed ends a Mount's pattern: such an address never reaches us and is the host's plain 404.
STRANGE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=80)


@settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_whatever_stands_in_an_address_is_answered_or_refused_but_never_a_fault(
    api: Api, world: World, data: st.DataObject
) -> None:
    call = data.draw(st.sampled_from([c for c in every_call(world) if not c.path.startswith("/templates")]))
    ids = re.findall("[0-9a-z]{16}", call.path)
    strange = quote(data.draw(STRANGE), safe="")
    query = {data.draw(st.text(max_size=10)): data.draw(STRANGE)}
    path = call.path.replace(ids[0], strange) if ids else call.path
    api(call.method, path, json=call.body, params=query)
