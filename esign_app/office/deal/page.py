"""The deal page: its way through the stages, its fields, everything that happened, and its documents."""

import reflex as rx

from esign_app.office import routes
from esign_app.office.deal.activity import activity
from esign_app.office.deal.fields import fields
from esign_app.office.deal.paper import paper
from esign_app.office.deal.questions import questions
from esign_app.office.deal.sending import SendingState
from esign_app.office.deal.state import DealState
from esign_app.office.ui.parts import button, empty_state, link_button, shell, skeleton, stage_bar, tr


def page() -> rx.Component:
    return shell(
        rx.cond((DealState.head.title != "") & ~DealState.is_gone, DealState.head.title, tr("Deal")),
        rx.cond(DealState.is_gone, _gone(), rx.cond(DealState.head.id != "", _deal(), skeleton(8))),
        active="deals",
        tools=link_button(tr("All deals"), routes.BOARD, kind="quiet", icon_name="kanban"),
        action=rx.cond(
            DealState.may.make & ~DealState.is_gone,
            button(
                tr("Create document"), kind="primary", icon_name="file-plus", on_click=SendingState.choose
            ),
            rx.fragment(),
        ),
    )


def _deal() -> rx.Component:
    return rx.el.div(
        rx.cond(
            DealState.may.move,
            stage_bar(DealState.stages, on_pick=SendingState.move),
            stage_bar(DealState.stages),
        ),
        rx.el.div(
            fields(),
            activity(),
            paper(),
            class_name="deal-page",
            data_open=rx.cond(DealState.paper.row.id != "", "true", "false"),
        ),
        questions(),
        class_name="stack",
    )


def _gone() -> rx.Component:
    return empty_state(
        "file-text",
        tr("This deal does not exist."),
        tr("It may have been deleted, or the address is not complete."),
        action=link_button(tr("All deals"), routes.BOARD),
    )
