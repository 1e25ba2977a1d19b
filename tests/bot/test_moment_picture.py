"""Who cannot read the reminder sees the day on a calendar leaf and the hour on a clock."""

from __future__ import annotations

import cmath
import math
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageColor, ImageFont, ImageStat, features

from bot import moment_picture
from bot.bidi import apart
from bot.catalogues import load_catalogues
from bot.moment_picture import (
    CLOCK_RADIUS,
    CLOCK_TOP,
    FONTS,
    PANEL_CENTRES,
    PANEL_WIDTH,
    PART_ROOM,
    SCALE,
    SIZE,
    WEEKDAY_ROOM,
    MomentPictures,
    MomentWords,
    drawn,
    fitted,
    hand_angles,
    joined,
    symbol_of,
)
from bot.settings import LOCALES
from bot.wording import PARTS_OF_DAY
from flows import texts
from flows.local_time import AMSTERDAM
from nlu.contract import LANGUAGES, Language

TEN = datetime(2026, 11, 25, 10, 0, tzinfo=AMSTERDAM)
WEDNESDAY: dict[Language, MomentWords] = {
    "ti": MomentWords("ረቡዕ", "ናይ ንግሆ"),
    "ar": MomentWords("الأربعاء", "صباحًا"),
    "nl": MomentWords("woensdag", "’s ochtends"),
    "en": MomentWords("Wednesday", "in the morning"),
}
ARABIC_FONT = FONTS / "noto-sans-arabic-wght-normal.woff2"
# A picture of 800 pixels is shown 280 wide: this is twelve pixels there.
LEGIBLE = 34

needs_raqm = pytest.mark.skipif(not features.check_feature("raqm"), reason="Pillow finds no fribidi")


def weekdays(language: Language) -> list[str]:
    return list(Locale(language).days["stand-alone"]["wide"].values())


def parts_of_day(language: Language) -> list[str]:
    translations = load_catalogues(LOCALES)[language]
    return [translations.gettext(part.msgid) for _, part in PARTS_OF_DAY]


def opened(path_or_bytes: Path | bytes) -> Image.Image:
    file = BytesIO(path_or_bytes) if isinstance(path_or_bytes, bytes) else path_or_bytes
    return Image.open(file).convert("RGB")


def is_near(image: Image.Image, point: tuple[float, float], colour: str) -> bool:
    """The file keeps a palette, so a colour may be a little off."""
    seen: Any = image.getpixel((round(point[0]), round(point[1])))
    return all(abs(one - other) < 10 for one, other in zip(seen, ImageColor.getrgb(colour), strict=True))


def words_and_rooms() -> Iterator[tuple[str, tuple[float, float], int]]:
    for language in LANGUAGES:
        yield from ((word, WEEKDAY_ROOM, 76) for word in weekdays(language))
        yield from ((word, PART_ROOM, 50) for word in parts_of_day(language))


# --- the hands ---


