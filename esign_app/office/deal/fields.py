"""The left side of the deal page: its fields in sections, each edited where it stands."""

import reflex as rx

from esign_app.office.deal import lines
from esign_app.office.deal.fields_state import FieldsState
from esign_app.office.deal.state import DealState
from esign_app.office.ui.parts import (
    avatar,
    banner,
    button,
    facts,
    icon_button,
    section,
    select_field,
    text_field,
    tr,
)

CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "TRY", "JPY", "CNY", "INR", "AUD", "CAD",
)  # fmt: skip
NOTHING = "\u2013"  # a dash where a value would stand
LANGUAGES = (("en", "English"), ("de", "Deutsch"))
# Where a refused value is shown at its own input; anything else is shown above the buttons.
NAMED = (
    "title", "amount", "close_on", "name", "email", "phone", "street", "postcode", "city", "country", "registration", "tax_id",
)  # fmt: skip


def fields() -> rx.Component:
    return rx.el.div(_deal(), _contact(), _company(), lines.lines(), class_name="deal__fields stack")


def _deal() -> rx.Component:
    head = DealState.head
    return section(
        tr("Deal"),
        rx.cond(
            FieldsState.editing == "deal",
            _deal_form(),
            facts(
                _value(tr("Title"), head.title, "deal", "title", DealState.may.edit),
                _value(tr("Amount"), head.amount, "deal", "amount", DealState.may.edit),
                _value(tr("Close date"), head.close_text, "deal", "close_on", DealState.may.edit),
                _value(tr("Responsible"), head.owner, "deal", "owner_id", DealState.may.edit),
            ),
        ),
        action=_pencil("deal", "title", tr("Edit the deal"), DealState.may.edit),
    )


def _deal_form() -> rx.Component:
    head = DealState.head
    return _form(
        _input(tr("Title"), "title", head.title, required=True, max_length=200),
        rx.el.div(
            _input(tr("Amount"), "amount", head.amount_typed, input_mode="decimal"),
            select_field(
                tr("Currency"), "currency", [(code, code) for code in CURRENCIES], default_value=head.currency
            ),
            class_name="form__row",
        ),
        _input(tr("Close date"), "close_on", head.close_on, type="date"),
        select_field(tr("Responsible"), "owner_id", FieldsState.owners, default_value=head.owner_id),
        on_submit=FieldsState.save_deal,
    )


def _contact() -> rx.Component:
    client = DealState.client
    choice = _choice_form(
        "contact", tr("Contact"), FieldsState.contacts, client.id, FieldsState.choose_contact
    )
    shown = section(
        tr("Contact"),
        rx.match(
            FieldsState.editing,
            ("contact", _contact_form(is_new=False)),
            ("contact_new", _contact_form(is_new=True)),
            ("contact_choice", choice),
            rx.cond(
                client.id == "", _nobody("contact", tr("This deal has no contact yet.")), _contact_facts()
            ),
        ),
        action=_client_tools("contact", client.id, tr("Edit the contact"), tr("Choose another contact")),
    )
    return rx.el.div(shown, id="client", class_name="deal__contact")


def _contact_facts() -> rx.Component:
    client = DealState.client
    may = DealState.may.edit_contacts
    return rx.fragment(
        rx.el.div(avatar(client.initials, client.name), rx.el.strong(client.name), class_name="row"),
        facts(
            _value(tr("E-mail"), client.email, "contact", "email", may, missing=tr("Add an e-mail address")),
            _value(tr("Phone"), client.phone, "contact", "phone", may),
            _value(tr("Language"), client.language, "contact", "locale", may),
        ),
    )


def _contact_form(*, is_new: bool) -> rx.Component:
    client = DealState.client

    def now(value: rx.Var[str]) -> rx.Var[str] | str:
        return "" if is_new else value

    return _form(
        rx.el.input(type="hidden", name="id", value=now(client.id)),
        _input(tr("Name"), "name", now(client.name), required=True, max_length=120),
        _input(tr("E-mail"), "email", now(client.email), type="email", auto_complete="off"),
        _input(
            tr("Phone"),
            "phone",
            now(client.phone),
            type="tel",
            hint=tr("With country code, such as +49 40 1234567"),
        ),
        select_field(tr("Language"), "locale", LANGUAGES, default_value="en" if is_new else client.locale),
        on_submit=FieldsState.save_contact,
    )


def _company() -> rx.Component:
    firm = DealState.firm
    choice = _choice_form(
        "company", tr("Company"), FieldsState.companies, firm.id, FieldsState.choose_company
    )
    return section(
        tr("Company"),
        rx.match(
            FieldsState.editing,
            ("company", _company_form(is_new=False)),
            ("company_new", _company_form(is_new=True)),
            ("company_choice", choice),
            rx.cond(firm.id == "", _nobody("company", tr("This deal has no company yet.")), _company_facts()),
        ),
        action=_client_tools("company", firm.id, tr("Edit the company"), tr("Choose another company")),
    )


