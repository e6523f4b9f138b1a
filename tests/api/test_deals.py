"""Deals by script: money exact, days without a zone, stale writers told, moves confirmed."""

from datetime import datetime

import pytest

from esign_app import engine
from esign_app.domain import board
from esign_app.domain.actor import SYSTEM
from tests.api.conftest import Api
from tests.support.cast import NOW
from tests.support.dump import everything
from tests.support.world import World


def test_what_is_written_is_read_back(sales: Api, world: World) -> None:
    made = sales.post(
        "/deals",
        {
            "title": "Ångström & Söhne \u201926",
            "stage_id": world.stages["Qualified"],
            "amount_minor": 123_456_789_012,
            "currency": "JPY",
            "close_on": "2026-12-31",
            "contact_id": world.contact,
            "company_id": world.company,
        },
    )
    assert made == sales.get(f"/deals/{made['id']}")
    assert made["title"] == "Ångström & Söhne \u201926"
    assert (made["amount_minor"], made["currency"]) == (123_456_789_012, "JPY")
    assert made["close_on"] == "2026-12-31"
    assert made["stage"]["id"] == world.stages["Qualified"]
    assert made["contact"] == {"id": world.contact, "name": "Alex Muster"}
    assert made["company"] == {"id": world.company, "name": "Muster AG"}
    assert made["owner"] is None
    assert datetime.fromisoformat(made["created_at"]).utcoffset().total_seconds() == 0


def test_a_patch_touches_only_what_it_names_and_null_takes_away(sales: Api, world: World) -> None:
    before = sales.get(f"/deals/{world.deal}")
    after = sales.ok("PATCH", f"/deals/{world.deal}", json={"contact_id": None})
    assert after == before | {"contact": None, "version": before["version"] + 1}


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-13-01", "31.12.2026", "2026-12-31T00:00:00Z", "20261231", "", "0000-00-00"]
)
def test_only_a_calendar_day_is_a_day(sales: Api, world: World, day: str) -> None:
    problem = sales.refused(422, "PATCH", f"/deals/{world.deal}", json={"close_on": day})
    assert problem["field"] == "close_on"


@pytest.mark.parametrize(
    ("values", "field"),
    [({"title": "  "}, "title"), ({"title": "x" * 201}, "title"), ({"currency": "XXY"}, "currency"), ({"amount_minor": 10**15 + 1}, "amount_minor")],
)  # fmt: skip
def test_values_that_cannot_be_are_refused_with_their_field(
    sales: Api, world: World, values: dict[str, object], field: str
) -> None:
    before = everything()
    assert sales.refused(422, "PATCH", f"/deals/{world.deal}", json=values)["field"] == field
    assert everything() == before


def test_a_stale_writer_is_told_and_changes_nothing(sales: Api, world: World) -> None:
    """B68: A changed the deal; B, who still sees the old version, is refused on every way of writing."""
    seen = sales.get(f"/deals/{world.deal}")["version"]
    sales.ok("PATCH", f"/deals/{world.deal}", json={"title": "A was here", "seen_version": seen})
    before = everything()
    stale = {"seen_version": seen}
    for method, path, body in (
        ("PATCH", "", {"title": "B"}),
        ("PUT", "/lines", {"lines": []}),
        ("POST", "/move", {"stage_id": world.stages["Qualified"]}),
    ):
        assert (
            sales.refused(409, method, f"/deals/{world.deal}{path}", json=body | stale)["code"] == "conflict"
        )
    assert everything() == before


def test_lines_give_exact_totals_and_the_amount(sales: Api, world: World) -> None:
    lines = [
        {"title": "Workshop", "unit": "d", "quantity_milli": 333, "price_minor": 100_001, "tax_bp": 1900},
        {"title": "Book", "quantity_milli": 3000, "price_minor": 1999, "tax_bp": 700},
    ]
    deal = sales.ok("PUT", f"/deals/{world.deal}/lines", json={"lines": lines})
    assert [line["net_minor"] for line in deal["lines"]] == [33_300, 5_997]
    assert deal["totals"] == {"net_minor": 39_297, "tax_minor": 6_327 + 420, "gross_minor": 46_044}
    assert deal["amount_minor"] == 46_044


