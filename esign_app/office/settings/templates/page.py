"""The list of templates."""

import reflex as rx

from esign_app.office import routes
from esign_app.office.settings.looks import back, not_for_you
from esign_app.office.settings.templates.state import Row, TemplatesState
from esign_app.office.ui.parts import badge, card, empty_state, icon, shell, skeleton, tr


def page() -> rx.Component:
    return shell(
        tr("Templates"),
        rx.el.div(
            back(routes.SETTINGS, "Settings"),
            rx.cond(
                TemplatesState.is_forbidden,
                not_for_you(),
                rx.cond(TemplatesState.loaded, _list(), card(skeleton(4))),
            ),
            class_name="stack",
        ),
        active="settings",
    )


def _list() -> rx.Component:
    return rx.cond(
        TemplatesState.rows.length() > 0,
        rx.el.ul(rx.foreach(TemplatesState.rows, _row), class_name="card listing"),
        card(
            empty_state(
                "file-text",
                tr("No templates yet"),
                tr(
                    "Documents are made from templates. An installation starts with a contract, an offer and an NDA."
                ),
            )
        ),
    )


def _row(row: rx.Var[Row]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            icon("file-text", size="l"),
            rx.el.span(
                rx.el.strong(row.name),
                rx.el.span(row.kind, " · ", row.language, class_name="muted"),
                class_name="tile__words",
            ),
            rx.cond(row.is_active, badge("good", tr("In use")), badge("waiting", tr("Switched off"))),
            rx.el.span(row.saved, class_name="listing__when tabular"),
            icon("chevron-right"),
            href=row.href,
            class_name="listing__row",
        )
    )
