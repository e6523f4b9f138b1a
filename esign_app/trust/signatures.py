"""Judging one signature: the arithmetic, the chain of trust, and whose clock its time rests on."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos, cms, core, x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    PdfSignatureStatus,
    SignatureCoverageLevel,
    TimestampSignatureStatus,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.path import ValidationPath

from esign_app.trust import manifest
from esign_app.trust.differences import POLICY, check_later_revisions
from esign_app.trust.roots import Roots, certificate, revocation_list
from esign_app.trust.verdict import Coverage, Kind, Remark, SignatureFact, TimeSource

_COVERAGE: dict[SignatureCoverageLevel, Coverage] = {
    SignatureCoverageLevel.ENTIRE_FILE: "file",
    SignatureCoverageLevel.ENTIRE_REVISION: "revision",
}
_KINDS: dict[str, Kind] = {"issuer": "issuer", "seal": "seal"}
_NAME_LIMIT = 200


@dataclass(frozen=True)
class Judged:
    """One signature with everything said about it. `fact` is None for a document time stamp, which nobody signed."""

    embedded: EmbeddedPdfSignature
    remarks: tuple[Remark, ...]
    genuine: bool
    fact: SignatureFact | None
    reason: manifest.Reason


class Trust:
    """Whom to believe at which moment. Revocation counts from the day it was declared for, whenever the list was made."""

    def __init__(self, roots: Roots, now: datetime) -> None:
        self.now = now
        self._roots = roots
        lists = [revocation_list(der) for der in roots.crls]
        ends = [crl["tbs_cert_list"]["next_update"].native for crl in lists]
        self.revocation_known = bool(lists) and all(end is not None and end >= now for end in ends)
        self._lists = lists
        self._revoked = {
            (crl.issuer.hashable, entry["user_certificate"].native): entry["revocation_date"].native
            for crl in lists
            for entry in crl["tbs_cert_list"]["revoked_certificates"]
        }

    def revoked(self, path: ValidationPath | None, moment: datetime) -> bool:
        """Whether a list, however old, revokes a certificate of the path from `moment` or before."""
        chain = path.iter_certs(include_root=False) if path else ()
        dates = [self._revoked.get((one.issuer.hashable, one.serial_number)) for one in chain]
        return any(date is not None and date <= moment for date in dates)

    def at(self, moment: datetime) -> ValidationContext:
        """The rules for a certificate used at `moment`."""
        return ValidationContext(
            trust_roots=[certificate(der) for der in self._roots.anchors],
            other_certs=[certificate(der) for der in self._roots.others],
            crls=self._lists,
            revocation_mode="require" if self.revocation_known else "soft-fail",
            retroactive_revinfo=True,
            moment=moment,
            allow_fetching=False,
        )


async def judge(embedded: EmbeddedPdfSignature, trust: Trust) -> Judged:
    """Everything about one embedded signature or document time stamp."""
    embedded.compute_integrity_info(diff_policy=POLICY)
    if embedded.sig_object_type == "/DocTimeStamp":
        return await _judge_time_stamp(embedded, trust)
    field = str(embedded.field_name)
    stamp = await _time_stamp(embedded, trust)
    proven = stamp is not None and stamp.valid and stamp.intact and stamp.trusted
    moment = stamp.timestamp if stamp is not None and proven else trust.now
    status = await generic_cms.cms_basic_validation(
        embedded.signed_data,
        raw_digest=embedded.compute_digest(),
        validation_context=trust.at(moment),
        key_usage_settings=PdfSignatureStatus.default_usage_constraints(),
    )
    remarks = [*_integrity(embedded, status, field), *_trust(status, field), *_form(embedded, field)]
    if trust.revoked(status["validation_path"], moment):
        remarks.append(Remark("UNTRUSTED", "revoked", field))
    genuine = not remarks
    if not proven:
        remarks.append(
            Remark("INTACT_TIME_UNPROVEN", "no-time-stamp" if stamp is None else "foreign-time-stamp", field)
        )
    paths = [status["validation_path"], stamp.validation_path if stamp else None]
    remarks += _extras(embedded.signed_data, [path for path in paths if path is not None], field)
    fact = _fact(embedded, status, stamp if proven else None, remarks)
    return Judged(
        embedded, tuple(remarks), genuine, fact, manifest.read_reason(embedded.sig_object.get("/Reason", ""))
    )


async def _judge_time_stamp(embedded: EmbeddedPdfSignature, trust: Trust) -> Judged:
    field = str(embedded.field_name)
    status = await generic_cms.validate_tst_signed_data(
        embedded.signed_data, trust.at(trust.now), embedded.compute_digest
    )
    remarks = list(_integrity(embedded, status, field))
    if status["trust_problem_indic"] is not None:
        remarks.append(Remark("INTACT_TIME_UNPROVEN", "foreign-time-stamp", field))
    return Judged(embedded, tuple(remarks), not remarks, None, manifest.Reason())


async def _time_stamp(embedded: EmbeddedPdfSignature, trust: Trust) -> TimestampSignatureStatus | None:
    """The signature's time stamp with its validity. One that cannot even be read is as good as none."""
    try:
        timing = await generic_cms.collect_timing_info(
            embedded.signer_info, trust.at(trust.now), raw_digest=embedded.compute_digest
        )
    except (ValueError, TypeError, KeyError):
        return None
    stamp: TimestampSignatureStatus | None = timing.get("timestamp_validity")
    return stamp


