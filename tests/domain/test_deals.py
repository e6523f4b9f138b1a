"""Deals: exact money, fields that are set or refused, and nobody overwrites anybody."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from esign_app.domain import board, deals, events, snapshots
from esign_app.domain.actor import SYSTEM
from esign_app.domain.deals import DealView, LineView
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.models import DealLine
from esign_app.text import speaking
from tests.support.cast import NOW, Cast
from tests.support.world import World


def line(quantity_milli: int, price_minor: int, tax_bp: int = 0, title: str = "Work") -> dict[str, Any]:
    return {
        "title": title,
        "quantity_milli": quantity_milli,
        "price_minor": price_minor,
        "tax_bp": tax_bp,
    }


def view(session: Session, world: World) -> DealView:
    return deals.get(session, SYSTEM, world.deal)


def with_lines(session: Session, world: World, *lines: dict[str, Any]) -> DealView:
    deals.set_lines(session, SYSTEM, world.deal, list(lines), now=NOW)
    return view(session, world)


@pytest.mark.parametrize(
    ("quantity_milli", "price_minor", "net"),
    [
        (3000, 3333, 9999),  # 3 x 33.33: not a cent more
        (33_333, 300, 10_000),  # 33.333 x 3.00 = 99.999
        (3000, 33_333, 99_999),  # 3 x 33.333 KWD or 333.33 EUR
        (500, 1, 1),  # half a cent: away from zero
        (-500, 1, -1),
        (500, -1, -1),  # a discount rounds as what it is taken from
        (499, 1, 0),
        (1500, 1, 2),
        (2500, 1, 3),
        (0, 80_000, 0),
    ],
)
def test_a_line_is_rounded_once_half_away_from_zero(
    session: Session, world: World, quantity_milli: int, price_minor: int, net: int
) -> None:
    found = with_lines(session, world, line(quantity_milli, price_minor))
    assert [item.net_minor for item in found.lines] == [net]
    assert found.amount_minor == net


def test_tax_is_rounded_once_per_rate_and_not_per_line(session: Session, world: World) -> None:
    """Three lines of 0.03 at 19 %: 0.0171 of 0.09, and not three times 0.0057."""
    found = with_lines(session, world, *[line(1000, 3, 1900)] * 3, line(1000, 10_000, 700), line(1000, 55, 0))
    assert (found.totals.net_minor, found.totals.tax_minor) == (9 + 10_000 + 55, 2 + 700)
    assert found.totals.gross_minor == found.totals.net_minor + found.totals.tax_minor == found.amount_minor


def test_a_discount_is_a_line_below_zero_and_takes_its_tax_along(session: Session, world: World) -> None:
    found = with_lines(session, world, line(1000, 10_000, 1900), line(1000, -1000, 1900, "Discount"))
    assert (found.totals.net_minor, found.totals.tax_minor, found.totals.gross_minor) == (9000, 1710, 10_710)


@given(
    st.lists(
        st.tuples(st.integers(-(10**7), 10**7), st.integers(-(10**7), 10**7), st.sampled_from([0, 550, 700, 1900])),
        max_size=20,
    )
)  # fmt: skip
def test_sums_are_those_of_exact_arithmetic(lines: list[tuple[int, int, int]]) -> None:
    views = tuple(
        LineView("", "", "", quantity, price, rate, deals._rounded(quantity * price, 1000))
        for quantity, price, rate in lines
    )
    for item in views:
        assert abs(item.net_minor - Fraction(item.quantity_milli * item.price_minor, 1000)) <= Fraction(1, 2)
    found = deals.totals(views)
    exact = sum(Fraction(item.net_minor * item.tax_bp, 10_000) for item in views)
    assert found.net_minor == sum(item.net_minor for item in views)
    assert found.gross_minor == found.net_minor + found.tax_minor
    assert abs(found.tax_minor - exact) <= Fraction(len({item.tax_bp for item in views}), 2)
    mirrored = deals.totals(tuple(LineView("", "", "", 0, 0, item.tax_bp, -item.net_minor) for item in views))
    assert mirrored.gross_minor == -found.gross_minor


def test_card_sum_of_the_stage_and_snapshot_say_the_same(session: Session, world: World) -> None:
    """B73: one sum, in each notation."""
    with_lines(session, world, line(2500, 33_333, 1900))
    gross = 83_333 + 15_833
    values = snapshots.example(session, SYSTEM, world.deal, now=NOW)
    assert (values["totals"]["gross_minor"], values["deal"]["amount_minor"]) == (gross, gross)
    for language, written in (("en", "€991.66"), ("de", "991,66\u00a0€")):
        with speaking(language):
            shown = board.load(session, SYSTEM, now=NOW)
        assert [card.amount for card in shown.cards] == [written]
        assert shown.stages[0].sums == (written,)


def test_yen_have_no_cents(session: Session, world: World) -> None:
    deal = deals.create(session, SYSTEM, title="東京", values={"currency": "jpy"}, now=NOW)
    deals.set_lines(session, SYSTEM, deal, [line(1500, 333, 1000)], now=NOW)
    found = deals.get(session, SYSTEM, deal)
    assert (found.totals.net_minor, found.totals.tax_minor, found.amount_minor) == (500, 50, 550)
    (card,) = [
        item for item in board.load(session, SYSTEM, now=NOW).cards if item.public_id == found.public_id
    ]
    assert card.amount == "JP¥550"


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_prices_never_get_other_decimals(session: Session, world: World, currency: str) -> None:
    """800.00 EUR is kept as 80000, which would be 80000 JPY."""
    before = view(session, world)
    for values in ({"currency": currency}, {"currency": currency, "amount_minor": 238_000}):
        with pytest.raises(Invalid) as refused:
            deals.change(session, SYSTEM, world.deal, values, now=NOW)
        assert refused.value.field == "currency"
        assert "Remove the lines first" in str(refused.value)
        with speaking("de"):
            assert f"{currency} hat andere Nachkommastellen" in str(refused.value)
    assert view(session, world) == before


def test_an_amount_is_given_anew_when_the_decimals_change(session: Session, world: World) -> None:
    with_lines(session, world)
    with pytest.raises(Invalid, match="Please give the amount too") as refused:
        deals.change(session, SYSTEM, world.deal, {"currency": "JPY"}, now=NOW)
    assert refused.value.field == "amount_minor"
    deals.change(session, SYSTEM, world.deal, {"currency": "JPY", "amount_minor": 2380}, now=NOW)
    assert (view(session, world).currency, view(session, world).amount_minor) == ("JPY", 2380)


def test_a_currency_with_the_same_decimals_is_a_choice(session: Session, world: World) -> None:
    deals.change(session, SYSTEM, world.deal, {"currency": "USD"}, now=NOW)
    assert (view(session, world).currency, view(session, world).amount_minor) == ("USD", 238_000)


def test_lines_replace_lines_and_none_leave_the_amount(session: Session, world: World) -> None:
    assert [item.title for item in with_lines(session, world, line(1000, 1, title="New")).lines] == ["New"]
    found = with_lines(session, world)
    assert (found.lines, found.amount_minor, found.totals.gross_minor) == ((), 1, 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": None}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"unit": "x" * 21}, "unit"),
        ({"quantity_milli": 1.5}, "quantity_milli"),
        ({"quantity_milli": True}, "quantity_milli"),
        ({"quantity_milli": "1"}, "quantity_milli"),
        ({"price_minor": 10**12 + 1}, "price_minor"),
        ({"price_minor": float("nan")}, "price_minor"),
        ({"tax_bp": -1}, "tax_bp"),
        ({"tax_bp": 10_001}, "tax_bp"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_name(
    session: Session, world: World, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        deals.set_lines(session, SYSTEM, world.deal, [line(1000, 1) | values], now=NOW)
    assert refused.value.field == field
    session.rollback()


def test_more_than_200_lines_are_refused(session: Session, world: World) -> None:
    with_lines(session, world, *[line(1000, 1)] * 200)
    with pytest.raises(Invalid, match="200"):
        with_lines(session, world, *[line(1000, 1)] * 201)
    assert len(session.exec(select(DealLine)).all()) == 200


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "\u200b"}, "title"),
        ({"amount_minor": 10**15 + 1}, "amount_minor"),
        ({"amount_minor": True}, "amount_minor"),
        ({"amount_minor": "12"}, "amount_minor"),
        ({"currency": "€"}, "currency"),
        ({"close_on": "31.12.2026"}, "close_on"),
        ({"stage_id": 5}, "stage_id"),
        ({"version": 99}, "version"),
        ({"rank": -1}, "rank"),
        ({"owner": "x"}, "owner"),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_name(
    session: Session, world: World, values: dict[str, Any], field: str
) -> None:
    """C4: fields nobody offered are not set either."""
    with pytest.raises(Invalid) as refused:
        deals.change(session, SYSTEM, world.deal, values, now=NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["contact_id", "company_id", "owner_id"])
def test_a_reference_leads_somewhere_or_is_taken_away(session: Session, world: World, name: str) -> None:
    with pytest.raises(NotFound):
        deals.change(session, SYSTEM, world.deal, {name: "gone"}, now=NOW)
    deals.change(session, SYSTEM, world.deal, {name: ""}, now=NOW)
    assert (view(session, world).contact is None) == (name == "contact_id")


def test_a_deal_is_its_makers_and_stands_on_top(session: Session, world: World, cast: Cast) -> None:
    values = {"close_on": "2026-12-31", "contact_id": world.contact}
    made = deals.create(session, cast.mara, title=" Shop ", values=values, now=NOW)
    found = deals.get(session, cast.mara, made)
    assert (found.title, found.owner, found.close_on) == ("Shop", "Mara Sales", date(2026, 12, 31))
    assert board.load(session, SYSTEM, now=NOW).cards[0].public_id == made


@pytest.mark.both_databases
def test_a_stale_writer_is_told_and_writes_nothing(session: Session, world: World) -> None:
    seen = view(session, world).version
    deals.change(session, SYSTEM, world.deal, {"title": "First"}, seen_version=seen, now=NOW)
    before = view(session, world)
    with pytest.raises(Conflict):
        deals.change(session, SYSTEM, world.deal, {"title": "Second"}, seen_version=seen, now=NOW)
    with pytest.raises(Conflict):
        deals.set_lines(session, SYSTEM, world.deal, [], seen_version=seen, now=NOW)
    assert view(session, world) == before


def test_a_change_is_told_with_the_names_of_its_fields(session: Session, world: World, cast: Cast) -> None:
    deals.change(session, cast.mara, world.deal, {"title": "A", "close_on": ""}, now=NOW)
    told = events.get(session, session.info["events"][-1])
    assert (told.kind, told.actor, told.data) == (
        "deal_changed",
        cast.mara.key,
        {"fields": ["close_on", "title"]},
    )


def test_a_comment_says_something(session: Session, world: World) -> None:
    for nothing in ("", " \n ", "\u202e"):
        with pytest.raises(Invalid):
            deals.comment(session, SYSTEM, world.deal, nothing, now=NOW)
    deals.comment(session, SYSTEM, world.deal, " <b>one</b> \r\n two ", now=NOW)
    assert events.after(session, 0)[-1].text("text") == "<b>one</b>\ntwo"


def test_pages_of_deals_meet_without_gap_or_double(session: Session, world: World) -> None:
    for number in range(6):
        deals.create(session, SYSTEM, title=f"Deal {number}", now=NOW)
    found, after = [], ""
    while True:
        page, after = deals.listed(session, SYSTEM, limit=3, after=after)
        found += [item.public_id for item in page]
        if not after:
            break
    assert len(found) == len(set(found)) == 7
    only, _ = deals.listed(session, SYSTEM, stage=world.stages["Won"])
    assert only == []
