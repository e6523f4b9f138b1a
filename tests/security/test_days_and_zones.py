"""B44: a day that was picked is that day everywhere, west and east of UTC, on the paper too."""

import pytest

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.api.deal_shapes import DealOut
from esign_app.domain import deals, documents, own_companies
from esign_app.domain.actor import SYSTEM
from tests.support.cast import NOW
from tests.support.world import World


@pytest.mark.parametrize(
    ("zone", "hour", "today"),
    [
        ("America/Los_Angeles", 3, "1 March 2026"),  # still the day before there
        ("UTC", 3, "2 March 2026"),
        ("Pacific/Auckland", 20, "3 March 2026"),  # already the day after
        ("Pacific/Kiritimati", 20, "3 March 2026"),
    ],
)
def test_the_contract_has_the_picked_day_and_the_day_of_the_own_company(
    fresh: World, zone: str, hour: int, today: str
) -> None:
    now = NOW.replace(hour=hour)
    with engine.transaction() as session:
        own_companies.change(session, SYSTEM, {"zone": zone}, seen_version=1, now=now)
        deals.change(session, SYSTEM, fresh.deal, {"close_on": "2026-12-24"}, now=now)
        document = documents.begin(session, SYSTEM, fresh.deal, fresh.template, now=now)
        job = documents.job(session, document.id or 0, now=now)
        shown = DealOut.of(deals.get(session, SYSTEM, fresh.deal))
    assert job is not None
    assert shown.model_dump(mode="json")["close_on"] == "2026-12-24"
    made = pdf.render(job.html, job.values, language="en", title=job.title)
    text = " ".join(" ".join(pdf.page_text(made.pdf)).split())
    assert "No. 2026-001" in text
    assert f"2026-001, {today}" in text
    assert "completed by 24 December 2026" in text
