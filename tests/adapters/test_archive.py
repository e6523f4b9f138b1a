"""A backup file that is damaged, forged or hostile is refused, and nothing outside its folder is written."""

import io
import json
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from esign_app.adapters import archive

ABOUT = {"version": "1", "made_at": "now", "database": "sqlite", "revision": "r"}
FILE = b"a contract"
NAME = f"files/{sha256(FILE).hexdigest()}"
WHOLE = {"database": b"rows", "secret": b"s" * 40, "keys/root.p12": b"key", NAME: FILE}
Change = Callable[[tarfile.TarInfo], None]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "inside" / "into"
    folder.mkdir(parents=True)
    return folder


def written(folder: Path) -> Path:
    """As `esign backup` writes it."""
    path = folder / "backup.tar"
    with path.open("wb") as out:
        writer = archive.Writer(out)
        for name, content in WHOLE.items():
            source = folder / "source"
            source.write_bytes(content)
            assert writer.add(name, source) == sha256(content).hexdigest()
        writer.close(ABOUT)
    return path


def forged(
    folder: Path,
    parts: dict[str, bytes],
    change: Change = lambda _: None,
    manifest: dict[str, object] | None = None,
) -> Path:
    """What a stranger writes: any names, any kinds of members, and a manifest that agrees with them."""
    told = {name: [len(content), sha256(content).hexdigest()] for name, content in parts.items()}
    last = json.dumps({"format": 1, **ABOUT, "parts": told, **(manifest or {})}).encode()
    path = folder / "forged.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in {**parts, "manifest.json": last}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            if name != "manifest.json":
                change(info)
            tar.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return path


def refused(path: Path, into: Path) -> str:
    with pytest.raises(archive.Unfit) as said:
        archive.unpack(path, into)
    assert {each.name for each in into.parent.iterdir()} == {"into"}
    return str(said.value)


def test_what_was_written_comes_back(tmp_path: Path, into: Path) -> None:
    manifest = archive.unpack(written(tmp_path), into)
    assert {name: manifest[name] for name in ABOUT} == ABOUT
    assert {name: (into / name).read_bytes() for name in WHOLE} == WHOLE
    assert all((into / name).stat().st_mode & 0o777 == 0o600 for name in WHOLE)


def test_an_archive_that_agrees_with_itself_is_taken(tmp_path: Path, into: Path) -> None:
    """So that each of the following is refused for its own reason."""
    archive.unpack(forged(tmp_path, WHOLE), into)


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "/tmp/escaped",
        "keys/../../escaped",
        "files/x",
        "keys/.hidden",
        "keys/a/b",
        "esign.db",
        "keys/",
        "",
    ],
)
def test_a_name_that_is_none_of_ours(name: str, tmp_path: Path, into: Path) -> None:
    assert refused(forged(tmp_path, {**WHOLE, name: b"x"}), into)


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
        tarfile.GNUTYPE_SPARSE,
    ],
)
def test_a_member_that_is_no_file(kind: bytes, tmp_path: Path, into: Path) -> None:
    def change(info: tarfile.TarInfo) -> None:
        if info.name == "keys/root.p12":
            info.type, info.linkname, info.size = kind, "/etc/passwd", 0

    assert "something else than files" in refused(forged(tmp_path, WHOLE, change), into)


def test_a_header_that_announces_gigabytes_of_names(tmp_path: Path, into: Path) -> None:
    def change(info: tarfile.TarInfo) -> None:
        info.pax_headers = {"comment": "x" * 100_000}

    assert "something else than files" in refused(forged(tmp_path, WHOLE, change), into)


def test_a_size_that_the_file_does_not_have(tmp_path: Path, into: Path) -> None:
    path = tmp_path / "huge.tar"
    info = tarfile.TarInfo("database")
    info.size = 1 << 40
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"short")
    assert refused(path, into)


@pytest.mark.parametrize("compression", ["gz", "bz2", "xz"])
def test_a_compressed_one_could_be_a_bomb(compression: str, tmp_path: Path, into: Path) -> None:
    path = tmp_path / "bomb.tar"
    with tarfile.open(path, f"w:{compression}") as tar:  # type: ignore[call-overload]  (the types know only literal modes)
        tar.addfile(tarfile.TarInfo("database"))
    assert refused(path, into)


@pytest.mark.parametrize("name", WHOLE)
def test_a_byte_that_changed(name: str, tmp_path: Path, into: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    at = whole.index(WHOLE[name] + b"\0")
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert refused(path, into) == "a part is missing or was changed"


@pytest.mark.parametrize("kept", [0, 100, 600, 3000])
def test_one_that_was_cut_off(kept: int, tmp_path: Path, into: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:kept])
    assert refused(path, into)


def test_a_part_that_is_missing(tmp_path: Path, into: Path) -> None:
    told = {name: [len(content), sha256(content).hexdigest()] for name, content in WHOLE.items()}
    without = {name: content for name, content in WHOLE.items() if name != NAME}
    assert (
        refused(forged(tmp_path, without, manifest={"parts": told}), into)
        == "a part is missing or was changed"
    )


def test_a_part_that_is_there_twice_or_behind_the_end(tmp_path: Path, into: Path) -> None:
    path = written(tmp_path)
    with tarfile.open(path, "a", format=tarfile.GNU_FORMAT) as tar:
        tar.addfile(tarfile.TarInfo("database"))
    assert refused(path, into) == "a part is there twice, or behind the end"


@pytest.mark.parametrize("lost", ["database", "secret"])
def test_one_without_what_it_is_for(lost: str, tmp_path: Path, into: Path) -> None:
    rest = {name: content for name, content in WHOLE.items() if name != lost}
    assert refused(forged(tmp_path, rest), into) == "it holds no database or no secret"


@pytest.mark.parametrize("manifest", [{"format": 2}, {"revision": 7}, {"database": None}, {"parts": []}])
def test_a_manifest_that_is_not_ours(manifest: dict[str, object], tmp_path: Path, into: Path) -> None:
    assert refused(forged(tmp_path, WHOLE, manifest=manifest), into)


@pytest.mark.parametrize("content", [b"", b"not a tar at all" * 100, b"\0" * 20_000])
def test_something_else_altogether(content: bytes, tmp_path: Path, into: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert refused(path, into)
