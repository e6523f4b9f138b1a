"""The deal page: what it shows, editing in place, and what it refuses to whom."""

import asyncio
from datetime import date
from typing import Any

import pytest

from esign_app import engine
from esign_app.domain import clients, deals, documents, people, timeline
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Conflict, Forbidden, NotLoggedIn
from esign_app.office import routes
from esign_app.office.deal.fields_state import FieldsState
from esign_app.office.deal.sending import SendingState
from esign_app.office.deal.state import DealState
from tests.support.cast import NOW, Cast, load_cast
from tests.support.office import act_as, read, tab
from tests.support.world import World, make_world

FIELDS = {
    "title": "Website relaunch",
    "amount": "2,380.00",
    "currency": "EUR",
    "close_on": "",
    "owner_id": "",
}


@pytest.fixture
def world(engine_url: str) -> World:
    with engine.transaction() as session:
        return make_world(session)


@pytest.fixture
def cast(engine_url: str) -> Cast:
    return read(load_cast)


def opened(world: World, actor: Actor | None, query: str = "") -> DealState:
    state = tab(DealState, actor, routes.deal(world.deal) + query)
    asyncio.run(state.load())
    return state


def beside(deal: DealState, page: type) -> Any:
    return asyncio.run(deal.get_state(page))


def kept(world: World) -> deals.DealView:
    return read(deals.get, SYSTEM, world.deal)


def save(world: World, actor: Actor, **changed: str) -> FieldsState:
    fields = beside(opened(world, actor), FieldsState)
    asyncio.run(fields.edit("deal", "title"))
    asyncio.run(fields.save_deal({**FIELDS, **changed}))
    return fields


def test_the_page_shows_fields_client_products_and_the_way(world: World, cast: Cast) -> None:
    deal = opened(world, cast.mara)
    assert (deal.head.title, deal.client.email, deal.firm.city) == (
        "Website relaunch",
        "alex@client.example",
        "Berlin",
    )
    assert [(line.title, line.detail, line.total) for line in deal.lines] == [
        ("Concept", "2.5 d at €800.00, 19 % tax", "€2,000.00")
    ]
    assert (deal.sums.net, deal.sums.tax, deal.sums.gross) == ("€2,000.00", "€380.00", "€2,380.00")
    assert [stage["state"] for stage in deal.stages][:2] == ["now", "next"]
    assert deal.entries[-1].text == "Deal created"
    assert deal.entries[-1].at.endswith("CET")


def test_another_persons_page_is_in_his_language(world: World, cast: Cast) -> None:
    deal = opened(world, cast.sigrid)
    assert (deal.entries[-1].text, deal.sums.gross) == ("Auftrag angelegt", "2.380,00\u00a0€")
    assert (deal.may.edit, deal.may.send, deal.may.make) == (False, False, False)


def test_a_deal_that_does_not_exist_says_so(world: World, cast: Cast) -> None:
    deal = tab(DealState, cast.mara, routes.deal("nothing"))
    asyncio.run(deal.load())
    assert deal.is_gone


def test_a_document_of_no_deal_of_ours_leaves_the_page_whole(world: World, cast: Cast) -> None:
    deal = opened(world, cast.mara, "?document=K7QF-2MXA-9DTE")
    assert (deal.head.title, deal.paper.row.id) == ("Website relaunch", "")


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_close_date_is_a_day_and_no_zone_moves_it(world: World, cast: Cast, zone: str) -> None:
    """B44."""
    with engine.transaction() as session:
        user = people.by_public_id(session, cast.ada.public_id)
        user.zone = zone
        session.add(user)
    save(world, cast.ada, close_on="2026-12-24")
    assert kept(world).close_on == date(2026, 12, 24)
    assert (opened(world, cast.ada).head.close_on, opened(world, cast.ada).head.close_text) == (
        "2026-12-24",
        "24 Dec 2026",
    )


