"""What every page loads first: who is here, in which language, and how much waits for them."""

import reflex as rx
from sqlmodel import Session

from esign_app.db import utcnow
from esign_app.domain import people, rights
from esign_app.domain.actor import Actor
from esign_app.domain.signing import pages
from esign_app.office.call import ask, login_key
from esign_app.office.ui.shell_state import Shell
from esign_app.settings import settings


async def fill(state: rx.State) -> None:
    """Fill the shell of `state`'s browser tab; the first line of every page's `load`."""
    actor, roles, waiting = await ask(state, _who_and_waiting)
    shell = await state.get_state(Shell)
    shell._login = login_key(state)
    shell.locale = actor.locale
    shell.zone = actor.zone
    shell.user_name = actor.name
    shell.user_initials = people.initials(actor.name)
    shell.user_role = ", ".join(roles)
    shell.is_admin = rights.may(actor, "edit", "settings")
    shell.demo = settings().demo_mailbox
    shell.waiting_count = waiting


def _who_and_waiting(session: Session, actor: Actor) -> tuple[Actor, list[str], int]:
    return actor, people.roles(session, actor), len(pages.waiting_for(session, actor, now=utcnow()))
