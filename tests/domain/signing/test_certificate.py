"""What the certificate page says of who signed, when and how."""

import pytest
from sqlmodel import Session

from esign_app.domain import own_companies
from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import audit, certificate, facts, parties
from esign_app.domain.signing.certificate import SealJob
from esign_app.models import SigningRequest
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, Hand
from tests.support.cast import NOW
from tests.support.world import VISIT, World

MARKUP = "<img src=x onerror=alert(1)>{name}&amp;"


def sealing(session: Session, world: World, zone: str = "Europe/Berlin") -> tuple[SigningRequest, SealJob]:
    own = own_companies.get(session, SYSTEM)
    own_companies.change(session, SYSTEM, {"zone": zone}, seen_version=own.version, now=NOW)
    request = paper.send(session, world)
    request.language = "en"
    paper.sign_all(session, request)
    job = certificate.seal_job(session, request.id or 0)
    assert job is not None
    return request, job


def test_it_names_document_parties_and_every_fact(session: Session, world: World) -> None:
    request, job = sealing(session, world)
    own, client = job.page["parties"]
    assert (own["name"], own["role"]) == (OWN, "For Nordlicht GmbH")
    assert (client["name"], client["role"]) == (CLIENT, "Client")
    assert (client["masked_contact"], client["address"]) == ("a***@client.example", VISIT.address)
    assert (client["method"], client["identification"]) == (
        "Drawn by hand",
        "Link and one-time code by e-mail",
    )
    assert job.page["chain_head"] == audit.head(session, request)
    assert job.page["document"]["frozen_sha256"] == request.frozen_sha256
    assert len(job.page["events"]) == len(audit.entries(session, request.id or 0))


def test_the_seal_names_chain_slots_and_document(session: Session, world: World) -> None:
    request, job = sealing(session, world)
    assert job.reason == (
        f"chain:{audit.head(session, request)};slots:signer-001,signer-002;document:{job.public_id}"
    )


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Europe/Berlin", "2026-03-02 10:00:00 CET"),
        ("America/Los_Angeles", "2026-03-02 01:00:00 PST"),
        ("Pacific/Auckland", "2026-03-02 22:00:00 NZDT"),
        ("Pacific/Kiritimati", "2026-03-02 23:00:00 +14"),
    ],
)
def test_every_time_on_it_is_in_one_named_zone(
    session: Session, world: World, zone: str, written: str
) -> None:
    """B44, B46: the same instant for signatures and events, and never without its zone."""
    _, job = sealing(session, world, zone)
    assert {party["signed_at"] for party in job.page["parties"]} == {written}
    assert {event["at"] for event in job.page["events"]} == {written}


def test_markup_in_names_is_handed_over_as_it_is(session: Session, world: World) -> None:
    """B83: nothing is interpreted or escaped twice on the way to the page, which escapes it."""
    request = paper.send(session, world)
    for name in (OWN, CLIENT):
        paper.party(session, name).name = f"{MARKUP}{name}"
    session.flush()
    paper.sign_all(session, request, (f"{MARKUP}{OWN}", f"{MARKUP}{CLIENT}"))
    job = certificate.seal_job(session, request.id or 0)
    assert job is not None
    assert [party["name"] for party in job.page["parties"]] == [f"{MARKUP}{OWN}", f"{MARKUP}{CLIENT}"]
    assert any(event["text"].startswith(f"{MARKUP}{CLIENT}") for event in job.page["events"])


def test_who_signed_in_the_office_is_said_to_have_logged_in(session: Session, world: World) -> None:
    request = paper.send(session, world)
    request.language = "en"
    own = Hand(session, OWN)
    signer = parties.Signer(own.signer.party_id, "login")
    facts.consent(session, signer, 1, now=NOW)
    facts.sign(session, signer, own.drawing, VISIT, now=NOW)
    paper.into_the_file(session, request)
    client = Hand(session, CLIENT)
    client.identify()
    client.sign()
    paper.into_the_file(session, request)
    job = certificate.seal_job(session, request.id or 0)
    assert job is not None
    assert [party["identification"] for party in job.page["parties"]] == [
        "Logged in to the office",
        "Link and one-time code by e-mail",
    ]


def test_nothing_is_sealed_before_everybody_has_signed(session: Session, world: World) -> None:
    request = paper.send(session, world)
    assert certificate.seal_job(session, request.id or 0) is None
    own = Hand(session, OWN)
    own.identify()
    own.sign()
    paper.into_the_file(session, request)
    request.state = "sealing"  # whoever claims so
    assert certificate.seal_job(session, request.id or 0) is None
    assert certificate.seal_job(session, 0) is None
