"""Everything the office parts say exists in German, with the same blanks to fill."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from esign_app.office.ui.board import BOARD_WORDS
from esign_app.office.ui.frame import INTEGRITY, MODES, PLACES
from esign_app.office.ui.signature_pad import PAD_WORDS
from esign_app.text import t

OFFICE = Path(__file__).parents[3] / "esign_app" / "office"
# Words that are the same in both languages.
SAME = {"Setup", "Name", "PDF", "Register", "SMS"}


def _literals_of_tr() -> Iterator[str]:
    for path in OFFICE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_tr = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr"
            if is_tr and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def _all_messages() -> list[str]:
    of_places = [word for place in (*PLACES, INTEGRITY) for word in (place.word, place.short)]
    return sorted(
        {
            *_literals_of_tr(),
            *BOARD_WORDS.values(),
            *PAD_WORDS.values(),
            *of_places,
            *(word for _, _, word in MODES),
        }
    )


@pytest.mark.parametrize("message", _all_messages())
def test_every_message_has_german_with_the_same_blanks(message: str) -> None:
    german = t(message, locale="de")
    assert message in SAME or german != message
    blanks = re.compile(r"\{(\w+)\}")
    assert sorted(blanks.findall(german)) == sorted(blanks.findall(message))