def _integrity(embedded: EmbeddedPdfSignature, status: dict[str, Any], field: str) -> Iterator[Remark]:
    if not (status["intact"] and status["valid"]):
        yield Remark("ALTERED", "bytes-changed", field)
    elif embedded.coverage not in _COVERAGE:
        yield Remark("ALTERED", "coverage-unclear", field)
    else:
        yield from check_later_revisions(embedded)


def _trust(status: dict[str, Any], field: str) -> Iterator[Remark]:
    problem = status["trust_problem_indic"]
    if problem is None or not status["valid"]:
        return
    if problem in (
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE,
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    ):
        yield Remark("WEAK", "weak-algorithm", field)
    elif problem == AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND or status["validation_path"] is None:
        yield Remark("NOT_OURS", "unknown-authority", field)
    else:
        yield Remark("UNTRUSTED", str(problem.name).lower().replace("_", "-"), field)


def _form(embedded: EmbeddedPdfSignature, field: str) -> Iterator[Remark]:
    """PAdES wants signed attributes; without them the signature does not say what it signs."""
    if len(embedded.signer_info["signed_attrs"]) == 0:
        yield Remark("WEAK", "no-signed-attributes", field)


def _extras(signed_data: cms.SignedData, paths: list[ValidationPath], field: str) -> Iterator[Remark]:
    """What travels in the unsigned parts of the signature beside what was needed to judge it.

    Only the last signature of a file can be tampered with in this way: a later one covers the earlier ones whole.
    """
    attributes = signed_data["signer_infos"][0]["unsigned_attrs"]
    present = list(attributes) if attributes.native else []
    stamps = [
        token["content"]
        for attribute in present
        if attribute["type"].native == "signature_time_stamp_token"
        for token in attribute["values"]
    ]
    known = {found.dump() for path in paths for found in path.iter_certs(include_root=True)}
    carried = {choice.chosen.dump() for part in (signed_data, *stamps) for choice in part["certificates"]}
    regular = all(_regular(part) for part in (signed_data, *stamps))
    if carried - known or not regular or len(present) != len(stamps):
        yield Remark("INTACT_NOT_IDENTICAL", "bytes-beside-signature", field)


def _regular(signed_data: cms.SignedData) -> bool:
    """The few bytes nothing signs and nothing reads (RFC 5652, 5.1 and 5.3), as the standard prescribes them."""
    signer = signed_data["signer_infos"][0]
    digest = signer["digest_algorithm"]
    by_name = signer["sid"].name == "issuer_and_serial_number"
    plain = by_name and signed_data["encap_content_info"]["content_type"].native == "data"
    return (
        signer["version"].native == ("v1" if by_name else "v3")
        and signed_data["version"].native == ("v1" if plain else "v3")
        and digest.dump() in _plain_forms(digest["algorithm"].native)
        and [algorithm.dump() for algorithm in signed_data["digest_algorithms"]] == [digest.dump()]
        and not signed_data["crls"].native
    )


def _plain_forms(algorithm: str) -> tuple[bytes, ...]:
    """A digest algorithm has no parameters; both ways of saying so are in use."""
    explicit = algos.DigestAlgorithm({"algorithm": algorithm, "parameters": core.Null()})
    return algos.DigestAlgorithm({"algorithm": algorithm}).dump(), explicit.dump()


def _fact(
    embedded: EmbeddedPdfSignature,
    status: dict[str, Any],
    proven: TimestampSignatureStatus | None,
    remarks: list[Remark],
) -> SignatureFact:
    field = str(embedded.field_name)
    signer: x509.Certificate = status["signing_cert"]
    findings = {remark.finding for remark in remarks}
    return SignatureFact(
        field=_shown(field),
        kind=_kind(field),
        name=_shown(signer.subject.native.get("common_name", "")),
        at=proven.timestamp if proven else _claimed(embedded),
        time_source=_source(proven, status["validation_path"]),
        covers=_COVERAGE.get(embedded.coverage, "unclear") if embedded.coverage else "unclear",
        intact="ALTERED" not in findings,
        trusted=bool(status["valid"]) and not findings & {"NOT_OURS", "UNTRUSTED", "WEAK"},
        serial=f"{signer.serial_number:x}",
    )


def _source(proven: TimestampSignatureStatus | None, path: ValidationPath | None) -> TimeSource:
    if proven is None:
        return "claimed"
    witness = proven.validation_path
    ours = path is not None and witness is not None and witness.trust_anchor == path.trust_anchor
    return "tsa-embedded" if ours else "tsa"


def _claimed(embedded: EmbeddedPdfSignature) -> datetime | None:
    try:
        at = embedded.self_reported_timestamp
    except (ValueError, TypeError, KeyError):
        return None
    return at if at is None or at.utcoffset() is not None else at.replace(tzinfo=UTC)


def _kind(field: str) -> Kind:
    return "signer" if manifest.SLOT_NAME.fullmatch(field) else _KINDS.get(field, "other")


def _shown(text: object) -> str:
    """Untrusted text without what could act on a terminal or turn the reading direction."""
    return "".join(c for c in str(text) if unicodedata.category(c)[0] != "C")[:_NAME_LIMIT]
