"""C1, S4: every handler of every State, found by walking them, called as a browser can: directly, with ids of others, without a
login, and in a tab that an admin filled and somebody else holds now. A new handler is tried without being named here."""

import asyncio
import inspect
import typing
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import pytest
import reflex as rx
from reflex.event import Event

from esign_app import engine
from esign_app.domain import people
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Refused
from esign_app.office.guard import OPEN_EVENTS, Guard
from tests.security.every_door import Handler, handlers, pages
from tests.security.strangers import FORM, somebody, things
from tests.security.untouched import Untouched
from tests.support.cast import Cast
from tests.support.office import act_as, tab
from tests.support.world import Automation

# Names that handlers give to ids of things; without a line here they get the ids in turn.
SAME = {"card": "deal", "person": "signatory", "after": "deal"}
IN_TURN = ("deal_id", "contact_id", "document_id", "party_id", "template_id")
OURS = [handler for handler in handlers() if handler.is_ours]


class Try(NamedTuple):
    handler: Handler
    after: Handler | None
    values: dict[str, Any]
    raised: Exception | None


@pytest.fixture
def known(sent: Automation) -> dict[str, str]:
    """The ids of things of others."""
    return things()


def role(name: str) -> Actor:
    """A user of a role who is no party of anything."""
    somebody(name)
    with engine.reading() as session:
        return people.actor_of(session, people.by_email(session, f"{name}@stranger.example"))


def filled(handler: Handler, actor: Actor, known: dict[str, str]) -> rx.State:
    """A tab in which `actor` has loaded the page of the handler's State."""
    loads = pages()
    page = loads.get(handler.state) or next(
        (path for state, path in loads.items() if _folder(state) == _folder(handler.state)), "/"
    )
    path = page
    for name, value in known.items():
        path = path.replace(f"[{name}]", value)
    state = tab(handler.state, actor, path)
    for loaded, at in loads.items():
        if at == page:
            run(asyncio.run(state.get_state(loaded)), "load", {})
    return state


def _folder(state: type[rx.State]) -> str:
    return state.__module__.rpartition(".")[0]


def arguments(handler: Handler, known: dict[str, str]) -> list[dict[str, Any]]:
    """Plausible values by name and type; where a name says nothing, ids of things in turn."""
    wanted = {
        name: typing.get_type_hints(handler.function).get(name, str)
        for name in list(inspect.signature(handler.function).parameters)[1:]
    }
    open_names = [name for name in wanted if wanted[name] is str and _named(name, known) is None]
    turns = (
        [dict.fromkeys(open_names, value) for value in ["1", *(known[each] for each in IN_TURN)]]
        if open_names
        else [{}]
    )
    return [
        {name: turn.get(name, _plausible(name, kind, known)) for name, kind in wanted.items()}
        for turn in turns
    ]


def _named(name: str, known: dict[str, str]) -> str | None:
    name = SAME.get(name, name)
    return known.get(name) or known.get(f"{name}_id")


def _plausible(name: str, kind: Any, known: dict[str, str]) -> Any:
    if kind is str:
        return _named(name, known)
    if kind is bool:
        return True
    if kind is int:
        return 1
    if kind is float:
        return 1.0
    if typing.get_origin(kind) is list:
        return []
    return FORM | {"title": "Changed", "comment": "Changed", "on": "party_declined", "city": "Kiel"} | known


def run(state: rx.State, name: str, values: dict[str, Any]) -> Exception | None:
    """The handler, past the guard; answers what it raised."""

    async def whole() -> None:
        answer = type(state).event_handlers[name].fn(state, **values)
        if inspect.isasyncgen(answer):
            async for _ in answer:
                pass
        elif inspect.isawaitable(answer):
            await answer
        elif inspect.isgenerator(answer):
            list(answer)

    try:
        asyncio.run(whole())
    except Exception as raised:  # noqa: BLE001  (to be told apart: a refusal, or a bug)
        return raised
    return None


def test_no_handler_is_reached_without_a_login(known: dict[str, str]) -> None:
    root = tab(rx.State, None)._get_root_state()
    reached = {
        handler.event
        for handler in handlers()
        if asyncio.run(Guard().preprocess(None, root, Event(name=handler.event))) is None  # type: ignore[arg-type]
    }
    assert reached == OPEN_EVENTS  # and each of them is still there


def test_what_is_open_without_a_login_sets_nothing(known: dict[str, str], cast: Cast) -> None:
    """`update_vars_internal` takes names of variables from the browser, and `setvar` wants to."""
    before = Untouched()
    for state in {handler.state for handler in OURS}:
        one = tab(state, None)
        for name in state.get_fields():
            was = repr(one.__dict__.get(name))
            full = f"{state.get_full_name()}.{name}"
            opened = asyncio.run(one.get_state(rx.state.UpdateVarsInternalState))  # type: ignore[attr-defined]
            run(opened, "update_vars_internal", {"vars": {full: "x", f"{full}_rx_state_": "x"}})
            run(one, "setvar", {"var_name": name, "value": "x"})
            assert repr(one.__dict__.get(name)) == was, full
    assert before.changed() == {}


def rounds(
    before: Untouched,
    known: dict[str, str],
    cast: Cast,
    actor: Actor | None,
    proved: Collection[Handler] = frozenset(),
) -> Iterator[Try]:
    """Every handler, called by `actor` in a tab that an admin filled: as the page was loaded, and after each thing the admin may
    have opened there. What only changes the look comes last, for it may close what was opened.
    """
    for state in dict.fromkeys(handler.state for handler in OURS):
        group = [handler for handler in OURS if handler.state is state]
        openers = (
            [each for each in group if each.name != "load"] if actor else []
        )  # without a login all are refused alike
        for opener in [None, *openers]:
            left = [each for each in (openers if opener else group) if each not in proved]
            if not left:
                continue
            one = filled(group[0], cast.ada, known)
            if opener and not opens(opener, one, known):
                continue
            act_as(one, actor, one.router.url.path)
            before.changed()
            for handler in sorted(left, key=_last):
                for values in arguments(handler, known)[: 1 if opener else None]:
                    yield Try(handler, opener, values, run(one, handler.name, values))


def opens(handler: Handler, state: rx.State, known: dict[str, str]) -> bool:
    """Whether calling it changed what the tab knows, as a dialog that opens does."""
    before = _known_by(state)
    run(state, handler.name, arguments(handler, known)[0])
    return _known_by(state) != before


def _known_by(state: rx.State) -> str:
    return repr([getattr(state, name) for name in type(state).__own_fields__])


def _last(handler: Handler) -> tuple[bool, bool]:
    return handler.name == "load", not inspect.iscoroutinefunction(handler.function)


@pytest.mark.parametrize("who", ["", "signatory"])
def test_in_a_tab_that_an_admin_filled_nobody_else_changes_anything(
    known: dict[str, str], cast: Cast, who: str
) -> None:
    """Without a login, and with the right to look and no other: the guard is passed by, the domain refuses."""
    before = Untouched()
    for tried in rounds(before, known, cast, role(who) if who else None):
        assert before.changed() == {}, tried
        assert tried.raised is None or isinstance(tried.raised, Refused), tried


def test_an_admin_changes_things_by_the_same_calls(known: dict[str, str], cast: Cast) -> None:
    """Else the test above calls what could not have changed anything."""
    before = Untouched()
    changed: set[Handler] = set()
    for tried in rounds(before, known, cast, cast.ada, changed):
        assert tried.raised is None or isinstance(tried.raised, Refused), tried
        if before.changed():
            changed.add(tried.handler)
    assert len(changed) >= 12, sorted(map(str, changed))
