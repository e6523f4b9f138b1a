"""The named parts every office page is made of: import from here, never write a class name or a colour in a page.

Frame     shell(title, content, active=, action=, tools=, board=)
Press     button(label, kind=primary|secondary|quiet|danger, icon_name=, busy=, disabled=, on_click=), link_button, icon_button
Fill in   text_field, textarea_field, select_field (label, name, ...), field (any control), switch, checkbox, search_field
          server_form(action, ...) for a plain POST to the server; forms of State use rx.el.form(on_submit=)
Hold      card, section(title, ..., hint=, action=), facts(fact(label, value), ...), tabs + tab_panel, dialog, popover
Say       badge(meaning, text), banner(meaning, text), refusal(text), empty_state, busy_note, skeleton,
          toast_region, connection_note
Show      icon(name), avatar(initials, name), money(text), stage_bar(stages, on_pick=), timeline(timeline_entry(...), ...)
Words     tr("English", name=Var): every text a person reads

A meaning is one of waiting, moving, needs_you, good, broken. Every argument that is text or a flag may be a State variable.
The board is `board.Board`, the signature pad `signature_pad.SignaturePad`.
"""

from esign_app.office.ui.controls import (
    button,
    checkbox,
    field,
    icon,
    icon_button,
    link_button,
    search_field,
    select_field,
    switch,
    text_field,
    textarea_field,
)
from esign_app.office.ui.frame import shell
from esign_app.office.ui.overlays import (
    connection_note,
    dialog,
    popover,
    server_form,
    tab_panel,
    tabs,
    toast_region,
)
from esign_app.office.ui.surfaces import (
    MEANINGS,
    avatar,
    badge,
    banner,
    busy_note,
    card,
    empty_state,
    fact,
    facts,
    money,
    refusal,
    section,
    skeleton,
    stage_bar,
    timeline,
    timeline_entry,
)
from esign_app.office.ui.words import tr, words

__all__ = [
    "MEANINGS",
    "avatar",
    "badge",
    "banner",
    "busy_note",
    "button",
    "card",
    "checkbox",
    "connection_note",
    "dialog",
    "empty_state",
    "fact",
    "facts",
    "field",
    "icon",
    "icon_button",
    "link_button",
    "money",
    "popover",
    "refusal",
    "search_field",
    "section",
    "select_field",
    "server_form",
    "shell",
    "skeleton",
    "stage_bar",
    "switch",
    "tab_panel",
    "tabs",
    "text_field",
    "textarea_field",
    "timeline",
    "timeline_entry",
    "toast_region",
    "tr",
    "words",
]
