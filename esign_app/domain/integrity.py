"""What a verdict means, in plain words, and what we know of a file or an id ourselves.

Everything told about a document comes from the file that somebody holds; from our own records only this much:
whether these very bytes, or this id, are ours. Nobody learns a name from us by asking.
"""

from typing import Any, Literal

from sqlmodel import Session, col, select

from esign_app.models import Document, File, Revision
from esign_app.text import t
from esign_app.trust.verdict import Remark, SignatureFact, Verdict

Known = Literal["final", "earlier", ""]


def known(session: Session, sha256: str) -> Known:
    """Whether these very bytes are in our vault: as a finished document, or as an earlier state of one."""
    query = select(Revision.kind).join(File, col(File.id) == Revision.file_id).where(File.sha256 == sha256)
    kinds = session.exec(query).all()
    if "seal" in kinds:
        return "final"
    return "earlier" if kinds else ""


def issued(session: Session, public_id: str) -> bool:
    """Whether an id of a document was given out here."""
    query = select(Document.id).where(Document.public_id == public_id.strip().upper())
    return session.exec(query).first() is not None


def sentence(verdict: Verdict, known: Known = "") -> str:
    """The answer in one sentence."""
    if known == "earlier" and verdict.verdict != "cannot_check":
        return t("This file is genuine and unchanged, but it is not the final document.")
    return {
        "intact": t("This document is intact: it is exactly what was signed."),
        "intact_notes": _with_notes(verdict),
        "changed": t("This document was changed after it was signed. Do not rely on it."),
        "not_ours": _not_ours(verdict),
        "cannot_check": t("This file cannot be checked."),
    }[verdict.verdict]


def _with_notes(verdict: Verdict) -> str:
    if "INTACT_INCOMPLETE" in verdict.findings:
        return t("This file is genuine and unchanged, but it is not the final document.")
    return t("This document is intact, with notes that you should read.")


def _not_ours(verdict: Verdict) -> str:
    if "NO_SIGNATURE" in verdict.findings:
        return t("This file carries no signature, so nothing proves where it comes from.")
    if "UNTRUSTED" in verdict.findings:
        return t("This file is signed, but its signature is not trusted.")
    return t("This file is signed, but not by this office.")


def explanations(verdict: Verdict) -> list[str]:
    """What was found, each in plain words, worst first; people by the names in their certificates."""
    names = {fact.field: _who(fact) for fact in verdict.signatures if fact.name}
    return list(dict.fromkeys(_explanation(remark, names) for remark in verdict.remarks))


def _who(fact: SignatureFact) -> str:
    """Our own two signatures by what they are for; what their certificates call them means nothing to people."""
    ours = {"issuer": t("this office, issuing it"), "seal": t("this office, sealing it")}
    return ours.get(fact.kind, fact.name) if fact.trusted else fact.name


def _explanation(remark: Remark, names: dict[str, str]) -> str:
    """One finding. Its subject comes from the file, so it is quoted, never trusted."""
    message = _SAID.get(remark.code) or _FINDINGS.get(remark.finding, remark.finding)
    return t(message, subject=names.get(remark.subject, remark.subject))


def clock_of(fact: SignatureFact) -> str:
    """Whose clock a signature's time rests on."""
    return {
        "tsa-embedded": t("clock of this office's own time stamp service"),
        "tsa": t("clock of an independent time stamp service"),
        "claimed": t("as the signer's computer says; not proven"),
    }[fact.time_source]


def report(verdict: Verdict, known: Known = "") -> dict[str, Any]:
    """The whole answer for scripts: `esign verify --json` and the integrity page say the same."""
    data = verdict.to_dict()
    return {
        "verdict": data["verdict"],
        "sentence": sentence(verdict, known),
        "known": known,
        "findings": list(data["findings"]),
        "explanations": explanations(verdict),
        "remarks": list(data["remarks"]),
        "signatures": list(data["signatures"]),
        "document": data["document"] or {},
    }


