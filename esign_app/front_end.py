"""The office's built front end: is there one, does it fit the sources, and how it is made.

A build lies in `build/office/<digest of its sources>/`, so "built already?" is a question about a folder, a failed build
harms nothing, and a running server keeps the files it started with.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILDS = ROOT / "build" / "office"
CURRENT = BUILDS / "current"
WORKSHOP = ROOT / ".web"
LOG = BUILDS / "build.log"
KEPT = 2

# The address the JavaScript is built for. Nobody listens there: `relative_address` swaps it for the page's own origin.
PLACEHOLDER = "http://office.invalid"

SOURCES = (
    "esign_app/esign_app.py",
    "esign_app/text.py",
    "esign_app/office",
    "esign_app/locales/de",
    "assets",
    "rxconfig.py",
    "requirements.lock",
)
# Written by the build itself when a JavaScript package is new, so it is hashed after it.
LOCK = ("reflex.lock",)


class BuildFailed(Exception):
    """The front end could not be built; the message says why, the last good build is still in place."""


def digest() -> str:
    """A short name for the present state of everything the front end is made of."""
    return f"{_hash(SOURCES)}-{_hash(LOCK)}"


def current() -> Path | None:
    """The build to serve, resolved, so that a later swap does not change it under a running server."""
    return CURRENT.resolve() if (CURRENT / "build" / "client").is_dir() else None


def is_fresh() -> bool:
    built = current()
    return built is not None and built.name == digest()


def build() -> Path:
    """Make the build for the present sources, unless it is there, and point `current` at it."""
    BUILDS.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time():
        target = BUILDS / digest()
        if not (target / "build" / "client").is_dir():
            sources = _hash(SOURCES)
            _export()
            target = BUILDS / f"{sources}-{_hash(LOCK)}"
            _keep(target)
        _point_at(target)
        _forget_old(target)
    return target


def relative_address(static_dir: Path) -> None:
    """Make the built JavaScript call the origin it was loaded from, so that host and port are no matter of the build.

    Reflex bakes the addresses of its endpoints as string literals into one chunk; each becomes an expression.
    """
    hits = 0
    for path in sorted((static_dir / "assets").glob("*.js")):
        text = path.read_text()
        for quote in "\"'`":
            for scheme, origin in (
                ("http", "location.origin"),
                ("ws", 'location.origin.replace(/^http/,"ws")'),
            ):
                baked = quote + PLACEHOLDER.replace("http", scheme, 1)
                hits += text.count(baked)
                text = text.replace(baked, f"{origin}+{quote}")
        if PLACEHOLDER.partition("//")[2] in text:
            raise BuildFailed(f"{path.name} still holds the address of the build")
        path.write_text(text)
    if not hits:
        raise BuildFailed(
            "no endpoint address was found in the built JavaScript; has Reflex changed how it bakes them?"
        )


def _hash(names: tuple[str, ...]) -> str:
    total = hashlib.sha256()
    for path in _files(names):
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:12]


def _files(names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        path = ROOT / name
        if path.is_file():
            yield path
        for inner in sorted(path.rglob("*")) if path.is_dir() else ():
            # assets/external holds links that Reflex makes at import to files counted under office.
            if inner.is_file() and not {"__pycache__", "external"} & set(inner.relative_to(ROOT).parts):
                yield inner


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (BUILDS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _export() -> None:
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip", "--loglevel", "info"]
    with LOG.open("wb") as log:
        done = subprocess.run(
            command, cwd=ROOT, env=_environment(), stdout=log, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode or not (WORKSHOP / "build" / "client" / "index.html").is_file():
        tail = LOG.read_text(errors="replace").strip().splitlines()[-25:]
        raise BuildFailed("\n".join(["The front end could not be built:", *tail, f"The whole log: {LOG}"]))


def _environment() -> dict[str, str]:
    """What the build may know: no setting of ours (it must not depend on one) and bun from the virtual environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ESIGN_", "REFLEX_", "__REFLEX"))
    }
    bin_dir = str(Path(sys.executable).parent)
    return kept | {
        "PATH": os.pathsep.join([bin_dir, kept.get("PATH", os.defpath)]),
        "REFLEX_API_URL": PLACEHOLDER,
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_USE_SYSTEM_BUN": "1",
    }


def _keep(target: Path) -> None:
    """Move the fresh output into its final place in one step: a half copied build must never look like a whole one."""
    fresh = BUILDS / f"{target.name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(WORKSHOP / "build" / "client", fresh / "build" / "client")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def _point_at(target: Path) -> None:
    link = BUILDS / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(CURRENT)


def _forget_old(target: Path) -> None:
    builds = [path for path in BUILDS.iterdir() if path.is_dir() and not path.is_symlink() and path != target]
    for path in sorted(builds, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
