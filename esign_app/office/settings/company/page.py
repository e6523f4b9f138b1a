"""The own company: what stands on every document about us, and who signs for us."""

import reflex as rx

from esign_app.office import routes
from esign_app.office.settings.company.signatories import signatories
from esign_app.office.settings.company.state import CompanyState
from esign_app.office.settings.looks import back, not_for_you, read_only_note, saved_note
from esign_app.office.ui.parts import button, refusal, section, select_field, shell, text_field, tr

# Rows of fields: name in the domain, label, what the browser may fill in.
_NAME = (("name", "Name", "organization"),)
_ADDRESS = (
    (("street", "Street and number", "street-address"),),
    (("postcode", "Postcode", "postal-code"), ("city", "City", "address-level2")),
    (("country", "Country", "country-name"),),
)
_NUMBERS = (
    (("registration", "Register entry", "off"), ("tax_id", "Tax number", "off")),
    (("bank", "Bank", "off"), ("iban", "IBAN", "off")),
)
_REACH = (("email", "E-mail", "email"), ("phone", "Phone", "tel"))


def page() -> rx.Component:
    return shell(
        tr("Own company"),
        rx.cond(
            CompanyState.is_forbidden,
            not_for_you(),
            rx.cond(CompanyState.opened > 0, _content(), rx.fragment()),
        ),
        active="settings",
    )


def _content() -> rx.Component:
    return rx.el.div(
        back(routes.SETTINGS, "Settings"),
        rx.el.div(_form(), signatories(), class_name="company"),
        class_name="stack",
    )


def _form() -> rx.Component:
    return rx.el.form(
        section(
            tr("Company"),
            rx.cond(CompanyState.refused != "", _refused(), rx.fragment()),
            _row(_NAME),
            *[_row(row) for row in (*_ADDRESS, *_NUMBERS, _REACH)],
            select_field(
                tr("Time zone"),
                "zone",
                CompanyState.zones,
                hint=tr("Dates on documents and times in messages follow it."),
                default_value=CompanyState.given["zone"],
                error=CompanyState.errors.get("zone", ""),
                disabled=~CompanyState.may_edit,
            ),
            rx.el.div(
                rx.cond(
                    CompanyState.may_edit, button(tr("Save"), kind="primary", type="submit"), rx.fragment()
                ),
                saved_note(CompanyState.notice),
                read_only_note(
                    tr("You can read this; changing it is for people with that right."),
                    shown=~CompanyState.may_edit,
                ),
                class_name="form__foot",
            ),
            hint=tr("Documents made from now on carry it; those already made stay as they are."),
        ),
        key=CompanyState.opened,
        on_submit=CompanyState.save,
    )


def _refused() -> rx.Component:
    """What was typed stays; the way to what others saved is a choice."""
    return rx.el.div(
        refusal(CompanyState.refused),
        rx.el.div(button(tr("Show what is saved now"), on_click=CompanyState.load)),
        class_name="stack",
    )


def _row(fields: tuple[tuple[str, str, str], ...]) -> rx.Component:
    return rx.el.div(*[_field(*field) for field in fields], class_name="form__row")


def _field(name: str, label: str, fills: str) -> rx.Component:
    return text_field(
        tr(label),
        name,
        default_value=CompanyState.given[name],
        error=CompanyState.errors.get(name, ""),
        required=name == "name",
        auto_complete=fills,
        max_length=200,
        read_only=~CompanyState.may_edit,
    )
