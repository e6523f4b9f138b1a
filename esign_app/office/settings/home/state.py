"""Which settings a person may see."""

import reflex as rx
from sqlmodel import Session

from esign_app.domain import rights
from esign_app.domain.actor import Actor
from esign_app.office import shell
from esign_app.office.call import ask


class SettingsState(rx.State):
    sees_templates: bool = False
    sees_company: bool = False

    @rx.event
    async def load(self) -> None:
        await shell.fill(self)
        self.sees_templates, self.sees_company = await ask(self, _sees)


def _sees(session: Session, actor: Actor) -> tuple[bool, bool]:
    return rights.may(actor, "view", "templates"), rights.may(actor, "view", "settings")
