"""The text field of the template editor: line numbers, a marked line, texts put in at the cursor, Ctrl+S."""

import reflex as rx

from esign_app.office.ui.scripts import script


class CodeField(rx.Component):
    """`text` is read once; give a new `key` to start afresh. `on_text` hears of the text when typing pauses."""

    library = script(__name__, "code_field.jsx")
    tag = "CodeField"

    name: rx.Var[str]
    text: rx.Var[str]
    label: rx.Var[str]
    line: rx.Var[int]
    saved: rx.Var[int]
    read_only: rx.Var[bool]
    most: rx.Var[int]
    too_long: rx.Var[str]

    on_text: rx.EventHandler[rx.event.passthrough_event_spec(str)]
