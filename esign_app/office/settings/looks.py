"""Parts several settings pages are made of."""

import reflex as rx

from esign_app.office.ui.controls import Text
from esign_app.office.ui.parts import card, empty_state, icon, tr


def back(href: str, word: str) -> rx.Component:
    """The way up."""
    return rx.el.a(icon("chevron-left", size="s"), tr(word), href=href, class_name="back")


def saved_note(text: rx.Var[str]) -> rx.Component:
    """What was kept, beside the button that kept it; the place is there before the words, so that they are read out."""
    return rx.el.p(
        rx.cond(text != "", rx.fragment(icon("circle-check", size="s"), text), rx.fragment()),
        class_name="saved",
        role="status",
    )


def read_only_note(text: Text, *, shown: rx.Var[bool]) -> rx.Component:
    return rx.cond(shown, rx.el.p(icon("lock", size="s"), text, class_name="saved"), rx.fragment())


def not_for_you() -> rx.Component:
    """Instead of a page a person has no right to see."""
    return card(
        empty_state(
            "lock", tr("Not for your eyes"), tr("You do not have the right to see this. Ask an admin for it.")
        )
    )
