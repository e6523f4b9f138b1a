"""Numbers of documents: one after the other, each used or void with a reason, never one twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from esign_app import engine
from esign_app.domain import documents, numbering, own_companies, templates
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import NotFound
from esign_app.models import Document, Series, SeriesNumber
from tests.domain import paper
from tests.support.cast import NOW
from tests.support.world import World

SILVESTER = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def numbers(session: Session) -> list[tuple[str, int, str, str]]:
    query = select(SeriesNumber).order_by(col(SeriesNumber.period), col(SeriesNumber.n))
    return [(row.period, row.n, row.state, row.reason) for row in session.exec(query)]


def series(session: Session, world: World) -> Series:
    row = session.get(Series, templates.find(session, world.template).series_id)
    assert row is not None
    return row


def begin(session: Session, world: World, now: datetime = NOW) -> Document:
    return documents.begin(session, SYSTEM, world.deal, world.template, now=now)


@pytest.mark.both_databases
def test_many_at_once_get_each_their_own_number_without_a_gap(session: Session, world: World) -> None:
    """Every third gives up after it took its number; what it took is free for the next."""
    session.commit()
    ready = threading.Barrier(6)

    def take(worker: int) -> list[str]:
        ready.wait()
        return [number for turn in range(5) if (number := _take(world, give_up=(worker + turn) % 3 == 0))]

    with ThreadPoolExecutor(6) as pool:
        taken = sorted(number for found in pool.map(take, range(6)) for number in found)
    session.rollback()
    assert taken == [f"2026-{number:03d}" for number in range(1, 21)]
    assert [n for _, n, _, _ in numbers(session)] == list(range(1, 21))
    assert sorted(session.exec(select(Document.number))) == taken


def _take(world: World, *, give_up: bool) -> str:
    with engine.transaction() as session:
        number = begin(session, world).number
        if give_up:
            session.rollback()
            return ""
    return number


@pytest.mark.both_databases
def test_a_document_that_fails_keeps_its_number_void_with_the_reason(session: Session, world: World) -> None:
    first = begin(session, world)
    reason = {"message": "The template names a field that does not exist.", "values": {}}
    documents.record_failed(session, SYSTEM, first.id or 0, reason, now=NOW)
    second = begin(session, world)
    assert (first.number, second.number) == ("2026-001", "2026-002")
    assert numbers(session) == [
        ("2026", 1, "void", "The template names a field that does not exist."),
        ("2026", 2, "reserved", ""),
    ]


def test_a_document_tried_again_keeps_its_number(session: Session, world: World) -> None:
    document = begin(session, world)
    for attempt in range(3):
        documents.record_failed(session, SYSTEM, document.id or 0, {"message": "broken"}, now=NOW)
        documents.retry(session, SYSTEM, document.public_id, now=NOW.replace(year=2027 + attempt))
    paper.render(session, document.id or 0)
    assert documents.get(session, SYSTEM, document.public_id).number == "2026-001"
    assert numbers(session) == [("2026", 1, "used", "")]


@pytest.mark.parametrize("later", [NOW, NOW.replace(year=2027)])
def test_the_same_document_is_given_the_same_number_whenever_it_asks(
    session: Session, world: World, later: datetime
) -> None:
    document = begin(session, world)
    again = numbering.reserve(
        session, series(session, world).id or 0, document.id or 0, zone="UTC", now=later
    )
    assert again == document.number == "2026-001"
    assert len(numbers(session)) == 1


@pytest.mark.parametrize(
    ("zone", "number"),
    [("Europe/Berlin", "2027-001"), ("America/Los_Angeles", "2026-001"), ("UTC", "2026-001")],
)
def test_the_year_is_the_one_on_the_wall_of_the_own_company(
    session: Session, world: World, zone: str, number: str
) -> None:
    own = own_companies.get(session, SYSTEM)
    own_companies.change(session, SYSTEM, {"zone": zone}, seen_version=own.version, now=NOW)
    assert begin(session, world, SILVESTER).number == number


def test_every_period_counts_anew_and_a_late_document_goes_on_where_its_year_was(
    session: Session, world: World
) -> None:
    days = [NOW, NOW.replace(year=2027), NOW, NOW.replace(year=2027)]
    assert [begin(session, world, day).number for day in days] == [
        "2026-001",
        "2027-001",
        "2026-002",
        "2027-002",
    ]


@pytest.mark.parametrize(
    ("period", "days", "expected"),
    [
        ("none", ["2026-01-01", "2027-01-01"], ["", ""]),
        ("month", ["2026-01-31", "2026-02-01"], ["2026-01", "2026-02"]),
        ("day", ["2026-01-31", "2026-02-01"], ["2026-01-31", "2026-02-01"]),
    ],
)
def test_a_series_counts_in_its_own_period(
    session: Session, world: World, period: str, days: list[str], expected: list[str]
) -> None:
    row = series(session, world)
    row.period, row.start, row.step = period, 100, 10
    for day in days:
        begin(session, world, datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    assert [found for found, _, _, _ in numbers(session)] == expected
    assert [n for _, n, _, _ in numbers(session)] == ([100, 110] if period == "none" else [100, 100])


@given(st.integers(1, 10**9), st.integers(0, 9), st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_a_written_number_can_be_read_back(n: int, padding: int, day: date) -> None:
    pattern = Series(name="x", pattern="R-{YEAR}/{MONTH}/{DAY}-{NUMBER}", padding=padding)
    local = datetime.combine(day, time(), UTC)
    head, _, tail = numbering.written(pattern, n, local).rpartition("-")
    assert head == f"R-{local:%Y/%m/%d}"
    assert int(tail) == n
    assert len(tail) == max(padding, len(str(n)))


def test_a_pattern_takes_only_its_own_words() -> None:
    pattern = Series(name="x", pattern="{NUMBER}{0.__class__}{name}{year}", padding=0)
    assert numbering.written(pattern, 7, NOW) == "7{0.__class__}{name}{year}"


def test_a_series_that_is_not_there(session: Session, world: World) -> None:
    with pytest.raises(NotFound):
        numbering.reserve(session, 0, begin(session, world).id or 0, zone="UTC", now=NOW)
