"""From places on the page a person sees to places in a PDF's own coordinates.

A person sees the crop box, turned by /Rotate, with the origin at the top left. The file counts from a corner of the media
box that can lie anywhere, unturned, upwards; box and rotation may be inherited from a parent in the page tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import pikepdf

Rect = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

_A4 = (0.0, 0.0, 595.276, 841.89)
_TREE_DEPTH = 64

# For each rotation: the unit steps "one to the right" and "one up" of the reader, in the file's axes.
_AXES = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@dataclass(frozen=True)
class Frame:
    """The visible part of a page: lower left corner and size in the file's units, and the reader's rotation."""

    x: float
    y: float
    width: float
    height: float
    rotation: int

    @classmethod
    def of(cls, page: pikepdf.Dictionary) -> Self:
        """The frame of a page; a missing or senseless box counts as A4, as viewers do."""
        media = _box(inherited(page, "/MediaBox")) or _A4
        crop = _box(inherited(page, "/CropBox")) or media
        left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
        right, top = min(media[2], crop[2]), min(media[3], crop[3])
        if right <= left or top <= bottom:
            left, bottom, right, top = media
        return cls(left, bottom, right - left, top - bottom, _rotation(inherited(page, "/Rotate")))

    @property
    def seen_width(self) -> float:
        """Width as the reader sees it."""
        return self.height if self.rotation in (90, 270) else self.width

    @property
    def seen_height(self) -> float:
        """Height as the reader sees it."""
        return self.width if self.rotation in (90, 270) else self.height

    def point(self, u: float, v: float) -> tuple[float, float]:
        """The file's coordinates of a place given as fractions of the seen page, from its top left."""
        across, up = {0: (u, 1 - v), 90: (v, u), 180: (1 - u, v), 270: (1 - v, 1 - u)}[self.rotation]
        return self.x + across * self.width, self.y + up * self.height

    def rect(self, u: float, v: float, w: float, h: float) -> Rect:
        """The file's rectangle of a box given as fractions of the seen page."""
        (x1, y1), (x2, y2) = self.point(u, v), self.point(u + w, v + h)
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def upright(self, right: float, up: float) -> Matrix:
        """A matrix for something drawn upright for the reader, its origin `right` and `up` from the lower left seen corner."""
        x, y = self.point(right / self.seen_width, 1 - up / self.seen_height)
        return (*_AXES[self.rotation], x, y)


def inherited(page: pikepdf.Dictionary, key: str) -> Any:
    """An attribute of a page or of the nearest ancestor that has it; a page tree that runs in circles ends the search."""
    return next((node[key] for node in _ancestry(page) if key in node), None)


def _ancestry(page: pikepdf.Dictionary) -> Iterator[pikepdf.Dictionary]:
    node: Any = page
    for _ in range(_TREE_DEPTH):
        if not isinstance(node, pikepdf.Dictionary):
            return
        yield node
        node = node.get("/Parent")


def _box(value: Any) -> Rect | None:
    try:
        x1, y1, x2, y2 = (float(number) for number in value)
    except (TypeError, ValueError):
        return None
    box = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    return box if box[2] > box[0] and box[3] > box[1] else None


def _rotation(value: Any) -> int:
    try:
        turned = int(value) % 360
    except (TypeError, ValueError):
        return 0
    return turned if turned in _AXES else 0
