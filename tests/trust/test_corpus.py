"""The attack corpus: no forged file is called intact, no genuine one changed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from esign_app.trust.roots import Roots
from esign_app.trust.verdict import CONCLUSIONS
from esign_app.trust.verify import verify

FOLDER = Path(__file__).parent / "corpus"
MOMENT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ROWS = [line.split("\t") for line in (FOLDER / "MANIFEST.tsv").read_text().splitlines()[1:]]
EXPECTED = {row[0]: row[4].split()[0] for row in ROWS}
FOREIGN = [name for name in EXPECTED if name.startswith("pyhanko-")]
OWN = [name for name in EXPECTED if name not in FOREIGN]


@pytest.fixture(scope="module")
def roots() -> Roots:
    return Roots.read(
        [(FOLDER / "trust-root-chain.pem").read_bytes()],
        [(FOLDER / "trust-root.crl").read_bytes(), (FOLDER / "trust.crl").read_bytes()],
    )


@pytest.mark.parametrize("name", OWN)
def test_the_worst_finding_is_the_one_of_the_manifest(name: str, roots: Roots):
    verdict = verify((FOLDER / name).read_bytes(), roots, now=MOMENT)
    worst = verdict.findings[0] if verdict.findings else "INTACT"
    assert worst == EXPECTED[name], verdict.remarks
    assert verdict.verdict == CONCLUSIONS.get(worst, "intact")


@pytest.mark.parametrize("name", FOREIGN)
def test_files_of_an_unknown_authority_are_changed_or_not_ours(name: str, roots: Roots):
    verdict = verify((FOLDER / name).read_bytes(), roots, now=MOMENT)
    assert verdict.verdict == ("changed" if EXPECTED[name] == "ALTERED" else "not_ours"), verdict.remarks


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_is_ours_when_nothing_is_trusted_but_ourselves(name: str, keys):
    verdict = verify((FOLDER / name).read_bytes(), keys.public(), now=MOMENT)
    assert verdict.verdict not in ("intact", "intact_notes")
    assert not any(signature.trusted for signature in verdict.signatures)


def test_a_filled_field_is_told_with_both_values(roots: Roots):
    verdict = verify((FOLDER / "ok-04-p2-form-filled.pdf").read_bytes(), roots, now=MOMENT)
    assert [remark.subject for remark in verdict.remarks if remark.code == "field-filled"] == [
        "amount: 1000 -> 1200"
    ]


def test_without_revocation_lists_a_genuine_file_gets_a_note(roots: Roots):
    verdict = verify(
        (FOLDER / "ok-01-approval-bt.pdf").read_bytes(), Roots(roots.anchors, roots.others), now=MOMENT
    )
    assert (verdict.verdict, verdict.findings) == ("intact_notes", ("INTACT_REVOCATION_UNKNOWN",))
