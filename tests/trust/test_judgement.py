"""Single rules of the verdict: trust at a moment, time, weak algorithms, later updates, and what a filled field shows."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from esign_app.trust import der
from esign_app.trust.keys import Keys, load_or_create
from esign_app.trust.roots import Roots
from esign_app.trust.signer import EmbeddedStamper, KeySigner
from esign_app.trust.stamp import freeze
from esign_app.trust.verdict import CONCLUSIONS, Remark, Verdict
from esign_app.trust.verify import verify
from tests.trust import attacks
from tests.trust.conftest import NOW, SLOTS, Flow

CORPUS = Path(__file__).parent / "corpus"
CORPUS_ROOTS = Roots.read(
    [(CORPUS / "trust-root-chain.pem").read_bytes()],
    [(CORPUS / "trust-root.crl").read_bytes(), (CORPUS / "trust.crl").read_bytes()],
)


def judged(name_or_pdf: str | bytes) -> Verdict:
    pdf = (CORPUS / name_or_pdf).read_bytes() if isinstance(name_or_pdf, str) else name_or_pdf
    return verify(pdf, CORPUS_ROOTS, now=NOW)


def roots_with_revoked(keys: Keys, serial: int, at: datetime) -> Roots:
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
    old = x509.load_der_x509_crl(keys.crls[1])
    revoked = (
        x509.CertificateRevocationListBuilder(old.issuer, at + timedelta(hours=1), at + timedelta(days=30))
        .add_extension(x509.CRLNumber(2), critical=False)
        .add_revoked_certificate(entry)
        .sign(keys.ca.key, hashes.SHA256())
    )
    return replace(keys.public(), crls=(keys.crls[0], revoked.public_bytes(Encoding.DER)))


def test_a_certificate_revoked_before_it_signed_is_not_trusted(flow: Flow, keys: Keys):
    roots = roots_with_revoked(keys, int(flow.signed[1].serial, 16), NOW - timedelta(hours=2))
    verdict = verify(flow.sealed.pdf, roots, now=NOW)
    assert (verdict.verdict, verdict.findings[0]) == ("not_ours", "UNTRUSTED")
    assert [one.trusted for one in verdict.signatures] == [True, True, False, True]


def test_a_certificate_revoked_after_a_stamped_signature_still_counts_for_it(flow: Flow, keys: Keys):
    later = NOW + timedelta(days=2)
    roots = roots_with_revoked(keys, keys.seal.certificate.serial_number, later)
    assert verify(flow.sealed.pdf, roots, now=later + timedelta(days=1)).verdict == "intact"


def test_an_outdated_revocation_list_is_told(flow: Flow, keys: Keys):
    verdict = verify(flow.sealed.pdf, keys.public(), now=NOW + timedelta(days=500))
    assert (verdict.verdict, verdict.findings) == ("intact_notes", ("INTACT_REVOCATION_UNKNOWN",))


def test_an_outdated_list_still_knows_whom_it_revoked(flow: Flow, keys: Keys):
    roots = roots_with_revoked(keys, int(flow.signed[1].serial, 16), NOW - timedelta(hours=2))
    verdict = verify(flow.sealed.pdf, roots, now=NOW + timedelta(days=500))
    assert verdict.verdict == "not_ours"


def signed_plainly(flow: Flow, keys: Keys, stamper: timestamps.TimeStamper | None, **more: str) -> bytes:
    signer = more.pop("signer", None) or KeySigner(keys.seal, keys.ca)
    meta = signers.PdfSignatureMetadata(field_name="issuer", subfilter=fields.SigSeedSubFilter.PADES, **more)
    made = signers.PdfSigner(meta, signer, timestamper=stamper)
    return made.sign_pdf(IncrementalPdfFileWriter(BytesIO(flow.frozen)), bytes_reserved=16384).getvalue()


def test_without_a_time_stamp_the_time_is_a_claim(flow: Flow, keys: Keys):
    verdict = verify(signed_plainly(flow, keys, None), keys.public(), now=NOW)
    assert verdict.signatures[0].time_source == "claimed"
    assert "INTACT_TIME_UNPROVEN" in verdict.findings


def test_a_foreign_time_stamp_proves_nothing(flow: Flow, keys: Keys, tmp_path: Path):
    stranger = load_or_create(tmp_path / "keys", b"pw", NOW)
    verdict = verify(signed_plainly(flow, keys, EmbeddedStamper(stranger, NOW)), keys.public(), now=NOW)
    assert verdict.signatures[0].time_source == "claimed"
    assert "INTACT_TIME_UNPROVEN" in verdict.findings


def test_a_time_stamp_of_another_trusted_authority_is_named_so(flow: Flow, keys: Keys, tmp_path: Path):
    authority = load_or_create(tmp_path / "keys", b"pw", NOW)
    own, other = keys.public(), authority.public()
    both = Roots((*own.anchors, *other.anchors), (*own.others, *other.others), (*own.crls, *other.crls))
    verdict = verify(signed_plainly(flow, keys, EmbeddedStamper(authority, NOW)), both, now=NOW)
    assert verdict.signatures[0].time_source == "tsa"


def test_sha1_is_weak(flow: Flow, keys: Keys):
    store = SimpleCertificateStore()
    store.register(keys.ca.asn1)
    key = asn1_keys.PrivateKeyInfo.load(keys.seal.asn1_key.dump())
    old = signers.SimpleSigner(keys.seal.asn1, key, store)
    pdf = signed_plainly(flow, keys, None, signer=old, md_algorithm="sha1")
    verdict = verify(pdf, keys.public(), now=NOW)
    assert (verdict.verdict, verdict.findings[0]) == ("not_ours", "WEAK")


def test_another_title_is_a_note():
    def change(writer):
        writer.set_info(
            writer.add_object(
                generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("Gift")})
            )
        )

    verdict = judged(attacks._update((CORPUS / "ok-01-approval-bt.pdf").read_bytes(), change))
    assert verdict.findings == ("INTACT_METADATA_CHANGED",)


def test_bytes_hidden_beside_the_signature_are_told():
    pdf = (CORPUS / "ok-01-approval-bt.pdf").read_bytes()
    at = re.search(rb"0{200}>", pdf).end() - 21
    verdict = judged(pdf[:at] + b"c0ffee" + pdf[at + 6 :])
    assert verdict.findings == ("INTACT_NOT_IDENTICAL",)


def test_a_stranger_who_signs_a_certified_file_changes_it():
    assert (
        judged(attacks.signed_by_a_stranger((CORPUS / "ok-04-p2-form-filled.pdf").read_bytes())).verdict
        == "changed"
    )


@pytest.mark.parametrize("name", ["ok-02-seal-p1-lta.pdf", "ok-07-flow-final-lta.pdf", "ok-06-flow-2of2.pdf"])
@pytest.mark.parametrize(
    "attack", ["page content replaced", "annotation over text", "script on opening", "form removed"]
)
def test_attacks_on_the_corpus_are_changes(name: str, attack: str):
    assert judged(attacks.ON_ANY[attack]((CORPUS / name).read_bytes())).verdict == "changed"


def filled(
    value: str, look: bytes, font: dict[str, str] | None = None, box: tuple[int, ...] = (0, 0, 140, 20)
) -> bytes:
    """ok-04 with the field `amount` filled once more: with `value`, drawn by `look`."""

    def change(writer):
        widget = attacks._field(writer, "amount")
        entries = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", **(font or {})}
        named = generic.DictionaryObject({pdf_name(key): pdf_name(text) for key, text in entries.items()})
        fonts = generic.DictionaryObject({pdf_name("/F9"): named})
        form = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, box)),
                pdf_name("/Resources"): generic.DictionaryObject({pdf_name("/Font"): fonts}),
            },
            stream_data=look,
        )
        widget[pdf_name("/V")] = generic.TextStringObject(value)
        widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
        writer.update_container(widget)

    return attacks._update((CORPUS / "ok-04-p2-form-filled.pdf").read_bytes(), change)


def drawn(text: str) -> bytes:
    return f"BT /F9 10 Tf 2 5 Td ({text}) Tj ET".encode()


def test_a_filled_field_that_shows_its_value_is_told():
    verdict = judged(filled("1300", drawn("1300")))
    assert verdict.findings == ("INTACT_INCOMPLETE", "INTACT_FIELDS_FILLED")
    assert verdict.remarks[-1].subject == "amount: 1000 -> 1300"


@pytest.mark.parametrize(
    "pdf",
    [
        filled("1300", drawn("9300")),
        filled("1300", drawn("1300") + b" BT (0) Tj ET"),
        filled("1300", b"1 g 0 0 140 20 re f " + drawn("1300")),
        filled("1300", b"BT 3 Tr /F9 10 Tf (1300) Tj ET"),
        filled("1300", drawn("1300"), font={"/BaseFont": "/Symbol"}),
        filled("1300", drawn("1300"), font={"/ToUnicode": "/X"}),
        filled("1300", drawn("1300"), box=(0, 0, 10, 20)),
        filled("1300", b"(1300) Tj (unclosed"),
        filled("1000", drawn("9000")),
    ],
    ids=[
        "another number",
        "more text",
        "a box",
        "invisible",
        "symbols",
        "own letters",
        "scaled",
        "broken",
        "value as before",
    ],
)
def test_a_field_that_shows_another_value_is_a_change(pdf: bytes):
    verdict = judged(pdf)
    assert verdict.verdict == "changed", verdict.remarks


def test_the_worst_finding_wins_and_equal_remarks_count_once():
    verdict = Verdict.of([Remark("INTACT_WARN", "a"), Remark("ALTERED", "b"), Remark("INTACT_WARN", "a")])
    assert (verdict.verdict, verdict.findings, len(verdict.remarks)) == (
        "changed",
        ("ALTERED", "INTACT_WARN"),
        2,
    )
    assert Verdict.of([]).verdict == "intact"
    assert all(Verdict.of([Remark(finding, "x")]).verdict == meant for finding, meant in CONCLUSIONS.items())


def test_a_verdict_survives_json(flow: Flow, keys: Keys):
    for pdf in (flow.sealed.pdf, flow.certified, b"no pdf"):
        verdict = verify(pdf, keys.public(), now=NOW)
        assert Verdict.from_dict(json.loads(json.dumps(verdict.to_dict()))) == verdict


def test_times_in_a_verdict_have_a_zone(flow: Flow, keys: Keys):
    assert all(
        one.at and one.at.tzinfo == UTC for one in verify(flow.sealed.pdf, keys.public(), now=NOW).signatures
    )


def test_names_of_signers_cannot_act(flow: Flow, keys: Keys, contract: bytes):
    from tests.trust.conftest import sign

    signed = sign(flow.certified, keys, SLOTS[0], name="Ann\u202egnp.exe\x1b[31m")
    assert verify(signed.pdf, keys.public(), now=NOW).signatures[-1].name == "Anngnp.exe[31m"


@pytest.mark.parametrize(
    "manifest", [{"title": 1}, {"public_id": "a b"}, {"public_id": "X", "slots": ["seal"]}, {"x": "y" * 999}]
)
def test_a_senseless_manifest_tells_nothing(manifest: dict, contract: bytes, keys: Keys, flow: Flow):
    pdf = signed_plainly(
        replace(flow, frozen=freeze(contract, label="", fields=[], manifest=manifest)), keys, None
    )
    document = verify(pdf, keys.public(), now=NOW).document
    assert document is None or document.slots == ()


@pytest.mark.parametrize(
    ("content", "end"),
    [
        ("0500", 2), ("300405000500", 6), ("3003050005", None), ("30050500050001", None), ("0000", None), ("30020000", None),
        ("308105050005000a", None), ("3080050000000000", None), ("1f0100", None), ("30", None), ("", None),
        ("0481" + "80" + "00" * 128, 131), ("0482" + "0080" + "00" * 128, None), ("30" * 100, None),
    ],
)  # fmt: skip
def test_only_proper_der_has_an_end(content: str, end: int | None):
    assert der.element_end(bytes.fromhex(content), 0) == end


def test_judging_is_possible_in_a_worker_thread(flow: Flow, keys: Keys):
    from concurrent.futures import ThreadPoolExecutor

    judge: Callable[[bytes], Verdict] = lambda pdf: verify(pdf, keys.public(), now=NOW)  # noqa: E731
    with ThreadPoolExecutor(3) as pool:
        assert {one.verdict for one in pool.map(judge, [flow.sealed.pdf] * 3)} == {"intact"}
