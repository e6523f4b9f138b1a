"""pyHanko's signer and time stamper with what costs time taken out: parsing and re-checking the key at every signature."""

from datetime import datetime
from typing import Any

from asn1crypto import cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from pyhanko.sign import general, signers, timestamps
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from esign_app.trust.certificates import PrivateKey
from esign_app.trust.keys import Identity, Keys


class KeySigner(signers.SimpleSigner):
    """Signs with the loaded key."""

    def __init__(self, identity: Identity, ca: Identity) -> None:
        super().__init__(
            signing_cert=identity.asn1,
            signing_key=identity.asn1_key,
            cert_registry=_store(ca),
            embed_roots=False,
        )
        self._key = identity.key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        return _signed(self._key, data, digest_algorithm)


class EmbeddedStamper(timestamps.DummyTimeStamper):
    """RFC 3161 tokens by our own authority at a given moment. Honest about whose clock it is, but no outside witness."""

    def __init__(self, keys: Keys, now: datetime) -> None:
        super().__init__(
            tsa_cert=keys.tsa.asn1, tsa_key=keys.tsa.asn1_key, certs_to_embed=_store(keys.ca), fixed_dt=now
        )
        self._key = keys.tsa.key

    def _sign_tst_info(
        self, tst_info_data: bytes, md_algorithm: str, dt: datetime
    ) -> tuple[bytes, cms.CMSAttributes]:
        digest = hashes.Hash(_hash(md_algorithm))
        digest.update(tst_info_data)
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(dt)})),
                simple_cms_attribute(
                    "signing_certificate_v2", general.as_signing_certificate_v2(self.tsa_cert)
                ),
                simple_cms_attribute("message_digest", digest.finalize()),
            ]
        )
        return _signed(self._key, attributes.dump(), md_algorithm), attributes


class PdfSignerAt(signers.PdfSigner):
    """A PDF signer whose clock is an argument."""

    def __init__(self, *args: Any, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self._now = now

    def init_signing_session(self, *args: Any, **more: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **more)
        session.system_time = self._now
        return session


def _store(ca: Identity) -> SimpleCertificateStore:
    """What travels inside a signature beside its own certificate: the issuing authority. The root is the judge's to have."""
    store = SimpleCertificateStore()
    store.register(ca.asn1)
    return store


def _signed(key: PrivateKey, data: bytes, digest_algorithm: str) -> bytes:
    algorithm = _hash(digest_algorithm)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(algorithm))
    return key.sign(data, padding.PKCS1v15(), algorithm)


def _hash(name: str) -> hashes.HashAlgorithm:
    return {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name.lower()]
