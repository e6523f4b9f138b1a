"""The file store gives back what was put, or says what is wrong."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from esign_app.adapters.files import FileDamaged, FileMissing, FileStore


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def only_file(tmp_path: Path) -> Path:
    (path,) = (path for path in (tmp_path / "files").rglob("*") if path.is_file())
    return path


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 5000])
def test_what_is_put_comes_back_under_its_hash(store: FileStore, content: bytes) -> None:
    name = store.put(content)
    assert name == hashlib.sha256(content).hexdigest()
    assert store.get(name) == content


def test_the_same_content_is_stored_once(store: FileStore, tmp_path: Path) -> None:
    assert store.put(b"same") == store.put(b"same")
    assert only_file(tmp_path).stat().st_mode & 0o077 == 0


def test_an_unknown_hash_is_missing(store: FileStore) -> None:
    with pytest.raises(FileMissing):
        store.get("0" * 64)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "/" + "0" * 63]
)
def test_a_name_that_is_no_hash_is_missing_and_reaches_no_path(store: FileStore, name: str) -> None:
    with pytest.raises(FileMissing):
        store.get(name)


@pytest.mark.parametrize("damage", [b"", b"contenT", b"content and more"])
def test_damage_is_noticed_on_reading_and_mended_by_putting_again(
    store: FileStore, tmp_path: Path, damage: bytes
) -> None:
    name = store.put(b"content")
    only_file(tmp_path).write_bytes(damage)
    with pytest.raises(FileDamaged):
        store.get(name)
    store.put(b"content")
    assert store.get(name) == b"content"


def test_a_failed_write_leaves_nothing_behind(
    store: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(b"content")
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_the_file_and_the_directories_that_name_it_are_synced(
    store: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def watched(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    name = store.put(b"content")
    assert synced[0].startswith(f".{name}.")
    assert synced[1:] == [name[:2], "files"]


def test_many_writers_of_one_content_leave_one_sound_file(store: FileStore, tmp_path: Path) -> None:
    content = os.urandom(1 << 20)
    threads = [threading.Thread(target=store.put, args=(content,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get(only_file(tmp_path).name) == content
