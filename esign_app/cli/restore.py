"""`esign restore FROM`: an empty data directory and an empty database filled from a backup."""

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from esign_app import engine
from esign_app.adapters import archive
from esign_app.adapters.files import FileStore
from esign_app.cli import doctor
from esign_app.cli.copying import told
from esign_app.domain import messages
from esign_app.domain.refusals import Refused
from esign_app.settings import secret, settings
from esign_app.text import t


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="esign restore", description=__doc__)
    parser.add_argument("source", metavar="FROM", type=Path, help="what `esign backup` wrote; only your own")
    source: Path = parser.parse_args(argv).source
    if not source.is_file():
        raise Refused("There is no file {path}.", path=source)
    with told():
        try:
            with _unpacked(source) as folder:
                manifest = archive.unpack(source, folder)
                _refuse_unfitting(manifest, folder)
                _put_in_place(folder)
        except archive.Unfit as why:
            raise Refused(
                "{path} is no whole backup of esign: {why}. Nothing was changed.", path=source, why=str(why)
            ) from None
    engine.upgrade()
    with engine.transaction() as session:
        held, waiting = messages.hold_after_restore(session)
    return _tell(manifest, held, waiting)


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    """A folder inside the data directory, which is empty: what is verified there is only renamed afterwards."""
    data = settings().data
    if data.exists() and any(each.name != "lost+found" for each in data.iterdir()):
        raise Refused("The folder {folder} is not empty. Set ESIGN_DATA_DIR to a new one.", folder=data)
    if not engine.is_empty():
        raise Refused("The database is not empty. Set ESIGN_DATABASE_URL to a new one.")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(data).free < source.stat().st_size:
        raise Refused("There is not enough room in {folder}.", folder=data)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=data) as folder:
        yield Path(folder)


def _refuse_unfitting(manifest: dict[str, Any], folder: Path) -> None:
    if manifest["database"] != engine.kind():
        raise Refused(
            "The backup is of {theirs} and ESIGN_DATABASE_URL names {ours}. It must be the same kind.",
            theirs=manifest["database"],
            ours=engine.kind(),
        )
    if not engine.knows(manifest["revision"]):
        raise Refused(
            "The backup was made by version {version}, which is newer than this one. Install that version.",
            version=manifest["version"],
        )
    there = settings().secret_path
    if there.exists() and there.read_bytes().strip() != (folder / archive.SECRET).read_bytes().strip():
        raise Refused("The secret in {path} is another one than that of the backup.", path=there)


def _put_in_place(folder: Path) -> None:
    """The database first: it is what may refuse."""
    engine.load(folder / archive.DATABASE)
    store = FileStore(settings().files_dir)
    for path in (folder / archive.FILES).iterdir():
        store.adopt(path.name, path)
    (folder / archive.KEYS).rename(settings().keys_dir)
    there = settings().secret_path
    if not there.exists():
        there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(folder / archive.SECRET, there)
    os.sync()


def _tell(manifest: dict[str, Any], held: int, waiting: int) -> int:
    print(t("Restored the backup of {instant}.", instant=manifest["made_at"]))
    if held:
        print(t("{count} messages may have gone out already and wait for a person.", count=held))
    if waiting:
        print(
            t(
                "{count} messages go out as soon as it runs; with ESIGN_ENGINE=off it starts without sending.",
                count=waiting,
            )
        )
    secret.cache_clear()
    sound = [doctor.passes(name, check) for name, check in doctor.of_data()]
    print(
        t(
            "Start it only when the old one is gone for good: both would send messages and give out the same numbers. "
            "Documents that the old one numbered after the backup are unknown here."
        )
    )
    return 0 if all(sound) else 1
