"""The board of deals: drag by mouse, touch and keyboard, virtual columns, drop preview; JSX owns the pointer, Python the truth.

    Board.create(snapshot=S.snapshot, ops=S.ops, acked=S.acked, preview=S.preview, filter=S.filter, may_add=S.may_add,
                 words=board_words(), on_move=S.move, on_quick_add=S.add, on_confirm=S.confirm, on_cancel=S.cancel)

The browser shows `snapshot`, the `ops` newer than its rev folded over it, and its own moves that are not yet `acked`. The
handler of a move therefore sets the op (or nothing, for a refusal) and `acked = seq` in ONE answer: an accepted card
stays where it is, a refused one returns. A move that waits for a person gets `preview` and no `acked` until Send or Cancel.
"""

import reflex as rx

from esign_app.office.ui.scripts import script
from esign_app.office.ui.words import words

for _part in (
    "moves.js",
    "strip.jsx",
    "card.jsx",
    "column.jsx",
    "menu.jsx",
    "preview.jsx",
    "edges.js",
    "touch.js",
    "stages.jsx",
):
    script(__name__, f"board_{_part}")

BOARD_WORDS = {
    "add": "Add a deal to {stage}",
    "add_title": "Title of the new deal",
    "board": "Deals by stage",
    "cancel": "Cancel",
    "create": "Add",
    "days": "{n} d",
    "days_long": "{n} days in this stage",
    "dropped": "{title} moved to {stage}, position {n}.",
    "empty": "No deals in this stage",
    "instructions": "Space lifts the deal, arrow keys move it, space drops it, escape puts it back. Enter opens the deal.",
    "lifted": "{title} lifted. {stage}, position {n} of {total}.",
    "missing": "Missing",
    "move": "Move {title}",
    "move_to": "Move to",
    "no_answer": "The server did not answer. {title} was put back.",
    "no_match": "No deal matches the search",
    "nowhere": "{title} is over no stage.",
    "over": "{title}: {stage}, position {n} of {total}.",
    "put_back": "{title} was put back.",
    "responsible": "Responsible: {name}",
    "rules": "Has rules",
    "send": "Send",
    "stages": "Stages",
    "state_declined": "declined",
    "state_done": "done",
    "state_expired": "expired",
    "state_failed": "failed",
    "state_now": "under way",
    "state_todo": "to come",
}


def board_words() -> rx.Var[dict[str, str]]:
    """All that the board says itself, in the reader's language."""
    return words(BOARD_WORDS)


class Board(rx.NoSSRComponent):
    """See the module: server truth in, one event per deed out. Card, stage and neighbour ids are public ids."""

    library = script(__name__, "board.jsx")
    tag = "Board"
    lib_dependencies: list[str] = ["@hello-pangea/dnd@18.0.1", "@tanstack/react-virtual@3.14.26"]

    snapshot: rx.Var[dict]
    ops: rx.Var[list[dict]]
    acked: rx.Var[int]
    preview: rx.Var[dict]
    words: rx.Var[dict]
    filter: rx.Var[str]
    may_add: rx.Var[bool]

    # card, stage, the card above it ("" = first), version the person saw, sequence number
    on_move: rx.EventHandler[rx.event.passthrough_event_spec(str, str, str, int, int)]
    on_quick_add: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_confirm: rx.EventHandler[rx.event.passthrough_event_spec(int)]
    on_cancel: rx.EventHandler[rx.event.passthrough_event_spec(int)]


class NewDeal(rx.NoSSRComponent):
    """The button that opens the form of the first stage of the board on the same page."""

    library = Board.library
    tag = "NewDeal"

    label: rx.Var[str]
