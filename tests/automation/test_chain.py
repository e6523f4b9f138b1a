"""From a drop to a sealed contract: everything that happens by itself, in order, on both databases."""

from pathlib import Path

import pytest

from esign_app.adapters import pdf
from esign_app.automation.keys import keys, roots
from esign_app.db import utcnow
from esign_app.domain import runs
from esign_app.domain.actor import SYSTEM
from esign_app.text import speaking
from tests.automation.chain import CLIENT, OWN, Chain
from tests.support import oracles
from tests.support.office import read

pytestmark = pytest.mark.both_databases
NUMBER = f"Contract {utcnow():%Y}-001"


def test_a_drop_makes_the_document_and_invites_our_side_only(chain: Chain) -> None:
    chain.drop()
    assert (chain.document.label, chain.document.state, chain.document.ready) == (NUMBER, "sent", True)
    assert chain.numbers == [(1, "used", "")]
    assert chain.revisions == ["frozen", "certified"]
    assert chain.invited == [OWN]
    assert chain.ledger == [("invitation", "sigrid@example.com", "accepted", 1)]
    assert chain.outcomes == [("done", f"{NUMBER}: sent to {OWN}")]
    assert (chain.strip.tone, chain.strip.text) == ("moving", f"{NUMBER}: sent to {OWN}")


def test_the_client_is_invited_when_our_side_has_signed(chain: Chain) -> None:
    chain.drop()
    chain.sign(OWN)
    assert chain.revisions == ["frozen", "certified", "signer"]
    assert chain.invited == [OWN, CLIENT]
    assert chain.ledger == [
        ("invitation", "sigrid@example.com", "accepted", 1),
        ("code", "sigrid@example.com", "accepted", 1),
        ("invitation", "alex@client.example", "accepted", 1),
    ]
    assert (chain.stage, chain.document.state) == ("Contract", "partly_signed")


def test_the_last_signature_seals_tells_everybody_and_moves_the_deal(chain: Chain, tmp_path: Path) -> None:
    chain.drop()
    chain.sign(OWN)
    chain.sign(CLIENT)
    assert (chain.document.state, chain.stage) == ("completed", "Won")
    assert chain.revisions == ["frozen", "certified", "signer", "signer", "seal"]
    assert sorted(entry for entry in chain.ledger if entry[0] == "completed") == [
        ("completed", "alex@client.example", "accepted", 1),
        ("completed", "sigrid@example.com", "accepted", 1),
    ]
    assert chain.outcomes == [
        ("done", "Moved the deal to Won"),
        ("done", f"{NUMBER}: sent to {OWN}"),
    ]
    assert (chain.strip.tone, chain.strip.text) == ("good", f"{NUMBER}: signed by everyone")
    check_by_others(chain.pdf(), tmp_path)


def test_the_rules_page_names_the_document_in_the_language_of_whoever_looks(chain: Chain) -> None:
    chain.drop()
    with speaking("de"):
        (last,) = read(runs.newest_by_rule, SYSTEM).values()
    assert last.sentence == f"{NUMBER.replace('Contract', 'Vertrag')}: an {OWN} gesendet"


def check_by_others(sealed: bytes, folder: Path) -> None:
    """Our own verifier, poppler and qpdf."""
    assert pdf.verify(sealed, roots(), utcnow()).verdict == "intact"
    opinions = oracles.pdfsig(sealed, keys().root.certificate, folder)
    assert len(opinions) >= 4  # certified, two signatures, the seal
    assert {one.signature for one in opinions} == {"Signature is Valid."}
    assert {one.certificate for one in opinions} == {"Certificate is Trusted."}
    assert "warning" not in oracles.qpdf_check(sealed, folder).lower()
