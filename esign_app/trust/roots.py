"""What a judge of documents needs to know: whom to trust and what was revoked. Holds no key."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import crl, pem, x509


@dataclass(frozen=True)
class Roots:
    """Trust anchors, intermediate certificates and revocation lists, each as DER. Hashable, picklable, JSON-able."""

    anchors: tuple[bytes, ...]
    others: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, certificates: Iterable[bytes], crls: Iterable[bytes] = ()) -> "Roots":
        """From the contents of certificate and CRL files, PEM (also bundles) or DER.

        Self-issued certificates become anchors; when there is none, every certificate given is one.
        """
        found = [der for content in certificates for der in _ders(content)]
        selfmade = [der for der in found if _self_issued(der)]
        anchors = selfmade or found
        return cls(
            anchors=tuple(dict.fromkeys(anchors)),
            others=tuple(dict.fromkeys(der for der in found if der not in anchors)),
            crls=tuple(der for content in crls for der in _ders(content)),
        )

    def to_dict(self) -> dict[str, list[str]]:
        """Plain data for a process boundary."""
        return {
            name: [base64.b64encode(der).decode("ascii") for der in getattr(self, name)]
            for name in ("anchors", "others", "crls")
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Sequence[str]]) -> "Roots":
        """The inverse of `to_dict`."""
        return cls(
            **{
                name: tuple(base64.b64decode(text) for text in data.get(name, ()))
                for name in ("anchors", "others", "crls")
            }
        )


@lru_cache(maxsize=256)
def certificate(der: bytes) -> x509.Certificate:
    """The parsed certificate; parsing is the costly part of a verification, so it is done once per certificate."""
    return x509.Certificate.load(der)


@lru_cache(maxsize=64)
def revocation_list(der: bytes) -> crl.CertificateList:
    """The parsed revocation list, once."""
    return crl.CertificateList.load(der)


def _self_issued(der: bytes) -> bool:
    parsed = x509.Certificate.load(der)
    return bool(parsed.issuer == parsed.subject)


def _ders(content: bytes) -> list[bytes]:
    if not pem.detect(content):
        return [content]
    return [der for _, _, der in pem.unarmor(content, multiple=True)]
