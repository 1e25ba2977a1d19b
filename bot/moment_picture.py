"""The picture of a moment for who reads little: a leaf of a calendar beside a clock with hands.

Pillow joins Arabic letters with raqm, which needs the system's fribidi. On a machine without it they are
joined here (`joined`): the same word, only without vowel signs.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Literal
from uuid import uuid4

from PIL import Image, ImageDraw, ImageFont, features

from bot.bidi import plain
from nlu.contract import Language

# Part of the file's name: raise it when the drawing changes, so that old pictures are drawn anew.
DRAWING = 1
FONTS = Path(__file__).parent / "web" / "static" / "fonts"
BOLD = 700  # of the weights 100 to 900

SIZE = (800, 450)  # pixels
SCALE = 3  # drawn so much larger and then reduced, for smooth edges
PALETTE = 64  # colours in the file: enough for smooth edges, and half the bytes

# The light colours of base.css.
CANVAS, PAPER, LINE = "#e4ecec", "#fff", "#bccccf"
INK, BRAND, BRAND_DEEP, ACCENT, MINT = "#15262b", "#0b5560", "#083f48", "#ffc94d", "#c9e9df"

PANEL_CENTRES = (204, 596)  # pixels from the left
PANEL_WIDTH = 360
WEEKDAY_ROOM = (320, 76)  # width and height in the header of the leaf
PART_ROOM = (PANEL_WIDTH, 62)
CLOCK_TOP, CLOCK_RADIUS = 14, 136

# From this hour to that one the sun stands beside the time; the moon before and after.
MORNING, EVENING = 6, 18

_ARABIC = re.compile(r"[\u0600-\u06ff\ufe70-\ufeff]")
_ETHIOPIC = re.compile(r"[\u1200-\u139f]")

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MomentWords:
    """The words on the picture, in the picture's language."""

    weekday: str
    part_of_day: str


class MomentPictures:
    """Pictures of moments in a folder, each drawn once."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first picture is drawn."""
        self._folder = folder

    def path_of(self, start: datetime, language: Language, words: MomentWords) -> Path:
        """The picture of a local moment; drawn when it is not there yet.

        ``start`` is aware and already in Europe/Amsterdam; ValueError when it is naive, OSError when the
        folder cannot be written. A new picture takes some tens of milliseconds.
        """
        if start.utcoffset() is None:
            raise ValueError("a moment needs its time zone")
        path = self._folder / _name(start, language, words)
        if not path.exists():
            _write_whole(path, drawn(start, language, words))
        return path


def _name(start: datetime, language: Language, words: MomentWords) -> str:
    what = "\0".join((str(DRAWING), words.weekday, words.part_of_day))
    return f"{language}-{start:%Y%m%d-%H%M}-{hashlib.sha256(what.encode()).hexdigest()[:8]}.png"


