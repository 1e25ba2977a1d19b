"""Cells of a spreadsheet: their text made tidy, readers that make values of it, and the text of a value."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

# Excel's own limit; what is longer cannot be shown or kept by it.
LONGEST = 32_767  # characters

_NEWLINES = re.compile("\r\n?|[\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Bidi controls and spaces without width: they are layout, and bot.bidi puts its own where a text is shown.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Controls other than tab and newline, half characters, and two code points that XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")
# What a spreadsheet program takes for a formula when it stands in a CSV file.
_FORMULA = re.compile(r"[=+\-@]")
_GUARDED = re.compile(r"'+[=+\-@]")

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{1,18})?")
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})(?P<mark>[-/])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}")
# Other programs write a day as the midnight with which it begins.
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?$")
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.]00)?")
_YES_NO = {
    "ja": True,
    "yes": True,
    "true": True,
    "1": True,
    "nee": False,
    "no": False,
    "false": False,
    "0": False,
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that has no text that could be read, and why."""

    why: str


Cell = str | Unreadable


class Record(NamedTuple):
    """One row with something in it: its number as a spreadsheet program counts, and its cells from the first
    to the last that is not blank."""

    number: int
    cells: list[Cell]


def record(number: int, cells: list[Cell]) -> Record | None:
    """The cells without the blank ones at the end; None when all are blank."""
    while cells and cells[-1] == "":
        cells.pop()
    return Record(number, cells) if cells else None


def tidy(text: str) -> str:
    """``text`` in NFC, with plain spaces and newlines, without marks that are not seen, and trimmed."""
    text = _NEWLINES.sub("\n", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", _SPACES.sub(" ", text)))
    return text.strip(" \t\n")


def control_in(text: str) -> str:
    """The first control character of a tidy text, as ``a control character (U+0007)``; empty without one."""
    control = _CONTROL.search(text)
    return f"a control character (U+{ord(control[0]):04X})" if control else ""


def cell(text: str) -> Cell:
    """The cell of a text as it stands in the file."""
    tidied = tidy(text)
    control = control_in(tidied)
    return Unreadable(control) if control else tidied


def guarded(text: str, all_formulas: bool = True) -> str:
    """``text`` with an apostrophe before what CSV would make a formula; ``unguarded`` takes it off.

    Without ``all_formulas`` only what looks guarded already gets one, so that it comes back as it was.
    """
    return f"'{text}" if _GUARDED.match(text) or (all_formulas and _FORMULA.match(text)) else text


def unguarded(text: str) -> str:
    """``text`` without the apostrophe that ``guarded`` put before it."""
    return text[1:] if _GUARDED.match(text) else text


def plain_digits(text: str) -> str:
    """``text`` with Arabic-Indic and extended Arabic-Indic digits, and their decimal mark, as plain ones."""
    return text if text.isascii() else text.translate(_DIGITS)


def written(value: object) -> str:
    """The one way to write a value: 2026-11-30, 09:30, yes, 3.5, nothing for None; a float of 3.0 is 3.

    Raises TypeError for a value of another kind.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return _written_number(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return _written_time(value)
    raise TypeError(f"a {type(value).__name__} cannot be written into a table")


def _written_number(value: float | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    # Fifteen digits are what spreadsheet programs show: 0.3 and not 0.30000000000000004.
    return format(value if isinstance(value, Decimal) else Decimal(f"{value:.15g}"), "f")


def _written_time(value: datetime.date | datetime.time | datetime.timedelta) -> str:
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        text = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    elif isinstance(value, datetime.datetime):
        text = _MIDNIGHT.sub("", value.isoformat(" "))
    else:
        text = value.isoformat()
    return text.removesuffix(":00") if text.count(":") == 2 else text


def text(most: int) -> Callable[[str], str]:
    """A reader of any text of at most ``most`` characters."""

    def read(given: str) -> str:
        if len(given) > most:
            raise ValueError(f"has {len(given)} characters, and at most {most} fit")
        return given

    return read


def one_of(allowed: Iterable[str]) -> Callable[[str], str]:
    """A reader of one of the ``allowed`` words, in any case; the value is the word as it is allowed."""
    words = {word.casefold(): word for word in sorted(allowed)}

    def read(given: str) -> str:
        word = words.get(plain_digits(given).casefold())
        if word is None:
            raise ValueError(f"{quoted(given)} is not one of {', '.join(words.values())}")
        return word

    return read


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader of a whole number from ``low`` up to and including ``high``."""

    def read(given: str) -> int:
        plain = plain_digits(given)
        if not _WHOLE.fullmatch(plain):
            raise ValueError(f"{quoted(given)} is not a whole number")
        number = int(plain)
        if not low <= number <= high:
            raise ValueError(f"{number} is not from {low} to {high}")
        return number

    return read


def decimal(low: float | Decimal, high: float | Decimal) -> Callable[[str], Decimal]:
    """A reader of a number with a dot or a comma, from ``low`` up to and including ``high``."""

    def read(given: str) -> Decimal:
        plain = plain_digits(given)
        if not _NUMBER.fullmatch(plain):
            raise ValueError(f"{quoted(given)} is not a number such as 3,5 or 3.5")
        number = Decimal(plain.replace(",", "."))
        if not low <= number <= high:
            raise ValueError(f"{number} is not from {low} to {high}")
        return number

    return read


def day(given: str) -> datetime.date:
    """Reads 2026-11-30, 30-11-2026 or 30/11/2026: never the month before the day, or a year of two digits."""
    plain = _MIDNIGHT.sub("", plain_digits(given))
    parts = _YEAR_FIRST.fullmatch(plain) or _DAY_FIRST.fullmatch(plain)
    if parts is None:
        short = "has no year of four digits" if _SHORT_YEAR.fullmatch(plain) else "is not a date"
        raise ValueError(f"{quoted(given)} {short}: write it as 2026-11-30 or 30-11-2026")
    try:
        return datetime.date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        raise ValueError(f"{plain} does not exist (the day comes before the month)") from None


def clock(given: str) -> datetime.time:
    """Reads a time of day: 09:30, 9:30 or 09.30; the day ends at 23:59."""
    plain = plain_digits(given)
    parts = _CLOCK.fullmatch(plain)
    if parts is None:
        raise ValueError(f"{quoted(given)} is not a time: write it as 09:30")
    try:
        return datetime.time(int(parts["hour"]), int(parts["minute"]))
    except ValueError:
        raise ValueError(f"{plain} does not exist: times go from 00:00 to 23:59") from None


def yes_no(given: str) -> bool:
    """Reads yes or no, in Dutch, in English, as true or false, as 1 or 0."""
    answer = _YES_NO.get(plain_digits(given).casefold())
    if answer is None:
        raise ValueError(f"{quoted(given)} is neither yes nor no: write one of {', '.join(_YES_NO)}")
    return answer


def quoted(given: str, most: int = 40) -> str:
    """A text from a file for use in a problem: on one line, not longer than ``most``, between apostrophes."""
    line = " ".join(given.split())
    return f"'{line[: most - 1]}…'" if len(line) > most else f"'{line}'"
