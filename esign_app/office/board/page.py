"""The board."""

import reflex as rx

from esign_app.office import routes
from esign_app.office.board.state import BoardState
from esign_app.office.ui.board import Board, board_words
from esign_app.office.ui.parts import link_button, search_field, shell, skeleton, tr
from esign_app.office.ui.shell_state import Shell


def page() -> rx.Component:
    return shell(
        rx.cond(BoardState.snapshot.contains("name"), BoardState.snapshot["name"].to(str), tr("Deals")),
        rx.cond(BoardState.snapshot.contains("stages"), _board(), skeleton(6)),
        active="deals",
        tools=rx.fragment(
            search_field(tr("Search deals"), on_change=BoardState.search.debounce(150)),
            link_button(tr("Rules"), routes.RULES, icon_name="zap"),
        ),
        action=rx.cond(
            Shell.demo,
            link_button(
                tr("Open demo mailbox"), "/demo/mailbox", kind="primary", icon_name="mail", leaves=True
            ),
            rx.fragment(),
        ),
        board=True,
    )


def _board() -> rx.Component:
    return Board.create(
        snapshot=BoardState.snapshot,
        ops=BoardState.ops,
        acked=BoardState.acked,
        preview=BoardState.preview,
        filter=BoardState.filter,
        words=board_words(),
        on_move=BoardState.move,
        on_open=BoardState.open,
        on_quick_add=BoardState.add,
        on_confirm=BoardState.confirm,
        on_cancel=BoardState.cancel,
    )
