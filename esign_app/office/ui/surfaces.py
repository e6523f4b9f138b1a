"""Things that hold other things or say something about them."""

import reflex as rx

from esign_app.office.ui.controls import Flag, Text, icon

MEANINGS = ("waiting", "moving", "needs_you", "good", "broken")


def card(*children: rx.Component, **props: object) -> rx.Component:
    return rx.el.div(*children, class_name="card", **props)


def section(
    title: Text, *children: rx.Component, hint: Text = "", action: rx.Component | None = None
) -> rx.Component:
    """A titled card; `action` stands at the right of the title."""
    return rx.el.section(
        rx.el.header(
            rx.el.div(
                rx.el.h2(title, class_name="section__title"),
                rx.el.p(hint, class_name="section__hint") if _present(hint) else rx.fragment(),
            ),
            *([action] if action is not None else []),
            class_name="section__head",
        ),
        *children,
        class_name="card section",
    )


def badge(meaning: Text, text: Text) -> rx.Component:
    """One of the five MEANINGS with its icon and a word, so that colour is never alone."""
    return rx.el.span(icon(f"meaning-{meaning}", size="s"), text, class_name=f"badge badge--{meaning}")


def banner(
    meaning: Text, text: Text, *, action: rx.Component | None = None, role: str = "status"
) -> rx.Component:
    """A sentence across the view: what happened, what it means, and the one thing to do."""
    return rx.el.div(
        icon(f"meaning-{meaning}"),
        rx.el.p(text),
        *([action] if action is not None else []),
        class_name=f"banner banner--{meaning}",
        role=role,
    )


def refusal(text: rx.Var[str]) -> rx.Component:
    """What the domain refused, in its own words; nothing while `text` is empty."""
    return rx.cond(text != "", banner("broken", text, role="alert"), rx.fragment())


def empty_state(
    icon_name: str, title: Text, hint: Text, *, action: rx.Component | None = None
) -> rx.Component:
    """Says what will stand here and what to do to get there."""
    return rx.el.div(
        icon(icon_name, size="xl"),
        rx.el.h2(title),
        rx.el.p(hint),
        *([action] if action is not None else []),
        class_name="empty",
    )


def skeleton(lines: int = 3) -> rx.Component:
    """Holds the place while something loads."""
    return rx.el.div(
        *[rx.el.span(class_name="skeleton__line") for _ in range(lines)],
        class_name="skeleton",
        aria_hidden="true",
    )


def avatar(initials: Text, name: Text) -> rx.Component:
    return rx.el.span(
        rx.el.span(initials, aria_hidden="true"),
        rx.el.span(name, class_name="sr-only"),
        class_name="avatar",
        title=name,
    )


def money(text: Text) -> rx.Component:
    """An amount already written by `esign_app.text.money`, in figures that stand under each other."""
    return rx.el.span(text, class_name="money")


def fact(label: Text, value: Text | rx.Component) -> rx.Component:
    """One line of a list of facts; stands inside `facts`."""
    return rx.el.div(rx.el.dt(label), rx.el.dd(value), class_name="facts__row")


def facts(*rows: rx.Component) -> rx.Component:
    return rx.el.dl(*rows, class_name="facts")


def stage_bar(stages: rx.Var[list[dict[str, str]]], *, on_pick: object = None) -> rx.Component:
    """The way of a deal: stages with `id, name, colour, state` (past, now or next); a click moves the deal there."""
    return rx.el.ol(rx.foreach(stages, lambda stage: _stage_step(stage, on_pick)), class_name="stage-bar")


def _stage_step(stage: rx.Var[dict[str, str]], on_pick: object) -> rx.Component:
    events = {"on_click": on_pick(stage["id"])} if on_pick is not None else {}
    return rx.el.li(
        rx.el.button(
            rx.el.span(stage["name"]),
            type="button",
            aria_current=rx.cond(stage["state"] == "now", "step", "false"),
            **events,
        ),
        class_name="stage-bar__step",
        data_state=stage["state"],
        style={"--stage": stage["colour"]},
    )


def timeline(*entries: rx.Component) -> rx.Component:
    return rx.el.ol(*entries, class_name="timeline")


def timeline_entry(
    title: Text,
    at: Text,
    *,
    icon_name: Text = "circle-check",
    meaning: Text = "waiting",
    actor: Text = "",
    body: Text | rx.Component = "",
    action: rx.Component | None = None,
) -> rx.Component:
    """One thing that happened: what, who, when (with its zone), and what can be done about it."""
    return rx.el.li(
        rx.el.span(icon(icon_name, size="s"), class_name=f"timeline__mark timeline__mark--{meaning}"),
        rx.el.div(
            rx.el.div(rx.el.span(title, class_name="timeline__title"), class_name="timeline__head"),
            rx.el.div(body, class_name="timeline__body") if _present(body) else rx.fragment(),
            rx.el.div(
                rx.el.span(actor),
                rx.el.time(at, class_name="tabular"),
                class_name="timeline__meta",
            ),
            *([rx.el.div(action, class_name="timeline__action")] if action is not None else []),
            class_name="timeline__what",
        ),
        class_name="timeline__entry",
    )


def busy_note(text: Text, *, shown: Flag = True) -> rx.Component:
    """A line for work that takes a moment."""
    return rx.cond(
        shown,
        rx.el.p(icon("loader", size="s"), text, class_name="busy-note", role="status"),
        rx.fragment(),
    )


def _present(value: Text | rx.Component) -> bool:
    """A State variable may be filled later, so it counts as present; an empty string does not."""
    return not isinstance(value, str) or value != ""