def test_a_total_that_no_database_holds_is_refused(sales: Api, world: World) -> None:
    line = {"title": "x", "quantity_milli": 10**12, "price_minor": 10**12}
    before = everything()
    assert (
        sales.refused(422, "PUT", f"/deals/{world.deal}/lines", json={"lines": [line]})["code"] == "invalid"
    )
    sales.refused(422, "PUT", f"/deals/{world.deal}/lines", json={"lines": [{"title": "x"}] * 201})
    assert everything() == before


def test_a_list_has_pages_that_meet_without_gap_or_double(sales: Api, world: World) -> None:
    made = [world.deal, *(sales.post("/deals", {"title": f"Deal {number}"})["id"] for number in range(6))]
    found, after = [], None
    while True:
        page = sales.get("/deals", params={"limit": 3} | ({"after": after} if after else {}))
        assert len(page["items"]) <= 3
        found += [deal["id"] for deal in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == made


def test_a_list_can_be_of_one_stage(sales: Api, world: World) -> None:
    won = sales.post("/deals", {"title": "Won", "stage_id": world.stages["Won"]})["id"]
    found = sales.get("/deals", params={"stage_id": world.stages["Won"]})["items"]
    assert [deal["id"] for deal in found] == [won]


def test_a_move_puts_the_deal_at_its_place_inside_the_stage(sales: Api, world: World) -> None:
    stage = {"stage_id": world.stages["Qualified"]}
    low, high = (sales.post("/deals", {"title": title, **stage})["id"] for title in ("low", "high"))
    since = sales.post(f"/deals/{world.deal}/move", stage | {"position": 1})["stage_since"]
    assert cards(stage["stage_id"]) == [high, world.deal, low]
    assert sales.post(f"/deals/{world.deal}/move", stage | {"position": 99})["stage_since"] == since
    assert cards(stage["stage_id"]) == [high, low, world.deal]
    sales.post(f"/deals/{world.deal}/move", stage)
    assert cards(stage["stage_id"]) == [world.deal, high, low]


def cards(stage_id: str) -> list[str]:
    """The deals of a stage as the board shows them."""
    with engine.reading() as session:
        found = board.load(session, SYSTEM, now=NOW)
    return [card.public_id for card in found.cards if card.stage_id == stage_id]


def test_a_move_that_sends_something_asks_first(sales: Api, world: World) -> None:
    before = everything()
    move = {"stage_id": world.stages["Contract"]}
    problem = sales.refused(409, "POST", f"/deals/{world.deal}/move", json=move)
    assert everything() == before
    assert problem["code"] == "needs_confirmation"
    assert problem["preview"] == sales.get(f"/deals/{world.deal}/preview", params=move)
    (planned,) = problem["preview"]["planned"]
    assert planned["sends"] and planned["confirm"]
    assert [person["email"] for person in planned["people"]] == ["sigrid@example.com", "alex@client.example"]
    assert sales.post(f"/deals/{world.deal}/move", move | {"confirm": True})["stage"]["name"] == "Contract"


def test_a_preview_says_what_is_missing_and_where_it_is_mended(sales: Api, world: World) -> None:
    sales.ok("PATCH", f"/contacts/{world.contact}", json={"email": ""})
    preview = sales.get(f"/deals/{world.deal}/preview", params={"stage_id": world.stages["Contract"]})
    (missing,) = preview["planned"][0]["missing"]
    assert missing["place"] == {"kind": "contact", "id": world.contact}
    assert "Alex Muster" in missing["text"]


def test_the_timeline_has_pages_newest_first(sales: Api, world: World) -> None:
    for number in range(5):
        assert (
            sales.post(f"/deals/{world.deal}/comments", {"text": f"Note {number}"})["detail"]
            == f"Note {number}"
        )
    texts, after = [], None
    while True:
        page = sales.get(
            f"/deals/{world.deal}/timeline", params={"limit": 2} | ({"after": after} if after else {})
        )
        texts += [entry["detail"] for entry in page["items"] if entry["kind"] == "commented"]
        after = page["next"]
        if after is None:
            break
    assert texts == ["Note 4", "Note 3", "Note 2", "Note 1", "Note 0"]
    assert page["items"][-1]["kind"] == "deal_created"


def test_the_timeline_names_the_key_that_acted(sales: Api, world: World) -> None:
    assert sales.post(f"/deals/{world.deal}/comments", {"text": "Hello"})["who"] == "sales key"
