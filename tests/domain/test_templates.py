"""Templates: every saved text is a version that stays, and the places to sign follow the text."""

import hashlib
from typing import Any

import pytest
from sqlmodel import Session, select

from esign_app.domain import layouts, templates
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.models import LayoutSlot, TemplateVersion
from tests.domain import paper
from tests.support.cast import NOW, Cast
from tests.support.world import World


def save(session: Session, world: World, **changed: Any) -> None:
    old = templates.get(session, SYSTEM, world.template)
    values = {
        "name": old.name,
        "html": old.html,
        "slots": ("own", "client"),
        "seen_version": old.version,
    } | changed
    templates.save_text(session, SYSTEM, world.template, **values, now=NOW)


def versions(session: Session, world: World) -> list[TemplateVersion]:
    template = templates.find(session, world.template)
    return list(session.exec(select(TemplateVersion).where(TemplateVersion.template_id == template.id)))


def test_a_saved_text_is_a_new_version_and_the_old_one_stays(session: Session, world: World) -> None:
    paper.make(session, world)
    old = versions(session, world)[0].html
    save(session, world, html="<p>New</p>")
    first, second = versions(session, world)
    assert (first.html, second.number, second.html) == (old, 2, "<p>New</p>")
    assert second.sha256 == hashlib.sha256(b"<p>New</p>").hexdigest()
    assert templates.get(session, SYSTEM, world.template).html == "<p>New</p>"


def test_the_same_text_makes_no_version(session: Session, world: World) -> None:
    save(session, world)
    assert len(versions(session, world)) == 1


def test_two_people_at_one_text_do_not_overwrite_each_other(session: Session, world: World) -> None:
    seen = templates.get(session, SYSTEM, world.template).version
    save(session, world, html="<p>First</p>")
    with pytest.raises(Conflict):
        save(session, world, html="<p>Second</p>", seen_version=seen)
    assert templates.get(session, SYSTEM, world.template).html == "<p>First</p>"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"name": " "}, "name"), ({"name": "x" * 121}, "name"), ({"html": "x" * 200_001}, "html")],
)
def test_a_text_that_cannot_be_is_refused_by_name(
    session: Session, world: World, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save(session, world, **changed)
    assert refused.value.field == field


def test_our_side_signs_first_and_the_others_in_the_order_of_the_text(session: Session, world: World) -> None:
    save(session, world, slots=("client", "witness", "own", "client"))
    template = templates.find(session, world.template)
    assert [(slot.key, slot.group_no) for slot in layouts.newest(session, template.id or 0)] == [
        ("own", 1),
        ("client", 2),
        ("witness", 3),
    ]
    before = len(session.exec(select(LayoutSlot)).all())
    save(session, world, slots=("client", "witness", "own"))
    assert len(session.exec(select(LayoutSlot)).all()) == before


def test_a_new_template_has_numbers_of_its_own(session: Session, world: World, cast: Cast) -> None:
    made = templates.create(
        session, cast.ada, name="NDA", kind="nda", language="de", html="<p>x</p>", slots=(), now=NOW
    )
    assert templates.find(session, made).series_id != templates.find(session, world.template).series_id
    assert layouts.newest(session, templates.find(session, made).id or 0) == []
    with pytest.raises(Invalid):
        templates.create(session, cast.ada, name="x", kind="will", language="de", html="", slots=(), now=NOW)


def test_a_template_switched_off_is_offered_no_more(session: Session, world: World) -> None:
    templates.set_active(session, SYSTEM, world.template, False, now=NOW)
    offered = [item.public_id for item in templates.listed(session, SYSTEM, active_only=True)]
    assert world.template not in offered
    assert len(templates.listed(session, SYSTEM)) == len(offered) + 1


def test_what_is_not_there(session: Session, world: World) -> None:
    with pytest.raises(NotFound):
        templates.get(session, SYSTEM, world.deal)
    with pytest.raises(NotFound):
        templates.current(session, 0)
    assert templates.public_id(session, 0) == ""
