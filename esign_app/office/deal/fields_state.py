"""Editing in place: which section is open, what its selects offer, and what was refused at which input."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from esign_app.db import utcnow
from esign_app.domain import deals
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Invalid
from esign_app.office.call import ask, call
from esign_app.office.deal import reading, writing
from esign_app.office.deal.state import DealState
from esign_app.text import number, plain_money

SECTIONS = (
    "deal",
    "contact",
    "contact_choice",
    "contact_new",
    "company",
    "company_choice",
    "company_new",
    "lines",
)


@dataclass(frozen=True)
class LineForm:
    """A row of the product table as it is first shown; the inputs then belong to the browser."""

    key: str
    title: str = ""
    quantity: str = ""
    unit: str = ""
    price: str = ""
    tax: str = ""


class FieldsState(rx.State):
    editing: str = ""
    focus: str = ""
    problem: str = ""
    problem_field: str = ""
    contacts: list[list[str]] = []
    companies: list[list[str]] = []
    owners: list[list[str]] = []
    rows: list[LineForm] = []
    _made_rows: int = 0

    @rx.event
    async def edit(self, section: str, focus: str) -> None:
        """Open a section's form with the cursor in `focus`."""
        if section not in SECTIONS:
            return
        self._quiet()
        if section in ("deal", "contact_choice", "company_choice"):
            found = await ask(self, reading.choices)
            self.contacts, self.companies, self.owners = (
                found["contacts"],
                found["companies"],
                found["owners"],
            )
        if section == "lines":
            deal = await self.get_state(DealState)
            self.rows = await ask(self, _rows, deal._deal_id)
            self._made_rows = len(self.rows)
        self.editing, self.focus = section, str(focus)

    @rx.event
    def leave(self) -> None:
        self.editing = ""
        self._quiet()

    def _quiet(self) -> None:
        self.problem = self.problem_field = ""

    async def _save(self, function: Any, *args: Any, **kwargs: Any) -> None:
        """Write, close the form and show what was written; a refused value stays in its input with the reason."""
        deal = await self.get_state(DealState)
        self._quiet()
        try:
            await call(self, function, deal._deal_id, *args, now=utcnow(), **kwargs)
        except Invalid as refused:
            self.problem, self.problem_field = refused.sentence, refused.field
            return
        self.editing = ""
        await deal._read()

    async def _seen(self) -> int:
        return (await self.get_state(DealState)).head.version

    @rx.event
    async def save_deal(self, form: dict[str, Any]) -> None:
        await self._save(writing.change_deal, form, seen_version=await self._seen())

    @rx.event
    async def save_contact(self, form: dict[str, Any]) -> None:
        await self._save(writing.save_client, "contact", form, seen_version=await self._seen())

    @rx.event
    async def save_company(self, form: dict[str, Any]) -> None:
        await self._save(writing.save_client, "company", form, seen_version=await self._seen())

    @rx.event
    async def choose_contact(self, form: dict[str, Any]) -> None:
        await self._save(
            writing.set_client, "contact", str(form.get("contact_id", "")), seen_version=await self._seen()
        )

    @rx.event
    async def choose_company(self, form: dict[str, Any]) -> None:
        await self._save(
            writing.set_client, "company", str(form.get("company_id", "")), seen_version=await self._seen()
        )

    @rx.event
    def add_row(self) -> None:
        """An empty row, as long as the table may grow."""
        if len(self.rows) < writing.MOST_LINES:
            self._made_rows += 1
            tax = self.rows[-1].tax if self.rows else "19"
            self.rows = [*self.rows, LineForm(f"n{self._made_rows}", quantity="1", tax=tax)]
            self.focus = f"title-n{self._made_rows}"

    @rx.event
    def drop_row(self, key: str) -> None:
        self.rows = [row for row in self.rows if row.key != key]

    @rx.event
    async def save_lines(self, form: dict[str, Any]) -> None:
        await self._save(writing.save_lines, form, [row.key for row in self.rows])


def _rows(session: Session, actor: Actor, deal_id: str) -> list[LineForm]:
    view = deals.get(session, actor, deal_id)
    found = [
        LineForm(
            key=str(position),
            title=line.title,
            quantity=number(line.quantity_milli, 3),
            unit=line.unit,
            price=plain_money(line.price_minor, view.currency),
            tax=number(line.tax_bp, 2),
        )
        for position, line in enumerate(view.lines)
    ]
    return found or [LineForm("0", quantity="1", tax="19")]
