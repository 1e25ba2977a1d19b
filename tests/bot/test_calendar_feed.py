"""The iCalendar file itself: its zone, its lines, and that any text survives it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.calendar_feed import Entry, calendar
from bot.course_types import load_course_types
from bot.settings import COURSE_TYPES
from bot.wording import Wording
from flows.local_time import AMSTERDAM
from flows.meetings import Appointment, Meeting, Spot
from flows.message import Verbatim
from nlu.contract import LANGUAGES, Language

TYPES = load_course_types(COURSE_TYPES)
WRITTEN_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# What no editor, phone or line separator of a protocol may break at.
AWKWARD = st.sampled_from(
    ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", ",", ";", "\\", "\\n", '"', ":", "ሰ", "👨‍👩‍👧", "\t"]
)
ANYTHING = st.lists(st.one_of(AWKWARD, st.text(st.characters(codec="utf-8"), max_size=60))).map("".join)


def entry(number: int = 7, place: str = "Stadhuis", room: str = "") -> Entry:
    meeting = Meeting(
        id=number,
        course=TYPES["participation_statement"],
        starts_at=datetime(2026, 12, 9, 12, 0, tzinfo=UTC),
        ends_at=datetime(2026, 12, 9, 15, 0, tzinfo=UTC),
        spot=Spot(place, room=room),
        part=3,
        bring=("id", "letter", "pen", "food"),
        interpreter="ti",
    )
    return Entry(Appointment(meeting), WRITTEN_AT)


def feed(wording: Wording, language: Language = "nl", name: str = "PVT", *entries: Entry) -> bytes:
    return calendar(wording, language, Verbatim(name), entries or (entry(),))


@pytest.fixture(scope="module")
def zone(wording: Wording) -> object:
    """The zone as another library reads it out of the file, without a database of its own."""
    return tzical(StringIO(feed(wording).decode())).get("Europe/Amsterdam")


@pytest.mark.parametrize("year", range(1997, 2037))
def test_the_zone_changes_its_clocks_when_they_do_in_the_netherlands(zone: object, year: int) -> None:
    here = datetime(year, 1, 1, tzinfo=AMSTERDAM)
    changes = 0
    while here.year == year:
        if here.utcoffset() == here.replace(fold=1).utcoffset():
            assert here.replace(tzinfo=zone).utcoffset() == here.utcoffset(), here  # type: ignore[arg-type]
        else:
            # Twice on the clock, or never.
            changes += 1
        here += timedelta(hours=1)
    assert changes == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_folded_at_75_octets_between_letters_and_end_with_crlf(
    wording: Wording, language: Language
) -> None:
    text = feed(wording, language, "ሰላም " * 60)
    lines = text.split(b"\r\n")
    assert lines.pop() == b""
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        assert len(line) <= 75
        line.decode()
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)


def test_the_head_says_what_a_phone_needs_to_know(wording: Wording) -> None:
    read = Calendar.from_ical(feed(wording))
    assert {
        name: str(read[name])
        for name in ("VERSION", "METHOD", "CALSCALE", "X-WR-CALNAME", "X-WR-TIMEZONE", "PRODID")
    } == {
        "VERSION": "2.0",
        "METHOD": "PUBLISH",
        "CALSCALE": "GREGORIAN",
        "X-WR-CALNAME": "PVT",
        "X-WR-TIMEZONE": "Europe/Amsterdam",
        "PRODID": "-//Wegwijs//Wegwijs//NL",
    }
    text = feed(wording).decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    assert "X-PUBLISHED-TTL:PT1H\r\n" in text
    assert text.count("BEGIN:VTIMEZONE") == 1


def test_the_same_meetings_are_the_same_bytes(wording: Wording) -> None:
    assert feed(wording) == feed(wording)


def test_without_meetings_it_is_still_a_calendar(wording: Wording) -> None:
    read = Calendar.from_ical(calendar(wording, "ar", Verbatim("x"), ()))
    assert list(read.walk("VEVENT")) == []


@settings(max_examples=200, deadline=None)
@given(place=ANYTHING, room=ANYTHING, name=ANYTHING)
def test_whatever_was_typed_is_read_back_and_adds_nothing(
    wording: Wording, place: str, room: str, name: str
) -> None:
    text = feed(wording, "nl", name, entry(1, place, room), entry(2))
    read = Calendar.from_ical(text)
    first, second = read.walk("VEVENT")
    expected = ", ".join(part for part in (place, room) if part)
    assert str(first["LOCATION"]) == tidied(expected)
    assert str(second["LOCATION"]) == "Stadhuis"
    assert {str(first["UID"]), str(second["UID"])} == {"meeting-1@wegwijs", "meeting-2@wegwijs"}
    assert set(first) == set(second)
    for called in (b"NAME", b"X-WR-CALNAME"):
        # The library does not know these two; under another name it reads them as a text.
        as_text = text.replace(b"\r\n" + called + b":", b"\r\nDESCRIPTION:")
        assert str(Calendar.from_ical(as_text)["DESCRIPTION"]) == tidied(name)


def tidied(text: str) -> str:
    """What is left of a text where control characters may not be."""
    text = text.replace("\r\n", "\n")
    return "".join(" " if (ord(c) < 32 and c not in "\t\n") or ord(c) == 127 else c for c in text)
