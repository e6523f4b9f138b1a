"""The board."""

import reflex as rx

from esign_app.office import routes
from esign_app.office.board.state import BoardState
from esign_app.office.ui.board import Board, NewDeal, board_words
from esign_app.office.ui.parts import link_button, search_field, shell, skeleton, tr
from esign_app.office.ui.shell_state import Shell


def page() -> rx.Component:
    return shell(
        rx.cond(BoardState.snapshot.contains("name"), BoardState.snapshot["name"].to(str), tr("Deals")),
        rx.cond(BoardState.snapshot.contains("stages"), _board(), skeleton(6)),
        active="deals",
        tools=rx.fragment(
            search_field(tr("Search deals"), on_change=BoardState.search.debounce(150)),
            rx.cond(
                Shell.demo,
                link_button(
                    tr("Demo mailbox"), routes.DEMO_MAILBOX, kind="quiet", icon_name="mail", leaves=True
                ),
                rx.fragment(),
            ),
            link_button(tr("Rules"), routes.RULES, icon_name="zap"),
        ),
        action=rx.cond(BoardState.may_add, NewDeal.create(label=tr("New deal")), rx.fragment()),
        board=True,
    )


def _board() -> rx.Component:
    return Board.create(
        snapshot=BoardState.snapshot,
        ops=BoardState.ops,
        acked=BoardState.acked,
        preview=BoardState.preview,
        filter=BoardState.filter,
        may_add=BoardState.may_add,
        words=board_words(),
        on_move=BoardState.move,
        on_quick_add=BoardState.add,
        on_confirm=BoardState.confirm,
        on_cancel=BoardState.cancel,
    )
