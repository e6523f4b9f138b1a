"""Keys: made once, kept safe, loaded again the same, refused when anything is wrong."""

import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from esign_app.trust import seal
from esign_app.trust.keys import NAMES, Keys, KeysUnusable, load_or_create, new_leaf
from esign_app.trust.roots import Roots
from tests.trust.conftest import NOW, Flow

PASSWORD = b"a password"


@pytest.fixture
def made(tmp_path: Path, keys_folder: Path) -> Path:
    """A folder with keys of its own test; making them costs a second, copying them nothing."""
    return Path(shutil.copytree(keys_folder, tmp_path / "keys"))


def test_the_second_start_finds_the_keys_of_the_first(tmp_path: Path):
    first = load_or_create(tmp_path / "a" / "keys", PASSWORD, NOW)
    second = load_or_create(tmp_path / "a" / "keys", PASSWORD, NOW + timedelta(days=1))
    assert [getattr(first, name).serial for name in NAMES] == [getattr(second, name).serial for name in NAMES]
    assert first.public() == second.public()


def test_only_the_owner_may_read(keys_folder: Path):
    assert stat.S_IMODE(keys_folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in keys_folder.iterdir()} == {0o600}


def test_the_key_files_hold_nothing_readable(keys_folder: Path):
    assert not any(b"PRIVATE KEY" in file.read_bytes() for file in keys_folder.iterdir())


def test_two_processes_that_start_together_get_the_same_keys(tmp_path: Path):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: load_or_create(tmp_path / "keys", PASSWORD, NOW), range(3)))
    assert len({keys.root.serial for keys in made}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_another_password_is_refused(keys_folder: Path):
    with pytest.raises(KeysUnusable, match="root"):
        load_or_create(keys_folder, b"wrong", NOW)


@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
def test_a_damaged_set_is_refused_and_never_made_anew(made: Path, damage: str):
    file = made / "ca.p12"
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:100] if damage == "cut" else b"")
    with pytest.raises(KeysUnusable, match="ca"):
        load_or_create(made, PASSWORD, NOW)


def test_the_chain_is_what_the_profile_says(keys: Keys):
    for child, parent in (
        (keys.ca, keys.root),
        (keys.seal, keys.ca),
        (keys.issuer, keys.ca),
        (keys.tsa, keys.ca),
    ):
        child.certificate.verify_directly_issued_by(parent.certificate)
    usage = keys.seal.certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    purpose = keys.tsa.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert purpose.critical
    assert list(purpose.value) == [x509.ExtendedKeyUsageOID.TIME_STAMPING]
    assert keys.expires == min(getattr(keys, name).certificate.not_valid_after_utc for name in NAMES)


@pytest.mark.filterwarnings(
    "ignore:Attribute's length"
)  # cryptography counts bytes when a test reads the name
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ольга Пример", "Ольга Пример"),
        ("王小明", "王小明"),
        ("عمر الخيام", "عمر الخيام"),
        ("  Ann \n\t Example\u202e ", "Ann Example"),
        ("A" * 200, "A" * 64),
        ("Ж" * 200, "Ж" * 64),
        ("王" * 64, "王" * 64),
        ("", "-"),
        ("\x00\x1f", "-"),
    ],
)
def test_any_name_gets_a_certificate(keys: Keys, given: str, kept: str):
    leaf = new_leaf(keys, name=given, email="ann@example.com", now=NOW)
    assert leaf.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == kept
    leaf.certificate.verify_directly_issued_by(keys.ca.certificate)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ann@example.com", ["ann@example.com"]),
        ("ann@exämple.com", ["ann@xn--exmple-cua.com"]),
        ("änn@example.com", []),
        ("", []),
        ("no address", []),
        ("a@" + "x" * 300 + ".com", []),
    ],
)
def test_an_address_is_named_when_x509_can_hold_it(keys: Keys, given: str, kept: list[str]):
    leaf = new_leaf(keys, name="Ann", email=given, now=NOW).certificate
    found = [one for one in leaf.extensions if isinstance(one.value, x509.SubjectAlternativeName)]
    assert [name.value for one in found for name in one.value] == kept


def test_revocation_lists_are_renewed_and_remember(made: Path):
    keys = load_or_create(made, PASSWORD, NOW)
    revoked = x509.RevokedCertificateBuilder().serial_number(42).revocation_date(NOW).build()
    old = x509.load_der_x509_crl(keys.crls[1])
    builder = (
        x509.CertificateRevocationListBuilder(old.issuer, old.last_update_utc, old.next_update_utc)
        .add_extension(x509.CRLNumber(7), critical=False)
        .add_revoked_certificate(revoked)
    )
    signed = builder.sign(keys.ca.key, old.signature_hash_algorithm)
    (made / "ca.crl").write_bytes(signed.public_bytes(Encoding.DER))
    same = x509.load_der_x509_crl(load_or_create(made, PASSWORD, NOW + timedelta(days=3)).crls[1])
    assert same == signed
    later = x509.load_der_x509_crl(load_or_create(made, PASSWORD, NOW + timedelta(days=60)).crls[1])
    assert later.get_revoked_certificate_by_serial_number(42)
    assert later.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 8
    assert later.next_update_utc > old.next_update_utc


def test_what_a_judge_needs_holds_no_key_and_survives_json(keys: Keys):
    public = keys.public()
    assert Roots.from_dict(public.to_dict()) == public
    root = keys.root.certificate.public_bytes(Encoding.PEM)
    ca = keys.ca.certificate.public_bytes(Encoding.PEM)
    assert Roots.read([root + ca], keys.crls) == public
    assert Roots.read([keys.ca.der]).anchors == (keys.ca.der,)


def test_an_ended_certificate_signs_nothing(flow: Flow, keys: Keys, certificate: bytes):
    for moment in (keys.expires + timedelta(seconds=1), NOW - timedelta(days=1)):
        with pytest.raises(seal.CannotSign) as refused:
            seal.seal(flow.signed[1].pdf, keys, page_pdf=certificate, reason="", now=moment)
        assert refused.value.code == "expired"
