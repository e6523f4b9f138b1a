"""The build, made for real in a copy of the tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from esign_app import front_end

COPIED = ("esign_app", "assets", "rxconfig.py", "requirements.lock", "reflex.lock", "pyproject.toml")
BUILD = "from esign_app import front_end as f; f.build(); print(f.current().name, f.is_fresh())"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        source = front_end.ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__", "external"))
        elif source.exists():
            shutil.copyfile(source, root / name)
    return root


def python(tree: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `code` on the copy, with settings no server could start with."""
    hostile = {"ESIGN_PORT": "nonsense", "ESIGN_DATABASE_URL": "nonsense://", "PYTHONPATH": str(tree)}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env={**os.environ, **hostile, **environment},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_the_build_needs_no_database_no_data_and_no_setting(tree: Path) -> None:
    done = python(tree, BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split()[1] == "True"
    assert not (tree / "var").exists()
    assert not list(tree.glob("*.db"))
    assert (front_end_of(tree) / "index.html").is_file()


def test_the_built_office_knows_no_host_and_no_port(tree: Path) -> None:
    scripts = "".join(path.read_text() for path in (front_end_of(tree) / "assets").glob("*.js"))
    assert "office.invalid" not in scripts
    assert "localhost:8000" not in scripts
    assert "location.origin.replace(/^http/" in scripts


def test_a_failed_build_says_why_and_leaves_the_last_one_in_place(tree: Path) -> None:
    before = front_end_of(tree)
    entry = tree / "esign_app" / "esign_app.py"
    working = entry.read_text()
    entry.write_text(working + "\nraise RuntimeError('a broken page')\n")
    try:
        done = python(tree, BUILD)
    finally:
        entry.write_text(working)
    assert done.returncode == 1
    assert "a broken page" in done.stderr
    assert front_end_of(tree) == before
    assert (before / "index.html").is_file()


def test_an_unchanged_tree_is_not_built_again_and_a_changed_one_is_stale(tree: Path) -> None:
    assert python(tree, BUILD, PATH="").stdout.split()[1] == "True"
    style = tree / "assets" / "extra.css"
    style.write_text("body{}")
    stale = python(tree, "from esign_app import front_end as f; print(f.is_fresh())")
    style.unlink()
    assert stale.stdout.strip() == "False"


def test_a_build_that_bakes_no_address_is_refused(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.js").write_text("const env = {}")
    with pytest.raises(front_end.BuildFailed):
        front_end.relative_address(tmp_path)


def front_end_of(tree: Path) -> Path:
    return (tree / "build" / "office" / "current").resolve() / "build" / "client"
