"""Deny by default: every State event needs a login, except the few with which a page wakes up."""

from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, State, StateUpdate

from esign_app.office.call import is_logged_in, to_login

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
        if event.name in OPEN_EVENTS or await is_logged_in(state):  # type: ignore[arg-type]
            return None
        return StateUpdate(events=Event.from_event_type(to_login()))
