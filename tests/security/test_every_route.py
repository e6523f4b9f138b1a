"""C1, A1: every route of the product, found by walking it, tried by those it is not for: nothing changes, nothing is sent,
and what is somebody else's looks like what is not there. A new route is tried without being named here."""

import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from esign_app import esign_app
from esign_app.settings import secret
from esign_app.trust import tokens
from tests.public.conftest import CLIENT, OWN, token_of
from tests.security.every_door import Door, doors
from tests.security.plausible import Plausible
from tests.security.strangers import FORM, Who, somebody, things
from tests.security.untouched import Untouched
from tests.support.world import Automation, drawing

# For everybody, and why. What is not named here answers nobody anything but a refusal or the way to the login.
PUBLIC = {
    "GET /": "leads to the board, which leads to the login",
    "GET /login": "the way in",
    "GET /verify": "anyone may check a file",
    "POST /verify": "anyone may check a file",
    "GET /v/{public_id}": "where the QR code on paper leads: asks for the file and shows no document",
    "GET /demo/mailbox": "in development only, loudly labelled; absent in production",
    "GET /demo/mailbox/newest": "the same",
    "GET /public/{version}/{name:path}": "scripts and styles of the signing page",
    "GET /fonts/{name}": "fonts of the signing page",
    "GET /api/v1/health": "for whoever watches the server",
    "GET /api/v1/openapi.json": "the description of the API",
    "GET /ping": "for whoever watches the server",
    "GET /_health": "the same, by Reflex",
}
# Not tried by request: the socket, whose every handler test_every_handler.py tries.
SOCKET = {"GET /_event"}
# What people may do to themselves, and in which tables it may be seen.
ONE_S_OWN = {
    "POST /auth/language": {"user"},
    "POST /auth/logout": {"login"},
    "POST /login": {"login_tries", "login"},
}
MISSING = "2" * 16


@pytest.fixture
def web(sent: Automation) -> Iterator[TestClient]:
    with TestClient(
        Starlette(routes=esign_app.web().routes), follow_redirects=False, raise_server_exceptions=False
    ) as opened:
        yield opened


def fills(path: str, known: dict[str, str]) -> list[tuple[str, str]]:
    """The path with real ids, each beside the same with ids of nothing. A parameter nobody knows gets every id in turn."""
    names = re.findall(r"{(\w+)(?::\w+)?}", path)
    if not names:
        return [(path, path)]
    plain = re.sub(r":\w+}", "}", path)
    fixed = {"number": "1", "version": "x", "name": "sign.js", "public_id": known["document_id"]}
    unknown = [name for name in names if name not in known and name not in fixed and name != "token"]
    turns = [dict.fromkeys(unknown, value) for value in known.values()] if unknown else [{}]
    real = [known | fixed | turn | {"token": token} for turn in turns for token in _foreign_tokens(path)]
    nothing = dict.fromkeys(known, MISSING) | fixed | dict.fromkeys(unknown, MISSING)
    return [(plain.format(**each), plain.format(**nothing, token=f"{MISSING}.{'A' * 27}")) for each in real]


def _foreign_tokens(path: str) -> list[str]:
    """Of a link: what somebody could make of links of others. Of the set-up: the right one, which is over."""
    if path.startswith("/setup"):
        return [tokens.setup_token(secret())]
    own, client = token_of(OWN), token_of(CLIENT)
    return [
        f"{own.partition('.')[0]}.{client.partition('.')[2]}",
        own[:-1] + ("A" if own[-1] != "A" else "B"),
    ]


class Visitor:
    """Somebody who tries every door."""

    def __init__(self, web: TestClient, who: Who) -> None:
        self.web, self.who, self.known = web, who, things()
        self._plausible = Plausible(self.known)

    def tries(self, door: Door, path: str) -> httpx.Response:
        self.web.cookies.clear()
        for name, value in self.who.cookies.items():
            self.web.cookies.set(name, value)
        if door.path.startswith("/api"):
            return self.web.request(
                door.method, path, headers=self.who.headers, **self._plausible.asked(str(door))
            )
        posted = (
            {"data": FORM, "files": {"image": ("s.png", drawing(), "image/png")}}
            if door.method == "POST"
            else {}
        )
        return self.web.request(door.method, path, headers={"Accept": "text/html"}, **posted)


