"""Who is behind a link: exactly its party, as long as the link holds; and what each is told in every standing."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from esign_app.domain import integrity
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Gone, NotFound
from esign_app.domain.signing import downloads, overview, pages, parties, requests
from esign_app.models import SigningRequest
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, SECRET, Hand
from tests.support.cast import NOW
from tests.support.world import World


@pytest.fixture
def request_(session: Session, world: World) -> SigningRequest:
    return paper.send(session, world)


@pytest.fixture
def sealed(session: Session, request_: SigningRequest) -> SigningRequest:
    paper.sign_all(session, request_)
    paper.seal(session, request_)
    return request_


def standing(session: Session, request: SigningRequest, name: str) -> str:
    return parties.standing(session, request, paper.party(session, name), now=NOW)


def test_a_link_is_its_party_and_needs_a_code(session: Session, request_: SigningRequest) -> None:
    for name in (OWN, CLIENT):
        signer = parties.by_token(session, SECRET, paper.link(session, name))
        assert (signer.party_id, signer.by) == (paper.party(session, name).id, "link")


@pytest.mark.both_databases
def test_anything_else_is_no_link(session: Session, sealed: SigningRequest) -> None:
    real, other = paper.link(session, OWN), paper.link(session, CLIENT)
    party, _, mac = real.partition(".")
    download = downloads.token(session, SECRET, paper.party(session, OWN).id or 0)
    wrong = [
        "", ".", party, f"{party}.", f".{mac}", f"{other.partition('.')[0]}.{mac}", real[:-1], f"{real}=", f" {real}", real.swapcase(),
        download, sealed.public_id, "\x00", f"{party}\x00.{mac}", "é.é", "\ud800.x", "1", "' or 1=1 --.x", "x" * 10_000,
    ]  # fmt: skip
    for token in wrong:
        with pytest.raises(NotFound):
            parties.by_token(session, SECRET, token)
        if token != download:
            with pytest.raises(NotFound):
                downloads.by_token(session, SECRET, token, now=NOW)
    with pytest.raises(NotFound):
        parties.by_token(session, b"t" * 32, real)
    with pytest.raises(NotFound):
        downloads.by_token(session, SECRET, real, now=NOW)


def test_a_newer_link_kills_the_older_and_a_replaced_party_has_none(
    session: Session, request_: SigningRequest
) -> None:
    person, old = paper.party(session, OWN), paper.link(session, OWN)
    person.token_generation += 1
    session.flush()
    with pytest.raises(NotFound):
        parties.by_token(session, SECRET, old)
    new = paper.link(session, OWN)
    person.replaced_by = paper.party(session, CLIENT).id
    session.flush()
    with pytest.raises(NotFound):
        parties.by_token(session, SECRET, new)


def test_everybodys_standing_from_invited_to_completed(session: Session, request_: SigningRequest) -> None:
    def both() -> list[str]:
        return [standing(session, request_, name) for name in (OWN, CLIENT)]

    seen = [both()]
    own = Hand(session, OWN)
    own.identify()
    own.sign()
    seen.append(both())
    paper.into_the_file(session, request_)
    seen.append(both())
    client = Hand(session, CLIENT)
    client.identify()
    client.sign()
    paper.into_the_file(session, request_)
    seen.append(both())
    paper.seal(session, request_)
    seen.append(both())
    assert seen == [
        ["your_turn", "not_your_turn"],
        ["signed", "not_your_turn"],
        ["signed", "your_turn"],
        ["signed", "signed"],
        ["completed", "completed"],
    ]


def test_the_page_of_a_party_shows_nothing_but_its_own(session: Session, request_: SigningRequest) -> None:
    Hand(session, OWN).identify()
    view = pages.view(session, Hand(session, CLIENT).signer, now=NOW, language="en")
    assert (view.name, view.code_goes_to, view.others) == (CLIENT, "a***@client.example", (OWN,))
    assert (view.opened, view.consented, view.code, view.needs_code) == (False, False, None, True)
    assert "sigrid@example.com" not in str(view)
    assert paper.link(session, OWN).partition(".")[2] not in str(view)


def test_looking_at_the_page_writes_nothing(session: Session, request_: SigningRequest) -> None:
    """B33."""
    session.commit()
    for name in (OWN, CLIENT):
        pages.view(session, Hand(session, name).signer, now=NOW + timedelta(days=40))
    assert not (session.new or session.dirty)


def test_the_sender_sees_where_each_stands_and_no_link(session: Session, request_: SigningRequest) -> None:
    """B40."""
    own = Hand(session, OWN)
    own.identify()
    view = overview.get(session, SYSTEM, request_.public_id)
    assert [one.state for one in view.parties] == ["opened", "waiting"]
    for secret in (own.code(), *(paper.link(session, name).partition(".")[2] for name in (OWN, CLIENT))):
        assert secret not in str(view)


def test_a_download_link_lasts_14_days(session: Session, sealed: SigningRequest) -> None:
    token = downloads.token(session, SECRET, paper.party(session, CLIENT).id or 0)
    last = NOW + timedelta(days=14)
    found = downloads.by_token(session, SECRET, token, now=last)
    assert (found.sha256, found.filename) == (
        paper.stored(f"sealed {sealed.id}").sha256,
        "Contract 2026-001.pdf",
    )
    assert found.until == last
    with pytest.raises(Gone):
        downloads.by_token(session, SECRET, token, now=last + timedelta(seconds=1))


def test_before_the_seal_a_download_link_opens_nothing(session: Session, request_: SigningRequest) -> None:
    token = downloads.token(session, SECRET, paper.party(session, OWN).id or 0)
    with pytest.raises(NotFound):
        downloads.by_token(session, SECRET, token, now=NOW)
    with pytest.raises(NotFound):
        parties.sealed_file(session, Hand(session, OWN).signer)


def test_a_party_that_is_not_there(session: Session, world: World) -> None:
    with pytest.raises(NotFound):
        parties.get(session, 0)
    with pytest.raises(NotFound):
        requests.find(session, "gone")


def test_of_a_file_we_know_only_whether_it_is_ours(session: Session, sealed: SigningRequest) -> None:
    final, frozen = paper.stored(f"sealed {sealed.id}"), paper.stored(f"frozen {sealed.id}")
    assert [integrity.known(session, one.sha256) for one in (final, frozen, paper.stored("x"))] == [
        "final",
        "earlier",
        "",
    ]


@pytest.mark.both_databases
def test_of_an_id_we_tell_only_whether_it_is_ours(session: Session, sealed: SigningRequest) -> None:
    """A1."""
    document = overview.get(session, SYSTEM, sealed.public_id).document_id
    assert integrity.issued(session, f" {document.lower()} ")
    for other in ("", "K7QF-2MXA-9DTE", "%", document[:-1], "\x00"):
        assert not integrity.issued(session, other)
