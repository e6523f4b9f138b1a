"""The index of the settings: a card for each part."""

import reflex as rx

from esign_app.office import routes
from esign_app.office.settings.home.state import SettingsState
from esign_app.office.ui.frame import LANGUAGE
from esign_app.office.ui.parts import button, icon, select_field, server_form, shell, tr
from esign_app.office.ui.shell_state import Shell
from esign_app.text import LANGUAGES

_NAMES = {"en": "English", "de": "Deutsch"}


def page() -> rx.Component:
    return shell(
        tr("Settings"),
        rx.el.div(
            rx.cond(
                SettingsState.sees_templates,
                _card(
                    routes.TEMPLATES,
                    "file-text",
                    "Templates",
                    "The texts contracts and other documents are made from.",
                ),
                rx.fragment(),
            ),
            rx.cond(
                SettingsState.sees_company,
                _card(
                    routes.OWN_COMPANY,
                    "building",
                    "Own company",
                    "Name, address and bank details on documents, and who signs for you.",
                ),
                rx.fragment(),
            ),
            _card(routes.RULES, "zap", "Rules", "What happens by itself when a deal enters a stage."),
            _language(),
            class_name="tiles",
        ),
        active="settings",
    )


def _card(href: str, icon_name: str, title: str, hint: str) -> rx.Component:
    return rx.el.a(
        icon(icon_name, size="l"),
        rx.el.span(rx.el.strong(tr(title)), rx.el.span(tr(hint)), class_name="tile__words"),
        icon("chevron-right"),
        href=href,
        class_name="card tile",
    )


def _language() -> rx.Component:
    """A plain form: the language belongs to the person, so the server keeps it and answers in it."""
    return server_form(
        LANGUAGE,
        select_field(
            tr("Your language"),
            "locale",
            [(code, _NAMES[code]) for code in LANGUAGES],
            default_value=Shell.locale,
            key=Shell.locale,
        ),
        button(tr("Use this language"), type="submit"),
        class_name="card tile tile--form",
    )
