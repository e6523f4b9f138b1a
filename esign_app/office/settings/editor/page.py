"""The template editor: the text at the left, how it looks and what it may name at the right."""

import reflex as rx

from esign_app.domain import templates
from esign_app.office import routes
from esign_app.office.settings.editor.code_field import CodeField
from esign_app.office.settings.editor.looks import fields_panel, preview_panel
from esign_app.office.settings.editor.state import EditorState
from esign_app.office.settings.looks import back, read_only_note, saved_note
from esign_app.office.ui.parts import (
    badge,
    button,
    card,
    empty_state,
    link_button,
    refusal,
    shell,
    switch,
    tab_panel,
    tabs,
    text_field,
    tr,
)

_TOO_LONG = "This text is too long: at most {most} characters."


def page() -> rx.Component:
    return shell(
        rx.cond(EditorState.name != "", EditorState.name, tr("Template")),
        rx.cond(EditorState.is_gone, _gone(), rx.cond(EditorState.opened > 0, _editor(), rx.fragment())),
        active="settings",
    )


def _gone() -> rx.Component:
    return card(
        empty_state(
            "file-text",
            tr("This template does not exist"),
            tr("Perhaps its address is incomplete, or it is not for your eyes."),
            action=link_button(tr("To the templates"), routes.TEMPLATES),
        )
    )


def _editor() -> rx.Component:
    return rx.el.div(
        _head(),
        refusal(EditorState.refused),
        rx.el.div(
            _form(),
            rx.el.div(
                tabs(
                    tr("Beside the text"),
                    [("preview", tr("Preview"), None), ("fields", tr("Fields and formats"), None)],
                    active=EditorState.tab,
                    on_change=EditorState.pick_tab,
                ),
                tab_panel("preview", preview_panel(), active=EditorState.tab),
                tab_panel("fields", fields_panel(), active=EditorState.tab),
                class_name="card editor__beside",
            ),
            class_name="editor",
        ),
        class_name="stack",
    )


def _head() -> rx.Component:
    return rx.el.div(
        back(routes.TEMPLATES, "Templates"),
        rx.el.p(EditorState.kind, " · ", EditorState.language, " · ", EditorState.saved, class_name="muted"),
        rx.cond(
            EditorState.may_edit,
            switch(
                tr("Offer for new documents"),
                checked=EditorState.is_active,
                on_change=lambda _value: EditorState.switch(~EditorState.is_active),
            ),
            rx.cond(EditorState.is_active, badge("good", tr("In use")), badge("waiting", tr("Switched off"))),
        ),
        class_name="editor__head",
    )


def _form() -> rx.Component:
    return rx.el.form(
        text_field(
            tr("Name"),
            "name",
            default_value=EditorState.name,
            error=EditorState.errors.get("name", ""),
            required=True,
            max_length=120,
            read_only=~EditorState.may_edit,
        ),
        CodeField.create(
            name="html",
            text=EditorState.html,
            label=tr("Text of the template, in HTML"),
            line=EditorState.shown.line,
            saved=EditorState.saves,
            read_only=~EditorState.may_edit,
            most=templates.LARGEST_TEMPLATE,
            too_long=tr(_TOO_LONG, most=templates.LARGEST_TEMPLATE),
            on_text=EditorState.typed,
        ),
        rx.cond(
            EditorState.errors.contains("html"), refusal(EditorState.errors.get("html", "")), rx.fragment()
        ),
        rx.el.div(
            rx.cond(EditorState.may_edit, button(tr("Save"), kind="primary", type="submit"), rx.fragment()),
            saved_note(EditorState.notice),
            read_only_note(
                tr("You can read this text; changing it is for people with that right."),
                shown=~EditorState.may_edit,
            ),
            class_name="form__foot",
        ),
        key=EditorState.opened,
        on_submit=EditorState.save,
        class_name="card editor__form",
    )
