"""Product lines: what is sold, with totals; edited as a table."""

import reflex as rx

from esign_app.office.deal.fields_state import FieldsState, LineForm
from esign_app.office.deal.state import DealState
from esign_app.office.deal.views import Line
from esign_app.office.ui.parts import banner, button, dialog, icon_button, money, section, tr


def lines() -> rx.Component:
    return section(
        tr("Products"),
        rx.cond(DealState.lines.length() > 0, _table(), rx.el.p(tr("No products yet."), class_name="muted")),
        _editor(),
        action=rx.cond(
            DealState.may.edit,
            icon_button("pencil", tr("Edit the products"), on_click=FieldsState.edit("lines", "")),
            rx.fragment(),
        ),
    )


def _table() -> rx.Component:
    return rx.fragment(
        rx.el.ul(rx.foreach(DealState.lines, _line), class_name="products"),
        rx.el.dl(
            _sum(tr("Net"), DealState.sums.net),
            _sum(tr("Tax"), DealState.sums.tax),
            _sum(tr("Total"), DealState.sums.gross, is_last=True),
            class_name="sums",
        ),
    )


def _line(line: rx.Var[Line]) -> rx.Component:
    return rx.el.li(
        rx.el.span(line.title, class_name="products__title"),
        money(line.total),
        rx.el.span(line.detail, class_name="products__detail tabular"),
    )


def _sum(label: rx.Var[str], value: rx.Var[str], *, is_last: bool = False) -> rx.Component:
    return rx.el.div(
        rx.el.dt(label),
        rx.el.dd(money(value)),
        class_name="sums__row sums__row--last" if is_last else "sums__row",
    )


def _editor() -> rx.Component:
    return dialog(
        tr("Products"),
        rx.el.form(
            rx.el.div(
                *[rx.el.span(head, aria_hidden="true") for head in _heads()],
                rx.el.span(),
                class_name="lines__row lines__row--head",
            ),
            rx.foreach(FieldsState.rows, _row),
            rx.el.div(
                button(tr("Add a line"), kind="quiet", icon_name="plus", on_click=FieldsState.add_row),
                class_name="row",
            ),
            rx.cond(
                FieldsState.problem != "", banner("broken", FieldsState.problem, role="alert"), rx.fragment()
            ),
            rx.el.p(
                tr("The deal's amount becomes the total of its products, tax included."), class_name="muted"
            ),
            id="lines-form",
            on_submit=FieldsState.save_lines,
            class_name="lines",
        ),
        open=FieldsState.editing == "lines",
        on_close=FieldsState.leave,
        footer=rx.fragment(
            button(tr("Cancel"), kind="quiet", on_click=FieldsState.leave),
            button(tr("Save"), kind="primary", type="submit", form="lines-form"),
        ),
    )


def _heads() -> tuple[rx.Var[str], ...]:
    return tr("Product"), tr("Quantity"), tr("Unit"), tr("Price"), tr("Tax %")


def _row(row: rx.Var[LineForm]) -> rx.Component:
    product, quantity, unit, price, tax = _heads()
    return rx.el.div(
        _cell("title", row.key, row.title, product, max_length=200),
        _cell("quantity", row.key, row.quantity, quantity, input_mode="decimal"),
        _cell("unit", row.key, row.unit, unit, max_length=20),
        _cell("price", row.key, row.price, price, input_mode="decimal"),
        _cell("tax", row.key, row.tax, tax, input_mode="decimal"),
        icon_button("trash", tr("Remove the line"), on_click=FieldsState.drop_row(row.key)),
        class_name="lines__row",
        role="group",
        key=row.key,
    )


def _cell(
    kind: str, key: rx.Var[str], value: rx.Var[str], label: rx.Var[str], **props: object
) -> rx.Component:
    name = rx.Var.create(f"{kind}-{key}")
    wrong = FieldsState.problem_field == name
    return rx.el.label(
        rx.el.span(label, class_name="lines__label"),
        rx.el.input(
            name=name,
            default_value=value,
            aria_label=label,
            aria_invalid=rx.cond(wrong, "true", "false"),
            auto_focus=FieldsState.focus == name,
            auto_complete="off",
            class_name="input",
            **props,
        ),
        class_name=f"lines__cell lines__cell--{kind}",
    )
