"""The keys of this installation: made on the first start, kept as PKCS#12 files that only their owner may read."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from esign_app.trust import certificates
from esign_app.trust.certificates import PrivateKey
from esign_app.trust.roots import Roots

NAMES = ("root", "ca", "seal", "issuer", "tsa")
_YEAR = timedelta(days=365)
_CRL_RENEWAL = certificates.CRL_LIFE - timedelta(days=30)


class KeysUnusable(Exception):
    """The key files cannot be used: damaged, incomplete, or locked with another password. Never repaired by guessing."""


@dataclass(frozen=True)
class Identity:
    """A certificate with its private key. The asn1crypto forms pyHanko wants are made once."""

    certificate: x509.Certificate
    key: PrivateKey

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @cached_property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)

    @cached_property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        pkcs8 = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return asn1_keys.PrivateKeyInfo.load(pkcs8)

    @property
    def serial(self) -> str:
        """The serial number as the verdict shows it."""
        return f"{self.certificate.serial_number:x}"


@dataclass(frozen=True)
class Keys:
    """Everything that can sign. `crls` are the current lists of root and ca, DER."""

    root: Identity
    ca: Identity
    seal: Identity
    issuer: Identity
    tsa: Identity
    crls: tuple[bytes, ...]

    def public(self) -> Roots:
        """What `verify` needs, without a key."""
        return Roots(anchors=(self.root.der,), others=(self.ca.der,), crls=self.crls)

    @property
    def expires(self) -> datetime:
        """When the first of the certificates ends; warn before, because signing refuses afterwards."""
        return _first_end((self.root, self.ca, self.seal, self.issuer, self.tsa))


def load_or_create(directory: Path, password: bytes, now: datetime) -> Keys:
    """The keys in `directory`, made there when it is missing or empty.

    Creation is atomic: two processes that start together end up with the same keys. Revocation lists are renewed after a
    month, so calling this again now and then (each start, a sweep) keeps them fresh.
    """
    if not directory.exists() or not any(directory.iterdir()):
        _create(directory, password, now)
    identities = _read_all(directory, password)
    crls = tuple(_current_crl(directory / f"{name}.crl", identities[name], now) for name in ("root", "ca"))
    return Keys(**identities, crls=crls)


def expire(directory: Path, password: bytes) -> datetime:
    """When the first of the certificates in `directory` ends. Raises KeysUnusable; makes and renews nothing."""
    return _first_end(_read_all(directory, password).values())


def new_leaf(keys: Keys, *, name: str, email: str, now: datetime) -> Identity:
    """A fresh signer's certificate for one signature; the key lives as long as the object."""
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = certificates.issue(
        certificates.person_name(name),
        key,
        now=now,
        life=certificates.LEAF_LIFE,
        issuer=keys.ca.certificate,
        issuer_key=keys.ca.key,
        extensions=certificates.mailbox(email),
    )
    return Identity(leaf, key)


def _create(directory: Path, password: bytes, now: datetime) -> None:
    """Write a complete set beside `directory`, then rename it into place; the slower of two creators gives way."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        for name, identity in _new_identities(now).items():
            archive = pkcs12.serialize_key_and_certificates(
                name.encode(),
                identity.key,
                identity.certificate,
                None,
                serialization.BestAvailableEncryption(password),
            )
            _write(temporary / f"{name}.p12", archive)
        temporary.replace(directory)
    except OSError:
        if not (directory.is_dir() and any(directory.iterdir())):
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _new_identities(now: datetime) -> dict[str, Identity]:
    # A tag of its own keeps two installations apart in the trust list of a viewer.
    tag = secrets.token_hex(3).upper()

    def curve() -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    def made(
        title: str,
        key: PrivateKey,
        years: int,
        issuer: Identity | None,
        *,
        path_length: int | None = None,
        extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    ) -> Identity:
        certificate = certificates.issue(
            certificates.company_name(f"esign_app {title} {tag}"),
            key,
            now=now,
            life=years * _YEAR,
            issuer=issuer.certificate if issuer else None,
            issuer_key=issuer.key if issuer else key,
            path_length=path_length,
            extensions=extensions,
        )
        return Identity(certificate, key)

    root = made("Root", curve(), 20, None, path_length=1)
    ca = made("Signing CA", curve(), 15, root, path_length=0)
    tsa_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return {
        "root": root,
        "ca": ca,
        "seal": made("Seal", curve(), 10, ca),
        "issuer": made("Issuer", curve(), 10, ca),
        "tsa": made("Time Stamping", tsa_key, 10, ca, extensions=[certificates.time_stamping()]),
    }


def _first_end(identities: Iterable[Identity]) -> datetime:
    return min(identity.certificate.not_valid_after_utc for identity in identities)


def _read_all(directory: Path, password: bytes) -> dict[str, Identity]:
    return {name: _read(directory / f"{name}.p12", password) for name in NAMES}


def _read(path: Path, password: bytes) -> Identity:
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), password)
    except FileNotFoundError as error:
        raise KeysUnusable(f"key file {path.name} is missing") from error
    except ValueError as error:
        raise KeysUnusable(f"key file {path.name} is damaged or has another password") from error
    if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise KeysUnusable(f"key file {path.name} holds no usable key")
    return Identity(certificate, key)


def _current_crl(path: Path, authority: Identity, now: datetime) -> bytes:
    previous = x509.load_der_x509_crl(path.read_bytes()) if path.exists() else None
    ends = previous.next_update_utc if previous is not None else None
    if previous is not None and ends and ends - now > _CRL_RENEWAL:
        return previous.public_bytes(serialization.Encoding.DER)
    renewed = certificates.revocation_list(authority.certificate, authority.key, now=now, previous=previous)
    content = renewed.public_bytes(serialization.Encoding.DER)
    _write(path, content)
    return content


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
