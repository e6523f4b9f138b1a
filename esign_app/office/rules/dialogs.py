"""The two dialogs of the rules page: what can be added to a stage, and the rule that sends a document."""

import reflex as rx

from esign_app.domain import rules
from esign_app.office import routes
from esign_app.office.rules.state import RulesState
from esign_app.office.ui.parts import banner, button, dialog, icon, link_button, refusal, select_field, tr

_FORM = "rule-form"
_BEFORE = (
    ("confirm", "Ask first, showing what will be sent"),
    ("at_once", "At once: nobody is asked"),
)


def catalogue() -> rx.Component:
    """Everything a stage can do by itself, in groups."""
    return dialog(
        tr("Add to {stage}", stage=RulesState.stage_name),
        _group(
            "Paperwork",
            _entry(
                "send",
                "Send document for signature",
                "A deal enters: its document is made from a template and signed, our side first, then the client.",
                RulesState.new_send,
            ),
        ),
        _group(
            "Triggers",
            *[
                _entry(
                    "arrow-right",
                    label,
                    "The deal moves to this stage by itself.",
                    RulesState.add_trigger(key),
                )
                for key, label in rules.TRIGGERS.items()
            ],
        ),
        open=RulesState.step == "catalogue",
        on_close=RulesState.close,
    )


def _group(title: str, *entries: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h3(tr(title), class_name="section__title"),
        rx.el.div(*entries, class_name="catalogue"),
        aria_label=tr(title),
    )


def _entry(icon_name: str, label: str, hint: str, on_click: object) -> rx.Component:
    return rx.el.button(
        icon(icon_name, size="l"),
        rx.el.span(rx.el.strong(tr(label)), rx.el.span(tr(hint)), class_name="catalogue__words"),
        type="button",
        class_name="catalogue__entry",
        on_click=on_click,
    )


def form() -> rx.Component:
    """Template, signatory, and what happens before sending."""
    return dialog(
        tr("Send document for signature"),
        refusal(RulesState.refused),
        rx.el.form(
            _choice(
                "Template",
                "template",
                RulesState.templates,
                "There is no template for signing yet.",
                routes.TEMPLATES,
            ),
            _choice(
                "Signatory of our side",
                "signatory",
                RulesState.signatories,
                "Nobody may sign for us yet.",
                routes.OWN_COMPANY,
            ),
            select_field(
                tr("Before sending"),
                "before_sending",
                [(key, tr(label)) for key, label in _BEFORE],
                default_value=RulesState.given["before_sending"],
                error=RulesState.errors.get("before_sending", ""),
            ),
            id=_FORM,
            on_submit=RulesState.save,
            class_name="form",
        ),
        open=RulesState.step == "form",
        on_close=RulesState.close,
        footer=rx.fragment(
            button(tr("Cancel"), kind="quiet", on_click=RulesState.close),
            button(
                rx.cond(RulesState.rule == "", tr("Add rule"), tr("Save")),
                kind="primary",
                type="submit",
                form=_FORM,
                disabled=(RulesState.templates.length() == 0) | (RulesState.signatories.length() == 0),
            ),
        ),
    )


def _choice(
    label: str, name: str, options: rx.Var[list[list[str]]], missing: str, where: str
) -> rx.Component:
    """A choice, or where to make what could be chosen."""
    return rx.cond(
        options.length() > 0,
        select_field(
            tr(label),
            name,
            options,
            default_value=RulesState.given[name],
            error=RulesState.errors.get(name, ""),
            required=True,
        ),
        banner("needs_you", tr(missing), action=link_button(tr("Open settings"), where)),
    )
