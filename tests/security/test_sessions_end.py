"""C20: a session ends at once, in open tabs too: by deactivation, by a new password, by logging out."""

import subprocess
from collections.abc import Callable, Iterator

import httpx
import pytest

from esign_app.domain import demo
from esign_app.office.board.state import BoardState
from esign_app.office.call import COOKIE
from tests.support.script import Script
from tests.support.server import PLAIN_HTTP, Server
from tests.support.tab import Tab, log_in

BOARD = BoardState.get_full_name()
TO_LOGIN = "/login?next="
EMAIL = {role: email for role, _, email in demo.LOGINS}


@pytest.fixture
def open_tab(exposed: Server) -> Iterator[Callable[[str], tuple[Tab, str]]]:
    """A tab with the board in it, and the cookie of its login."""
    tabs = []

    def opened(role: str) -> tuple[Tab, str]:
        cookie = log_in(exposed, EMAIL[role], demo.PASSWORD)
        tabs.append(Tab(exposed, cookie))
        tabs[-1].ask(f"{BOARD}.load")
        return tabs[-1], cookie

    yield opened
    for tab in tabs:
        tab.close()


def follows(tab: Tab, script: Script) -> bool:
    """Whether a new deal is shown in the tab by itself."""
    title = script.deal()["title"]
    return title in tab.hears(title)


def hears_nothing_more(tab: Tab, script: Script, cookie: str, exposed: Server) -> None:
    """Neither by itself nor when asked, nor by another way with the same cookie."""
    since = len(tab.updates)
    title = script.deal()["title"]
    assert TO_LOGIN in tab.ask(f"{BOARD}.search", text="x")
    tab.hears(TO_LOGIN, since)
    witness = Tab(exposed, log_in(exposed, EMAIL["admin"], demo.PASSWORD))
    witness.ask(f"{BOARD}.load")
    assert follows(witness, script)  # the server told everybody who still listens
    witness.close()
    said = "".join(tab.updates[since:])
    assert title not in said
    assert "'delta': {'" not in said.replace("'delta': {}", "")
    again = Tab(exposed, cookie)
    assert TO_LOGIN in again.ask(f"{BOARD}.load")
    again.close()
    page = httpx.get(f"{exposed.url}/login", headers={"Cookie": f"{COOKIE}={cookie}"}, verify=PLAIN_HTTP)
    assert page.status_code == 200  # and not on to the board


def test_who_is_deactivated_is_sent_to_the_login_by_the_server_itself(
    open_tab: Callable[[str], tuple[Tab, str]], script: Script, exposed: Server
) -> None:
    tab, cookie = open_tab("sales")
    assert follows(tab, script)
    since = len(tab.updates)
    users = {user["name"]: user["id"] for user in script.get("/users")["items"]}
    name = next(name for role, name, _ in demo.LOGINS if role == "sales")
    assert script.post(f"/users/{users[name]}/deactivate")["is_active"] is False
    assert TO_LOGIN in tab.hears(TO_LOGIN, since)
    hears_nothing_more(tab, script, cookie, exposed)
    script.post(f"/users/{users[name]}/activate")
    assert TO_LOGIN in tab.ask(f"{BOARD}.search", text="y")  # what ended stays ended


def test_a_new_password_set_by_another_process_ends_what_the_old_one_opened(
    open_tab: Callable[[str], tuple[Tab, str]], script: Script, exposed: Server
) -> None:
    tab, cookie = open_tab("signatory")
    assert follows(tab, script)
    since = len(tab.updates)
    done = subprocess.run(
        Server.command("user", "password", EMAIL["signatory"]),
        env=exposed.env,
        input=f"{demo.PASSWORD}\n",
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert TO_LOGIN in tab.hears(TO_LOGIN, since)
    hears_nothing_more(tab, script, cookie, exposed)
    assert log_in(exposed, EMAIL["signatory"], demo.PASSWORD)


def test_logging_out_ends_the_other_tabs_of_the_browser(
    open_tab: Callable[[str], tuple[Tab, str]], script: Script, exposed: Server
) -> None:
    tab, cookie = open_tab("admin")
    assert follows(tab, script)
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    httpx.post(f"{exposed.url}/auth/logout", headers=headers, verify=PLAIN_HTTP)
    hears_nothing_more(tab, script, cookie, exposed)


def test_without_a_login_the_socket_wakes_up_empty(exposed: Server) -> None:
    tab = Tab(exposed)
    assert TO_LOGIN in tab.ask(f"{BOARD}.load")
    tab.close()
