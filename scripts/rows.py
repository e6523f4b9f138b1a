"""Which promise of the product is proved by which test: docs/rows.md, written from `@pytest.mark.row("M1")`.

A row counts as proved only by a journey, a test in tests/journeys that does it in the running product; other tests may
name the row as well. `--check` writes nothing and fails when the file is not current.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TITLES = ROOT / "docs" / "product-rows.tsv"
PAGE = ROOT / "docs" / "rows.md"
JOURNEYS = "tests/journeys/"
HEAD = """# Rows and their tests

Written by `make rows` from the markers in the tests; do not edit. A row is proved by a journey in `tests/journeys`.

| row | promise | journeys | also tested by |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Claim:
    row: str
    test: str
    """`tests/journeys/test_main_job.py::test_a_drop_becomes_a_sealed_contract`"""

    @property
    def is_journey(self) -> bool:
        return self.test.startswith(JOURNEYS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    titles = dict(line.split("\t", 1) for line in TITLES.read_text().splitlines())
    claims = list(all_claims())
    problems = unfounded(titles, claims)
    wanted = page(titles, claims)
    if check and (not PAGE.exists() or PAGE.read_text() != wanted):
        problems.append("docs/rows.md is not current. Run: make rows")
    if not check:
        PAGE.write_text(wanted)
    print("\n".join(problems))
    return 1 if problems else 0


def all_claims() -> Iterator[Claim]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for row in rows_of(node):
                    yield Claim(row, f"{path.relative_to(ROOT).as_posix()}::{node.name}")


def rows_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[str]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.row":
            yield from (argument.value for argument in mark.args if isinstance(argument, ast.Constant))


def unfounded(titles: dict[str, str], claims: list[Claim]) -> list[str]:
    """Claims for rows that do not exist, and rows that only inner tests claim."""
    proved = {claim.row for claim in claims if claim.is_journey}
    problems = [f"{claim.test}: there is no row {claim.row}" for claim in claims if claim.row not in titles]
    for row in titles:
        tests = [claim.test for claim in claims if claim.row == row]
        if tests and row not in proved:
            problems.append(f"{row} is claimed by {tests[0]} but no test in {JOURNEYS} proves it")
    return problems


def page(titles: dict[str, str], claims: list[Claim]) -> str:
    lines = []
    for row, title in titles.items():
        journeys = [link(claim) for claim in claims if claim.row == row and claim.is_journey]
        others = [link(claim) for claim in claims if claim.row == row and not claim.is_journey]
        lines.append(f"| {row} | {title} | {'<br>'.join(journeys) or '-'} | {'<br>'.join(others) or '-'} |")
    return HEAD + "\n".join(lines) + "\n"


def link(claim: Claim) -> str:
    path, _, name = claim.test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{path})"


if __name__ == "__main__":
    sys.exit(main())
