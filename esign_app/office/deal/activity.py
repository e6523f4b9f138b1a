"""The right side of the deal page: timeline with its composer, documents, automation."""

import reflex as rx

from esign_app.office.deal.papers import PaperRow
from esign_app.office.deal.sending import SendingState
from esign_app.office.deal.state import DealState
from esign_app.office.deal.views import Entry, RunRow
from esign_app.office.ui.parts import (
    badge,
    button,
    empty_state,
    tab_panel,
    tabs,
    timeline,
    timeline_entry,
    tr,
)


def activity() -> rx.Component:
    items = [
        ("timeline", tr("Timeline"), None),
        ("documents", tr("Documents"), DealState.documents.length()),
        ("automation", tr("Automation"), DealState.runs.length()),
    ]
    return rx.el.section(
        tabs(tr("What belongs to the deal"), items, active=DealState.tab, on_change=DealState.pick_tab),
        tab_panel(
            "timeline", _composer(), timeline(rx.foreach(DealState.entries, _entry)), active=DealState.tab
        ),
        tab_panel("documents", _documents(), active=DealState.tab),
        tab_panel("automation", _automation(), active=DealState.tab),
        class_name="card deal__activity",
    )


def _composer() -> rx.Component:
    return rx.cond(
        DealState.may.edit,
        rx.el.form(
            rx.el.textarea(
                name="comment",
                placeholder=tr("Write a comment"),
                aria_label=tr("Write a comment"),
                rows="1",
                max_length=4000,
                required=True,
                class_name="input composer__text",
                key=DealState.comments.to_string(),
            ),
            button(tr("Comment"), type="submit", icon_name="message-square"),
            on_submit=DealState.comment,
            class_name="composer",
        ),
        rx.fragment(),
    )


def _entry(entry: rx.Var[Entry]) -> rx.Component:
    return timeline_entry(
        entry.text,
        entry.at,
        icon_name=entry.icon,
        meaning=entry.meaning,
        actor=entry.who,
        body=entry.detail,
        action=rx.fragment(
            rx.cond(
                entry.can_sign & DealState.may.send,
                button(
                    tr("Sign"),
                    kind="primary",
                    icon_name="signature",
                    on_click=SendingState.prepare(entry.document_id),
                ),
                rx.fragment(),
            ),
            rx.cond(
                (entry.kind == "document_made") | (entry.kind == "document_completed"),
                button(tr("Open"), icon_name="eye", on_click=DealState.open_paper(entry.document_id)),
                rx.fragment(),
            ),
            _again(entry.again_kind, entry.again_id),
        ),
    )


def _again(kind: rx.Var[str], public_id: rx.Var[str]) -> rx.Component:
    return rx.cond(
        (kind != "") & DealState.may.send,
        button(tr("Try again"), icon_name="rotate-ccw", on_click=DealState.again(kind, public_id)),
        rx.fragment(),
    )


def _documents() -> rx.Component:
    return rx.cond(
        DealState.documents.length() > 0,
        rx.el.ul(rx.foreach(DealState.documents, _document), class_name="rows"),
        empty_state(
            "file-plus",
            tr("No documents yet"),
            tr(
                "A document is made from a template and this deal's data. You see it as pages before anything is sent."
            ),
            action=rx.cond(DealState.may.make, _create(), rx.fragment()),
        ),
    )


def _create() -> rx.Component:
    return button(tr("Create document"), icon_name="file-plus", on_click=SendingState.choose)


def _document(row: rx.Var[PaperRow]) -> rx.Component:
    """A row and its next action."""
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.el.span(row.label, class_name="rows__title"),
                badge(row.meaning, row.state),
                class_name="row",
            ),
            rx.el.span(row.sentence, " · ", row.since, class_name="rows__detail tabular"),
            type="button",
            class_name="rows__open",
            on_click=DealState.open_paper(row.id),
            aria_current=rx.cond(DealState.paper.row.id == row.id, "true", "false"),
        ),
        rx.cond(
            row.can_send,
            button(tr("Sign"), kind="primary", icon_name="signature", on_click=SendingState.prepare(row.id)),
            rx.fragment(),
        ),
        _again(row.again_kind, row.again_id),
        class_name="rows__row",
    )


def _automation() -> rx.Component:
    return rx.cond(
        DealState.runs.length() > 0,
        rx.el.ul(rx.foreach(DealState.runs, _run), class_name="rows"),
        empty_state(
            "zap",
            tr("No rule has run yet"),
            tr("When the deal enters a stage with rules, each run stands here with what became of it."),
        ),
    )


def _run(run: rx.Var[RunRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(
                rx.el.span(run.title, class_name="rows__title"),
                badge(run.meaning, run.state),
                class_name="row",
            ),
            rx.cond(run.sentence != "", rx.el.span(run.sentence), rx.fragment()),
            rx.el.span(run.at, class_name="rows__detail tabular"),
            class_name="rows__text",
        ),
        rx.cond(
            run.document_id != "",
            button(tr("Open"), icon_name="eye", on_click=DealState.open_paper(run.document_id)),
            rx.fragment(),
        ),
        rx.cond(run.can_retry, _again(rx.Var.create("run"), run.id), rx.fragment()),
        class_name="rows__row",
    )
