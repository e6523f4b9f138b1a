"""The three kinds of signature: the issuer certifies, each signer signs a slot, the seal closes the document.

Each is one PAdES B-T signature in one incremental revision, in a field that `freeze` made. Not on an event loop.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.stamp import StaticStampStyle

from esign_app.trust import appearance
from esign_app.trust.keys import Identity, Keys, new_leaf
from esign_app.trust.signer import EmbeddedStamper, KeySigner, PdfSignerAt
from esign_app.trust.stamp import ISSUER_FIELD, SEAL_FIELD

# Room for the signature, its chain and a time stamp, in hex digits. A guess by pyHanko would sign everything twice.
_ROOM = 16384


class CannotSign(Exception):
    """The signature cannot be made. `code`: expired (a certificate has ended), field (no such empty field)."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Signed:
    """The document with one more signature, and the serial number (hex) of the certificate that made it."""

    pdf: bytes
    serial: str


def certify(pdf: bytes, keys: Keys, *, reason: str, now: datetime) -> bytes:
    """Our name under the frozen document: from here on only the prepared fields may be filled (DocMDP P2)."""
    metadata = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS}
    return _sign(pdf, keys, keys.issuer, field=ISSUER_FIELD, reason=reason, now=now, metadata=metadata)


def sign_slot(
    pdf: bytes, keys: Keys, *, field: str, name: str, email: str, image_png: bytes, reason: str, now: datetime
) -> Signed:
    """A person's signature in the field of their slot: a certificate made for this one act, the drawing as its look."""
    leaf = new_leaf(keys, name=name, email=email, now=now)
    signed = _sign(
        pdf, keys, leaf, field=field, reason=reason, now=now, image=image_png, metadata={"name": name}
    )
    return Signed(signed, leaf.serial)


def seal(pdf: bytes, keys: Keys, *, page_pdf: bytes, reason: str, now: datetime) -> Signed:
    """The end: no change of any kind afterwards. The certificate page is drawn on the page reserved for it."""
    metadata = {"docmdp_permissions": MDPPerm.NO_CHANGES}
    style = appearance.page(page_pdf)
    signed = _sign(
        pdf, keys, keys.seal, field=SEAL_FIELD, reason=reason, now=now, style=style, metadata=metadata
    )
    return Signed(signed, keys.seal.serial)


def _sign(
    pdf: bytes,
    keys: Keys,
    identity: Identity,
    *,
    field: str,
    reason: str,
    now: datetime,
    metadata: dict[str, Any],
    style: StaticStampStyle | None = None,
    image: bytes | None = None,
) -> bytes:
    _still_valid(now, identity, keys.ca, keys.tsa, keys.root)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    rotation = _rotation_of_empty(writer, field)
    signer = PdfSignerAt(
        signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            **metadata,
        ),
        signer=KeySigner(identity, keys.ca),
        timestamper=EmbeddedStamper(keys, now),
        stamp_style=style if image is None else appearance.drawing(image, rotation),
        now=now,
    )
    output: BytesIO = signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=_ROOM)
    return output.getvalue()


def _still_valid(now: datetime, *identities: Identity) -> None:
    """A signature by an ended certificate would be judged worthless; better none, with the document's state kept."""
    for identity in identities:
        certificate = identity.certificate
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise CannotSign(
                "expired", f"the certificate {certificate.subject.rfc4514_string()} is not valid at {now}"
            )


def _rotation_of_empty(writer: IncrementalPdfFileWriter, field: str) -> int:
    """The rotation of the page on which the still empty field lies."""
    for name, value, reference in enumerate_sig_fields(writer, with_name=field):
        if name == field and value is None:
            return _rotation(reference.get_object().raw_get("/P"))
    raise CannotSign("field", f"there is no empty field {field}")


def _rotation(page: Any) -> int:
    """The rotation of a page, or of the ancestor it has it from; `freeze` has seen to it that the tree has no circles."""
    while page is not None:
        node = page.get_object()
        if "/Rotate" in node:
            return int(node["/Rotate"]) % 360
        page = node.raw_get("/Parent") if "/Parent" in node else None
    return 0
