"""An open document beside the timeline: where it stands, what can be done, its pages, its messages."""

import reflex as rx

from esign_app.office.deal.papers import PageRow, StepRow
from esign_app.office.deal.sending import SendingState
from esign_app.office.deal.state import DealState
from esign_app.office.deal.views import MessageRow
from esign_app.office.ui.parts import badge, banner, busy_note, button, icon, icon_button, link_button, tr


def paper() -> rx.Component:
    shown = DealState.paper
    return rx.cond(
        shown.row.id != "",
        rx.el.section(
            _head(),
            busy_note(tr("The document is being made."), shown=shown.is_being_made),
            rx.cond(
                shown.error != "", banner("broken", shown.error, action=_again(), role="alert"), rx.fragment()
            ),
            rx.cond(
                shown.steps.length() > 0,
                rx.el.ol(rx.foreach(shown.steps, _step), class_name="steps"),
                rx.fragment(),
            ),
            rx.cond(shown.messages.length() > 0, _messages(), rx.fragment()),
            rx.cond(
                shown.is_being_made,
                rx.el.div(class_name="sheet sheet--waiting", aria_hidden="true"),
                rx.el.div(rx.foreach(shown.pages, page_picture), class_name="sheets"),
            ),
            class_name="card deal__paper",
            aria_label=shown.row.label,
        ),
        rx.fragment(),
    )


def _head() -> rx.Component:
    row = DealState.paper.row
    return rx.el.header(
        rx.el.div(
            icon_button("x", tr("Close the document"), on_click=DealState.close_paper),
            rx.el.h2(row.label),
            badge(row.meaning, row.state),
            class_name="row",
        ),
        rx.el.div(
            rx.cond(
                row.can_withdraw,
                button(tr("Withdraw"), kind="quiet", icon_name="ban", on_click=SendingState.ask_withdrawal),
                rx.fragment(),
            ),
            rx.cond(
                (DealState.paper.pdf != "") & (DealState.paper.sealed == ""),
                link_button(tr("PDF"), DealState.paper.pdf, icon_name="download", leaves=True),
                rx.fragment(),
            ),
            rx.cond(
                DealState.paper.sealed != "",
                link_button(
                    tr("Sealed PDF"),
                    DealState.paper.sealed,
                    kind="primary",
                    icon_name="shield-check",
                    leaves=True,
                ),
                rx.fragment(),
            ),
            rx.cond(
                row.can_send,
                button(
                    tr("Sign"), kind="primary", icon_name="signature", on_click=SendingState.prepare(row.id)
                ),
                rx.fragment(),
            ),
            class_name="row",
        ),
        class_name="deal__paper-head",
    )


def _again() -> rx.Component:
    row = DealState.paper.row
    return rx.cond(
        (row.again_kind != "") & DealState.may.send,
        button(
            tr("Try again"), icon_name="rotate-ccw", on_click=DealState.again(row.again_kind, row.again_id)
        ),
        rx.fragment(),
    )


def _step(step: rx.Var[StepRow]) -> rx.Component:
    return rx.el.li(
        icon(step.icon, size="s"),
        rx.el.span(step.text),
        class_name=f"steps__step steps__step--{step.meaning}",
    )


def _messages() -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            icon("mail", size="s"),
            tr("Messages"),
            rx.el.span(DealState.paper.messages.length(), class_name="count"),
        ),
        rx.el.ul(rx.foreach(DealState.paper.messages, _message), class_name="rows"),
        open=DealState.paper.had_trouble,
        class_name="messages",
    )


def _message(row: rx.Var[MessageRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(
                icon(row.icon, size="s"),
                rx.el.span(row.text, class_name="rows__title"),
                badge(row.meaning, row.state),
                class_name="row",
            ),
            rx.el.span(row.detail, class_name="rows__detail tabular"),
            rx.cond(row.hint != "", rx.el.span(row.hint, class_name="rows__detail"), rx.fragment()),
            class_name="rows__text",
        ),
        rx.cond(
            row.can_resend & DealState.may.send,
            button(
                tr("Send again"),
                icon_name="rotate-ccw",
                on_click=DealState.again("message", row.id),
            ),
            rx.fragment(),
        ),
        class_name="rows__row",
    )


def page_picture(page: rx.Var[PageRow]) -> rx.Component:
    """One page as it is printed, as sharp as the screen."""
    return rx.el.img(
        src=page.src,
        src_set=page.srcset,
        sizes="(max-width: 900px) 100vw, 760px",
        alt=page.label,
        loading=rx.cond(page.number > 2, "lazy", "eager"),
        class_name="sheet",
        key=page.src,
    )