def is_refusal(answer: httpx.Response) -> bool:
    to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login")
    return to_login or 400 <= answer.status_code < 500


def tried() -> list[Door]:
    return [
        door
        for door in doors()
        if str(door) not in SOCKET and not door.path.startswith(("/ping", "/_health"))
    ]


@pytest.mark.parametrize("role", ["", "nobody"])
def test_who_has_no_right_gets_nothing_changes_nothing_and_learns_nothing(web: TestClient, role: str) -> None:
    """Without a login, and with a login and a key of a role without any right."""
    visitor = Visitor(web, somebody(role) if role else Who())
    before, known = Untouched(), visitor.known
    for door in tried():
        for path, nothing in fills(door.path, known):
            answer = visitor.tries(door, path)
            assert before.changed(ONE_S_OWN.get(str(door), set())) == {}, door
            assert answer.status_code != 500, (door, answer.text)
            if door.kind in PUBLIC or (role and str(door) in ONE_S_OWN) or door.path == "/login":
                continue
            assert is_refusal(answer), (door, answer.status_code, answer.text[:300])
            absent = visitor.tries(door, nothing)
            assert _said(answer, path) == _said(absent, nothing), door
    assert Automation().later() == []


def _said(answer: httpx.Response, path: str) -> tuple[int, str]:
    """Status and words; a page may repeat its own address."""
    token = path.split("/")[2] if path.count("/") > 1 else path
    return answer.status_code, answer.text.replace(token, "...")


def test_who_may_only_look_changes_nothing_and_signs_for_nobody(web: TestClient) -> None:
    """The signatory's role, by a person who is asked to sign nothing: whatever is no GET is refused."""
    visitor = Visitor(web, somebody("signatory"))
    before, known = Untouched(), visitor.known
    for door in tried():
        for path, nothing in fills(door.path, known):
            answer = visitor.tries(door, path)
            assert before.changed(ONE_S_OWN.get(str(door), set())) == {}, door
            assert answer.status_code != 500, (door, answer.text)
            if door.path.startswith("/office/sign"):
                absent = visitor.tries(door, nothing)
                assert answer.status_code == 404, door
                assert _said(answer, path) == _said(absent, nothing), door
            if door.method not in ("GET", "HEAD") and door.kind not in {*PUBLIC, *ONE_S_OWN}:
                assert is_refusal(answer), (door, answer.status_code)


def test_a_party_whose_turn_it_is_not_changes_nothing_with_its_own_link(web: TestClient) -> None:
    visitor, before, token = Visitor(web, Who()), Untouched(), token_of(CLIENT)
    used = [door for door in tried() if "{token}" in door.path]
    for door in used:
        path = door.path.replace("{number:int}", "1").replace("{token}", token)
        answer = visitor.tries(door, path)
        assert answer.status_code < 500, door
        assert before.changed(set()) == {}, door
    assert len(used) >= 15


def test_the_same_doors_open_for_an_admin(web: TestClient) -> None:
    """Else the tests above knock where nothing could have changed."""
    visitor, before = Visitor(web, somebody("admin")), Untouched()
    changed = set()
    for door in sorted(tried(), key=lambda each: each.method == "DELETE"):
        if door.path.startswith("/auth"):
            continue
        visitor.tries(door, fills(door.path, visitor.known)[0][0])
        if before.changed({"login_tries"}):
            changed.add(str(door))
    acting = {
        str(door) for door in tried() if door.path.startswith("/api") and door.method not in ("GET", "HEAD")
    }
    assert len(changed & acting) >= 20, sorted(
        acting - changed
    )  # the others depend on what failed or was sent


def test_what_is_for_everybody_is_still_there_and_still_for_everybody(web: TestClient) -> None:
    visitor = Visitor(web, Who())
    there = {str(door): door for door in doors()}
    assert set(PUBLIC) | SOCKET | set(ONE_S_OWN) <= set(there)
    for name in PUBLIC:
        if name in ("GET /ping", "GET /_health"):
            continue
        path = fills(there[name].path, visitor.known)[0][0].replace(
            "/fonts/sign.js", "/fonts/inter-latin-wght-normal.woff2"
        )
        answer = visitor.tries(there[name], path)
        assert answer.status_code < 400 or name in ("GET /api/v1/health", "POST /verify"), (
            name,
            answer.status_code,
        )
