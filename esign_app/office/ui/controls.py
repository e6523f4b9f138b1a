"""Things one presses or fills in: buttons, fields, switches."""

from collections.abc import Sequence

import reflex as rx

Text = str | rx.Var[str]
Flag = bool | rx.Var[bool]


def icon(name: Text, *, size: str = "m") -> rx.Component:
    """A line of the sprite `assets/icons.svg`; decoration only, the word stands beside it."""
    return rx.el.svg(
        rx.el.svg.use(href=f"/icons.svg#{name}"),
        class_name=f"icon icon--{size}",
        aria_hidden="true",
        custom_attrs={"focusable": "false"},
    )


def button(
    label: Text,
    *,
    kind: str = "secondary",
    icon_name: Text | None = None,
    busy: Flag = False,
    disabled: Flag = False,
    **props: object,
) -> rx.Component:
    """`kind`: primary (one per view), secondary, quiet, danger. A busy button keeps its width and takes no click."""
    return rx.el.button(
        *([icon(icon_name)] if icon_name is not None else []),
        rx.el.span(label, class_name="button__label"),
        type=props.pop("type", "button"),
        class_name=f"button button--{kind}",
        disabled=_either(disabled, busy),
        aria_busy=_flag(busy),
        **props,
    )


def link_button(
    label: Text, href: Text, *, kind: str = "secondary", icon_name: str | None = None, leaves: bool = False
) -> rx.Component:
    """A link that looks like a button. `leaves`: the address is not an office page, so load it from the server."""
    return rx.el.a(
        *([icon(icon_name)] if icon_name else []),
        rx.el.span(label, class_name="button__label"),
        href=href,
        class_name=f"button button--{kind}",
        custom_attrs={"reloadDocument": True} if leaves else {},
    )


def icon_button(icon_name: Text, label: Text, *, disabled: Flag = False, **props: object) -> rx.Component:
    """Only an icon: `label` is what a screen reader says and what the tooltip shows."""
    return rx.el.button(
        icon(icon_name),
        type=props.pop("type", "button"),
        class_name="icon-button",
        aria_label=label,
        data_tip=label,
        disabled=disabled,
        **props,
    )


def field(
    label: Text,
    control: rx.Component,
    *,
    name: str,
    hint: Text = "",
    error: Text = "",
    required: bool = False,
) -> rx.Component:
    """A labelled control. The control's id is `name`; hint and error are tied to it by id."""
    return rx.el.div(
        rx.el.label(
            label,
            rx.el.span(" *", class_name="field__star", aria_hidden="true") if required else rx.fragment(),
            html_for=name,
            class_name="field__label",
        ),
        control,
        rx.cond(hint != "", rx.el.p(hint, id=f"{name}-hint", class_name="field__hint"), rx.fragment()),
        rx.cond(
            error != "",
            rx.el.p(
                icon("circle-alert", size="s"),
                error,
                id=f"{name}-error",
                class_name="field__error",
                role="alert",
            ),
            rx.fragment(),
        ),
        class_name="field",
    )


def text_field(
    label: Text, name: str, *, hint: Text = "", error: Text = "", required: bool = False, **props: object
) -> rx.Component:
    """One line of text inside a form; give `default_value` and let the form submit it."""
    control = rx.el.input(id=name, name=name, required=required, **_described(name, error), **props)
    return field(label, control, name=name, hint=hint, error=error, required=required)


def textarea_field(
    label: Text, name: str, *, hint: Text = "", error: Text = "", required: bool = False, **props: object
) -> rx.Component:
    control = rx.el.textarea(id=name, name=name, required=required, **_described(name, error), **props)
    return field(label, control, name=name, hint=hint, error=error, required=required)


def select_field(
    label: Text,
    name: str,
    options: Sequence[tuple[str, Text]] | rx.Var[list[list[str]]],
    *,
    hint: Text = "",
    error: Text = "",
    required: bool = False,
    **props: object,
) -> rx.Component:
    """`options`: pairs of value and label, known now or from State."""
    control = rx.el.div(
        rx.el.select(
            _options(options), id=name, name=name, required=required, **_described(name, error), **props
        ),
        icon("chevron-down"),
        class_name="select",
    )
    return field(label, control, name=name, hint=hint, error=error, required=required)


def switch(label: Text, *, hidden_label: bool = False, **props: object) -> rx.Component:
    """On or off at once; `checked` and `on_change` as for a checkbox."""
    return rx.el.label(
        rx.el.input(type="checkbox", role="switch", class_name="switch__input", **props),
        rx.el.span(class_name="switch__track", aria_hidden="true"),
        rx.el.span(label, class_name="sr-only" if hidden_label else "switch__label"),
        class_name="switch",
    )


def checkbox(label: Text | rx.Component, name: str, **props: object) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, class_name="checkbox__input", **props),
        rx.el.span(label),
        class_name="checkbox",
    )


def search_field(label: Text, **props: object) -> rx.Component:
    """A quiet search box; pass `on_change=State.handler.debounce(200)`."""
    return rx.el.label(
        icon("search"),
        rx.el.input(type="search", placeholder=label, aria_label=label, **props),
        class_name="search",
    )


def _options(options: Sequence[tuple[str, Text]] | rx.Var[list[list[str]]]) -> rx.Component:
    if isinstance(options, rx.Var):
        return rx.foreach(options, lambda pair: rx.el.option(pair[1], value=pair[0]))
    return rx.fragment(*[rx.el.option(shown, value=value) for value, shown in options])


def _described(name: str, error: Text) -> dict[str, object]:
    invalid = error != "" if isinstance(error, rx.Var) else bool(error)
    return {"aria_describedby": f"{name}-hint {name}-error", "aria_invalid": _flag(invalid)}


def _either(one: Flag, other: Flag) -> Flag:
    if isinstance(one, rx.Var) or isinstance(other, rx.Var):
        return rx.cond(one, True, other)
    return one or other


def _flag(value: Flag) -> Text:
    """ARIA wants the words true and false, not a missing attribute."""
    return rx.cond(value, "true", "false") if isinstance(value, rx.Var) else str(value).lower()
