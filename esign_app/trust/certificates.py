"""Building X.509: authorities, leafs and revocation lists.

Chain: root -> issuing authority -> leafs. P-256 everywhere; only the time stamper is RSA, because old viewers expect it.
"""

import unicodedata
import warnings
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

CLOCK_SKEW = timedelta(minutes=10)
LEAF_LIFE = timedelta(days=1)
CRL_LIFE = timedelta(days=365)
_CN_LIMIT = 64


def company_name(common_name: str) -> x509.Name:
    """The subject of a certificate that speaks for this installation."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "esign_app"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def person_name(name: str) -> x509.Name:
    """The subject of a signer's certificate: the name alone, in any script, cut to what X.520 allows."""
    visible = "".join(c for c in name if unicodedata.category(c)[0] != "C" or c.isspace())
    common_name = " ".join(visible.split())[:_CN_LIMIT].strip() or "-"
    with warnings.catch_warnings():
        # The limit is 64 letters. cryptography counts bytes, and would cut a Cyrillic name in half; it lets itself be told.
        warnings.filterwarnings("ignore", message="Attribute's length must be")
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name, _validate=False)])


def issue(
    subject: x509.Name,
    key: PrivateKey,
    *,
    now: datetime,
    life: timedelta,
    issuer: x509.Certificate | None,
    issuer_key: PrivateKey,
    path_length: int | None = None,
    extensions: Iterable[tuple[x509.ExtensionType, bool]] = (),
) -> x509.Certificate:
    """A certificate; `issuer` None makes it self-signed, `path_length` makes it an authority."""
    authority = path_length is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        .add_extension(_usage(authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def time_stamping() -> tuple[x509.ExtensionType, bool]:
    """RFC 3161 wants this usage alone and critical."""
    return x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True


def mailbox(email: str) -> list[tuple[x509.ExtensionType, bool]]:
    """The address as alternative name. An address X.509 cannot hold (letters outside ASCII before the @) is left out."""
    local, at, domain = email.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
        general_name = x509.RFC822Name(address)
    except (UnicodeError, ValueError):
        return []
    return [(x509.SubjectAlternativeName([general_name]), False)] if at and local and domain else []


def revocation_list(
    issuer: x509.Certificate,
    issuer_key: PrivateKey,
    *,
    now: datetime,
    previous: x509.CertificateRevocationList | None,
) -> x509.CertificateRevocationList:
    """The next list of `issuer`: everything revoked in `previous` stays revoked, the number goes up by one."""
    number = (
        previous.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number + 1
        if previous is not None
        else 1
    )
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now - CLOCK_SKEW)
        .next_update(now + CRL_LIFE)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    for entry in previous or ():
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
