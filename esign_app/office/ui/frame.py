"""The frame around every office page: rail, top bar, person menu; on a phone the rail is a bar at the bottom."""

from dataclasses import dataclass

import reflex as rx
from reflex.style import color_mode, set_color_mode

from esign_app.office.ui.controls import Text, icon
from esign_app.office.ui.overlays import document_language, popover, rail_toggle, server_form
from esign_app.office.ui.shell_state import Shell
from esign_app.office.ui.words import tr

LOGOUT = "/auth/logout"
LANGUAGE = "/auth/language"


MODES = (("light", "sun", "Light"), ("dark", "moon", "Dark"), ("system", "monitor", "As the system"))


@dataclass(frozen=True)
class Place:
    """An entry of the rail; `short` is its word on a phone. `leaves`: the address is not one of the office."""

    key: str
    href: str
    icon: str
    word: str
    short: str
    leaves: bool = False


PLACES = (
    Place("deals", "/deals", "kanban", "Deals", "Deals"),
    Place("waiting", "/waiting", "signature", "Waiting for you", "Waiting"),
    Place("rules", "/rules", "zap", "Rules", "Rules"),
    Place("settings", "/settings", "settings", "Settings", "Setup"),
)
INTEGRITY = Place("integrity", "/verify", "shield-check", "Integrity check", "Integrity", leaves=True)


def shell(
    title: Text,
    content: rx.Component,
    *,
    active: str = "",
    action: rx.Component | None = None,
    tools: rx.Component | None = None,
    board: bool = False,
) -> rx.Component:
    """A whole page. `tools` stand beside the title (search, switches), `action` is the one primary thing to do.

    `board=True` gives the content the full window and lets the window itself scroll sideways: the drag and drop
    library scrolls only the window by itself.
    """
    return rx.el.div(
        document_language(Shell.locale),
        rx.el.a(
            tr("Skip to the content"),
            href="#content",
            class_name="skip",
            custom_attrs={"reloadDocument": True},
        ),
        _rail(active),
        rx.el.div(
            rx.el.header(
                rx.el.h1(title, class_name="topbar__title"),
                rx.el.div(tools or rx.fragment(), class_name="topbar__tools"),
                action or rx.fragment(),
                class_name="topbar",
            ),
            rx.el.main(content, id="content", class_name="content", tab_index=-1),
            class_name="page",
        ),
        class_name="shell shell--board" if board else "shell",
        data_ready=rx.cond(Shell.locale == "", "false", "true"),
    )


def _rail(active: str) -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            rx.el.a(
                rx.el.span(icon("signature"), class_name="brand__mark"),
                rx.el.span("esign", class_name="brand__name"),
                href="/deals",
                class_name="brand",
                aria_label=tr("esign, to the deals"),
            ),
            rail_toggle(),
            class_name="rail__head",
        ),
        rx.el.nav(
            *[_entry(place, active) for place in PLACES], class_name="rail__nav", aria_label=tr("Main menu")
        ),
        rx.el.div(_entry(INTEGRITY, active), _person(), class_name="rail__foot"),
        class_name="rail",
        aria_label=tr("Menu"),
    )


def _entry(place: Place, active: str) -> rx.Component:
    counter = (
        rx.cond(
            Shell.waiting_count > 0,
            rx.el.span(Shell.waiting_count, class_name="count count--needs"),
            rx.fragment(),
        )
        if place.key == "waiting"
        else rx.fragment()
    )
    return rx.el.a(
        icon(place.icon),
        rx.el.span(tr(place.word), class_name="rail__word"),
        rx.el.span(tr(place.short), class_name="rail__short"),
        counter,
        href=place.href,
        class_name="rail__entry",
        data_tip=tr(place.word),
        aria_current="page" if place.key == active else "false",
        custom_attrs={"reloadDocument": True} if place.leaves else {},
    )


def _person() -> rx.Component:
    return popover(
        rx.fragment(
            rx.el.span(Shell.user_initials, class_name="avatar", aria_hidden="true"),
            rx.el.span(Shell.user_name, class_name="rail__word"),
            rx.el.span(tr("You"), class_name="rail__short"),
        ),
        rx.el.div(
            rx.el.strong(Shell.user_name),
            rx.el.span(Shell.user_role),
            class_name="menu__person",
        ),
        _languages(),
        _modes(),
        server_form(
            LOGOUT,
            rx.el.button(icon("log-out"), tr("Log out"), type="submit", class_name="menu__item"),
        ),
        label=tr("Account of {name}", name=Shell.user_name),
        trigger_class="rail__entry rail__person",
        tip=False,
    )


def _languages() -> rx.Component:
    """A plain form post: the language is stored with the person and the page comes back in it."""
    return server_form(
        LANGUAGE,
        rx.el.span(icon("languages"), tr("Language"), class_name="menu__label"),
        rx.el.span(
            *[
                rx.el.button(
                    short,
                    type="submit",
                    name="locale",
                    value=code,
                    aria_label=name,
                    aria_pressed=rx.cond(Shell.locale == code, "true", "false"),
                )
                for code, short, name in (("en", "EN", "English"), ("de", "DE", "Deutsch"))
            ],
            class_name="choice",
        ),
        class_name="menu__row",
    )


def _modes() -> rx.Component:
    return rx.el.div(
        rx.el.span(icon("moon"), tr("Appearance"), class_name="menu__label"),
        rx.el.span(
            *[
                rx.el.button(
                    icon(symbol, size="s"),
                    type="button",
                    aria_label=tr(word),
                    data_tip=tr(word),
                    on_click=set_color_mode(mode),
                    aria_pressed=rx.cond(color_mode == mode, "true", "false"),
                )
                for mode, symbol, word in MODES
            ],
            class_name="choice",
        ),
        class_name="menu__row",
    )
