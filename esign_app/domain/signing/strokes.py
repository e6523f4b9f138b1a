"""How a hand moved, as evidence: points of a drawing, and nothing else that a browser may send.

What is no drawing, or too much, is left away; the picture of the signature is what counts.
"""

import json
import math
from typing import Any

LONGEST_TEXT = 500_000
MOST_POINTS = 20_000
_NUMBERS = ("x", "y", "pressure", "time")


def from_text(sent: str) -> dict[str, Any] | list[Any]:
    """What a form brings as JSON text."""
    if len(sent) > LONGEST_TEXT:
        return []
    try:
        found = json.loads(sent)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, dict | list) else []


def clean(sent: Any) -> list[Any]:
    """The drawing's size and its groups of points, with numbers only. Empty when there is no drawing in it."""
    groups = sent.get("groups") if isinstance(sent, dict) else sent
    if not isinstance(groups, list):
        return []
    cleaned = [_points(group) for group in groups[:MOST_POINTS]]
    kept = [points for points in cleaned if points]
    if not kept or sum(map(len, kept)) > MOST_POINTS:
        return []
    size = {name: _number(sent.get(name)) for name in ("width", "height")} if isinstance(sent, dict) else {}
    return [{**size, "groups": kept}]


def _points(group: Any) -> list[dict[str, float]]:
    points = group.get("points") if isinstance(group, dict) else group
    if not isinstance(points, list):
        return []
    return [
        {name: _number(point.get(name)) for name in _NUMBERS} for point in points if isinstance(point, dict)
    ]


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return round(float(value), 3) if is_number and abs(value) < 1e13 and math.isfinite(value) else 0.0
