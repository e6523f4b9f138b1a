"""The verdict on our own files: intact as they are, never intact after a change, and never an exception."""

import random
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from esign_app.trust.keys import load_or_create
from esign_app.trust.verify import verify
from tests.trust import attacks
from tests.trust.conftest import DOCUMENT, HEAD, NOW, SLOTS, Flow, finish, sign

MANY_OFFSETS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_sealed_file_is_intact_and_tells_everything(flow: Flow, keys):
    verdict = verify(flow.sealed.pdf, keys.public(), now=NOW)
    assert (verdict.verdict, verdict.remarks) == ("intact", ())
    told = [(one.field, one.kind, one.name, one.covers) for one in verdict.signatures]
    assert [fact[:2] for fact in told] == [
        ("issuer", "issuer"), ("signer-001", "signer"), ("signer-002", "signer"), ("seal", "seal"),
    ]  # fmt: skip
    assert [fact[2] for fact in told][1:3] == ["Ann Example", "Ольга Пример 王小明"]
    assert [fact[3] for fact in told] == ["revision", "revision", "revision", "file"]
    assert all(one.intact and one.trusted and one.at == NOW for one in verdict.signatures)
    assert {one.time_source for one in verdict.signatures} == {"tsa-embedded"}
    assert [one.serial for one in verdict.signatures][1:] == [
        *(one.serial for one in flow.signed),
        flow.sealed.serial,
    ]
    assert verdict.document
    assert verdict.document.public_id == DOCUMENT
    assert (verdict.document.title, verdict.document.slots) == ("Vertrag über 1000 €", SLOTS)
    assert verdict.document.chain_head == HEAD


def test_an_earlier_revision_is_genuine_but_incomplete(flow: Flow, keys):
    for pdf in (flow.certified, flow.signed[0].pdf, flow.signed[1].pdf):
        verdict = verify(pdf, keys.public(), now=NOW)
        assert (verdict.verdict, verdict.findings) == ("intact_notes", ("INTACT_INCOMPLETE",))


def test_earlier_signatures_survive_later_ones(flow: Flow, keys):
    assert flow.sealed.pdf.startswith(flow.signed[1].pdf)
    assert flow.signed[1].pdf.startswith(flow.signed[0].pdf)
    assert flow.signed[0].pdf.startswith(flow.certified)


def test_the_frozen_file_has_no_signature(flow: Flow, keys):
    verdict = verify(flow.frozen, keys.public(), now=NOW)
    assert (verdict.verdict, verdict.findings) == ("not_ours", ("NO_SIGNATURE",))


def test_a_seal_that_names_one_of_two_slots_is_complete_without_the_other(flow: Flow, keys, certificate):
    any_of = finish(flow.signed[0].pdf, keys, certificate, (SLOTS[0],))
    assert verify(any_of.pdf, keys.public(), now=NOW).verdict == "intact"
    missing = finish(flow.signed[0].pdf, keys, certificate, SLOTS)
    assert verify(missing.pdf, keys.public(), now=NOW).findings == ("INTACT_INCOMPLETE",)


def test_a_signers_certificate_may_have_ended_long_ago(flow: Flow, keys):
    assert verify(flow.sealed.pdf, keys.public(), now=NOW + timedelta(days=200)).verdict == "intact"


def test_another_installation_says_not_ours(flow: Flow, tmp_path):
    stranger = load_or_create(tmp_path / "keys", b"pw", NOW).public()
    verdict = verify(flow.sealed.pdf, stranger, now=NOW)
    assert (verdict.verdict, verdict.findings[0]) == ("not_ours", "NOT_OURS")
    assert not any(one.trusted for one in verdict.signatures)


@pytest.mark.parametrize("name", attacks.ON_ANY)
@pytest.mark.parametrize("stage", ["certified", "signed", "sealed"])
def test_an_attack_is_a_change(name: str, stage: str, flow: Flow, keys):
    pdf = {"certified": flow.certified, "signed": flow.signed[0].pdf, "sealed": flow.sealed.pdf}[stage]
    verdict = verify(attacks.ON_ANY[name](pdf), keys.public(), now=NOW)
    assert verdict.verdict == "changed", verdict.remarks


