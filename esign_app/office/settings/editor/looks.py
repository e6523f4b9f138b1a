"""What stands beside the text of a template: the preview, and the fields and formats."""

import reflex as rx

from esign_app.office.settings.editor import inserts
from esign_app.office.settings.editor.state import EditorState
from esign_app.office.ui.parts import banner, icon_button, select_field, tr


def preview_panel() -> rx.Component:
    return rx.el.div(
        select_field(
            tr("Filled with"),
            "preview-deal",
            EditorState.deals,
            value=EditorState.deal,
            on_change=EditorState.choose_deal,
        ),
        _problems(),
        rx.cond(EditorState.shown.picture != "", _pages(), rx.fragment()),
        class_name="stack",
    )


def _problems() -> rx.Component:
    """Always there, so that what appears in it is read out."""
    shown = EditorState.shown
    return rx.el.div(
        rx.cond(
            shown.problem != "",
            banner(
                "broken", shown.problem, action=rx.cond(shown.line > 0, _go_to(shown.line), rx.fragment())
            ),
            rx.fragment(),
        ),
        rx.cond(
            shown.unknown.length() > 0,
            banner(
                "needs_you",
                tr(
                    "Not known: {names}. No document has values under these names.",
                    names=shown.unknown.join(", "),
                ),
            ),
            rx.fragment(),
        ),
        rx.cond(
            (shown.problem == "") & (shown.signers.length() == 0),
            banner("needs_you", tr("Nobody signs this text: it has no place to sign.")),
            rx.fragment(),
        ),
        id="preview-problem",
        class_name="editor__problems",
        aria_live="polite",
    )


def _go_to(line: rx.Var[int]) -> rx.Component:
    return rx.el.button(
        tr("Go to line {line}", line=line),
        type="button",
        class_name="button button--secondary",
        custom_attrs={"data-line": line},
    )


def _pages() -> rx.Component:
    shown = EditorState.shown
    return rx.el.figure(
        rx.el.figcaption(
            icon_button(
                "chevron-left",
                tr("Page before"),
                on_click=EditorState.turn_to(shown.page - 1),
                disabled=shown.page == 0,
            ),
            rx.el.span(
                tr("Page {page} of {pages}", page=shown.page + 1, pages=shown.pages), class_name="tabular"
            ),
            icon_button(
                "chevron-right",
                tr("Next page"),
                on_click=EditorState.turn_to(shown.page + 1),
                disabled=shown.page + 1 >= shown.pages,
            ),
            class_name="editor__turn",
        ),
        rx.el.img(
            src=shown.picture,
            alt=tr("Page {page} of {pages}", page=shown.page + 1, pages=shown.pages),
            class_name=rx.cond(shown.is_stale, "editor__page editor__page--stale", "editor__page"),
        ),
    )


def fields_panel() -> rx.Component:
    return rx.el.div(
        rx.el.p(tr("A click puts it where the cursor stands."), class_name="muted"),
        *[_group(title, entries) for title, entries in inserts.groups()],
        _group("Formats", tuple((made, f"|{name}") for name, made in inserts.FORMATS)),
        rx.el.p(
            tr(
                "A format stands behind a field and a bar: {example}",
                example="{{ totals.gross_minor|money(totals.currency) }}",
            ),
            class_name="muted",
        ),
        class_name="stack",
    )


def _group(title: str, entries: tuple[tuple[str, str], ...]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(tr(title), class_name="section__title"),
        rx.el.ul(
            *[rx.el.li(_entry(shown, put_in)) for shown, put_in in entries], class_name="editor__fields"
        ),
        aria_label=tr(title),
    )


def _entry(shown: str, put_in: str) -> rx.Component:
    is_format = put_in.startswith("|")
    return rx.el.button(
        rx.el.code(put_in if is_format else shown),
        rx.el.span(shown, class_name="muted") if is_format else rx.fragment(),
        type="button",
        custom_attrs={"data-insert": put_in},
        disabled=~EditorState.may_edit,
    )
