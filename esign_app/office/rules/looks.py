"""The parts of the rules page: column, card, the line of the last run."""

import reflex as rx

from esign_app.office.rules.state import RulesState
from esign_app.office.rules.views import Column, Piece, RuleCard, RunLine
from esign_app.office.ui.parts import badge, icon, icon_button, switch, tr


def column(stage: rx.Var[Column]) -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(stage.name, rx.el.span(stage.count, class_name="count")),
            rx.cond(
                RulesState.may_add,
                icon_button(
                    "plus",
                    tr("Add to {stage}", stage=stage.name),
                    on_click=RulesState.open_catalogue(stage.id),
                ),
                rx.fragment(),
            ),
            class_name="rules__head",
        ),
        rx.cond(
            stage.count > 0,
            rx.el.ol(rx.foreach(stage.rules, card), class_name="rules__list"),
            rx.el.p(tr("Nothing happens by itself here."), class_name="rules__empty"),
        ),
        class_name="rules__column",
        style={"--stage": stage.colour},
        aria_label=stage.name,
    )


def card(rule: rx.Var[RuleCard]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.cond(rule.is_trigger, icon("arrow-right"), icon("send")),
            rx.el.p(rx.foreach(rule.sentence, _piece), class_name="rule__sentence"),
            class_name="rule__what",
        ),
        rx.cond(
            rule.before != "",
            rx.el.p(icon("hourglass", size="s"), rule.before, class_name="rule__before"),
            rx.fragment(),
        ),
        rx.cond(rule.trouble != "", badge("needs_you", rule.trouble), rx.fragment()),
        _run(rule.run),
        rx.el.footer(_switch(rule), _edit(rule), class_name="rule__foot"),
        class_name=rx.cond(rule.enabled, "rule", "rule rule--off"),
    )


def _piece(piece: rx.Var[Piece]) -> rx.Component:
    return rx.cond(piece.strong, rx.el.strong(piece.text), rx.el.span(piece.text))


def _run(run: rx.Var[RunLine]) -> rx.Component:
    return rx.el.div(
        rx.cond(
            run.meaning != "",
            rx.fragment(
                rx.el.p(
                    badge(run.meaning, run.word),
                    rx.el.a(run.deal, href=run.href),
                ),
                rx.cond(run.said != "", rx.el.p(run.said), rx.fragment()),
                rx.el.time(run.at, class_name="tabular"),
            ),
            rx.el.p(tr("Has not run yet")),
        ),
        class_name="rule__run",
    )


def _switch(rule: rx.Var[RuleCard]) -> rx.Component:
    """People without the right read the state as a word: a switch that cannot be pressed only teases."""
    word = rx.cond(rule.enabled, tr("On"), tr("Off"))
    return rx.cond(
        RulesState.may_edit,
        rx.el.div(
            switch(
                rule.label,
                hidden_label=True,
                checked=rule.enabled,
                on_change=lambda _value: RulesState.switch(rule.id, ~rule.enabled),
            ),
            rx.el.span(word, aria_hidden="true"),
            class_name="rule__switch",
        ),
        rx.el.span(word, class_name="muted"),
    )


def _edit(rule: rx.Var[RuleCard]) -> rx.Component:
    return rx.cond(
        RulesState.may_edit & ~rule.is_trigger,
        icon_button("pencil", tr("Change this rule"), on_click=RulesState.edit(rule.id)),
        rx.fragment(),
    )