def _company_facts() -> rx.Component:
    firm = DealState.firm
    may = DealState.may.edit_contacts
    town = rx.cond(firm.postcode != "", firm.postcode + " " + firm.city, firm.city)
    return rx.fragment(
        rx.el.strong(firm.name),
        facts(
            _value(tr("Street"), firm.street, "company", "street", may),
            _value(tr("Town"), town, "company", "postcode", may),
            _value(tr("Country"), firm.country, "company", "country", may),
            _value(tr("Register"), firm.registration, "company", "registration", may),
            _value(tr("VAT ID"), firm.tax_id, "company", "tax_id", may),
        ),
    )


def _company_form(*, is_new: bool) -> rx.Component:
    firm = DealState.firm

    def line(label: rx.Var[str], name: str, **props: object) -> rx.Component:
        return _input(label, name, "" if is_new else getattr(firm, name), max_length=200, **props)

    return _form(
        rx.el.input(type="hidden", name="id", value="" if is_new else firm.id),
        line(tr("Name"), "name", required=True),
        line(tr("Street"), "street"),
        rx.el.div(line(tr("Postcode"), "postcode"), line(tr("City"), "city"), class_name="form__row"),
        line(tr("Country"), "country"),
        line(tr("Register"), "registration"),
        line(tr("VAT ID"), "tax_id"),
        on_submit=FieldsState.save_company,
    )


def _choice_form(
    kind: str, label: rx.Var[str], options: rx.Var[list[list[str]]], now: rx.Var[str], on_submit: object
) -> rx.Component:
    return _form(
        select_field(label, f"{kind}_id", options, default_value=now, auto_focus=True),
        button(
            tr("Add a new one"),
            kind="quiet",
            icon_name="plus",
            on_click=FieldsState.edit(f"{kind}_new", "name"),
        ),
        on_submit=on_submit,
    )


def _nobody(kind: str, text: rx.Var[str]) -> rx.Component:
    choose = button(
        tr("Choose"), icon_name="search", on_click=FieldsState.edit(f"{kind}_choice", f"{kind}_id")
    )
    return rx.fragment(
        rx.el.p(text, class_name="muted"),
        rx.cond(DealState.may.edit, rx.el.div(choose, class_name="row"), rx.fragment()),
    )


def _client_tools(kind: str, client_id: rx.Var[str], edit: rx.Var[str], choose: rx.Var[str]) -> rx.Component:
    """Nothing while there is nobody: then the section itself says what to do."""
    other = icon_button("arrow-left-right", choose, on_click=FieldsState.edit(f"{kind}_choice", f"{kind}_id"))
    tools = rx.el.div(
        rx.cond(DealState.may.edit, other, rx.fragment()),
        _pencil(kind, "name", edit, DealState.may.edit_contacts),
        class_name="section__tools",
    )
    return rx.cond(client_id != "", tools, rx.fragment())


def _pencil(kind: str, focus: str, label: rx.Var[str], may: rx.Var[bool]) -> rx.Component:
    return rx.cond(
        may & (FieldsState.editing != kind),
        icon_button("pencil", label, on_click=FieldsState.edit(kind, focus)),
        rx.fragment(),
    )


def _value(
    label: rx.Var[str],
    shown: rx.Var[str],
    kind: str,
    name: str,
    may: rx.Var[bool],
    *,
    missing: rx.Var[str] | None = None,
) -> rx.Component:
    """A fact that opens its input when pressed; for who may not edit, just the fact."""
    empty = (
        rx.el.span(NOTHING, class_name="muted")
        if missing is None
        else rx.el.span(missing, class_name="value__missing")
    )
    text = rx.cond(shown != "", rx.el.span(shown), empty)
    press = rx.el.button(
        text,
        type="button",
        class_name="value",
        aria_description=tr("Edit"),
        on_click=FieldsState.edit(kind, name),
    )
    return rx.el.div(rx.el.dt(label), rx.el.dd(rx.cond(may, press, text)), class_name="facts__row")


def _input(label: rx.Var[str], name: str, value: rx.Var[str] | str, **props: object) -> rx.Component:
    """An input that belongs to the browser until the form is sent."""
    return text_field(
        label, name, default_value=value, auto_focus=FieldsState.focus == name,
        error=rx.cond(FieldsState.problem_field == name, FieldsState.problem, ""), on_key_down=_escape, **props,
    )  # fmt: skip


def _form(*inputs: rx.Component, on_submit: object) -> rx.Component:
    elsewhere = (FieldsState.problem != "") & ~rx.Var.create(list(NAMED)).contains(FieldsState.problem_field)
    return rx.el.form(
        *inputs,
        rx.cond(elsewhere, banner("broken", FieldsState.problem, role="alert"), rx.fragment()),
        rx.el.div(
            button(tr("Save"), kind="primary", type="submit"),
            button(tr("Cancel"), kind="quiet", on_click=FieldsState.leave),
            class_name="form__foot",
        ),
        on_submit=on_submit,
        class_name="form",
    )


def _escape(key: rx.Var[str], _info: object) -> object:
    """Esc leaves the form as it was; any other key never reaches the server."""
    return rx.cond(key == "Escape", FieldsState.leave(), rx.noop())
