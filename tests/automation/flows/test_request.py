"""A request goes on by itself or says why not: signatures at one moment, lost files, unusable keys, a second try."""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import update

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.automation.actions.send_for_signature import prepare
from esign_app.automation.flows.make_document import make_document
from esign_app.automation.flows.request import MOST_TRIES, go_on, try_again
from esign_app.automation.flows.sealing import add_signature, seal_document
from esign_app.automation.keys import keys, roots
from esign_app.db import utcnow
from esign_app.domain.refusals import Invalid
from esign_app.domain.signing import progress, requests
from esign_app.models import LayoutSlot
from esign_app.settings import settings
from tests.automation.chain import CLIENT, OWN, Chain


def at_once(function: Callable[..., object], *arguments: object) -> None:
    """Call `function` with each of the arguments, all at one moment."""
    ready = threading.Barrier(len(arguments))

    def called(argument: object) -> None:
        ready.wait()
        function(argument)

    with ThreadPoolExecutor(len(arguments)) as pool:
        list(pool.map(called, arguments))


@pytest.mark.both_databases
def test_two_last_signatures_at_one_moment_are_one_completion(chain: Chain) -> None:
    """B49."""
    with engine.transaction() as session:
        session.exec(update(LayoutSlot).values(group_no=1))
    chain.drop()
    assert chain.invited == [OWN, CLIENT]
    signers = [chain.identify(name) for name in (OWN, CLIENT)]
    at_once(chain.draw, *signers)
    at_once(go_on, chain.request.id, chain.request.id)
    chain.run()
    assert (chain.document.state, chain.stage) == ("completed", "Won")
    assert chain.revisions == ["frozen", "certified", "signer", "signer", "seal"]
    assert sorted(kind for kind, *_ in chain.ledger).count("completed") == 2
    assert pdf.verify(chain.pdf(), roots(), utcnow()).verdict == "intact"


def no_keys() -> Callable[[], None]:
    """A key file is gone and the process has started anew."""
    seal = settings().keys_dir / "seal.p12"
    kept = seal.with_name("seal.kept")
    seal.rename(kept)
    keys.cache_clear()

    def bring_back() -> None:
        kept.rename(seal)
        keys.cache_clear()

    return bring_back


def no_files() -> Callable[[], None]:
    """The folder of the files is not there."""
    folder = settings().files_dir
    away = folder.with_name("away")
    folder.rename(away)

    def bring_back() -> None:
        shutil.copytree(away, folder, dirs_exist_ok=True)

    return bring_back


TROUBLES = {
    "a key is missing": (no_keys, "The keys for sealing cannot be used."),
    "the files are gone": (no_files, "A stored file is missing or damaged."),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_cannot_be_sealed_says_so_and_is_sealed_once_it_is_mended(half: Chain, name: str) -> None:
    """B49: it is tried a few times, then a person sees why; never pending for ever, never half."""
    trouble, why = TROUBLES[name]
    signer = half.identify(CLIENT)
    half.draw(signer)
    mend = trouble()
    half.run()
    assert half.document.state == "partly_signed"
    for _ in range(MOST_TRIES - 1):
        assert half.later() == ["continue_request"]
    assert half.later() == []
    assert (half.document.state, half.strip.tone) == ("failed", "broken")
    assert half.document.error.startswith(why)
    assert why in half.strip.text
    assert half.revisions == ["frozen", "certified", "signer"]
    mend()
    half.write(requests.retry, half.document.request_id)
    half.run()
    assert (half.document.state, half.document.error, half.stage) == ("completed", "", "Won")
    assert pdf.verify(half.pdf(), roots(), utcnow()).verdict == "intact"


def test_a_trouble_that_passes_is_seen_by_nobody(half: Chain) -> None:
    half.draw(half.identify(CLIENT))
    mend = no_keys()
    half.run()
    mend()
    half.later()
    assert half.document.state == "completed"


def test_a_worker_that_died_after_planning_the_next_attempt_plans_no_second_one(half: Chain) -> None:
    for _ in range(2):
        try_again(half.request.id, 1, {}, "the name the first try had")
    assert half.later() == ["continue_request"]


@pytest.mark.parametrize("name", TROUBLES)
def test_what_cannot_be_certified_is_seen_on_the_run_and_heals_by_trying_again(
    chain: Chain, name: str
) -> None:
    mend = _broken_before_freezing(chain, name)
    assert chain.outcomes[0][0] == "failed"
    assert chain.outcomes[0][1].startswith(TROUBLES[name][1])
    assert (chain.strip.tone, chain.ledger) == ("broken", [])
    mend()
    chain.again(chain.runs[0])
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
    assert chain.ledger == [("invitation", "sigrid@example.com", "accepted", 1)]
    assert chain.strip.tone == "moving"


def _broken_before_freezing(chain: Chain, name: str) -> Callable[[], None]:
    """The document is made, and then the trouble comes; answers what mends it."""
    chain.move("Contract")
    (run_id,) = chain.plan_last()
    make_document(prepare(run_id)["document_id"])
    mend = TROUBLES[name][0]()
    chain.run()
    return mend


def test_a_request_that_heals_by_itself_heals_its_run(chain: Chain) -> None:
    """The sweep goes on with the request; run and card must not stay broken then."""
    mend = _broken_before_freezing(chain, "the files are gone")
    mend()
    go_on(chain.request.id)
    chain.run()
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
    assert chain.strip.tone == "moving"


def test_only_what_failed_can_be_tried_again(half: Chain) -> None:
    with pytest.raises(Invalid):
        half.write(requests.retry, half.document.request_id)


def test_a_request_nobody_has_signed_goes_on_as_sent(sent: Chain) -> None:
    with engine.transaction() as session:
        progress.record_failed(session, sent.request.id, {"message": "broken"}, now=utcnow())
    sent.write(requests.retry, sent.document.request_id)
    sent.run()
    assert sent.document.state == "sent"
    sent.sign(OWN)
    sent.sign(CLIENT)
    assert sent.document.state == "completed"


def test_every_step_done_twice_doubles_nothing(half: Chain) -> None:
    request_id = half.request.id
    half.draw(half.identify(CLIENT))
    add_signature(request_id)
    assert add_signature(request_id) == {"more": False, "messages": [], "seal": True}
    first = seal_document(request_id)
    assert (len(first), seal_document(request_id)) == (2, first)
    for _ in range(2):
        go_on(request_id)
    half.run()
    assert half.revisions == ["frozen", "certified", "signer", "signer", "seal"]
    assert len([entry for entry in half.ledger if entry[0] == "completed"]) == 2
    assert half.stage == "Won"
