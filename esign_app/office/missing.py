"""What stands under an address that leads nowhere."""

import reflex as rx

from esign_app.office import routes, shell
from esign_app.office.ui.parts import empty_state, link_button, tr
from esign_app.office.ui.parts import shell as framed


class MissingState(rx.State):
    @rx.event
    async def load(self) -> None:
        await shell.fill(self)


def page() -> rx.Component:
    return framed(
        tr("Page not found"),
        empty_state(
            "link",
            tr("This page does not exist."),
            tr("Perhaps it has moved, or the address is not complete."),
            action=link_button(tr("All deals"), routes.BOARD, kind="primary"),
        ),
    )


PAGES = [(routes.MISSING, page, MissingState.load)]
