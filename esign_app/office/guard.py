"""Deny by default: every State event needs a login, except the few with which a page wakes up.

A tab keeps its State longer than a person keeps a login, and waking up sends all of it. So before a page wakes up, what
was gathered for another login is forgotten.
"""

from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, State, StateUpdate

from esign_app.office.call import is_logged_in, login_key, name_lines, to_login
from esign_app.office.ui.shell_state import Shell

_ROOT = State.get_full_name()

# Exact names. They carry no data of ours: without them a page could not even ask who is there.
OPEN_EVENTS = frozenset(
    {
        f"{_ROOT}.hydrate",
        f"{_ROOT}.hydrate_and_load",
        f"{_ROOT}.reflex___state____on_load_internal_state.on_load_internal",
        f"{_ROOT}.reflex___state____on_load_internal_state.set_is_hydrated",
        f"{_ROOT}.reflex___state____update_vars_internal_state.update_vars_internal",
    }
)


class Guard(Middleware):
    """Runs before every handler; who is not logged in is sent to the login page and the handler never runs."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        name_lines()
        logged_in = await is_logged_in(state)
        if event.name in OPEN_EVENTS:
            shell = await state.get_state(Shell)
            if shell._login != (login_key(state) if logged_in else ""):
                state._get_root_state().reset()
            return None
        return None if logged_in else StateUpdate(events=Event.from_event_type(to_login()))
