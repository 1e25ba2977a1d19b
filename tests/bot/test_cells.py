"""What the readers of cells take, and what they refuse."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cells import (
    Record,
    Unreadable,
    cell,
    clock,
    day,
    decimal,
    guarded,
    one_of,
    quoted,
    record,
    text,
    tidy,
    unguarded,
    whole_number,
    written,
    yes_no,
)

LAST_OF_NOVEMBER = datetime.date(2026, 11, 30)
HALF_PAST_NINE = datetime.time(9, 30)


@pytest.mark.parametrize(
    ("read", "given_text", "value"),
    [
        (text(5), "ሰላም", "ሰላም"),
        (text(5), "١٢", "١٢"),
        (one_of({"Young", "work"}), "yOUNG", "Young"),
        (one_of({"A2", "B1"}), "a٢", "A2"),
        (whole_number(-5, 9), "-3", -3),
        (whole_number(-5, 9), "+3", 3),
        (whole_number(0, 99), "٤٢", 42),
        (whole_number(0, 99), "۴۲", 42),
        (decimal(-5, 9), "3,5", Decimal("3.5")),
        (decimal(-5, 9), "3.50", Decimal("3.50")),
        (decimal(-5, 9), "٣٫٥", Decimal("3.5")),
        (day, "2026-11-30", LAST_OF_NOVEMBER),
        (day, "30-11-2026", LAST_OF_NOVEMBER),
        (day, "30/11/2026", LAST_OF_NOVEMBER),
        (day, "3-4-2026", datetime.date(2026, 4, 3)),
        (day, "٣٠/١١/٢٠٢٦", LAST_OF_NOVEMBER),
        (day, "2026-11-30 00:00:00", LAST_OF_NOVEMBER),
        (day, "29-02-2000", datetime.date(2000, 2, 29)),
        (clock, "09:30", HALF_PAST_NINE),
        (clock, "9:30", HALF_PAST_NINE),
        (clock, "09.30", HALF_PAST_NINE),
        (clock, "09:30:00", HALF_PAST_NINE),
        (clock, "٠٩:٣٠", HALF_PAST_NINE),
        (clock, "00:00", datetime.time(0)),
        (yes_no, "Ja", True),
        (yes_no, "١", True),
        (yes_no, "FALSE", False),
        (yes_no, "nee", False),
    ],
)
def test_what_is_meant_is_read(read: Callable[[str], object], given_text: str, value: object) -> None:
    assert read(given_text) == value
    assert type(read(given_text)) is type(value)


@pytest.mark.parametrize(
    ("read", "given_text", "problem"),
    [
        (text(3), "four", "has 4 characters, and at most 3 fit"),
        (one_of({"young", "work"}), "care", "'care' is not one of work, young"),
        (whole_number(0, 9), "12a", "'12a' is not a whole number"),
        (whole_number(0, 9), "1.000", "'1.000' is not a whole number"),
        (whole_number(0, 9), "፫", "'፫' is not a whole number"),
        (whole_number(0, 9), "१", "'१' is not a whole number"),
        (whole_number(0, 9), "10", "10 is not from 0 to 9"),
        (whole_number(0, 9), "-1", "-1 is not from 0 to 9"),
        (decimal(0, 9), "1.000,50", "'1.000,50' is not a number such as 3,5 or 3.5"),
        (decimal(0, 9), "1e3", "'1e3' is not a number such as 3,5 or 3.5"),
        (decimal(0, 9), "9,01", "9.01 is not from 0 to 9"),
        (day, "29-02-1900", "29-02-1900 does not exist (the day comes before the month)"),
        (day, "11/30/2026", "11/30/2026 does not exist (the day comes before the month)"),
        (day, "2026-13-01", "2026-13-01 does not exist (the day comes before the month)"),
        (day, "30-11-26", "'30-11-26' has no year of four digits: write it as 2026-11-30 or 30-11-2026"),
        (day, "30-11/2026", "'30-11/2026' is not a date: write it as 2026-11-30 or 30-11-2026"),
        (day, "November 30", "'November 30' is not a date: write it as 2026-11-30 or 30-11-2026"),
        (
            day,
            "2026-11-30 09:30",
            "'2026-11-30 09:30' is not a date: write it as 2026-11-30 or 30-11-2026",
        ),
        (clock, "24:00", "24:00 does not exist: times go from 00:00 to 23:59"),
        (clock, "25:00", "25:00 does not exist: times go from 00:00 to 23:59"),
        (clock, "09:60", "09:60 does not exist: times go from 00:00 to 23:59"),
        (clock, "9.3", "'9.3' is not a time: write it as 09:30"),
        (clock, "09:30:15", "'09:30:15' is not a time: write it as 09:30"),
        (
            yes_no,
            "maybe",
            "'maybe' is neither yes nor no: write one of ja, yes, true, 1, nee, no, false, 0",
        ),
    ],
)
def test_what_is_wrong_is_said(read: Callable[[str], object], given_text: str, problem: str) -> None:
    with pytest.raises(ValueError) as refused:
        read(given_text)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("value", "as_text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (-3, "-3"),
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (Decimal("1.10"), "1.10"),
        (Decimal("1E+3"), "1000"),
        (LAST_OF_NOVEMBER, "2026-11-30"),
        (datetime.datetime(2026, 11, 30), "2026-11-30"),  # noqa: DTZ001 - spreadsheets know no time zone
        (datetime.datetime(2026, 11, 30, 9, 30), "2026-11-30 09:30"),  # noqa: DTZ001
        (HALF_PAST_NINE, "09:30"),
        (datetime.time(9, 30, 15), "09:30:15"),
        (datetime.timedelta(hours=25, minutes=5), "25:05"),
        (" a\r\nb ", "a\nb"),
    ],
)
def test_a_value_is_written_in_one_way(value: object, as_text: str) -> None:
    assert written(value) == as_text


def test_a_value_of_another_kind_is_not_written() -> None:
    with pytest.raises(TypeError, match="a list cannot be written into a table"):
        written([1])


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        (" \u00a0\u200f Jan \u2069\t\n", "Jan"),
        ("Jan\u00a0Smit", "Jan Smit"),
        ("30\u200f/11\u200f/2026", "30/11/2026"),
        ("e\u0301", "\u00e9"),
        ("e\u200e\u0301", "\u00e9"),
        ("a\rb\u2028c", "a\nb\nc"),
        ("مرحبا\u200c", "مرحبا\u200c"),
    ],
)
def test_a_text_is_made_tidy(raw: str, tidied: str) -> None:
    assert tidy(raw) == tidied


@pytest.mark.parametrize(
    ("raw", "code"),
    [("a\0", "0000"), ("\x1fa", "001F"), ("\x85", "0085"), ("\ud800", "D800"), ("\uffff", "FFFF")],
)
def test_a_control_character_is_not_taken(raw: str, code: str) -> None:
    assert cell(raw) == Unreadable(f"a control character (U+{code})")


def test_blank_cells_at_the_end_are_no_cells() -> None:
    assert record(3, ["", "a", "", ""]) == Record(3, ["", "a"])
    assert record(3, ["", ""]) is None


def test_a_long_text_is_named_by_its_beginning_and_on_one_line() -> None:
    assert quoted("a\n" * 30) == f"'{'a ' * 19}a…'"


@given(st.text(alphabet="='+-@a0\t \n\u200f\u0301é٣", max_size=8) | st.text())
def test_tidying_twice_is_tidying_once(raw: str) -> None:
    assert tidy(tidy(raw)) == tidy(raw)


@given(st.text(alphabet="='+-@a", max_size=6), st.booleans())
def test_an_apostrophe_put_on_is_taken_off(raw: str, all_formulas: bool) -> None:
    put_on = guarded(raw, all_formulas)
    assert unguarded(put_on) == raw
    if all_formulas:
        assert not put_on.startswith(("=", "+", "-", "@"))
