"""A signature made from a name, for whoever signs without script; with script the browser draws the same face."""

import io
import unicodedata
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from esign_app.domain.fields import clean_text
from esign_app.domain.refusals import Invalid
from esign_app.domain.signature_image import INK

_FONTS = Path(__file__).parents[2] / "assets" / "fonts"
_FILES = (
    "caveat-latin-400-normal.woff2",
    "caveat-latin-ext-400-normal.woff2",
    "caveat-cyrillic-400-normal.woff2",
    "caveat-cyrillic-ext-400-normal.woff2",
    "inter-greek-wght-normal.woff2",
)
_SIZE = 120
_PAD = 24


def written(name: str) -> bytes:
    """The name in handwriting as a transparent PNG. Raises Invalid for letters that no font of ours has, never boxes."""
    text = clean_text(name, field="name", most=80)
    if not text:
        raise Invalid("Please enter your name.", field="name")
    runs = _runs(text)
    width = sum(_font(file).getlength(part) for file, part in runs)
    picture = Image.new("RGBA", (int(width) + 2 * _PAD, _SIZE * 2), (*INK, 0))
    pen, at = ImageDraw.Draw(picture), float(_PAD)
    for file, part in runs:
        font = _font(file)
        pen.text((at, _SIZE * 1.4), part, font=font, fill=(*INK, 255), anchor="ls")
        at += font.getlength(part)
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def _runs(text: str) -> list[tuple[str, str]]:
    """The text in parts, each with the first font file that has all its letters."""
    runs: list[tuple[str, str]] = []
    for letter in text:
        same = runs and (letter == " " or _has(runs[-1][0], letter))
        if same:
            runs[-1] = (runs[-1][0], runs[-1][1] + letter)
        else:
            runs.append((_file_of(letter), letter))
    return runs


def _file_of(letter: str) -> str:
    for file in _FILES:
        if _has(file, letter):
            return file
    raise Invalid(
        "“{letter}” cannot be written by hand here. Please draw your signature, or enter your name in other letters.",
        field="name",
        letter=unicodedata.normalize("NFC", letter),
    )


def _has(file: str, letter: str) -> bool:
    return ord(letter) in _letters(file)


@lru_cache
def _letters(file: str) -> frozenset[int]:
    with TTFont(_FONTS / file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache
def _font(file: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / file, _SIZE)
