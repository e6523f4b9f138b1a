"""Document numbers: one after the other per period, each used or void with a reason."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, select

from esign_app.domain.refusals import NotFound
from esign_app.models import Document, Series, SeriesNumber

_PERIODS = {"none": "", "year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}


def reserve(session: Session, series_id: int, document_id: int, *, zone: str, now: datetime) -> str:
    """Take the next number for a document; one that has a number keeps it, however much later it asks.

    Two at once cannot get one number: (series, period, n) is unique and the series row is locked where locks exist.
    """
    series = session.exec(select(Series).where(Series.id == series_id).with_for_update()).first()
    if series is None:
        raise NotFound("This numbering does not exist.")
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound("This document does not exist.")
    if document.number:
        return document.number
    local = now.astimezone(ZoneInfo(zone))
    period = local.strftime(_PERIODS[series.period])
    taken = SeriesNumber(
        series_id=series_id, period=period, n=_next(session, series, period), document_id=document_id
    )
    session.add(taken)
    session.flush()
    return written(series, taken.n, local)


def _next(session: Session, series: Series, period: str) -> int:
    largest = session.exec(
        select(sa.func.max(SeriesNumber.n)).where(
            SeriesNumber.series_id == series.id, SeriesNumber.period == period
        )
    ).one()
    return series.start if largest is None else largest + series.step


def written(series: Series, n: int, local: datetime) -> str:
    """`{YEAR}-{NUMBER}` filled in."""
    parts = {
        "{YEAR}": f"{local:%Y}",
        "{MONTH}": f"{local:%m}",
        "{DAY}": f"{local:%d}",
        "{NUMBER}": str(n).zfill(series.padding),
    }
    text = series.pattern
    for name, value in parts.items():
        text = text.replace(name, value)
    return text


def use(session: Session, document_id: int) -> None:
    """The document was made with its number."""
    _settle(session, document_id, "used", "")


def void(session: Session, document_id: int, reason: str) -> None:
    """The document will never exist; its number stays taken and says why."""
    _settle(session, document_id, "void", reason)


def _settle(session: Session, document_id: int, state: str, reason: str) -> None:
    query = select(SeriesNumber).where(SeriesNumber.document_id == document_id)
    row = session.exec(query).first()
    if row is not None:
        row.state, row.reason = state, reason
        session.add(row)
