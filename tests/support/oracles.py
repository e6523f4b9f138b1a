"""Other people's programs as second opinions on our files: poppler's pdfsig, qpdf, OpenSSL."""

import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.support.require import program

require = program


@dataclass(frozen=True)
class Opinion:
    """What pdfsig says of one signature."""

    field: str
    signature: str
    certificate: str
    coverage: str


def pdfsig(pdf: bytes, root: x509.Certificate, folder: Path) -> list[Opinion]:
    """Poppler's opinion on each signature, with `root` as the only trusted certificate."""
    for name in ("pdfsig", "certutil"):
        require(name)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "file.pdf").write_bytes(pdf)
    store = f"sql:{folder}"
    _run("certutil", "-N", "-d", store, "--empty-password")
    _run("certutil", "-A", "-d", store, "-n", "root", "-t", "CT,C,C", "-i", str(folder / "root.pem"))
    said = _run("pdfsig", "-nssdir", store, str(folder / "file.pdf"))
    return [
        Opinion(
            field=_line(part, "Signature Field Name"),
            signature=_line(part, "Signature Validation"),
            certificate=_line(part, "Certificate Validation"),
            coverage="whole" if "  - Total document signed" in part else "part",
        )
        for part in re.split(r"^Signature #\d+:", said, flags=re.MULTILINE)[1:]
        if "The signature form field is not signed" not in part
    ]


def qpdf_check(pdf: bytes, folder: Path) -> str:
    """What `qpdf --check` says; it must contain no warning."""
    require("qpdf")
    (folder / "check.pdf").write_bytes(pdf)
    return _run("qpdf", "--check", str(folder / "check.pdf"))


def openssl_cms(pdf: bytes, field: str, chain: list[x509.Certificate], folder: Path, now: datetime) -> bool:
    """Whether OpenSSL verifies the CAdES signature of `field` over exactly the bytes its range names, at the time `now`."""
    require("openssl")
    found = next(one for one in PdfFileReader(BytesIO(pdf)).embedded_signatures if one.field_name == field)
    _, first, second, rest = (int(number) for number in found.byte_range)
    (folder / "content").write_bytes(pdf[:first] + pdf[second : second + rest])
    (folder / "signature").write_bytes(found.pkcs7_content)
    (folder / "chain.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    done = subprocess.run(
        [
            require("openssl"), "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any",
            "-in", str(folder / "signature"), "-content", str(folder / "content"),
            "-CAfile", str(folder / "chain.pem"), "-out", "/dev/null", "-attime", str(int(now.timestamp())),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def _run(name: str, *arguments: str) -> str:
    done = subprocess.run([require(name), *arguments], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _line(text: str, title: str) -> str:
    found = re.search(rf"{title}: (.*)", text)
    return found.group(1).strip() if found else ""
