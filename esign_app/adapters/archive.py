"""A whole installation in one file: a plain tar of named parts, and at its end a manifest with the SHA-256 of each.

Plain, so that nothing in it can be larger than the file itself. Whoever reads one trusts nothing in it: only the names we
write, only regular files, every byte compared with the manifest before anything is used.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from esign_app.text import t

FORMAT = 1
ABOUT = ("version", "made_at", "database", "revision")
DATABASE, SECRET, KEYS, FILES = "database", "secret", "keys/", "files/"
_MANIFEST = "manifest.json"
_NAME = re.compile(rf"{DATABASE}|{SECRET}|{KEYS}[A-Za-z0-9][A-Za-z0-9._-]{{0,60}}|{FILES}[0-9a-f]{{64}}")
_LARGEST_MANIFEST = 256 << 20
_CHUNK = 1 << 20


class Unfit(Exception):
    """The file is no backup of ours, or not what it was when it was made."""


@dataclass(frozen=True)
class Part:
    size: int
    sha256: str


@dataclass
class Writer:
    """Writes to `out` from front to end, so that it may be a pipe."""

    out: IO[bytes]
    parts: dict[str, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tar = tarfile.open(fileobj=self.out, mode="w|", format=tarfile.GNU_FORMAT)  # noqa: SIM115 (see close)

    def add(self, name: str, path: Path) -> str:
        """Put the file `path` in as the part `name`; answers its SHA-256."""
        assert _NAME.fullmatch(name), name
        with path.open("rb") as file:
            size = path.stat().st_size
            read = _Hashing(file)
            self._tar.addfile(_member(name, size), cast("IO[bytes]", read))  # it only reads
        self.parts[name] = Part(size, read.sha256.hexdigest())
        return self.parts[name].sha256

    def close(self, about: Mapping[str, Any]) -> None:
        """Put the manifest in: `about` and the parts."""
        parts = {name: [part.size, part.sha256] for name, part in self.parts.items()}
        content = json.dumps({"format": FORMAT, **about, "parts": parts}, indent=1).encode()
        self._tar.addfile(_member(_MANIFEST, len(content)), io.BytesIO(content))
        self._tar.close()


def unpack(path: Path, into: Path) -> dict[str, Any]:
    """Write every part of the archive below the empty folder `into` and answer the manifest. Raises Unfit.

    What is written counts for nothing until this returns.
    """
    for part in (KEYS, FILES):
        (into / part).mkdir(mode=0o700)
    found, manifest = _read(path, into)
    if not manifest:
        raise Unfit(t("its end is missing"))
    if not found.keys() >= {DATABASE, SECRET}:
        raise Unfit(t("it holds no database or no secret"))
    if {name: [part.size, part.sha256] for name, part in found.items()} != manifest.get("parts"):
        raise Unfit(t("a part is missing or was changed"))
    return manifest


def _read(path: Path, into: Path) -> tuple[dict[str, Part], dict[str, Any]]:
    """The parts as they were written below `into`, and what the manifest says of them: nothing, when there is none."""
    found: dict[str, Part] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(path, mode="r:", tarinfo=_Plain) as tar:
            for member in tar:
                if manifest or member.name in found:
                    raise Unfit(t("a part is there twice, or behind the end"))
                content = tar.extractfile(member)
                assert content is not None
                if member.name == _MANIFEST:
                    manifest = _manifest(content)
                else:
                    found[member.name] = _write(content, into / _checked(member.name))
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise Unfit(t("it is damaged ({error})", error=error)) from None
    return found, manifest


class _Plain(tarfile.TarInfo):
    """A member that is a regular file; links, devices and whatever else a tar may hold are not even read."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type != tarfile.REGTYPE:
            raise Unfit(t("it holds something else than files"))
        return super()._proc_member(tar)  # type: ignore[misc,no-any-return]  (a hook of TarInfo that its types leave out)


class _Hashing:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int) -> bytes:
        content = self._file.read(size)
        self.sha256.update(content)
        return content


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Unfit(t("it holds a part with a name that is none of ours"))
    return name


def _manifest(content: IO[bytes]) -> dict[str, Any]:
    manifest = json.loads(content.read(_LARGEST_MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Unfit(t("it was made by another version of esign"))
    if not all(isinstance(manifest.get(name), str) for name in ABOUT):
        raise Unfit(t("its manifest is not whole"))
    return manifest


def _write(content: IO[bytes], path: Path) -> Part:
    size, total = 0, hashlib.sha256()
    with path.open("xb") as file:
        path.chmod(0o600)
        while chunk := content.read(_CHUNK):
            file.write(chunk)
            total.update(chunk)
            size += len(chunk)
    return Part(size, total.hexdigest())
