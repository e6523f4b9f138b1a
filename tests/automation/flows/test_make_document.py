"""A document that cannot be made: seen on run, card and document, in words; the number says why; mended and tried again."""

from pathlib import Path

import pytest

from esign_app.automation import faults, files
from esign_app.automation.flows.make_document import make_document
from esign_app.domain import documents
from esign_app.settings import settings
from esign_app.text import said, speaking
from tests.automation.chain import OWN, Chain

FAULTS = {
    "a field nobody knows": (
        "{{ client.shoe_size }}",
        "uses the field “client.shoe_size”, which does not exist.",
    ),
    "an endless loop": (
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "The template is nested too deeply.",
    ),
    "a child that is killed": (
        "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 32,
        "Making the document needed too much memory. The template or its data are too large.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_template_that_cannot_be_made_is_said_and_made_once_it_is_mended(chain: Chain, name: str) -> None:
    fault, why = FAULTS[name]
    mend = chain.break_template(fault)
    chain.drop()
    ((state, sentence),) = chain.outcomes
    assert state == "failed"
    assert sentence.endswith(why)
    assert (chain.document.state, chain.document.error) == ("failed", sentence)
    assert chain.numbers == [(1, "void", sentence)]
    assert chain.strip.tone == "broken"
    assert why in chain.strip.text
    assert chain.ledger == []
    mend()
    chain.again(chain.runs[0])
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
    assert (chain.document.state, chain.document.error) == ("sent", "")
    assert chain.numbers == [(1, "used", "")]


def test_it_fails_once_however_often_the_step_is_done(chain: Chain) -> None:
    chain.break_template("{{ client.shoe_size }}")
    chain.drop()
    before = chain.everything()
    assert make_document(chain.document.id) == make_document(chain.document.id) != {}
    assert chain.everything() == before


def test_it_is_made_once_however_often_the_step_is_done(chain: Chain) -> None:
    chain.write(documents.request, chain.world.deal, chain.world.template)
    chain.run()
    before = chain.everything()
    assert make_document(chain.document.id) == make_document(chain.document.id) == {}
    assert chain.everything() == before
    assert chain.numbers == [(1, "used", "")]


@pytest.fixture
def no_disk() -> Path:
    """Nothing can be stored: where the folder should be lies a file."""
    settings().files_dir.write_text("in the way")
    return settings().files_dir


def test_a_disk_that_takes_nothing_is_said_and_heals_by_trying_again(chain: Chain, no_disk: Path) -> None:
    chain.drop()
    ((state, sentence),) = chain.outcomes
    assert state == "failed"
    assert sentence.startswith("The server cannot store files. Please try again when it can (reference ")
    assert (chain.strip.tone, chain.ledger) == ("broken", [])
    no_disk.unlink()
    chain.again(chain.runs[0])
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
    assert chain.numbers == [(1, "used", "")]


def test_a_document_asked_for_by_hand_says_so_too(chain: Chain, no_disk: Path) -> None:
    chain.write(documents.request, chain.world.deal, chain.world.template)
    chain.run()
    assert (chain.document.state, chain.strip.tone) == ("failed", "broken")
    assert "The server cannot store files." in chain.strip.text
    no_disk.unlink()
    chain.write(documents.retry, chain.document.public_id)
    chain.run()
    assert (chain.document.state, chain.document.error) == ("draft", "")
    assert chain.numbers == [(1, "used", "")]


@pytest.mark.parametrize("number", [28, 122])  # ENOSPC, EDQUOT
def test_a_full_disk_is_called_full_in_both_languages(number: int) -> None:
    sentence = faults.told(files.NotStored(OSError(number, "full")))
    assert said(sentence).startswith("The server has no room left for files.")
    with speaking("de"):
        assert said(sentence).startswith("Auf dem Server ist kein Platz mehr für Dateien.")