@pytest.mark.parametrize(
    ("locale", "typed", "minor"),
    [("en", "1,234.56", 123_456), ("de", "1.234,56", 123_456), ("de", "1.234", 123_400), ("en", "1.5", 150)],
)
def test_money_is_read_as_the_person_writes_it(
    world: World, cast: Cast, locale: str, typed: str, minor: int
) -> None:
    """B73."""
    with engine.transaction() as session:
        people.set_language(session, cast.mara, locale)
    save(world, cast.mara, amount=typed)
    assert kept(world).amount_minor == minor


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", "1.234,56"),
        ("amount", "12 apples"),
        ("title", "  "),
        ("close_on", "24.12.2026"),
        ("title", "x" * 201),
    ],
)
def test_a_refused_value_stays_in_its_input_with_the_reason(
    world: World, cast: Cast, name: str, value: str
) -> None:
    before = kept(world)
    fields = save(world, cast.mara, **{name: value})
    assert (fields.editing, fields.problem_field) == ("deal", name)
    assert fields.problem
    assert kept(world) == before


def test_a_currency_without_cents_takes_the_amount_as_it_was_typed(world: World, cast: Cast) -> None:
    """Both sums are kept as 2380: the number that stays is another sum."""
    assert "Remove the lines first" in save(world, cast.mara, currency="JPY").problem
    with engine.transaction() as session:
        deals.set_lines(session, SYSTEM, world.deal, [], now=NOW)
    save(world, cast.mara, amount="23.80")
    save(world, cast.mara, currency="JPY", amount="2,380")
    assert (kept(world).currency, kept(world).amount_minor) == ("JPY", 2380)


def test_saving_what_is_there_changes_and_tells_nothing(world: World, cast: Cast) -> None:
    owner = kept(world).owner_id
    before = len(read(timeline.of_deal, SYSTEM, world.deal))
    save(world, cast.mara, owner_id=owner)
    assert len(read(timeline.of_deal, SYSTEM, world.deal)) == before
    assert kept(world).version == opened(world, cast.mara).head.version


def test_two_people_who_edit_the_same_deal_do_not_overwrite_each_other(world: World, cast: Cast) -> None:
    mine, theirs = opened(world, cast.mara), opened(world, cast.ada)
    asyncio.run(beside(theirs, FieldsState).save_deal({**FIELDS, "title": "Theirs"}))
    with pytest.raises(Conflict):
        asyncio.run(beside(mine, FieldsState).save_deal({**FIELDS, "title": "Mine"}))
    assert kept(world).title == "Theirs"


def lines(deal: DealState, form: dict[str, str], rows: int = 1) -> FieldsState:
    fields = beside(deal, FieldsState)
    asyncio.run(fields.edit("lines", ""))
    for _ in range(rows - 1):
        fields.add_row()
    asyncio.run(fields.save_lines(form))
    return fields


def test_products_are_edited_as_a_table_and_make_the_amount(world: World, cast: Cast) -> None:
    form = {
        "title-0": "Concept", "quantity-0": "1.5", "unit-0": "d", "price-0": "1,000.00", "tax-0": "19",
        "title-n2": "Hosting", "quantity-n2": "12", "unit-n2": "mo", "price-n2": "10", "tax-n2": "7",
    }  # fmt: skip
    deal = opened(world, cast.mara)
    assert lines(deal, form, rows=2).editing == ""
    assert [
        (line.title, line.quantity_milli, line.price_minor, line.tax_bp) for line in kept(world).lines
    ] == [
        ("Concept", 1500, 100_000, 1900),
        ("Hosting", 12_000, 1000, 700),
    ]
    assert (kept(world).amount_minor, deal.sums.gross) == (191_340, "€1,913.40")


@pytest.mark.parametrize("cell", ["price-0", "quantity-0", "tax-0"])
def test_a_wrong_cell_is_named_and_nothing_is_lost(world: World, cast: Cast, cell: str) -> None:
    form = {
        "title-0": "Concept",
        "quantity-0": "1",
        "unit-0": "d",
        "price-0": "5",
        "tax-0": "19",
        cell: "many",
    }
    before = kept(world).lines
    fields = lines(opened(world, cast.mara), form)
    assert (fields.editing, fields.problem_field) == ("lines", cell)
    assert kept(world).lines == before


