"""Everything `make run` and `make test` need before the first import: system packages and the virtual environment.

Standard library only, because nothing is installed yet. The second time it only looks and takes a moment.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".ready"

Probe = Callable[[], bool]


def library(name: str) -> Probe:
    def loads() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return loads


def program(name: str) -> Probe:
    return lambda: shutil.which(name) is not None


def noto() -> bool:
    return any(Path("/usr/share/fonts").rglob("NotoSans-Regular.*"))


# Debian package -> is it there? Without the libraries no PDF can be made.
LIBRARIES: dict[str, Probe] = {
    "libpango-1.0-0": library("libpango-1.0.so.0"),
    "libpangoft2-1.0-0": library("libpangoft2-1.0.so.0"),
    "libharfbuzz0b": library("libharfbuzz.so.0"),
    "libharfbuzz-subset0": library("libharfbuzz-subset.so.0"),
}
FONTS: dict[str, Probe] = {"fontconfig": program("fc-list"), "fonts-noto-core": noto}
FOR_TESTS: dict[str, Probe] = {
    "chromium": program("chromium"),
    "poppler-utils": program("pdfsig"),
    "qpdf": program("qpdf"),
    "libnss3-tools": program("certutil"),
    "postgresql-client": program("pg_dump"),
}


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "run"
    wanted = LIBRARIES | FONTS | (FOR_TESTS if what == "test" else {})
    install([name for name, there in wanted.items() if not there()])
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return
    make_venv()
    fill_venv()
    STAMP.write_text(fingerprint())


def install(missing: list[str]) -> None:
    """By apt where we may; otherwise say what is missing, and stop where nothing would work without it."""
    if not missing:
        return
    if may_install():
        say(f"Installing {' '.join(missing)} ...")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], env=quiet)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], env=quiet)
        return
    say(
        f"Missing system packages: {' '.join(missing)}. Install them: sudo apt-get install {' '.join(missing)}"
    )
    if set(missing) & set(LIBRARIES):
        sys.exit(1)


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def make_venv() -> None:
    """A virtual environment, on Debian also where python3-venv is not installed."""
    if PYTHON.exists():
        return
    say("Making the virtual environment ...")
    if importlib.util.find_spec("ensurepip"):
        run([sys.executable, "-m", "venv", str(VENV)])
    elif importlib.util.find_spec("pip"):
        run([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
    elif may_install():
        install(["python3-venv"])
        run([sys.executable, "-m", "venv", str(VENV)])
    else:
        sys.exit(
            "Neither python3-venv nor python3-pip is installed. Install one: sudo apt-get install python3-venv"
        )


def fill_venv() -> None:
    """Exactly what the lock file names, checked by hash; then ourselves, editable."""
    say("Installing the Python packages; once, about a minute ...")
    own = PYTHON.parent / "pip"
    pip = (
        [str(PYTHON), "-m", "pip"] if own.exists() else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    )
    common = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([*pip, *common, "--require-hashes", "-r", str(ROOT / "requirements.lock")])
    run([*pip, *common, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def fingerprint() -> str:
    total = hashlib.sha256(sys.version.encode())
    for name in ("requirements.lock", "pyproject.toml"):
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Quiet unless it fails; then what the command said, and the end."""
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}")


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
