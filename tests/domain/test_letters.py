"""What people get by mail: in their language and zone, one thing to do, and nothing that is not theirs."""

import re
from email import message_from_string, policy

import pytest
from sqlmodel import Session, select

from esign_app.automation import mail_body
from esign_app.domain import clients, ledger, letters, own_companies
from esign_app.domain.actor import SYSTEM
from esign_app.domain.letters import Letter
from esign_app.domain.signing import codes
from esign_app.models import Document, SigningRequest
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, Hand
from tests.support.cast import NOW
from tests.support.world import World

URL = "https://sign.example"
MARKUP = "<script>alert(1)</script>{name}{0}%s&amp;"


@pytest.fixture
def request_(session: Session, world: World) -> SigningRequest:
    return paper.send(session, world)


def letter(session: Session, request: SigningRequest, kind: str, name: str) -> Letter:
    found = [
        letters.compose(session, paper.SECRET, item.id, URL)
        for item in ledger.of_request(session, request.id or 0)
        if item.kind == kind
    ]
    return next(each for each in found if each.to_name == name)


def test_an_invitation_says_who_asks_for_what_until_when(session: Session, request_: SigningRequest) -> None:
    paper.party(session, OWN).language = "en"
    found = letter(session, request_, "invitation", OWN)
    assert found.subject == "Please sign: Contract 2026-001"
    assert found.link == f"{URL}/s/{paper.link(session, OWN)}"
    words = " ".join(found.paragraphs)
    assert "Nordlicht GmbH asks you to read and sign Contract 2026-001" in words
    assert "The link works until 1 Apr 2026, 11:00 CEST." in words
    assert found.code == ""


@pytest.mark.parametrize(
    ("zone", "until"),
    [
        ("America/Los_Angeles", "1 Apr 2026, 02:00 PDT"),
        ("Pacific/Auckland", "1 Apr 2026, 22:00 NZDT"),
        ("Pacific/Kiritimati", "1 Apr 2026, 23:00 +14"),
        ("Pacific/Pago_Pago", "31 Mar 2026, 22:00 SST"),
    ],
)
def test_times_are_the_receivers_and_name_their_zone(
    session: Session, request_: SigningRequest, zone: str, until: str
) -> None:
    """B44, B46."""
    person = paper.party(session, OWN)
    person.zone, person.language = zone, "en"
    session.flush()
    assert f"until {until}." in " ".join(letter(session, request_, "invitation", OWN).paragraphs)


def test_each_receiver_is_written_to_in_his_language(session: Session, request_: SigningRequest) -> None:
    german = letter(session, request_, "invitation", OWN)
    assert (german.language, german.subject) == ("de", "Bitte unterschreiben: Vertrag 2026-001")
    assert german.paragraphs[0] == "Guten Tag Sigrid Signs,"


def test_a_code_letter_holds_the_code_and_no_link(session: Session, request_: SigningRequest) -> None:
    hand = Hand(session, OWN)
    codes.ask(session, hand.signer, now=NOW)
    found = letter(session, request_, "code", OWN)
    assert (found.code, found.link, found.attachment) == (hand.code(), "", None)
    assert f"\n{hand.code()}\n" in mail_body.text(found)


def test_the_last_letter_brings_the_sealed_file(session: Session, request_: SigningRequest) -> None:
    paper.sign_all(session, request_)
    paper.seal(session, request_)
    found = letter(session, request_, "completed", CLIENT)
    assert found.attachment == (paper.stored(f"sealed {request_.id}").sha256, "Contract 2026-001.pdf")
    assert re.fullmatch(rf"{URL}/d/[^/]+", found.link)
    assert any(f"{URL}/v/" in paragraph for paragraph in found.paragraphs)
    assert not any("/s/" in paragraph for paragraph in (*found.paragraphs, found.link))


def test_links_start_with_the_configured_address_only(session: Session, request_: SigningRequest) -> None:
    """C6."""
    found = letter(session, request_, "invitation", OWN)
    assert set(re.findall(r"https?://[^/\s]+", mail_body.text(found) + mail_body.html(found))) == {URL}


def test_markup_in_every_name_is_text(session: Session, world: World, request_: SigningRequest) -> None:
    """B83: party, own company and document; in the HTML it is escaped, in the text it is as it was typed."""
    own = own_companies.get(session, SYSTEM)
    own_companies.change(session, SYSTEM, {"name": MARKUP}, seen_version=own.version, now=NOW)
    session.exec(select(Document)).one().title = MARKUP
    paper.party(session, OWN).name = MARKUP
    session.flush()
    found = letter(session, request_, "invitation", MARKUP)
    html, text = mail_body.html(found), mail_body.text(found)
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;{name}{0}%s&amp;amp;") == 5
    assert text.count(MARKUP) == 4


@pytest.mark.parametrize(
    "name", ["Eve\r\nBcc: all@example.com", "Eve\nBcc: x@y.example\n\nHi", "Eve\u2028Bcc: x@y"]
)
def test_a_name_cannot_write_headers(session: Session, world: World, name: str) -> None:
    clients.change_contact(session, SYSTEM, world.contact, {"name": name})
    kept = clients.one_contact(session, SYSTEM, world.contact).name
    assert len(kept.splitlines()) == 1
    parsed = message_from_string(f"To: {kept} <a@b.example>\n\n", policy=policy.default)
    assert parsed.keys() == ["To"]
