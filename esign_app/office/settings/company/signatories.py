"""Who signs for us: the list, the form, the question before one is removed.

The fields of the form are called `person-...`, because the company's own form on the same page has a name and an address too.
"""

import reflex as rx

from esign_app.office.settings.company.state import CompanyState, Signatory
from esign_app.office.ui.parts import button, dialog, icon_button, refusal, section, text_field, tr

_FORM = "signatory-form"


def signatories() -> rx.Component:
    return section(
        tr("Signatories"),
        rx.cond(
            CompanyState.signatories.length() > 0,
            rx.el.ul(rx.foreach(CompanyState.signatories, _person), class_name="people"),
            rx.el.p(
                tr("Nobody may sign for you yet. Without a signatory no contract can be sent."),
                class_name="muted",
            ),
        ),
        _form(),
        _question(),
        hint=tr("One of them signs before the client does. Rules and documents choose who."),
        action=rx.cond(
            CompanyState.may_edit,
            button(tr("Add"), icon_name="plus", on_click=CompanyState.open_person("")),
            rx.fragment(),
        ),
    )


def _person(person: rx.Var[Signatory]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(person.name),
            rx.cond(person.mandate != "", rx.el.span(person.mandate), rx.fragment()),
            rx.cond(
                person.email != "",
                rx.el.span(person.email, class_name="muted"),
                rx.el.span(tr("No e-mail address, so nobody can be asked to sign"), class_name="muted"),
            ),
            rx.cond(person.phone != "", rx.el.span(person.phone, class_name="muted tabular"), rx.fragment()),
            class_name="people__who",
        ),
        rx.cond(
            CompanyState.may_edit,
            rx.el.div(
                icon_button(
                    "pencil",
                    tr("Change {name}", name=person.name),
                    on_click=CompanyState.open_person(person.id),
                ),
                icon_button(
                    "trash",
                    tr("Remove {name}", name=person.name),
                    on_click=CompanyState.ask_to_remove(person.id),
                ),
                class_name="people__do",
            ),
            rx.fragment(),
        ),
    )


def _form() -> rx.Component:
    person, wrong = CompanyState.person, CompanyState.person_errors
    return dialog(
        rx.cond(person.id == "", tr("Add signatory"), tr("Change signatory")),
        refusal(wrong.get("", "")),
        rx.el.form(
            text_field(
                tr("Name"),
                "person-name",
                default_value=person.name,
                error=wrong.get("name", ""),
                required=True,
                max_length=120,
            ),
            text_field(
                tr("E-mail"),
                "person-email",
                default_value=person.email,
                error=wrong.get("email", ""),
                type="email",
                required=True,
                hint=tr(
                    "The invitation to sign goes here. When it is a user's address, this user signs right here."
                ),
            ),
            text_field(
                tr("Phone"),
                "person-phone",
                default_value=person.phone,
                error=wrong.get("phone", ""),
                type="tel",
            ),
            text_field(
                tr("Mandate"),
                "person-mandate",
                default_value=person.mandate,
                error=wrong.get("mandate", ""),
                max_length=200,
                hint=tr("Stands on the contract, for example: Managing Director"),
            ),
            id=_FORM,
            on_submit=CompanyState.save_person,
            class_name="form",
        ),
        open=CompanyState.step == "form",
        on_close=CompanyState.close,
        footer=rx.fragment(
            button(tr("Cancel"), kind="quiet", on_click=CompanyState.close),
            button(tr("Save"), kind="primary", type="submit", form=_FORM),
        ),
    )


def _question() -> rx.Component:
    return dialog(
        tr("Remove {name}?", name=CompanyState.person.name),
        rx.el.p(
            tr(
                "What this person was asked to sign stays as it is. Rules that name this person need another one."
            )
        ),
        open=CompanyState.step == "remove",
        on_close=CompanyState.close,
        footer=rx.fragment(
            button(tr("Cancel"), kind="quiet", on_click=CompanyState.close),
            button(tr("Remove"), kind="danger", on_click=CompanyState.remove),
        ),
    )
