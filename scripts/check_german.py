"""Every sentence of the product has a German one with the same placeholders.

A sentence is what is handed to `t(...)`, to a refusal or to `Said(...)`: the text itself or a constant of that file that
holds one. In page templates it is what is handed to `t(...)`.
"""

import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "esign_app"
TEMPLATES = ("*.html", "*.jinja", "*.j2", "*.txt")
IN_TEMPLATE = re.compile(r"""\bt\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def main() -> int:
    german, problems = catalogue()
    for place, sentence in sentences():
        if sentence not in german:
            problems.append(f"{place}: no German for {sentence!r}")
        elif fields(sentence) != fields(german[sentence]):
            problems.append(f"{place}: the German of {sentence!r} has other placeholders")
    print("\n".join(problems))
    return 1 if problems else 0


def catalogue() -> tuple[dict[str, str], list[str]]:
    found: dict[str, str] = {}
    problems: list[str] = []
    for path in sorted((APP / "locales" / "de" / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale="de", abort_invalid=True):
                if not entry.id or not entry.string:
                    continue
                if found.setdefault(str(entry.id), str(entry.string)) != entry.string:
                    problems.append(f"{path.name}: {entry.id!r} has two different German texts")
    return found, problems


def sentences() -> Iterator[tuple[str, str]]:
    """Each sentence with the place it stands at."""
    speakers = {"t", "Said"} | refusals()
    for path in sorted(APP.rglob("*.py")):
        yield from in_python(path, speakers)
    for pattern in TEMPLATES:
        for path in sorted(APP.rglob(pattern)):
            for match in IN_TEMPLATE.finditer(path.read_text()):
                yield str(path.relative_to(ROOT)), (match[1] or match[2] or "").replace("\\", "")


def refusals() -> set[str]:
    tree = ast.parse((APP / "domain" / "refusals.py").read_text())
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def in_python(path: Path, speakers: set[str]) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text())
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args or name_of(node.func) not in speakers:
            continue
        first = node.args[0]
        said = first.value if isinstance(first, ast.Constant) else constants.get(name_of(first))
        if isinstance(said, str) and said:
            yield f"{path.relative_to(ROOT)}:{node.lineno}", said


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


if __name__ == "__main__":
    sys.exit(main())
