"""What opens above the page or follows the keyboard: dialog, menu, tabs. React does the focus, Python the looks."""

from collections.abc import Sequence

import reflex as rx
from reflex.components.core.banner import has_connection_errors

from esign_app.office.ui.controls import Flag, Text
from esign_app.office.ui.scripts import script
from esign_app.office.ui.words import tr

_SOURCE = script(__name__, "overlays.jsx")


class _Dialog(rx.NoSSRComponent):
    library = _SOURCE
    tag = "Dialog"
    open: rx.Var[bool]
    title: rx.Var[str]
    close_label: rx.Var[str]
    side: rx.Var[bool]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


class _Popover(rx.Component):
    library = _SOURCE
    tag = "Popover"
    label: rx.Var[str]
    trigger_class: rx.Var[str]
    tip: rx.Var[bool]


class _Tabs(rx.Component):
    library = _SOURCE
    tag = "Tabs"
    label: rx.Var[str]
    active: rx.Var[str]
    items: rx.Var[list[dict[str, object]]]
    on_change: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class _Document(rx.Component):
    """Keeps <html lang> true and lets a person choose the narrow rail; renders nothing."""

    library = _SOURCE
    tag = "DocumentLanguage"
    locale: rx.Var[str]


class _ServerForm(rx.Component):
    library = _SOURCE
    tag = "ServerForm"
    action: rx.Var[str]


class _RailToggle(rx.Component):
    library = _SOURCE
    tag = "RailToggle"
    label: rx.Var[str]


def dialog(
    title: Text,
    *children: rx.Component,
    open: Flag,  # noqa: A002  the word of the HTML element
    on_close: object,
    footer: rx.Component | None = None,
) -> rx.Component:
    """A modal dialog: focus goes in, Tab stays in, Esc closes, focus returns. On a phone it is a sheet."""
    return _Dialog.create(
        rx.el.div(*children, class_name="dialog__body"),
        *([rx.el.footer(footer, class_name="dialog__foot")] if footer is not None else []),
        open=open,
        title=title,
        close_label=tr("Close"),
        on_close=on_close,
    )


def popover(
    trigger: rx.Component,
    *children: rx.Component,
    label: Text,
    trigger_class: str = "icon-button",
    tip: bool = True,
) -> rx.Component:
    """A button (`trigger` is its inside, `label` its name) with a panel; Esc and a click elsewhere close it."""
    return _Popover.create(trigger, *children, label=label, trigger_class=trigger_class, tip=tip)


def tabs(
    label: Text,
    items: Sequence[tuple[str, Text, rx.Var[int] | int | None]],
    *,
    active: rx.Var[str],
    on_change: object,
) -> rx.Component:
    """`items`: key, word, counter or None. The panel below should have `id=f"panel-{key}"` and role tabpanel."""
    shown = [{"key": key, "text": text, "count": count} for key, text, count in items]
    return _Tabs.create(label=label, items=shown, active=active, on_change=on_change)


def tab_panel(key: str, *children: rx.Component, active: rx.Var[str]) -> rx.Component:
    return rx.cond(
        active == key,
        rx.el.div(*children, id=f"panel-{key}", role="tabpanel", aria_labelledby=f"tab-{key}", tab_index=0),
        rx.fragment(),
    )


def server_form(action: str, *children: rx.Component, class_name: str = "") -> rx.Component:
    """A plain POST to a route of the server, with the present page as `next`; loads the answer as a new page."""
    return _ServerForm.create(*children, action=action, class_name=class_name)


def document_language(locale: rx.Var[str]) -> rx.Component:
    return _Document.create(locale=locale)


def rail_toggle() -> rx.Component:
    return _RailToggle.create(label=tr("Narrow menu"))


def toast_region() -> rx.Component:
    """Give this to `rx.App(toaster=...)`; a toast only tells of what happened elsewhere."""
    return rx.toast.provider(
        position="bottom-right", close_button=True, visible_toasts=3, class_name="toasts",
        custom_attrs={"containerAriaLabel": tr("Notices")},
    )  # fmt: skip


def connection_note() -> rx.Component:
    """While the server cannot be reached; Reflex's own note is English and shows an address of the machine."""
    note = tr("No connection. What you see may be old; we try again by ourselves.")
    lost = rx.el.p(note, class_name="lost")
    return rx.fragment(rx.el.div(rx.cond(has_connection_errors, lost, rx.fragment()), role="status"))