def _write_whole(path: Path, content: bytes) -> None:
    """Another process that draws the same picture, or a crash, never leaves half a file under the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def drawn(start: datetime, language: Language, words: MomentWords) -> bytes:
    """The PNG of a local moment. Where one reads from the right, the calendar stands on the right."""
    sheet = _Sheet()
    mirrored = language == "ar"
    leaf, clock = reversed(PANEL_CENTRES) if mirrored else PANEL_CENTRES
    _draw_leaf(sheet, leaf, start, words.weekday)
    _draw_clock(sheet, (clock, CLOCK_TOP + CLOCK_RADIUS), start.time())
    _draw_time(sheet, clock, start.time(), words.part_of_day, mirrored=mirrored)
    return sheet.png()


def hand_angles(at: time) -> tuple[float, float]:
    """Where the hour hand and the minute hand point, in degrees clockwise from the 12: 0 up to 360."""
    return (at.hour % 12) * 30 + at.minute / 2, at.minute * 6.0


def symbol_of(at: time) -> Literal["sun", "moon", "moon and stars"]:
    """What tells ten in the morning from ten in the evening without a word."""
    if MORNING <= at.hour < EVENING:
        return "sun"
    return "moon" if at.hour >= EVENING else "moon and stars"


class _Sheet:
    """A large canvas that is drawn on in pixels of the picture."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), CANVAS)
        self._draw = ImageDraw.Draw(self._image)

    def disc(
        self, centre: Point, radius: float, fill: str, edge: str | None = None, width: float = 0
    ) -> None:
        x, y = (SCALE * value for value in centre)
        self._draw.circle((x, y), SCALE * radius, fill, edge, round(SCALE * width))

    def plate(
        self, box: Box, radius: float, fill: str, edge: str | None = None, *, top_only: bool = False
    ) -> None:
        corners = (True, True, not top_only, not top_only)
        scaled = tuple(SCALE * value for value in box)
        self._draw.rounded_rectangle(scaled, SCALE * radius, fill, edge, 2 * SCALE, corners=corners)

    def stroke(self, start: Point, end: Point, width: float, fill: str) -> None:
        """A line with round ends."""
        self._draw.line([(SCALE * x, SCALE * y) for x, y in (start, end)], fill, round(SCALE * width))
        for point in (start, end):
            self.disc(point, width / 2 - 1 / SCALE, fill)

    def write(self, centre: Point, text: str, font: ImageFont.FreeTypeFont, fill: str) -> None:
        """The text with the middle of its ink at ``centre``; ``font`` as `fitted` gives it."""
        left, top, right, bottom = font.getbbox(_ordered(text))
        at = (SCALE * centre[0] - (left + right) / 2, SCALE * centre[1] - (top + bottom) / 2)
        self._draw.text(at, _ordered(text), fill, font)

    def png(self) -> bytes:
        """The picture at its own size."""
        file = BytesIO()
        small = self._image.reduce(SCALE).quantize(
            PALETTE, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
        small.save(file, "PNG")
        return file.getvalue()


def _draw_leaf(sheet: _Sheet, centre: float, start: datetime, weekday: str) -> None:
    left, right = centre - PANEL_WIDTH / 2, centre + PANEL_WIDTH / 2
    sheet.plate((left, 30, right, 430), 20, PAPER, LINE)
    sheet.plate((left, 30, right, 134), 20, BRAND, top_only=True)
    for ring in (centre - 100, centre + 100):
        sheet.stroke((ring, 20), (ring, 40), 14, INK)
    sheet.write((centre, 89), weekday, fitted(weekday, WEEKDAY_ROOM, 76), PAPER)
    for text, size, y in ((str(start.day), 200, 236), (f"{start:%d-%m-%Y}", 56, 376)):
        sheet.write((centre, y), text, fitted(text, (PANEL_WIDTH, 200), size), INK)


def _draw_clock(sheet: _Sheet, centre: Point, at: time) -> None:
    sheet.disc(centre, CLOCK_RADIUS, PAPER, BRAND, 9)
    for hour in range(1, 13):
        if hour % 3:
            outer, inner = (_towards(centre, hour * 30, CLOCK_RADIUS * share) for share in (0.87, 0.78))
            sheet.stroke(outer, inner, 6, INK)
        else:
            middle = _towards(centre, hour * 30, CLOCK_RADIUS * 0.76)
            sheet.write(middle, str(hour), fitted(str(hour), (60, 60), 42), INK)
    hour_angle, minute_angle = hand_angles(at)
    sheet.stroke(centre, _towards(centre, hour_angle, CLOCK_RADIUS * 0.38), 18, INK)
    sheet.stroke(centre, _towards(centre, minute_angle, CLOCK_RADIUS * 0.58), 8, BRAND)
    sheet.disc(centre, 11, INK)


def _draw_time(sheet: _Sheet, centre: float, at: time, part: str, *, mirrored: bool) -> None:
    side = 1 if mirrored else -1
    text = f"{at:%H:%M}"
    sheet.write((centre - side * 46, 328), text, fitted(text, (230, 60), 70), INK)
    _draw_symbol(sheet, (centre + side * 104, 328), symbol_of(at))
    sheet.write((centre, 400), part, fitted(part, PART_ROOM, 50), INK)


def _draw_symbol(sheet: _Sheet, centre: Point, symbol: str) -> None:
    x, y = centre
    if symbol == "sun":
        sheet.disc(centre, 36, MINT)
        for angle in range(0, 360, 45):
            sheet.stroke(_towards(centre, angle, 22), _towards(centre, angle, 29), 5, BRAND_DEEP)
        sheet.disc(centre, 17, ACCENT, BRAND_DEEP, 3)
        return
    sheet.disc(centre, 36, BRAND_DEEP)
    sheet.disc((x - 3, y), 23, ACCENT)
    sheet.disc((x + 10, y - 6), 19, BRAND_DEEP)
    if symbol == "moon and stars":
        for star in ((x + 6, y - 14), (x + 21, y - 5), (x + 10, y + 3)):
            sheet.disc(star, 3.2, PAPER)


def _towards(centre: Point, angle: float, length: float) -> Point:
    """The point ``length`` away from ``centre``; ``angle`` in degrees clockwise from the 12."""
    turn = math.radians(angle)
    return centre[0] + length * math.sin(turn), centre[1] - length * math.cos(turn)


def fitted(text: str, room: tuple[float, float], largest: int) -> ImageFont.FreeTypeFont:
    """The font of the text's letters, no larger than ``largest``, with which its ink fits in ``room``.

    ``room`` is width and height; all in pixels of the picture. The font itself is one for the large canvas:
    its size and the widths it gives are ``SCALE`` times as much.
    """
    size = largest * SCALE
    while True:
        left, top, right, bottom = _font(_file_for(text), size).getbbox(_ordered(text))
        share = min(room[0] * SCALE / max(right - left, 1), room[1] * SCALE / max(bottom - top, 1))
        if share >= 1 or size == 1:
            return _font(_file_for(text), size)
        # Hinting makes widths jump: the size that fits on paper may be a pixel too wide.
        size = max(1, min(size - 1, int(size * share)))


def _file_for(text: str) -> str:
    """By the letters, not by the language: a word that is not translated yet stands there in English."""
    script = "arabic" if _ARABIC.search(text) else "ethiopic" if _ETHIOPIC.search(text) else "latin"
    return f"noto-sans-{script}-wght-normal.woff2"


@lru_cache(maxsize=16)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    """Kept, because unpacking a font costs more than drawing with it."""
    font = ImageFont.truetype(FONTS / file, size)
    font.set_variation_by_axes([BOLD])
    return font


def _ordered(text: str) -> str:
    """The text as this machine's Pillow has to get it; isolates have no glyph, and one word needs none."""
    text = plain(text)
    return text if features.check_feature("raqm") or not _ARABIC.search(text) else joined(text)


def joined(text: str) -> str:
    """Arabic ``text`` as joined letters from left to right, for who draws letter by letter.

    Vowel signs are left out, as in most writing: without raqm they would not stand on their letter.
    """
    forms = _presentation_forms()
    letters = "".join(sign for sign in text if not unicodedata.combining(sign))
    pieces = re.findall("\u0644[\u0622\u0623\u0625\u0627]|.", letters, re.DOTALL)
    ties = [(a, "<initial>") in forms and (b, "<final>") in forms for a, b in pairwise(pieces)]
    names = {(0, 0): "<isolated>", (0, 1): "<initial>", (1, 1): "<medial>", (1, 0): "<final>"}
    around = zip([False, *ties], [*ties, False], strict=True)
    shaped = (forms.get((piece, names[tie]), piece) for piece, tie in zip(pieces, around, strict=True))
    return "".join(shaped)[::-1]


@cache
def _presentation_forms() -> dict[tuple[str, str], str]:
    """Letters and the place in the word, to the character that looks so (Arabic Presentation Forms-B)."""
    forms = {}
    for code in range(0xFE80, 0xFEFD):
        place, *letters = unicodedata.decomposition(chr(code)).split()
        forms["".join(chr(int(letter, 16)) for letter in letters), place] = chr(code)
    return forms
