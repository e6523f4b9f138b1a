"""`esign backup TO`: database, files, keys and secret in one archive, taken while everything goes on working."""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import IO

from esign_app import __version__, engine
from esign_app.adapters import archive
from esign_app.adapters.files import FileStore
from esign_app.cli.copying import told
from esign_app.cli.main import complain
from esign_app.db import utcnow
from esign_app.domain import vault
from esign_app.domain.refusals import Refused
from esign_app.settings import secret, settings
from esign_app.text import t


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="esign backup", description=__doc__)
    parser.add_argument("to", metavar="TO", help="a new file, or - for standard output")
    to = parser.parse_args(argv).to
    with told():
        if engine.is_empty():
            raise Refused("There is nothing yet to make a backup of.")
        secret()  # without it the rest would be worth nothing
        missing = _to_pipe() if to == "-" else _to_file(Path(to))
    _say(t("It holds the secret and the signing keys. Keep it where nobody else can read it, or encrypt it."))
    if missing:
        return complain(
            t(
                "The backup is made, but {count} files are missing or damaged on the disk, the first is {name}.",
                count=len(missing),
                name=missing[0],
            )
        )
    return 0


def _to_pipe() -> list[str]:
    with tempfile.TemporaryDirectory(prefix="esign-backup-") as folder:
        return _write(sys.stdout.buffer, Path(folder))


def _to_file(to: Path) -> list[str]:
    """Under its name only when it is complete and on the disk; a file of that name is never overwritten."""
    try:
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Refused("{path} is there already. Choose another name.", path=to) from None
    try:
        with tempfile.TemporaryDirectory(prefix=".esign-backup-", dir=to.absolute().parent) as folder:
            path = Path(folder) / "archive"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                missing = _write(out, Path(folder))
                out.flush()
                os.fsync(out.fileno())
            path.replace(to)
    except BaseException:
        to.unlink()
        raise
    return missing


def _write(out: IO[bytes], folder: Path) -> list[str]:
    """Answers the files that the database names and that are not as they were stored.

    The database comes first: files are only ever added, and each before the row that names it is committed. So whatever
    the copy of the database names lies in the store when the store is read after it.
    """
    made_at = utcnow()
    with engine.reading() as session:
        named = vault.all_names(session)
    copy = folder / "database"
    engine.dump(copy)
    writer = archive.Writer(out)
    writer.add(archive.DATABASE, copy)
    writer.add(archive.SECRET, settings().secret_path)
    for path in sorted(settings().keys_dir.glob("*.*")):
        writer.add(archive.KEYS + path.name, path)
    sound = {
        name
        for name, path in FileStore(settings().files_dir).names()
        if writer.add(archive.FILES + name, path) == name
    }
    about = {
        "version": __version__,
        "made_at": made_at.isoformat(),
        "database": engine.kind(),
        "revision": engine.revision(),
    }
    writer.close(about)
    _say(
        t(
            "Backup of {instant}: {count} files, {size} MB.",
            instant=made_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            count=len(sound),
            size=sum(part.size for part in writer.parts.values()) // 1_000_000,
        )
    )
    return sorted(named - sound)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # the archive itself may go to standard output
