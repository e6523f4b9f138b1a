"""What waits for the logged-in signatory, and the page where he reads and signs."""

import reflex as rx

from esign_app.office import routes
from esign_app.office.deal.paper import page_picture
from esign_app.office.ui.parts import (
    button,
    dialog,
    empty_state,
    icon,
    link_button,
    refusal,
    shell,
    skeleton,
    textarea_field,
    tr,
)
from esign_app.office.ui.signature_pad import SignaturePad, pad_words
from esign_app.office.waiting.state import SigningState, WaitingState
from esign_app.office.waiting.views import Row

_SIGNATURE = "your-signature"


def waiting_page() -> rx.Component:
    return shell(
        tr("Waiting for you"),
        rx.cond(
            WaitingState.rows.length() > 0,
            rx.el.ul(rx.foreach(WaitingState.rows, _row), class_name="rows card waiting"),
            rx.cond(
                WaitingState.is_read,
                empty_state(
                    "signature",
                    tr("Nothing waits for your signature"),
                    tr("When a document needs you, it stands here and you get a message."),
                ),
                skeleton(4),
            ),
        ),
        active="waiting",
    )


def _row(row: rx.Var[Row]) -> rx.Component:
    whom = rx.cond(row.others != "", tr("with {names}", names=row.others), row.title)
    until = tr("until {when}", when=row.until)
    return rx.el.li(
        rx.el.div(
            rx.el.span(row.label, class_name="rows__title"),
            rx.el.span(whom, " · ", until, class_name="rows__detail tabular"),
            class_name="rows__text",
        ),
        link_button(tr("Read and sign"), row.href, kind="primary", icon_name="signature"),
        class_name="rows__row",
    )


def signing_page() -> rx.Component:
    task = SigningState.task
    to_deal = link_button(tr("To the deal"), task.deal, kind="quiet", icon_name="kanban")
    return shell(
        rx.cond(task.label != "", task.label, tr("Waiting for you")),
        rx.cond(SigningState.is_gone, _gone(), rx.cond(task.party_id != "", _task(), skeleton(8))),
        active="waiting",
        tools=rx.cond(task.deal != "", to_deal, rx.fragment()),
    )


def _task() -> rx.Component:
    task = SigningState.task
    return rx.cond(
        task.standing == "your_turn",
        rx.cond(task.is_started, _signing(), _start()),
        _done(),
    )


def _start() -> rx.Component:
    """Before reading: what it is and with whom. Only the press tells the sender that it was opened."""
    task = SigningState.task
    return rx.el.div(
        icon("signature", size="xl"),
        rx.el.h2(task.label),
        rx.el.p(
            rx.cond(
                task.others != "",
                tr("To be signed by you and {names}.", names=task.others),
                tr("To be signed by you."),
            ),
            " ",
            tr("You can sign until {when}.", when=task.until),
        ),
        button(tr("Start reading"), kind="primary", icon_name="eye", on_click=SigningState.start),
        class_name="card waiting__card",
    )


def _signing() -> rx.Component:
    task = SigningState.task
    return rx.el.div(
        rx.el.section(
            rx.el.div(
                button(
                    rx.cond(SigningState.as_text, tr("Show the pages"), tr("Read as text")),
                    icon_name=rx.cond(SigningState.as_text, "file-text", "type"),
                    on_click=SigningState.read_as_text,
                ),
                link_button(tr("Original PDF"), task.pdf, kind="quiet", icon_name="download", leaves=True),
                _to_signature(),
                class_name="row",
            ),
            rx.cond(
                SigningState.as_text,
                rx.el.div(rx.foreach(SigningState.texts, _text), class_name="sheets"),
                rx.el.div(rx.foreach(task.pages, page_picture), class_name="sheets"),
            ),
            class_name="card signing__read stack",
            aria_label=tr("The document"),
        ),
        rx.el.section(
            rx.el.h2(tr("Your signature"), class_name="section__title"),
            SignaturePad.create(
                post_url=task.post_url,
                name=task.name,
                consent=task.consent,
                extra=task.terms,
                words=pad_words(),
                on_done=SigningState.signed,
            ),
            button(tr("Decline to sign"), kind="quiet", icon_name="ban", on_click=SigningState.ask_decline),
            id=_SIGNATURE,
            class_name="card signing__pad section",
        ),
        _decline(),
        class_name="signing",
    )


def _to_signature() -> rx.Component:
    """On a narrow screen the signature stands behind the last page."""
    return rx.el.a(
        icon("signature"),
        tr("To your signature"),
        href=f"#{_SIGNATURE}",
        custom_attrs={"reloadDocument": True},
        class_name="button button--quiet signing__jump",
    )


def _text(text: rx.Var[str]) -> rx.Component:
    return rx.el.pre(text, class_name="sheet-text")


def _decline() -> rx.Component:
    hint = tr("The people of the deal read this.")
    return dialog(
        tr("Decline to sign?"),
        rx.el.form(
            textarea_field(tr("Why do you decline?"), "reason", required=True, max_length=1000, hint=hint),
            refusal(SigningState.problem),
            id="decline-form",
            on_submit=SigningState.decline,
            class_name="stack",
        ),
        open=SigningState.is_declining,
        on_close=SigningState.leave,
        footer=rx.fragment(
            button(tr("Cancel"), kind="quiet", on_click=SigningState.leave),
            button(tr("Decline"), kind="danger", icon_name="ban", type="submit", form="decline-form"),
        ),
    )


def _done() -> rx.Component:
    """What became of it and what happens next."""
    task = SigningState.task
    is_good = (task.standing == "signed") | (task.standing == "completed")
    mark = icon(rx.cond(is_good, "circle-check", "info"), size="xl")
    return rx.el.div(
        rx.el.span(mark, class_name=rx.cond(is_good, "done__mark", "done__mark done__mark--quiet")),
        rx.el.h2(task.headline),
        rx.el.p(task.sentence),
        rx.el.div(
            rx.cond(
                task.sealed != "",
                link_button(tr("Sealed PDF"), task.sealed, icon_name="download", leaves=True),
                link_button(tr("PDF"), task.pdf, icon_name="download", leaves=True),
            ),
            rx.cond(task.deal != "", link_button(tr("To the deal"), task.deal), rx.fragment()),
            link_button(tr("What else waits"), routes.WAITING, kind="primary"),
            class_name="row",
        ),
        class_name="card waiting__card",
        role="status",
    )


def _gone() -> rx.Component:
    return empty_state(
        "signature",
        tr("This document does not wait for you."),
        tr("Perhaps you are logged in as somebody else, or the address is not complete."),
        action=link_button(tr("What waits for you"), routes.WAITING),
    )
