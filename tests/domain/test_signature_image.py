"""A signature's picture: what is one, what is none, and what is left of what was sent."""

# ruff: noqa: RUF001 (typographic characters are what is tested)

import io
import struct
import time
import zlib

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from esign_app.domain.handwriting import written
from esign_app.domain.refusals import Invalid
from esign_app.domain.signature_image import INK, LARGEST, SHARP_ENOUGH, check


def png(picture: Image.Image, **options: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, "PNG", **options)
    return held.getvalue()


def drawn(
    mode: str = "RGBA", ground: object = (0, 0, 0, 0), width: int = 5, size: tuple[int, int] = (600, 200)
) -> Image.Image:
    picture = Image.new(mode, size, ground)
    line = [(30, 150), (150, 40), (250, 160), (400, 50), (560, 120)]
    ImageDraw.Draw(picture).line(line, fill="black" if mode != "1" else 0, width=width)
    return picture


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize("width", [1, 2, 5, 12])
@pytest.mark.parametrize(
    ("mode", "ground"), [("RGBA", (0, 0, 0, 0)), ("RGB", "white"), ("L", 255), ("1", 1), ("P", 255)]
)
def test_strokes_on_any_ground_become_ink_on_nothing(mode: str, ground: object, width: int) -> None:
    source = drawn("L", 255, width).convert(mode) if mode in ("1", "P") else drawn(mode, ground, width)
    picture = opened(check(png(source)))
    assert picture.mode == "RGBA"
    low, high = picture.getchannel("A").getextrema()
    assert (low, high >= 200) == (0, True)
    assert {colour[:3] for _, colour in picture.getcolors(1 << 20)} == {INK}


def test_it_is_cropped_to_the_ink() -> None:
    picture = opened(check(png(drawn(size=(1800, 1200)))))
    assert 535 < picture.width < 550
    assert 120 < picture.height < 140


def test_nothing_of_the_file_but_the_ink_survives() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "secret place", zip=True)
    sent = (
        png(drawn(), pnginfo=info, exif=b"Exif\0\0secret place", icc_profile=b"secret place")
        + b"secret place<script>"
    )
    clean = check(sent)
    assert opened(clean).info == {}
    assert b"secret" not in clean
    assert b"tEXt" not in clean
    assert check(clean)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGBA", (600, 200)),
        Image.new("RGB", (600, 200), "white"),
        Image.new("RGB", (600, 200), "black"),
        Image.new("RGB", (600, 200), (250, 250, 240)),
        Image.new("L", (1, 1)),
        Image.new("L", (2, 2)),
        drawn().point(lambda _: 255),
    ],
    ids=["transparent", "white", "black", "cream", "one pixel", "four pixels", "opaque white"],
)
def test_a_picture_nobody_signed_in_is_refused(picture: Image.Image) -> None:
    """B25."""
    with pytest.raises(Invalid, match="empty"):
        check(png(picture))


@pytest.mark.parametrize("radius", [1, 3, 6, 12, 40, 90])
@pytest.mark.parametrize("size", [(600, 200), (200, 200), (1500, 800)])
def test_a_dot_is_refused_however_large(radius: int, size: tuple[int, int]) -> None:
    """B25."""
    picture = Image.new("RGBA", size)
    ImageDraw.Draw(picture).ellipse((100 - radius, 100 - radius, 100 + radius, 100 + radius), fill="black")
    with pytest.raises(Invalid, match="empty"):
        check(png(picture))


def test_ink_that_paper_would_not_show_is_none() -> None:
    picture = Image.new("RGBA", (600, 200))
    ImageDraw.Draw(picture).line((30, 30, 500, 150), fill=(255, 255, 255, 255), width=8)
    with pytest.raises(Invalid, match="empty"):
        check(png(picture))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a", b"\xff\xd8\xff\xe0", b"<svg/>", b"\x89PNG\r\n\x1a\n", png(drawn())[:200], png(drawn())[:-12],
        png(drawn()).replace(b"IDAT", b"IDAX"), png(drawn())[:40] + b"\0" * 500,
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0") + chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffIHDR",
    ],
)  # fmt: skip
def test_what_is_no_whole_png_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        check(content)


def test_sizes_are_refused_before_anything_is_unpacked() -> None:
    for width, height in ((50_000, 50_000), (4001, 10), (10, 4001), (3000, 3000), (2**31, 2**31 - 1)):
        head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(b"\0" * 5_000_000))
            + chunk(b"IEND", b"")
        )
        started = time.perf_counter()
        with pytest.raises(Invalid, match="too many pixels"):
            check(bomb)
        assert time.perf_counter() - started < 0.2
    with pytest.raises(Invalid, match="larger than 600 kB"):
        check(png(drawn()) + b"\0" * LARGEST)


def test_a_large_drawing_is_made_smaller_but_stays_sharp() -> None:
    picture = Image.new("RGB", (2600, 1400), "white")
    ImageDraw.Draw(picture).line((50, 50, 1200, 1300, 2500, 100), fill="black", width=14)
    kept = opened(check(png(picture)))
    assert kept.height == SHARP_ENOUGH[1]


@pytest.mark.parametrize("name", ["Al", "Zoë Müller-Łódź", "Жуков Іван", "Ωμέγα", "I", "O’Neill"])
def test_a_name_is_written_by_hand_and_is_a_signature(name: str) -> None:
    assert opened(check(written(name))).getchannel("A").getextrema()[1] > 200


@pytest.mark.parametrize("name", ["山田", "عمر", "A😀", "\u0e01"])
def test_a_letter_we_do_not_have_is_said_and_never_a_box(name: str) -> None:
    with pytest.raises(Invalid, match="cannot be written by hand here"):
        written(name)


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "x" * 200])
def test_no_name_and_too_much_name(name: str) -> None:
    with pytest.raises(Invalid):
        written(name)
