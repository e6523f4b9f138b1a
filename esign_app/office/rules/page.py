"""The rules page: stages as columns, rules as cards."""

import reflex as rx

from esign_app.office import routes
from esign_app.office.rules import dialogs, looks
from esign_app.office.rules.state import RulesState
from esign_app.office.ui.parts import link_button, shell, skeleton, tr


def page() -> rx.Component:
    return shell(
        tr("Rules"),
        rx.fragment(
            rx.el.p(
                tr("What happens by itself when a deal enters a stage, and what brings a deal there."),
                rx.cond(
                    RulesState.loaded & ~RulesState.may_edit,
                    rx.el.span(
                        " ", tr("You can read the rules; changing them is for people with that right.")
                    ),
                    rx.fragment(),
                ),
                class_name="rules__intro",
            ),
            rx.cond(
                RulesState.loaded,
                rx.el.div(
                    rx.foreach(RulesState.columns, looks.column),
                    class_name="rules",
                    role="region",
                    aria_label=tr("Rules by stage"),
                    tab_index=0,  # it scrolls sideways, also for who has nothing to press in it
                ),
                skeleton(6),
            ),
            dialogs.catalogue(),
            dialogs.form(),
        ),
        active="rules",
        tools=link_button(tr("To the board"), routes.BOARD, icon_name="kanban"),
    )