# By the reason's own code; what is missing here is said by its finding.
_SAID = {
    "another-document": "The seal belongs to another document ({subject}).",
    "byte-range": "The signature “{subject}” does not cover what it must cover.",
    "bytes-before-the-start": "Something was put in front of the document.",
    "bytes-changed": "The content that “{subject}” signed was changed.",
    "change-not-allowed": "After “{subject}” signed, something was changed that must not change.",
    "changed-after-last-signature": "Something was changed after the last signature.",
    "changed-after-signature": "Something was changed after “{subject}” signed.",
    "coverage-unclear": "It is unclear what “{subject}” covers.",
    "field-changed": "The form field “{subject}” was changed after signing.",
    "field-shows-another-value": "The form field “{subject}” shows something else than it holds.",
    "objects-after-the-end": "Something was added behind the end of the document.",
    "revoked": "The certificate of “{subject}” was withdrawn.",
    "saved-anew": "The file was saved again by another program. That destroys the signatures, even if nothing looks different.",
    "signature-removed": "A signature was removed from the file.",
    "signature-used-twice": "One signature is used in two places.",
    "signature-value": "The value of the signature “{subject}” is not whole.",
    "structure": "The file carries a signature, but its structure is broken.",
    "damaged": "The file is damaged and cannot be read.",
    "encrypted": "The file is protected by a password. If you can, check the original without it.",
    "not-a-pdf": "The file is not a PDF.",
    "too-large": "The file is too large to be checked: at most 25 MB and 500 pages are possible.",
    "limits": "Checking the file took too long or needed too much memory.",
    "field-filled": "A form field was filled in after signing, as the document allows: {subject}.",
    "field-not-signed": "The signature “{subject}” is still missing.",
    "metadata": "Only the description of the file (title, author, dates) was changed after signing.",
    "bytes-after-the-end": "There are bytes behind the end of the document. They do not change what it shows.",
    "bytes-beside-signature": "There are unused bytes beside the signature “{subject}”. They do not change what is shown.",
    "no-current-revocation-list": "It could not be checked whether a certificate was withdrawn lately.",
    "foreign-time-stamp": "The time of “{subject}” comes from a time stamp service that is not known here.",
    "no-time-stamp": "The time of “{subject}” is only what the signer's computer said.",
    "hybrid-references": "The file is built so that old and new programs may show different things.",
    "unknown-authority": "The certificate of “{subject}” was not issued by this office.",
    "unknown-format": "The signature “{subject}” has a format that this office never uses.",
    "unsigned": "There is no signature in the file.",
    "no-signed-attributes": "The signature “{subject}” lacks what ties it to its signer.",
    "weak-algorithm": "The signature “{subject}” uses an outdated method that can be forged.",
}
_FINDINGS = {
    "CANNOT_CHECK": "The file could not be read.",
    "ALTERED": "The document was changed after signing.",
    "NO_SIGNATURE": "There is no signature in the file.",
    "NOT_OURS": "The signature was not made by this office.",
    "WEAK": "A signature uses an outdated method.",
    "UNTRUSTED": "The certificate of “{subject}” had expired or was withdrawn when it was used.",
    "INTACT_INCOMPLETE": "Not everybody has signed yet.",
    "INTACT_WARN": "The file has an unusual structure.",
    "INTACT_FIELDS_FILLED": "A form field was filled in after signing, as the document allows: {subject}.",
    "INTACT_TIME_UNPROVEN": "The time of a signature is not proven.",
    "INTACT_REVOCATION_UNKNOWN": "It could not be checked whether a certificate was withdrawn lately.",
    "INTACT_METADATA_CHANGED": "Only the description of the file (title, author, dates) was changed after signing.",
    "INTACT_NOT_IDENTICAL": "There are bytes in the file that belong to no signature. They do not change what it shows.",
}
