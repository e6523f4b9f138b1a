"""The guard of the office: who is not logged in starts nothing, and a tab does not remember for strangers."""

import asyncio
import inspect
from collections.abc import Callable

import pytest
from reflex.event import Event
from reflex_base.event.context import EventContext

from esign_app import engine, logs
from esign_app.db import utcnow
from esign_app.domain import people
from esign_app.office.call import session_token, tell
from esign_app.office.guard import OPEN_EVENTS, Guard
from esign_app.office.rules.state import RulesState
from esign_app.office.ui.shell_state import Shell
from tests.support.cast import Cast, load_cast
from tests.support.office import act_as, read, tab
from tests.support.world import World, make_world


@pytest.fixture
def world(engine_url: str) -> World:
    with engine.transaction() as session:
        return make_world(session)


@pytest.fixture
def cast(engine_url: str) -> Cast:
    return read(load_cast)


@pytest.fixture
def ada(world: World, cast: Cast) -> RulesState:
    """Ada's tab with the rules in it."""
    state = tab(RulesState, cast.ada, "/rules")
    asyncio.run(state.load())
    assert state.columns
    return state


def arrives(state: RulesState, name: str) -> bool:
    """Whether the event reaches its handler."""
    root = state._get_root_state()
    return asyncio.run(Guard().preprocess(None, root, Event(name=name))) is None  # type: ignore[arg-type]


SWITCH = f"{RulesState.get_full_name()}.switch"
WAKE = next(name for name in OPEN_EVENTS if name.endswith(".hydrate"))


def test_an_event_and_its_failure_carry_the_same_id_in_the_log(ada: RulesState) -> None:
    """Reflex handles what an event raises in a task of its own, which shares only the event's context."""

    async def ids(txid: str) -> list[str]:
        async def of(act: Callable[[], object]) -> str:
            EventContext.set(EventContext(token="tab", state_manager=None, enqueue_impl=None, txid=txid))  # type: ignore[arg-type]
            result = act()
            if inspect.isawaitable(result):
                await result
            return logs.current()["request"]

        arriving = Guard().preprocess(None, ada._get_root_state(), Event(name=SWITCH))  # type: ignore[arg-type]
        return [
            await asyncio.create_task(of(lambda: arriving)),
            await asyncio.create_task(of(lambda: tell(RuntimeError()))),
        ]

    assert asyncio.run(ids("a1b2")) == ["a1b2", "a1b2"]


def test_an_event_without_a_login_goes_nowhere(world: World) -> None:
    assert not arrives(tab(RulesState, None, "/rules"), SWITCH)


def test_an_event_of_somebody_logged_in_arrives(ada: RulesState) -> None:
    assert arrives(ada, SWITCH)


def test_a_page_wakes_up_without_a_login_and_empty(world: World) -> None:
    state = tab(RulesState, None, "/rules")
    assert arrives(state, WAKE)
    assert state.columns == []


def test_reloading_a_page_keeps_what_it_shows(ada: RulesState) -> None:
    assert arrives(ada, WAKE)
    assert ada.columns


def test_after_logout_the_tab_has_forgotten(ada: RulesState) -> None:
    with engine.transaction() as session:
        people.log_out(session, session_token(ada), utcnow())
    assert not arrives(ada, SWITCH)
    assert arrives(ada, WAKE)
    assert ada.columns == []
    assert asyncio.run(ada.get_state(Shell)).user_name == ""


def test_the_next_person_at_the_tab_sees_nothing_of_the_one_before(ada: RulesState, cast: Cast) -> None:
    act_as(ada, cast.mara)
    assert arrives(ada, WAKE)
    assert ada.columns == []
    assert not ada.may_edit
