"""Documents: made from what is there, kept with it, and each says what became of it."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from esign_app.domain import (
    clients,
    deals,
    documents,
    events,
    numbering,
    own_companies,
    rules,
    snapshots,
    templates,
    vault,
)
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Invalid, NotFound
from esign_app.domain.signing import requests
from esign_app.models import Document, DocumentVersion, File
from esign_app.text import speaking
from tests.domain import paper
from tests.support.cast import NOW
from tests.support.world import World

BROKEN = {"message": "The template names a field that does not exist.", "values": {}}


def state(session: Session, document: str) -> str:
    return documents.get(session, SYSTEM, document).state


def zone(session: Session, name: str) -> None:
    own = own_companies.get(session, SYSTEM)
    own_companies.change(session, SYSTEM, {"zone": name}, seen_version=own.version, now=NOW)


def test_a_document_goes_from_preparing_to_completed(session: Session, world: World) -> None:
    asked = documents.request(session, SYSTEM, world.deal, world.template, now=NOW)
    seen = [state(session, asked)]
    paper.render(session, documents.find(session, asked).id or 0)
    seen.append(state(session, asked))
    request = requests.begin(session, SYSTEM, asked, now=NOW)
    seen.append(state(session, asked))
    paper.certify(session, request.id or 0)
    seen.append(state(session, asked))
    paper.sign_all(session, request)
    seen.append(state(session, asked))
    paper.seal(session, request)
    seen.append(state(session, asked))
    assert seen == ["preparing", "draft", "preparing", "sent", "sealing", "completed"]


def test_a_file_made_twice_is_kept_once(session: Session, world: World) -> None:
    document = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    job = documents.job(session, document.id or 0, now=NOW)
    assert job is not None
    for content in ("first", "second"):
        made = paper.stored(content)
        documents.record_made(
            session, SYSTEM, job, sha256=made.sha256, size=made.size, pages=1, anchors=[], now=NOW
        )
    assert documents.job(session, document.id or 0, now=NOW) is None
    assert documents.file_of(session, SYSTEM, document.public_id)[0] == paper.stored("first").sha256
    assert [event.kind for event in events.after(session, 0)].count("document_made") == 1


def test_what_it_was_made_from_is_kept_whatever_changes_later(session: Session, world: World) -> None:
    paper.make(session, world)
    kept = session.exec(select(DocumentVersion)).one()
    clients.change_company(session, SYSTEM, world.company, {"name": "Other AG"})
    deals.set_lines(session, SYSTEM, world.deal, [], now=NOW)
    session.expire_all()
    assert kept.snapshot["client"]["company"] == "Muster AG"
    assert [line["total_minor"] for line in kept.snapshot["lines"]] == [200_000]


def test_a_failed_document_says_why_in_the_readers_language(session: Session, world: World) -> None:
    document = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    reason = {"message": "This document does not exist.", "values": {}}
    documents.record_failed(session, SYSTEM, document.id or 0, reason, now=NOW)
    with speaking("de"):
        view = documents.get(session, SYSTEM, document.public_id)
    assert (view.state, view.error) == ("failed", "Dieses Dokument gibt es nicht.")
    documents.retry(session, SYSTEM, document.public_id, now=NOW)
    assert state(session, document.public_id) == "preparing"
    with pytest.raises(Invalid):
        documents.retry(session, SYSTEM, document.public_id, now=NOW)


def test_a_document_that_is_on_its_way_is_not_made_again_by_a_rule(session: Session, world: World) -> None:
    """A10."""
    rule = rules.find(session, SYSTEM, world.rule)
    template, deal = templates.find(session, world.template), deals.find(session, world.deal)

    def there() -> Document | None:
        return documents.open_of_template(session, deal.id or 0, template.id or 0)

    by_hand = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    assert there() is None  # a draft by hand waits for a person, who may never send it
    by_rule = documents.begin(session, Actor(kind="rule", id=rule.id), world.deal, world.template, now=NOW)
    assert there() == by_rule
    documents.record_failed(session, SYSTEM, by_rule.id or 0, BROKEN, now=NOW)
    assert there() is None
    paper.render(session, by_hand.id or 0)
    request = requests.begin(session, SYSTEM, by_hand.public_id, now=NOW)
    paper.certify(session, request.id or 0)
    assert there() == by_hand
    requests.cancel(session, SYSTEM, request.public_id, now=NOW)
    assert there() is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Europe/Berlin", "2026-12-31"),
        ("America/Los_Angeles", "2026-12-31"),
        ("Pacific/Auckland", "2027-01-01"),
    ],
)
def test_the_date_on_it_is_the_day_on_the_own_companys_wall(
    session: Session, world: World, name: str, day: str
) -> None:
    """B44: and the close date that was picked is the same day in every zone."""
    zone(session, name)
    deals.change(session, SYSTEM, world.deal, {"close_on": "2026-12-24"}, now=NOW)
    document = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    job = documents.job(session, document.id or 0, now=datetime(2026, 12, 31, 20, 0, tzinfo=UTC))
    assert job is not None
    assert (job.values["document"]["date"], job.values["deal"]["close_date"]) == (day, "2026-12-24")


def test_a_template_that_is_switched_off_makes_nothing(session: Session, world: World) -> None:
    templates.set_active(session, SYSTEM, world.template, False, now=NOW)
    with pytest.raises(Invalid):
        documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    assert session.exec(select(Document)).all() == []


def test_ids_on_paper_are_random_and_without_lookalikes() -> None:
    made = {documents.new_id() for _ in range(500)}
    assert len(made) == 500
    assert not set("".join(made)) & set("01ILO")
    assert {tuple(len(part) for part in one.split("-")) for one in made} == {(4, 4, 4)}


def test_documents_of_a_deal_come_newest_first(session: Session, world: World) -> None:
    made = [paper.make(session, world) for _ in range(3)]
    assert [item.public_id for item in documents.of_deal(session, SYSTEM, world.deal)] == made[::-1]
    with pytest.raises(NotFound):
        documents.of_deal(session, SYSTEM, "gone")


def test_what_was_never_made_is_found_by_the_sweep(session: Session, world: World) -> None:
    asked = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    later = NOW.replace(hour=10)
    assert (documents.stuck(session, before=later), documents.stuck(session, before=NOW)) == ([asked.id], [])
    documents.record_failed(session, SYSTEM, asked.id or 0, BROKEN, now=NOW)
    assert documents.stuck(session, before=later) == []  # it says why and waits for a person


def test_a_file_before_it_is_made_is_not_there(session: Session, world: World) -> None:
    asked = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    with pytest.raises(NotFound, match="not ready yet"):
        documents.file_of(session, SYSTEM, asked.public_id)
    with pytest.raises(NotFound):
        documents.job(session, 0, now=NOW)


def test_the_same_bytes_are_one_row_of_the_vault(session: Session, world: World) -> None:
    ids = {vault.keep(session, "ab" * 32, 5, "application/pdf", now=NOW) for _ in range(3)}
    assert len(ids) == len(session.exec(select(File)).all()) == 1
    assert vault.sha256(session, ids.pop()) == "ab" * 32
    with pytest.raises(NotFound):
        vault.sha256(session, 0)


def test_a_snapshot_has_every_field_a_template_may_name(session: Session, world: World) -> None:
    for values in (
        snapshots.example(session, SYSTEM, world.deal, now=NOW),
        snapshots.sample(NOW),
        documents.job(session, documents.begin(session, SYSTEM, world.deal, world.template, now=NOW).id or 0, now=NOW).values,
    ):  # fmt: skip
        for field in templates.FIELDS:
            found = values
            for part in field.split("."):
                found = found[part]


def test_a_preview_takes_no_number(session: Session, world: World) -> None:
    snapshots.example(session, SYSTEM, world.deal, now=NOW)
    assert documents.begin(session, SYSTEM, world.deal, world.template, now=NOW).number == "2026-001"


def test_a_deal_without_client_and_lines_still_makes_a_document(session: Session, world: World) -> None:
    bare = deals.create(session, SYSTEM, title="Bare", values={"amount_minor": 12_345}, now=NOW)
    values = snapshots.example(session, SYSTEM, bare, now=NOW)
    assert set(values["client"].values()) == {""}
    assert (values["totals"]["net_minor"], values["totals"]["gross_minor"]) == (12_345, 12_345)


def test_the_employer_stands_in_for_a_company_that_was_not_chosen(session: Session, world: World) -> None:
    deals.change(session, SYSTEM, world.deal, {"company_id": ""}, now=NOW)
    assert snapshots.client(session, deals.find(session, world.deal))["company"] == "Muster AG"


def test_numbers_are_used_only_by_what_was_made(session: Session, world: World) -> None:
    paper.make(session, world)
    failed = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    documents.record_failed(session, SYSTEM, failed.id or 0, BROKEN, now=NOW)
    numbering.void(session, 0, "no such document")
    found = session.exec(select(Document.number).order_by(Document.id)).all()  # type: ignore[arg-type]
    assert found == ["2026-001", "2026-002"]
