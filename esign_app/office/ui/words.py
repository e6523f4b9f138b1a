"""Texts of compiled pages: both languages travel in the page, the reader's locale chooses at run time."""

import reflex as rx

from esign_app.office.ui.shell_state import Shell
from esign_app.text import t


def tr(message: str, **values: object) -> rx.Var[str]:
    """`message` in the reader's language; `{name}` in it is filled with a value or a State variable."""
    return rx.cond(Shell.locale == "de", _said("de", message, values), _said("en", message, values))


def words(messages: dict[str, str]) -> rx.Var[dict[str, str]]:
    """A dictionary of texts for a JSX component, every text in the reader's language."""
    german = {key: t(message, locale="de") for key, message in messages.items()}
    return rx.cond(Shell.locale == "de", rx.Var.create(german), rx.Var.create(messages))


def _said(language: str, message: str, values: dict[str, object]) -> rx.Var[str]:
    """A State variable formatted into a string stays live: Reflex decodes it out of the literal again."""
    text = t(message, locale=language)
    return rx.Var.create(text.format(**values) if values else text)
