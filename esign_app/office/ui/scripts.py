"""Our own JavaScript, which lies beside the Python module that uses it.

`rx.asset(..., shared=True)` does the same, but asks the whole stack, source by source, who calls it: for our dozen files
that was a third of every start.
"""

import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def script(module: str, name: str) -> str:
    """Link the file `name` beside `module` into what the front end is built from; answers what a component imports."""
    place = Path(*module.split("."))
    source = ROOT / place.with_name(name)
    _link(ROOT / "assets" / "external" / place / name, source)
    return f"$/public/external/{place.as_posix()}/{name}"


def _link(link: Path, source: Path) -> None:
    """In one move, because several processes may start at once."""
    if link.is_symlink() and link.readlink() == source:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    new = link.with_name(f".{secrets.token_hex(8)}")
    new.symlink_to(source)
    new.replace(link)
