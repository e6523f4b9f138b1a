"""`esign verify`: is this file what was signed? Offline; exit code 0 only when every file is intact."""

import argparse
import json
from pathlib import Path
from typing import Any

from esign_app.adapters import pdf
from esign_app.automation import keys
from esign_app.cli.main import complain
from esign_app.db import utcnow
from esign_app.domain import integrity
from esign_app.settings import settings
from esign_app.text import stamp, t
from esign_app.trust.roots import Roots
from esign_app.trust.verdict import SignatureFact, Verdict


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="esign verify", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object per file, each on a line")
    parser.add_argument(
        "--root",
        type=Path,
        action="append",
        default=[],
        help="trust this certificate (PEM or DER) instead of this installation's own; may be repeated",
    )
    parser.add_argument("--crl", type=Path, action="append", default=[], help="a revocation list for --root")
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
    given = parser.parse_args(argv)
    try:
        roots = _roots(given.root, given.crl)
        verdicts = [(file, pdf.verify(file.read_bytes(), roots, utcnow())) for file in given.files]
    except (OSError, ValueError) as error:
        return complain(str(error))
    finally:
        pdf.stop()
    for file, verdict in verdicts:
        print(json.dumps(as_json(file, verdict)) if given.json else as_text(file, verdict))
    return 0 if all(verdict.verdict == "intact" for _, verdict in verdicts) else 1


def _roots(certificates: list[Path], lists: list[Path]) -> Roots:
    if certificates:
        return Roots.read((file.read_bytes() for file in certificates), (file.read_bytes() for file in lists))
    if not any(settings().keys_dir.glob("*.p12")):
        raise ValueError(
            t(
                "There are no keys in {folder}. Set ESIGN_DATA_DIR or name a certificate with --root.",
                folder=settings().data,
            )
        )
    return keys.roots()


def as_json(file: Path, verdict: Verdict) -> dict[str, Any]:
    plain = verdict.to_dict()
    return {
        "file": str(file),
        "verdict": verdict.verdict,
        "sentence": integrity.sentence(verdict),
        "findings": plain["findings"],
        "remarks": plain["remarks"],
        "signatures": plain["signatures"],
        "document": plain["document"] or {},
    }


def as_text(file: Path, verdict: Verdict) -> str:
    lines = [f"{file}: {integrity.sentence(verdict)}"]
    lines += [f"  {_signature(fact)}" for fact in verdict.signatures]
    lines += [f"  {remark.finding}: {remark.code} {remark.subject}".rstrip() for remark in verdict.remarks]
    return "\n".join(_printable(line) for line in lines)


def _signature(fact: SignatureFact) -> str:
    when = stamp(fact.at, "UTC") if fact.at else t("no time")
    if fact.kind == "signer":
        return t("signed by {name}, {when}", name=fact.name, when=when)
    if fact.kind == "seal":
        return t("sealed by {name}, {when}", name=fact.name, when=when)
    if fact.kind == "issuer":
        return t("issued by {name}, {when}", name=fact.name, when=when)
    return t("another signature: {name}, {when}", name=fact.name, when=when)


def _printable(line: str) -> str:
    """Names and values come from the file; they must not steer the terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)
