"""How the hand moved is kept as numbers; whatever else is sent is left away, the picture counts."""

import pytest

from esign_app.domain.signing import strokes

POINT = {"x": 1.0, "y": 2.0, "pressure": 0.0, "time": 3.0}


def test_points_are_kept_as_numbers_and_nothing_else() -> None:
    sent = (
        '{"width": 300, "height": 120, "evil": 1, "groups": [[{"x": 1, "y": 2, "time": 3, "evil": "<b>"}]]}'
    )
    assert strokes.clean(strokes.from_text(sent)) == [{"width": 300.0, "height": 120.0, "groups": [[POINT]]}]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", '"7"', "true", "null", "[]", "9" * 5000])
def test_what_is_no_number_counts_nothing(value: str) -> None:
    [kept] = strokes.clean(strokes.from_text(f'[[{{"x": {value}, "y": 2, "time": 3}}]]')) or [None]
    assert kept is None or kept == {"groups": [[POINT | {"x": 0.0}]]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "5",
        "null",
        '"x"',
        "{}",
        "[]",
        "[[1]]",
        '{"groups": 7}',
        "[" * 100_000,
        "[" + " " * 600_000 + "]",
    ],
)
def test_what_is_no_drawing_is_left_away(text: str) -> None:
    assert strokes.clean(strokes.from_text(text)) == []


def test_more_points_than_a_hand_makes_are_left_away() -> None:
    group = [{"x": 1}] * (strokes.MOST_POINTS // 2)
    assert strokes.clean([group, group])
    assert strokes.clean([group, group, [{"x": 1}]]) == []