def test_a_signature_by_a_stranger_after_the_seal_is_a_change(flow: Flow, keys):
    verdict = verify(attacks.signed_by_a_stranger(flow.sealed.pdf), keys.public(), now=NOW)
    assert verdict.verdict == "changed"
    assert "NOT_OURS" in verdict.findings


def test_litter_after_the_end_is_told(flow: Flow, keys):
    verdict = verify(flow.sealed.pdf + b"sent by a mail gateway", keys.public(), now=NOW)
    assert (verdict.verdict, verdict.findings) == ("intact_notes", ("INTACT_NOT_IDENTICAL",))


def test_the_small_file_is_intact(small: bytes, keys):
    assert verify(small, keys.public(), now=NOW).verdict == "intact"


@MANY_OFFSETS
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_never_intact(data, small: bytes, keys):
    offset = data.draw(st.integers(0, len(small) - 1))
    bit = data.draw(st.integers(0, 7))
    assert verify(_flipped(small, offset, bit), keys.public(), now=NOW).verdict != "intact"


@MANY_OFFSETS
@given(data=st.data())
def test_a_flipped_bit_in_the_last_signature_value_is_never_intact(data, small: bytes, keys):
    """The only bytes no signature covers."""
    first, last = _last_hole(small)
    offset = data.draw(st.integers(first, last))
    bit = data.draw(st.integers(0, 7))
    assert verify(_flipped(small, offset, bit), keys.public(), now=NOW).verdict != "intact"


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400))
@example(b"%PDF-1.7\n/ByteRange [0 1 2 3]")
@example(b"%PDF-1.7\n%%EOF/ByteRange [")
def test_random_bytes_never_raise(keys, content: bytes):
    for candidate in (content, b"%PDF-1.7\n" + content):
        assert verify(candidate, keys.public(), now=NOW).verdict not in ("intact", "intact_notes")


def test_a_cut_file_is_never_intact(small: bytes, keys):
    whole = small
    cuts = random.Random(1).sample(range(len(whole)), 60)
    for length in (0, 1, 8, *cuts, len(whole) - 7):
        assert verify(whole[:length], keys.public(), now=NOW).verdict in (
            "changed",
            "cannot_check",
            "not_ours",
        )


def test_a_cut_at_the_end_of_a_revision_is_incomplete(flow: Flow, keys):
    for pdf in (flow.certified, flow.signed[0].pdf):
        assert verify(flow.sealed.pdf[: len(pdf)], keys.public(), now=NOW).findings == ("INTACT_INCOMPLETE",)


def test_pieces_of_two_documents_do_not_make_one(flow: Flow, small: bytes, keys):
    whole = small
    for at in range(1000, len(whole), len(whole) // 25):
        mixed = whole[:at] + flow.frozen[at : at + 200] + whole[at + 200 :]
        assert mixed == whole or verify(mixed, keys.public(), now=NOW).verdict == "changed"


def test_too_large_a_file_is_refused_at_once(keys):
    assert verify(b"%PDF-1.7" + bytes(26 * 1024 * 1024), keys.public(), now=NOW).findings == ("CANNOT_CHECK",)


def test_a_second_signature_in_the_same_slot_is_impossible(flow: Flow, keys):
    with pytest.raises(Exception, match="no empty field"):
        sign(flow.signed[0].pdf, keys, SLOTS[0])


def _flipped(pdf: bytes, offset: int, bit: int) -> bytes:
    return pdf[:offset] + bytes([pdf[offset] ^ (1 << bit)]) + pdf[offset + 1 :]


def _last_hole(pdf: bytes) -> tuple[int, int]:
    first, second = re.findall(rb"/ByteRange \[0 (\d+) (\d+) \d+", pdf)[-1]
    return int(first), int(second) - 1
