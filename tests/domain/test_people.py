"""Logins, passwords and keys: what opens the office, for how long, and for whom no longer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session, select

from esign_app.domain import api_keys, fields, people
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Conflict, Forbidden, Invalid, NotFound, NotLoggedIn, Refused
from esign_app.models import ApiKey, Login, User, UserRole
from esign_app.trust import tokens
from tests.domain.paper import SECRET
from tests.support.cast import NOW, PASSWORD, Cast


def log_in(session: Session, user_id: int) -> str:
    return people.open_login(session, user_id, address="", user_agent="x" * 900, now=NOW)


def create(session: Session, **changed: str) -> int:
    values = {"name": "New", "email": "new@example.com", "password": PASSWORD} | changed
    return people.create(session, **values, now=NOW)  # type: ignore[arg-type]


def test_a_right_password_is_right_for_the_address_in_any_case(session: Session, cast: Cast) -> None:
    """B43."""
    assert people.check_password(session, " MARA@Example.com ", PASSWORD) == cast.mara.id


@pytest.mark.both_databases
def test_what_is_wrong_is_not_told(session: Session, cast: Cast) -> None:
    people.deactivate(session, SYSTEM, cast.sigrid.public_id, now=NOW)
    said = set()
    for email, password in (
        ("mara@example.com", "wrong"),
        ("mara@example.com", ""),
        ("nobody@example.com", PASSWORD),
        ("sigrid@example.com", PASSWORD),
        ("", ""),
        ("\x00", "\x00"),
    ):
        with pytest.raises(Refused) as refused:
            people.check_password(session, email, password)
        said.add(str(refused.value))
    assert said == {"The e-mail address or the password is wrong."}


def test_a_user_without_a_password_cannot_log_in_by_one(session: Session, cast: Cast) -> None:
    user = session.get(User, cast.mara.id)
    assert user is not None
    user.password_hash = ""
    session.flush()
    for password in ("", PASSWORD):
        with pytest.raises(Refused):
            people.check_password(session, user.email, password)


def test_a_cookie_is_its_person_for_14_days(session: Session, cast: Cast) -> None:
    token = log_in(session, cast.mara.id)
    for later, known in (
        (timedelta(), True),
        (timedelta(days=14, seconds=-1), True),
        (timedelta(days=14), False),
    ):
        found = people.who(session, token, NOW + later)
        assert (found == cast.mara) is known
    for other in ("", "x", token[:-1], token.upper()):
        assert people.who(session, other, NOW) is None


def test_the_cookie_itself_is_not_in_the_database(session: Session, cast: Cast) -> None:
    token = log_in(session, cast.mara.id)
    row = session.exec(select(Login)).one()
    assert token not in str(row.model_dump())
    assert len(row.user_agent) == 300


def test_logging_out_ends_this_login_only(session: Session, cast: Cast) -> None:
    one, two = log_in(session, cast.mara.id), log_in(session, cast.mara.id)
    people.log_out(session, one, NOW)
    people.log_out(session, "unknown", NOW)
    assert people.who(session, one, NOW) is None
    assert people.who(session, two, NOW) == cast.mara


def test_who_was_deactivated_or_lost_a_role_is_out_in_open_tabs_too(session: Session, cast: Cast) -> None:
    """C20: rights are read with every request, never kept in the session."""
    sales, admin = log_in(session, cast.mara.id), log_in(session, cast.ada.id)
    people.deactivate(session, SYSTEM, cast.mara.public_id, now=NOW)
    for role in session.exec(select(UserRole).where(UserRole.user_id == cast.ada.id)):
        session.delete(role)
    session.flush()
    assert people.who(session, sales, NOW) is None
    found = people.who(session, admin, NOW)
    assert found is not None
    assert found.rights == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "\u200d"}, "name"),
        ({"email": ""}, "email"),
        ({"email": "x@y"}, "email"),
        ({"password": "short"}, "password"),
        ({"zone": "Mars"}, "zone"),
    ],
)
def test_a_person_that_cannot_be_is_refused_by_name(
    session: Session, values: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create(session, **values)
    assert refused.value.field == field


def test_the_first_admin_is_made_once(session: Session) -> None:
    """C17: when anybody exists the link and the function are dead, also when all are deactivated."""
    link = tokens.setup_token(SECRET)
    for user in session.exec(select(User)):
        user.is_active = False
    session.flush()
    for token in (link, "x", ""):
        with pytest.raises(NotFound):
            people.check_setup_token(session, SECRET, token)
    with pytest.raises(NotFound):
        people.create_first_admin(
            session, name="Eve", email="eve@evil.example", password=PASSWORD, locale="en", zone="UTC", now=NOW
        )
    for table in (UserRole, User):
        session.exec(delete(table))
    people.check_setup_token(session, SECRET, link)
    with pytest.raises(NotFound):
        people.check_setup_token(session, SECRET, link + "x")
    made = people.create_first_admin(
        session, name="Ann", email="ann@example.com", password=PASSWORD, locale="de", zone="UTC", now=NOW
    )
    user = session.get(User, made)
    assert user is not None
    assert people.actor_of(session, user).rights[("permissions", "create")] == "all"


@given(st.text(max_size=40))
def test_every_name_has_initials(name: str) -> None:
    clean = fields.clean_text(name, field="name", most=200)
    assert bool(people.initials(clean)) == bool(clean)


@pytest.mark.parametrize(
    ("name", "letters"), [("Mara Sales", "MS"), ("Cher", "C"), ("Ada B. Lovelace", "AL"), ("", "")]
)
def test_initials_are_of_first_and_last_name(name: str, letters: str) -> None:
    assert people.initials(name) == letters


def test_only_a_language_we_speak(session: Session, cast: Cast) -> None:
    people.set_language(session, cast.mara, "de")
    with pytest.raises(Invalid):
        people.set_language(session, cast.mara, "tlh")
    assert people.everyone(session)[cast.mara.id].locale == "de"


def test_a_key_acts_with_its_role_until_it_is_revoked(session: Session, cast: Cast) -> None:
    key = api_keys.create(session, cast.ada, name=" Shop ", role="sales", now=NOW)
    actor = api_keys.who(session, key)
    assert (actor.kind, actor.name, actor.rights == cast.mara.rights) == ("api", "Shop", True)
    row = session.exec(select(ApiKey)).one()
    assert key not in str(row.model_dump())
    assert row.created_by == cast.ada.id
    row.revoked_at = NOW
    session.flush()
    with pytest.raises(NotLoggedIn):
        api_keys.who(session, key)


@pytest.mark.parametrize("key", ["", "esk_", "esk_x", "\x00", "é"])
def test_any_other_key_opens_nothing(session: Session, cast: Cast, key: str) -> None:
    with pytest.raises(NotLoggedIn):
        api_keys.who(session, key)


@pytest.mark.parametrize(("name", "role"), [("x", "root"), (" ", "admin"), ("x", "")])
def test_a_key_has_a_name_and_a_role_that_exists(session: Session, cast: Cast, name: str, role: str) -> None:
    with pytest.raises(Invalid):
        api_keys.create(session, SYSTEM, name=name, role=role, now=NOW)


def test_access_is_for_admins_and_somebody_must_be_left(session: Session, cast: Cast) -> None:
    for act in (people.deactivate, people.activate):
        with pytest.raises(Forbidden):
            act(session, cast.mara, cast.sigrid.public_id, now=NOW)
    with pytest.raises(Forbidden):
        people.set_password(session, cast.mara, cast.mara.public_id, "a" * 12, now=NOW)
    with pytest.raises(Conflict):
        people.deactivate(session, cast.ada, cast.ada.public_id, now=NOW)


def test_a_new_password_ends_every_login_of_the_old_one(session: Session, cast: Cast) -> None:
    tokens = [log_in(session, cast.mara.id) for _ in range(2)]
    others = log_in(session, cast.ada.id)
    with pytest.raises(Invalid):
        people.set_password(session, cast.ada, cast.mara.public_id, "short", now=NOW)
    people.set_password(session, cast.ada, cast.mara.public_id, "another horse battery", now=NOW)
    assert [people.who(session, token, NOW) for token in tokens] == [None, None]
    assert people.who(session, others, NOW)
    assert people.check_password(session, "mara@example.com", "another horse battery") == cast.mara.id
