"""The dialogs of the deal page: which template, send for signature, a move that sends, withdraw."""

import reflex as rx

from esign_app.office.deal.fields_state import FieldsState
from esign_app.office.deal.sending import MissingRow, PersonRow, SendingState, TemplateRow
from esign_app.office.deal.state import DealState
from esign_app.office.ui.parts import button, dialog, icon, refusal, text_field, tr

# Product row S17: said where sending starts, without promising what a simple signature is not.
LEGAL = (
    "These are simple electronic signatures in the sense of eIDAS Art. 3 (10), not qualified ones. They do not replace a written "
    "form that a law requires. Laws differ between countries; get advice where it matters."
)


def questions() -> rx.Component:
    return rx.fragment(_templates(), _sign(), _drop(), _withdrawal())


def _templates() -> rx.Component:
    return dialog(
        tr("Create document"),
        rx.el.p(
            tr("The document is made from this deal's data and opens here. Nothing is sent yet."),
            class_name="muted",
        ),
        rx.cond(
            SendingState.templates.length() > 0,
            rx.el.div(rx.foreach(SendingState.templates, _template), class_name="picks"),
            rx.el.p(tr("There is no active template. An admin can switch one on in the settings.")),
        ),
        open=SendingState.is_choosing,
        on_close=SendingState.leave,
    )


def _template(row: rx.Var[TemplateRow]) -> rx.Component:
    return rx.el.button(
        icon("file-text"),
        rx.el.span(
            rx.el.strong(row.name), rx.el.span(row.detail, class_name="muted"), class_name="picks__text"
        ),
        icon("chevron-right"),
        type="button",
        class_name="picks__pick",
        on_click=SendingState.create(row.id),
    )


def _sign() -> rx.Component:
    question = SendingState.sign
    return dialog(
        question.title,
        rx.el.ol(rx.foreach(question.people, _person), class_name="signers"),
        rx.cond(question.note != "", rx.el.p(question.note, class_name="muted signers__note"), rx.fragment()),
        _missing(question.missing),
        rx.el.p(icon("info", size="s"), rx.el.span(tr(LEGAL)), class_name="legal"),
        open=question.subject != "",
        on_close=SendingState.leave,
        footer=rx.fragment(
            button(tr("Cancel"), kind="quiet", on_click=SendingState.leave),
            button(
                tr("Use this layout again"), kind="primary", icon_name="send",
                disabled=question.missing.length() > 0, on_click=SendingState.send,
            ),
        ),
    )  # fmt: skip


def _person(person: rx.Var[PersonRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(person.number, class_name="signers__number", aria_hidden="true"),
        rx.el.span(
            rx.el.strong(person.name),
            rx.el.span(person.how, " · ", person.when, class_name="muted"),
            class_name="picks__text",
        ),
        _channel(person),
    )


def _channel(person: rx.Var[PersonRow]) -> rx.Component:
    options = (("auto", tr("Automatic")), ("email", tr("E-mail")), ("sms", tr("SMS")))
    return rx.el.div(
        rx.el.select(
            *(
                rx.el.option(label, value=value, disabled=(value == "sms") & (SendingState.sign.note != ""))
                for value, label in options
            ),
            value=person.choice,
            on_change=lambda choice: SendingState.choose_channel(person.slot, choice),
            aria_label=tr("How {name} is reached", name=person.name),
        ),
        icon("chevron-down"),
        class_name="select signers__channel",
    )


def _missing(rows: rx.Var[list[MissingRow]]) -> rx.Component:
    """What is missing, each with its input right there or the way to where it is mended."""
    return rx.cond(
        rows.length() > 0,
        rx.el.div(
            rx.el.h3(icon("meaning-needs_you", size="s"), tr("Missing")),
            rx.foreach(rows, _mend),
            refusal(SendingState.problem),
            class_name="missing",
        ),
        rx.fragment(),
    )


def _mend(row: rx.Var[MissingRow]) -> rx.Component:
    return rx.cond(
        (row.contact_id != "") & DealState.may.edit_contacts,
        rx.el.form(
            rx.el.input(type="hidden", name="contact_id", value=row.contact_id),
            rx.cond(
                row.field == "phone",
                text_field(row.text, "phone", type="tel", required=True, auto_focus=True, auto_complete="off"),
                text_field(row.text, "email", type="email", required=True, auto_focus=True, auto_complete="off"),
            ),
            button(tr("Save"), type="submit"),
            on_submit=SendingState.mend,
            class_name="missing__form",
        ),
        rx.el.p(
            rx.el.span(row.text),
            _way(row),
            class_name="spread",
        ),
    )  # fmt: skip


def _way(row: rx.Var[MissingRow]) -> rx.Component:
    return rx.cond(
        row.template_id != "",
        button(tr("Make it again"), icon_name="file-plus", on_click=SendingState.create(row.template_id)),
        rx.cond(
            row.href.endswith("#client"),
            button(
                tr("Choose a contact"), icon_name="search",
                on_click=[SendingState.leave_for_client, FieldsState.edit("contact_choice", "contact_id")],
            ),
            rx.el.a(tr("Mend it"), icon("arrow-right", size="s"), href=row.href, class_name="button button--secondary"),
        ),
    )  # fmt: skip


def _drop() -> rx.Component:
    question = SendingState.drop
    return dialog(
        question.title,
        rx.el.ol(rx.foreach(question.steps, _planned), class_name="signers"),
        _missing(question.missing),
        open=question.subject != "",
        on_close=SendingState.leave,
        footer=rx.fragment(
            button(tr("Cancel"), kind="quiet", on_click=SendingState.leave),
            button(
                tr("Send"),
                kind="primary",
                icon_name="send",
                disabled=question.missing.length() > 0,
                on_click=SendingState.confirm,
            ),
        ),
    )


def _planned(text: rx.Var[str], index: rx.Var[int]) -> rx.Component:
    return rx.el.li(rx.el.span(index + 1, class_name="signers__number", aria_hidden="true"), rx.el.span(text))


def _withdrawal() -> rx.Component:
    question = SendingState.withdrawal
    return dialog(
        tr("Withdraw {document}?", document=question.title),
        rx.el.p(
            tr(
                "Its links stop working at once. Signatures made so far stay on record, but the document is not completed."
            )
        ),
        open=question.subject != "",
        on_close=SendingState.leave,
        footer=rx.fragment(
            button(tr("Keep it"), kind="quiet", on_click=SendingState.leave),
            button(tr("Withdraw"), kind="danger", icon_name="ban", on_click=SendingState.withdraw),
        ),
    )
