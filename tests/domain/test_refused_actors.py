"""Every door of the domain that takes an actor refuses one without the right, before it looks or writes (C1)."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, select

import esign_app.domain
from esign_app.domain import (
    api_keys,
    board,
    clients,
    deals,
    documents,
    drops,
    ledger,
    moves,
    own_companies,
    people,
    pipelines,
    resending,
    rights,
    rules,
    runs,
    snapshots,
    templates,
    timeline,
)
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Forbidden, NotFound
from esign_app.domain.signing import files, overview, pages, parties, preparation, requests
from esign_app.models import Role, RoleRight
from tests.domain import paper
from tests.support.cast import NOW, Cast
from tests.support.world import World

Call = tuple[Callable[..., object], tuple[object, ...], dict[str, Any]]
GONE = "2222222222222222"
AT: dict[str, Any] = {"now": NOW}


def call(function: Callable[..., object], *args: object, **kwargs: Any) -> Call:
    return function, args, kwargs


READS = [
    call(board.load, **AT),
    call(board.changes, 0, **AT),
    call(clients.contacts),
    call(clients.companies),
    call(clients.contact_page, limit=5),
    call(clients.company_page, limit=5),
    call(clients.one_contact, "{contact}"),
    call(clients.one_company, "{company}"),
    call(deals.get, "{deal}"),
    call(deals.listed),
    call(documents.get, "{document}"),
    call(documents.of_deal, "{deal}"),
    call(documents.file_of, "{document}"),
    call(drops.preview, "{deal}", "{stage}"),
    call(files.as_it_stands, "{document}"),
    call(files.sealed, "{document}"),
    call(ledger.of_document, "{document}"),
    call(ledger.one, "{message}"),
    call(overview.get, "{request}"),
    call(overview.of_document, "{document}"),
    call(own_companies.get),
    call(own_companies.listed_signatories),
    call(own_companies.one_signatory, "{signatory}"),
    call(people.colleagues),
    call(people.one, "{user}"),
    call(pipelines.every),
    call(preparation.prepare, "{document}"),
    call(rules.by_stage),
    call(rules.find, "{rule}"),
    call(runs.newest_by_rule),
    call(runs.of_deal, "{deal}"),
    call(runs.one, GONE),
    call(snapshots.example, "{deal}", **AT),
    call(templates.get, "{template}"),
    call(templates.listed),
    call(timeline.of_deal, "{deal}"),
]
WRITES = [
    call(api_keys.create, name="Mine", role="admin", **AT),
    call(clients.change_company, "{company}", {"name": "Evil"}),
    call(clients.change_contact, "{contact}", {"email": "eve@evil.example"}),
    call(clients.create_company, {"name": "Evil"}, **AT),
    call(clients.create_contact, {"name": "Eve"}, **AT),
    call(deals.change, "{deal}", {"title": "Evil"}, **AT),
    call(deals.comment, "{deal}", "Evil", **AT),
    call(deals.create, title="Evil", **AT),
    call(deals.set_lines, "{deal}", [], **AT),
    call(documents.begin, "{deal}", "{template}", **AT),
    call(documents.request, "{deal}", "{template}", **AT),
    call(documents.retry, "{document}", **AT),
    call(moves.move, "{deal}", "{stage}", confirm=True, **AT),
    call(own_companies.change, {"iban": "EVIL"}, seen_version=1, **AT),
    call(own_companies.remove_signatory, "{signatory}", **AT),
    call(own_companies.save_signatory, "{signatory}", {"email": "eve@evil.example"}, **AT),
    call(people.activate, "{user}", **AT),
    call(people.deactivate, "{user}", **AT),
    call(people.set_password, "{user}", "evil and long enough", **AT),
    call(resending.bounced, "{message}", "550", **AT),
    call(resending.resend, "{message}", **AT),
    call(requests.ask, "{document}", **AT),
    call(requests.begin, "{document}", **AT),
    call(requests.cancel, "{request}", **AT),
    call(requests.retry, "{request}", **AT),
    call(rules.add, "{stage}", action="move_here", params={"on": "party_signed"}, **AT),
    call(rules.change, "{rule}", {"before_sending": "at_once"}, seen_version=1, **AT),
    call(rules.switch, "{rule}", False, **AT),
    call(runs.retry, GONE, **AT),
    call(templates.create, name="Evil", kind="nda", language="en", html="", slots=(), **AT),
    call(templates.save_text, "{template}", name="Evil", html="", slots=(), seen_version=1, **AT),
    call(templates.set_active, "{template}", False, **AT),
]
# What asks no right, and why that is right.
OPEN = {
    "documents.record_made": "the office itself writes down what it made",
    "documents.record_failed": "the same",
    "events.record": "stands beside a change that was allowed",
    "idempotency.call": "only says which call this is",
    "messages.came_back": "stands behind resending.bounced and the gateway's report",
    "messages.tell": "stands beside a change that was allowed",
    "people.roles": "one's own",
    "people.set_language": "one's own",
    "resending.again": "runs.retry was allowed",
    "resending.reported": "the gateway has shown its token",
    "rights.may": "is the question",
    "rights.require": "is the refusal",
    "signing.pages.waiting_for": "one's own",
    "signing.parties.by_login": "one's own",
    "signing.requests.expire": "the clock does it",
}


def name_of(function: Callable[..., object]) -> str:
    return f"{function.__module__.removeprefix('esign_app.domain.')}.{function.__name__}"


def names(calls: list[Call]) -> list[str]:
    return [name_of(function) for function, _, _ in calls]


def doors() -> set[str]:
    """Every public function of the domain that takes an actor."""
    found = set()
    for module in pkgutil.walk_packages(esign_app.domain.__path__, "esign_app.domain."):
        loaded = importlib.import_module(module.name)
        found |= {
            name_of(function)
            for name, function in inspect.getmembers(loaded, inspect.isfunction)
            if function.__module__ == module.name
            and not name.startswith("_")
            and "actor" in inspect.signature(function).parameters
        }
    return found


def test_no_door_is_forgotten() -> None:
    assert doors() == {*names(READS), *names(WRITES), *OPEN}


@pytest.fixture
def ids(session: Session, world: World, cast: Cast) -> dict[str, str]:
    request = paper.send(session, world)
    return {
        "deal": world.deal,
        "stage": world.stages["Qualified"],
        "contact": world.contact,
        "company": world.company,
        "signatory": world.signatory,
        "rule": world.rule,
        "template": world.template,
        "request": request.public_id,
        "user": cast.ada.public_id,
        "document": documents.public_id(session, request.document_id),
        "message": ledger.of_request(session, request.id or 0)[0].id,
    }


def knock(session: Session, actor: Actor, ids: dict[str, str], found: Call) -> object:
    function, args, kwargs = found
    filled = [arg.format_map(ids) if isinstance(arg, str) else arg for arg in args]
    return function(session, actor, *filled, **kwargs)


def everything(session: Session) -> str:
    """All rows of all tables, with what is not flushed yet."""
    session.flush()
    rows = [session.connection().execute(table.select()).all() for table in SQLModel.metadata.sorted_tables]
    return str(rows)


def who(kind: str, cast: Cast) -> Actor:
    return {
        "user": Actor(kind="user", id=cast.mara.id, name="Mara"),
        "api": Actor(kind="api", id=1),
        "party": Actor(kind="party", id=1, rights={("deals", "view"): "none", ("deals", "edit"): "none"}),
    }[kind]


@pytest.mark.parametrize("kind", ["user", "api", "party"])
def test_an_actor_without_rights_sees_and_changes_nothing(
    session: Session, cast: Cast, ids: dict[str, str], kind: str
) -> None:
    session.info.pop("events", None)
    before = everything(session)
    for found in (*READS, *WRITES):
        with pytest.raises(Forbidden):
            knock(session, who(kind, cast), ids, found)
    assert everything(session) == before
    assert "events" not in session.info


def test_the_signatory_changes_nothing(session: Session, cast: Cast, ids: dict[str, str]) -> None:
    before = everything(session)
    for found in WRITES:
        with pytest.raises(Forbidden):
            knock(session, cast.sigrid, ids, found)
    assert everything(session) == before


def test_sales_does_not_administer(session: Session, cast: Cast, ids: dict[str, str]) -> None:
    """C19: nor give itself a key with more rights."""
    before = everything(session)
    refused = ("api_keys", "own_companies", "rules", "templates")
    for found in WRITES:
        if name_of(found[0]).startswith(refused):
            with pytest.raises(Forbidden):
                knock(session, cast.mara, ids, found)
    assert everything(session) == before


def test_the_right_alone_opens_each_door(session: Session, cast: Cast, ids: dict[str, str]) -> None:
    """So the refusals above are about the right and about nothing else."""
    for found in READS:
        if name_of(found[0]) not in ("runs.one", "signing.files.sealed"):
            knock(session, cast.ada, ids, found)
    for found in (call(runs.one, GONE), call(files.sealed, "{document}")):
        with pytest.raises(NotFound):
            knock(session, cast.ada, ids, found)


def test_ones_own_is_nobody_elses(session: Session, cast: Cast, ids: dict[str, str]) -> None:
    party = paper.party(session, paper.OWN).public_id
    assert parties.by_login(session, cast.sigrid, party).by == "login"
    assert [view.party_id for view in pages.waiting_for(session, cast.sigrid, now=NOW)] == [party]
    same_number = Actor(kind="api", id=cast.sigrid.id)
    for other in (cast.mara, cast.ada, same_number, SYSTEM):
        with pytest.raises(NotFound):
            parties.by_login(session, other, party)
        assert pages.waiting_for(session, other, now=NOW) == []
    with pytest.raises(NotFound):
        people.set_language(session, same_number, "de")


@pytest.mark.parametrize("level", rights.LEVELS)
def test_a_level_is_a_right_unless_it_is_none(level: str) -> None:
    actor = Actor(kind="user", id=1, rights={("deals", "view"): level})
    assert rights.may(actor, "view", "deals") == (level != "none")
    assert not rights.may(actor, "edit", "deals")


def test_several_roles_give_the_most_generous_level(session: Session, cast: Cast) -> None:
    made = []
    for level in ("own", "all", "department"):
        role = Role(key=level, name=level)
        session.add(role)
        session.flush()
        session.add(RoleRight(role_id=role.id or 0, object="deals", action="view", level=level))
        made.append(role.id or 0)
    session.flush()
    assert rights.of_roles(session, made) == {("deals", "view"): "all"}
    assert rights.of_roles(session, []) == {}


def test_starter_roles_are_made_once(session: Session) -> None:
    first = rights.create_starter_roles(session)
    assert rights.create_starter_roles(session) == first
    assert len(session.exec(select(Role)).all()) == 3