def test_the_contact_is_mended_on_the_deal(world: World, cast: Cast) -> None:
    fields = beside(opened(world, cast.mara), FieldsState)
    form = {
        "id": world.contact,
        "name": "Alex Muster",
        "email": "New@Client.example",
        "phone": "040 123456",
        "locale": "de",
    }
    asyncio.run(fields.save_contact(form))
    contact = kept(world).contact
    assert contact is not None
    assert (contact.public_id, contact.email, contact.phone) == (
        world.contact,
        "new@client.example",
        "+4940123456",
    )


def test_a_new_contact_is_made_and_set(world: World, cast: Cast) -> None:
    fields = beside(opened(world, cast.mara), FieldsState)
    asyncio.run(
        fields.save_contact(
            {"id": "", "name": "Kim Novak", "email": "kim@client.example", "phone": "", "locale": "en"}
        )
    )
    contact = kept(world).contact
    assert contact is not None and contact.name == "Kim Novak"


def test_a_form_of_a_contact_that_was_replaced_meanwhile_changes_nobody(world: World, cast: Cast) -> None:
    deal = opened(world, cast.mara)
    with engine.transaction() as session:
        other = clients.create_contact(session, SYSTEM, {"name": "Kim Novak"}, now=NOW)
        deals.change(session, SYSTEM, world.deal, {"contact_id": other}, now=NOW)
    before = read(clients.contacts, SYSTEM)
    with pytest.raises(Conflict):
        asyncio.run(
            beside(deal, FieldsState).save_contact({"id": world.contact, "name": "Mistake", "locale": "en"})
        )
    assert read(clients.contacts, SYSTEM) == before


def test_a_comment_stands_on_top_of_the_timeline(world: World, cast: Cast) -> None:
    deal = opened(world, cast.mara)
    asyncio.run(deal.comment({"comment": "Called her.\nShe <b>agrees</b>."}))
    assert (deal.entries[0].detail, deal.entries[0].who, deal.comments) == (
        "Called her.\nShe <b>agrees</b>.",
        "Mara Sales",
        1,
    )


HANDLERS: list[tuple[type, str, tuple[Any, ...]]] = [
    (DealState, "comment", ({"comment": "psst"},)),
    (FieldsState, "save_deal", ({**FIELDS, "amount": "2380", "title": "Mine now"},)),
    (FieldsState, "save_contact", ({"id": "", "name": "Nobody"},)),
    (FieldsState, "save_company", ({"id": "", "name": "Nothing"},)),
    (FieldsState, "choose_contact", ({"contact_id": ""},)),
    (FieldsState, "choose_company", ({"company_id": ""},)),
    (FieldsState, "save_lines", ({"title-0": "Gift", "price-0": "1"},)),
    (SendingState, "create", ("TEMPLATE",)),
    (SendingState, "move", ("STAGE",)),
    (SendingState, "mend", ({"contact_id": "CONTACT", "email": "evil@example.com"},)),
]


@pytest.mark.parametrize(("page", "name", "arguments"), HANDLERS, ids=[name for _, name, _ in HANDLERS])
@pytest.mark.parametrize("low", [True, False], ids=["signatory", "logged_out"])
def test_who_may_not_changes_nothing(
    world: World, cast: Cast, page: type, name: str, arguments: tuple[Any, ...], low: bool
) -> None:
    deal = opened(world, cast.sigrid)
    if not low:
        act_as(deal, None, routes.deal(world.deal))
    known = {"TEMPLATE": world.template, "STAGE": world.stages["Offer"], "CONTACT": world.contact}
    filled = [
        {key: known.get(value, value) for key, value in item.items()}
        if isinstance(item, dict)
        else known.get(item, item)
        for item in arguments
    ]
    before = (
        kept(world),
        read(clients.contacts, SYSTEM),
        read(clients.companies, SYSTEM),
        read(timeline.of_deal, SYSTEM, world.deal),
    )
    with pytest.raises(Forbidden if low else NotLoggedIn):
        asyncio.run(getattr(beside(deal, page), name)(*filled))
    assert before == (
        kept(world),
        read(clients.contacts, SYSTEM),
        read(clients.companies, SYSTEM),
        read(timeline.of_deal, SYSTEM, world.deal),
    )
    assert read(documents.of_deal, SYSTEM, world.deal) == []
