"""What can be said about a PDF: facts, findings, and one conclusion drawn from them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, cast

Conclusion = Literal["intact", "intact_notes", "changed", "not_ours", "cannot_check"]
Kind = Literal["issuer", "signer", "seal", "other"]
TimeSource = Literal["tsa-embedded", "tsa", "claimed"]
Coverage = Literal["file", "revision", "unclear"]

# Every finding and what it means for the whole, worst first. A file without a finding is intact.
CONCLUSIONS: Mapping[str, Conclusion] = {
    "CANNOT_CHECK": "cannot_check",
    "ALTERED": "changed",
    "NO_SIGNATURE": "not_ours",
    "NOT_OURS": "not_ours",
    "WEAK": "not_ours",
    "UNTRUSTED": "not_ours",
    "INTACT_INCOMPLETE": "intact_notes",
    "INTACT_WARN": "intact_notes",
    "INTACT_FIELDS_FILLED": "intact_notes",
    "INTACT_TIME_UNPROVEN": "intact_notes",
    "INTACT_REVOCATION_UNKNOWN": "intact_notes",
    "INTACT_METADATA_CHANGED": "intact_notes",
    "INTACT_NOT_IDENTICAL": "intact_notes",
}
_ORDER = list(CONCLUSIONS)


@dataclass(frozen=True)
class Remark:
    """Why a finding was made: a stable code for the caller's words, and the field or value it is about (untrusted text)."""

    finding: str
    code: str
    subject: str = ""


@dataclass(frozen=True)
class SignatureFact:
    """One signature. `at` is None only when nothing names a time; `time_source` says whose clock it is."""

    field: str
    kind: Kind
    name: str
    at: datetime | None
    time_source: TimeSource
    covers: Coverage
    intact: bool
    trusted: bool
    serial: str


@dataclass(frozen=True)
class DocumentFact:
    """What the document says of itself in signed bytes; the head of its audit log as of the last signature that names one."""

    public_id: str
    title: str
    slots: tuple[str, ...]
    chain_head: str | None


@dataclass(frozen=True)
class Verdict:
    """The conclusion with everything it rests on. `findings` are its codes, worst first, `remarks` the reasons."""

    verdict: Conclusion
    findings: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()
    signatures: tuple[SignatureFact, ...] = ()
    document: DocumentFact | None = None

    @classmethod
    def of(
        cls,
        remarks: Iterable[Remark],
        signatures: Iterable[SignatureFact] = (),
        document: DocumentFact | None = None,
    ) -> "Verdict":
        """The one place where a conclusion is drawn: the worst finding wins."""
        kept = tuple(sorted(dict.fromkeys(remarks), key=lambda remark: _ORDER.index(remark.finding)))
        findings = tuple(dict.fromkeys(remark.finding for remark in kept))
        verdict = CONCLUSIONS[findings[0]] if findings else "intact"
        return cls(verdict, findings, kept, tuple(signatures), document)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, safe for JSON."""
        data = asdict(self)
        for signature in data["signatures"]:
            signature["at"] = signature["at"].isoformat() if signature["at"] else None
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Verdict":
        """The inverse of `to_dict`, also after a trip through JSON."""
        document = data.get("document")
        return cls(
            verdict=cast(Conclusion, data["verdict"]),
            findings=tuple(data["findings"]),
            remarks=tuple(Remark(**remark) for remark in data.get("remarks", ())),
            signatures=tuple(
                SignatureFact(**{**fact, "at": datetime.fromisoformat(fact["at"]) if fact["at"] else None})
                for fact in data.get("signatures", ())
            ),
            document=DocumentFact(**{**document, "slots": tuple(document["slots"])}) if document else None,
        )
