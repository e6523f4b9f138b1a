"""The demo company: what a stranger finds before anything has happened."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import Session, select

from esign_app.domain import board, deals, demo, drops, moves, people, pipelines, templates
from esign_app.domain.actor import SYSTEM
from esign_app.domain.demo.company import COLLEAGUES
from esign_app.domain.refusals import Refused
from esign_app.models import Document, Run, User, UserRole
from tests.support.cast import NOW


@pytest.fixture
def empty(session: Session) -> Session:
    """An installation without people."""
    session.execute(delete(UserRole))
    session.execute(delete(User))
    return session


@pytest.fixture
def story(empty: Session) -> list[demo.Scene]:
    return demo.seed(empty, now=NOW)


@pytest.mark.usefixtures("story")
def test_the_board_shows_forty_different_deals_of_several_people_and_currencies(empty: Session) -> None:
    shown = board.load(empty, SYSTEM, now=NOW)
    assert len({card.title for card in shown.cards}) == 40
    assert [stage.count for stage in shown.stages] == [9, 8, 9, 4, 7, 3]
    assert len({stage.colour for stage in shown.stages}) == 6
    assert len({card.responsible for card in shown.cards}) == 4
    assert all(card.client and card.amount for card in shown.cards)
    sums = " ".join(text for stage in shown.stages for text in stage.sums)
    assert {sign for sign in "€£$" if sign in sums} == set("€£$")
    days = Counter(card.days for card in shown.cards)
    assert len(days) > 15 and max(days) > 30


@pytest.mark.usefixtures("story")
def test_the_newest_deal_of_a_stage_lies_on_top(empty: Session) -> None:
    shown = board.load(empty, SYSTEM, now=NOW)
    for stage in shown.stages:
        days = [card.days for card in shown.cards if card.stage_id == stage.public_id]
        assert days == sorted(days)


@pytest.mark.usefixtures("story")
def test_the_drop_of_one_deal_names_what_is_missing(empty: Session) -> None:
    stages = {stage.name: stage.public_id for stage in pipelines.stages(empty, pipelines.first(empty))}
    refused = []
    for deal in deals.listed(empty, SYSTEM, stage=stages["Offer"])[0]:
        (planned,) = drops.preview(empty, SYSTEM, deal.public_id, stages["Contract"]).planned
        refused += [missing.text for missing in planned.missing]
    assert "Kim Novak has no e-mail address." in refused


@pytest.mark.usefixtures("story")
def test_nothing_was_sent_and_nothing_runs_before_the_story_is_told(empty: Session) -> None:
    assert "events" not in empty.info
    assert empty.exec(select(Document)).all() == []
    assert empty.exec(select(Run)).all() == []


@pytest.mark.usefixtures("story")
def test_colleagues_without_a_button_have_a_password_nobody_knows(empty: Session) -> None:
    for _, email in COLLEAGUES:
        with pytest.raises(Refused):
            people.check_password(empty, email, demo.PASSWORD)
    for _, _, email in demo.LOGINS:
        assert people.check_password(empty, email, demo.PASSWORD)


def test_abroad_the_client_owes_the_tax(empty: Session, story: list[demo.Scene]) -> None:
    found = [deals.get(empty, SYSTEM, scene.deal) for scene in story]
    taxed = {deal.company.country: {line.tax_bp for line in deal.lines} for deal in found if deal.company}
    assert taxed["Germany"] == {1900}
    assert taxed["United Kingdom"] == {0}


def test_the_story_leaves_contracts_to_the_newcomer(empty: Session, story: list[demo.Scene]) -> None:
    kinds = {view.public_id: view.kind for view in templates.listed(empty, SYSTEM)}
    assert Counter(kinds[scene.template] for scene in story if scene.template) == {"offer": 6, "nda": 3}


def test_a_company_at_work_is_left_as_it_is(empty: Session, story: list[demo.Scene]) -> None:
    assert story
    moved = deals.listed(empty, SYSTEM, limit=1)[0][0]
    won = pipelines.stages(empty, pipelines.first(empty))[4].public_id
    moves.move(empty, SYSTEM, moved.public_id, won, confirm=True, now=NOW)
    before = len(empty.exec(select(User)).all())
    assert demo.seed(empty, now=NOW + timedelta(days=1)) == []
    assert len(empty.exec(select(User)).all()) == before
    assert deals.get(empty, SYSTEM, moved.public_id).stage.name == "Won"
