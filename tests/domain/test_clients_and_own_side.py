"""The people and companies of both sides: kept clean, changed in part, and nobody overwrites anybody."""

from typing import Any

import pytest
from sqlmodel import Session, select

from esign_app.domain import clients, own_companies, people
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.models import Contact, OwnSignatory
from tests.support.cast import NOW, Cast
from tests.support.world import World


def test_a_contact_is_kept_in_clean_form(session: Session, world: World, cast: Cast) -> None:
    values = {"name": " Zoe\u0308  K. ", "email": "Zoe@Client.EXAMPLE", "phone": "030 123456", "locale": "de"}
    made = clients.create_contact(session, cast.mara, values, company_id=world.company, now=NOW)
    view = clients.one_contact(session, cast.mara, made)
    assert (view.name, view.email, view.phone) == ("Zo\u00eb K.", "zoe@client.example", "+4930123456")
    assert (view.company, view.locale, view.version) == ("Muster AG", "de", 1)
    assert session.exec(select(Contact.owner_id).where(Contact.public_id == made)).one() == cast.mara.id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " \u200b "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"email": "nobody"}, "email"),
        ({"phone": "CALL ME"}, "phone"),
        ({"locale": "fr"}, "locale"),
    ],
)
def test_contact_data_that_cannot_be_is_refused_by_name(
    session: Session, world: World, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        clients.change_contact(session, SYSTEM, world.contact, values)
    assert refused.value.field == field


def test_a_change_touches_only_what_it_names(session: Session, world: World) -> None:
    before = clients.one_contact(session, SYSTEM, world.contact)
    clients.change_contact(session, SYSTEM, world.contact, {"phone": "+44 20 7946 0000"})
    after = clients.one_contact(session, SYSTEM, world.contact)
    assert (after.name, after.email) == (before.name, before.email)
    assert (after.phone, after.version) == ("+442079460000", 2)
    clients.change_contact(session, SYSTEM, world.contact, {"company_id": world.company})
    assert clients.one_contact(session, SYSTEM, world.contact).company == "Muster AG"
    clients.change_contact(session, SYSTEM, world.contact, {"company_id": ""})
    assert clients.one_contact(session, SYSTEM, world.contact).company == ""


def test_two_people_at_one_card_do_not_overwrite_each_other(session: Session, world: World) -> None:
    clients.change_contact(session, SYSTEM, world.contact, {"name": "First"}, seen_version=1)
    clients.change_company(session, SYSTEM, world.company, {"city": "Kiel"}, seen_version=1)
    with pytest.raises(Conflict):
        clients.change_contact(session, SYSTEM, world.contact, {"name": "Second"}, seen_version=1)
    with pytest.raises(Conflict):
        clients.change_company(session, SYSTEM, world.company, {"city": "Bonn"}, seen_version=1)
    assert clients.one_contact(session, SYSTEM, world.contact).name == "First"
    assert clients.one_company(session, SYSTEM, world.company).city == "Kiel"


def test_a_company_needs_a_name_and_takes_no_other_fields(session: Session, world: World) -> None:
    with pytest.raises(Invalid):
        clients.create_company(session, SYSTEM, {"name": ""}, now=NOW)
    clients.change_company(session, SYSTEM, world.company, {"version": 99, "id": 1, "owner_id": 1})
    assert clients.one_company(session, SYSTEM, world.company).version == 2


@pytest.mark.parametrize("noun", ["contact", "company"])
def test_pages_meet_without_gap_or_double(session: Session, world: World, noun: str) -> None:
    page: Any = {"contact": clients.contact_page, "company": clients.company_page}[noun]
    for number in range(6):
        clients.create_contact(session, SYSTEM, {"name": f"P{number}"}, now=NOW)
        clients.create_company(session, SYSTEM, {"name": f"C{number}"}, now=NOW)
    found, after = [], ""
    while True:
        rows, after = page(session, SYSTEM, limit=3, after=after)
        found += [row.public_id for row in rows]
        if not after:
            break
    assert len(found) == len(set(found)) == 7
    with pytest.raises(NotFound):
        page(session, SYSTEM, limit=3, after="gone")


def test_what_is_not_there_is_not_found(session: Session, world: World) -> None:
    with pytest.raises(NotFound):
        clients.one_contact(session, SYSTEM, world.company)
    with pytest.raises(NotFound):
        clients.create_contact(session, SYSTEM, {"name": "x"}, company_id=world.contact, now=NOW)


def test_the_own_company_is_changed_in_part_by_whoever_saw_the_newest(session: Session, world: World) -> None:
    before = own_companies.get(session, SYSTEM)
    change = {"iban": "DE02 1203", "zone": "America/Chicago"}
    own_companies.change(session, SYSTEM, change, seen_version=before.version, now=NOW)
    after = own_companies.get(session, SYSTEM)
    assert (after.iban, after.zone, after.city) == ("DE02 1203", "America/Chicago", "Hamburg")
    with pytest.raises(Conflict):
        own_companies.change(session, SYSTEM, {"city": "x"}, seen_version=before.version, now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"zone": "Mars"}, "zone"),
        ({"email": "x"}, "email"),
        ({"phone": "x"}, "phone"),
        ({"is_default": False}, "is_default"),
        ({"public_id": "mine"}, "public_id"),
    ],
)
def test_own_data_that_cannot_be_is_refused_by_name(
    session: Session, world: World, values: dict[str, Any], field: str
) -> None:
    seen = own_companies.get(session, SYSTEM).version
    with pytest.raises(Invalid) as refused:
        own_companies.change(session, SYSTEM, values, seen_version=seen, now=NOW)
    assert refused.value.field == field


def test_before_set_up_there_is_none_and_it_says_where_to_enter_it(session: Session) -> None:
    assert own_companies.get(session, SYSTEM).version == 0
    with pytest.raises(NotFound, match="Settings, Own company"):
        own_companies.default(session)
    own_companies.change(session, SYSTEM, {"name": "Ours"}, seen_version=0, now=NOW)
    assert own_companies.default(session).name == "Ours"


def test_a_signatory_signs_as_the_user_with_the_address_in_any_case(
    session: Session, world: World, cast: Cast
) -> None:
    """B43."""

    def user() -> int | None:
        return session.exec(
            select(OwnSignatory.user_id).where(OwnSignatory.public_id == world.signatory)
        ).one()

    assert user() == cast.sigrid.id
    for email, expected in (
        ("MARA@Example.com ", cast.mara.id),
        ("stranger@example.com", None),
        ("", None),
    ):
        own_companies.save_signatory(session, SYSTEM, world.signatory, {"email": email}, now=NOW)
        session.flush()
        assert user() == expected


def test_a_signatory_taken_out_is_offered_no_more(session: Session, world: World) -> None:
    second = own_companies.save_signatory(session, SYSTEM, "", {"name": "Robin"}, now=NOW)
    first = own_companies.default_signatory(session)
    assert first is not None
    assert first.public_id == world.signatory
    own_companies.remove_signatory(session, SYSTEM, world.signatory, now=NOW)
    assert [item.public_id for item in own_companies.signatories(session)] == [second]
    with pytest.raises(NotFound):
        own_companies.signatory(session, world.signatory)
    with pytest.raises(Invalid):
        own_companies.save_signatory(session, SYSTEM, "", {"name": " "}, now=NOW)


def test_colleagues_who_left_are_not_offered(session: Session, world: World, cast: Cast) -> None:
    people.deactivate(session, SYSTEM, cast.sigrid.public_id, now=NOW)
    assert [one.name for one in people.colleagues(session, cast.mara)] == ["Ada Admin", "Mara Sales"]