@given(st.times())
def test_the_time_can_be_read_from_the_hands(at: time) -> None:
    hour, minute = hand_angles(at)
    assert (int(hour // 30), minute / 6) == (at.hour % 12, at.minute)


@given(st.times())
def test_the_hour_hand_moves_along_with_the_minutes(at: time) -> None:
    hour, minute = hand_angles(at)
    assert 0 <= hour < 360
    assert 0 <= minute < 360
    assert (hour * 12) % 360 == minute


@pytest.mark.parametrize(
    ("at", "angles"),
    [
        (time(0, 0), (0, 0)),
        (time(12, 0), (0, 0)),
        (time(10, 0), (300, 0)),
        (time(19, 30), (225, 180)),
        (time(23, 59), (359.5, 354)),
    ],
)
def test_known_times_stand_where_a_clock_has_them(at: time, angles: tuple[float, float]) -> None:
    assert hand_angles(at) == angles


@pytest.mark.parametrize("at", [time(10, 0), time(19, 30), time(3, 20), time(9, 15), time(6, 50)], ids=str)
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_drawn_hands_point_at_the_time(language: Language, at: time) -> None:
    image = opened(drawn(datetime.combine(TEN, at, AMSTERDAM), language, WEDNESDAY[language]))
    centre = (PANEL_CENTRES[0 if language == "ar" else 1], CLOCK_TOP + CLOCK_RADIUS)
    hour, minute = hand_angles(at)
    for angle, share, colour in ((hour, 0.3, moment_picture.INK), (minute, 0.5, moment_picture.BRAND)):
        # Angles of mathematics run against the clock from the 3, and pixels run down.
        turn = cmath.rect(CLOCK_RADIUS * share, math.radians(90 - angle))
        assert is_near(image, (centre[0] + turn.real, centre[1] - turn.imag), colour)
        assert is_near(image, (centre[0] - turn.real, centre[1] + turn.imag), moment_picture.PAPER)


def test_the_sun_stands_there_in_the_morning_and_the_afternoon_and_the_moon_otherwise() -> None:
    for hour in range(24):
        part = next(part for begins, part in PARTS_OF_DAY if hour >= begins)
        by_day = part in (texts.IN_THE_MORNING, texts.IN_THE_AFTERNOON)
        assert (symbol_of(time(hour)) == "sun") == by_day
        assert (symbol_of(time(hour)) == "moon and stars") == (part == texts.AT_NIGHT)


# --- the file ---


def test_a_picture_is_small_and_has_the_size_that_is_promised(tmp_path: Path) -> None:
    for language, words in WEDNESDAY.items():
        path = MomentPictures(tmp_path / "new").path_of(TEN, language, words)
        with Image.open(path) as image:
            assert (image.format, image.size) == ("PNG", SIZE)
        assert path.stat().st_size < 40_000
        assert re.fullmatch(rf"{language}-20261125-1000-[0-9a-f]{{8}}\.png", path.name)


def test_the_same_moment_is_the_same_file_and_is_not_drawn_again(tmp_path: Path) -> None:
    path = MomentPictures(tmp_path).path_of(TEN, "ti", WEDNESDAY["ti"])
    assert path.read_bytes() == drawn(TEN, "ti", WEDNESDAY["ti"])
    path.write_bytes(b"drawn before")
    assert MomentPictures(tmp_path).path_of(TEN, "ti", WEDNESDAY["ti"]) == path
    assert path.read_bytes() == b"drawn before"


def test_another_time_day_language_or_word_is_another_file_with_another_picture(tmp_path: Path) -> None:
    words = WEDNESDAY["nl"]
    paths = [
        MomentPictures(tmp_path).path_of(start, language, said)
        for start, language, said in (
            (TEN, "nl", words),
            (TEN.replace(minute=1), "nl", words),
            (TEN.replace(hour=22), "nl", words),
            (TEN.replace(day=26), "nl", words),
            (TEN.replace(year=2027), "nl", words),
            (TEN, "ar", words),
            (TEN, "nl", MomentWords("donderdag", words.part_of_day)),
            (TEN, "nl", MomentWords(words.weekday, "’s avonds")),
        )
    ]
    assert len(set(paths)) == len(paths)
    assert len({path.read_bytes() for path in paths}) == len(paths)


def test_a_new_drawing_does_not_hide_behind_an_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = MomentPictures(tmp_path).path_of(TEN, "en", WEDNESDAY["en"])
    monkeypatch.setattr(moment_picture, "DRAWING", moment_picture.DRAWING + 1)
    assert MomentPictures(tmp_path).path_of(TEN, "en", WEDNESDAY["en"]) != before


def test_who_draws_the_same_moment_at_once_leaves_one_whole_picture(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda _: MomentPictures(tmp_path).path_of(TEN, "nl", WEDNESDAY["nl"]), range(8))
        )
    assert list(tmp_path.iterdir()) == [found[0]]
    assert found[0].read_bytes() == drawn(TEN, "nl", WEDNESDAY["nl"])


def test_the_name_is_given_to_a_file_that_is_whole_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_disk: list[tuple[int, int]] = []

    def watched(descriptor: int) -> None:
        found = os.fstat(descriptor)
        on_the_disk.append((found.st_ino, found.st_size))
        assert list(tmp_path.glob("nl-*")) == []

    monkeypatch.setattr("os.fsync", watched)
    path = MomentPictures(tmp_path).path_of(TEN, "nl", WEDNESDAY["nl"])
    assert on_the_disk == [(path.stat().st_ino, path.stat().st_size)]


def test_a_disk_that_fails_leaves_no_file_and_the_next_time_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space left"):
        patch.setattr("os.fsync", full)
        MomentPictures(tmp_path).path_of(TEN, "nl", WEDNESDAY["nl"])
    assert list(tmp_path.iterdir()) == []
    assert opened(MomentPictures(tmp_path).path_of(TEN, "nl", WEDNESDAY["nl"])).size == SIZE


def test_a_moment_without_a_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        MomentPictures(tmp_path).path_of(TEN.replace(tzinfo=None), "nl", WEDNESDAY["nl"])


# --- what is seen ---


def test_in_arabic_the_calendar_stands_on_the_right_with_the_same_numbers() -> None:
    def numbers(image: Image.Image, centre: int) -> Image.Image:
        return image.crop((centre - PANEL_WIDTH // 2, 140, centre + PANEL_WIDTH // 2, 425))

    dutch, arabic = (opened(drawn(TEN, language, WEDNESDAY[language])) for language in ("nl", "ar"))
    on_the_left, on_the_right = numbers(dutch, PANEL_CENTRES[0]), numbers(arabic, PANEL_CENTRES[1])
    difference = ImageChops.difference(on_the_left, on_the_right).convert("L")
    assert max(difference.getextrema()) < 24
    assert min(on_the_left.convert("L").getextrema()) < 60


def test_the_colours_are_those_of_the_pages() -> None:
    css = (FONTS.parent / "css" / "base.css").read_text("utf-8")
    light = css[: css.index("prefers-color-scheme")]
    names = ("CANVAS", "PAPER", "LINE", "INK", "BRAND", "BRAND_DEEP", "ACCENT", "MINT")
    for colour in (getattr(moment_picture, name) for name in names):
        assert f": {colour};" in light


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fonts_have_every_letter_of_the_words(language: Language) -> None:
    for word in (*weekdays(language), *parts_of_day(language), "0123456789-:"):
        for shown in {word, joined(word)}:
            font = fitted(shown, PART_ROOM, 50)
            box = bytes(font.getmask("\U000effff"))
            assert [letter for letter in shown if bytes(font.getmask(letter)) == box] == []


def test_every_weekday_and_part_of_the_day_fits_and_is_legible() -> None:
    for word, room, largest in words_and_rooms():
        font = fitted(word, room, largest)
        left, top, right, bottom = font.getbbox(word)
        assert right - left <= room[0] * SCALE
        assert bottom - top <= room[1] * SCALE
        assert font.size / SCALE >= LEGIBLE, word


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from("ረቡዕሓሙስ الأربعاءwoensdag’"), max_size=80))
def test_any_word_fits(word: str) -> None:
    left, top, right, bottom = fitted(word, WEEKDAY_ROOM, 76).getbbox(word)
    assert right - left <= WEEKDAY_ROOM[0] * SCALE
    assert bottom - top <= WEEKDAY_ROOM[1] * SCALE


@pytest.fixture
def without_raqm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pillow as it is where the system has no fribidi."""
    moment_picture._font.cache_clear()
    monkeypatch.setattr("PIL._imagingft.HAVE_RAQM", False)
    yield
    moment_picture._font.cache_clear()


@pytest.mark.usefixtures("without_raqm")
def test_a_word_with_isolates_looks_like_the_word() -> None:
    words = WEDNESDAY["en"]
    isolated = MomentWords(apart(words.weekday), apart(words.part_of_day))
    assert drawn(TEN, "ar", isolated) == drawn(TEN, "ar", words)


# --- Arabic letters ---


def ink(word: str, engine: ImageFont.Layout) -> Image.Image:
    """The word in black on white, cut to its ink."""
    font = ImageFont.truetype(ARABIC_FONT, 60, layout_engine=engine)
    image = Image.new("L", (600, 150))
    mask = font.getmask(word)
    image.paste(255, (0, 0, *mask.size), Image.frombytes("L", mask.size, bytes(mask)))
    return image.crop(image.getbbox())


@pytest.mark.parametrize("word", weekdays("ar"))
def test_arabic_letters_are_joined(word: str) -> None:
    font = fitted(word, (10_000, 10_000), 40)
    alone = sum(font.getlength(letter) for letter in word)
    assert font.getlength(moment_picture._ordered(word)) < 0.95 * alone


def test_arabic_runs_from_right_to_left() -> None:
    """Of dal and alef the second one is tall: it stands on the left."""
    image = opened(drawn(TEN, "ar", MomentWords("دا", "")))
    header = image.crop((PANEL_CENTRES[1] - 150, 52, PANEL_CENTRES[1] + 150, 130)).convert("L")
    white = header.point(lambda value: 255 * (value > 200))
    left, top, right, _ = white.getbbox() or (0, 0, 0, 0)
    tall, _, tall_ends, _ = white.crop((0, top, 300, top + 5)).getbbox() or (0, 0, 0, 0)
    assert (tall + tall_ends) / 2 < (left + right) / 2


def test_without_raqm_letters_take_the_form_of_their_place() -> None:
    assert joined("سبت") == "\ufe96\ufe92\ufeb3"  # final, medial, initial; from the left
    assert joined("دا") == "\ufe8d\ufea9"  # both stand alone: dal never joins
    assert joined("ليلًا") == "\ufefc\ufef4\ufedf"  # lam and alef are one; the sign above is left out
    assert joined("بعد الظهر").split(" ")[1] == joined("بعد")
    assert joined("in the morning"[::-1]) == "in the morning"


@needs_raqm
@pytest.mark.parametrize("word", [*weekdays("ar"), "بعد الظهر"])
def test_without_raqm_a_word_looks_as_it_does_with_it(word: str) -> None:
    with_it, without = ink(word, ImageFont.Layout.RAQM), ink(joined(word), ImageFont.Layout.BASIC)
    assert abs(with_it.width - without.width) <= 0.04 * with_it.width
    # Kerning is all that differs; letters that are not joined, or in the wrong order, differ by far more.
    assert unlike(with_it, without) < 0.5 * min(
        unlike(with_it, ink(word, ImageFont.Layout.BASIC)),
        unlike(with_it, ink(joined(word)[::-1], ImageFont.Layout.BASIC)),
    )


@needs_raqm
def test_a_machine_without_fribidi_draws_nearly_the_same_picture(request: pytest.FixtureRequest) -> None:
    words = MomentWords("الخميس", "بعد الظهر")
    with_it = opened(drawn(TEN, "ar", words)).convert("L")
    unjoined = opened(drawn(TEN, "ar", MomentWords("سيمخلا", "رهظلا دعب"))).convert("L")
    request.getfixturevalue("without_raqm")
    without = opened(drawn(TEN, "ar", words)).convert("L")
    assert with_it != without  # the switch did something
    assert unlike(with_it, without) < 0.3 * unlike(with_it, unjoined)


def unlike(one: Image.Image, other: Image.Image) -> float:
    """How much of the ink stands elsewhere, 0 to 255, both at the same size."""
    return ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean[0]
