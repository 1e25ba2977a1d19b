"""The calendar of a course or of a person as iCalendar (RFC 5545), to be subscribed to with a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, vDuration, vText
from sqlalchemy.ext.asyncio import AsyncSession

from bot.bidi import plain
from bot.course_types import CourseTypes
from bot.store import feeds, meetings
from bot.store.database import Database
from bot.store.tables import Course, Person
from bot.wording import Wording
from flows import texts
from flows.local_time import AMSTERDAM, local
from flows.meetings import BRING, Appointment
from flows.message import LanguageName, Lines, Text, Verbatim, Wordable
from nlu.contract import Language

PRODUCT = "-//Wegwijs//Wegwijs//NL"
# How often a phone should look again.
REFRESH = timedelta(hours=1)
# How long a person's calendar remembers.
REMEMBERED = timedelta(days=90)

# The clocks change at 01:00 UTC on the last Sunday of March and of October (directive 2000/84/EC). The times
# below are what they show just before. `Timezone.from_tzinfo` of icalendar has those of March an hour late,
# and lists every year up to 2038 instead of the rule.
_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
# RFC 5545, 3.3.11: a text has no control characters but tabs and line feeds.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment in a calendar. ``changed_at`` is when something in it last changed."""

    appointment: Appointment
    changed_at: datetime


class CalendarFeeds:
    """Finds the calendar behind a secret token, as it is now."""

    def __init__(
        self, database: Database, wording: Wording, types: CourseTypes, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._wording = wording
        self._types = types
        self._now = now

    async def by_token(self, token: str) -> bytes | None:
        """The calendar in UTF-8; None when there is no such token, or not any more."""
        async with self._database.reading() as session:
            feed = await feeds.by_token(session, token)
            if feed is None:
                return None
            if feed.course_id is not None:
                return await self._of_course(session, await session.get_one(Course, feed.course_id))
            return await self._of_person(session, await session.get_one(Person, feed.person_id))

    async def _of_course(self, session: AsyncSession, course: Course) -> bytes:
        rows = await feeds.rows_of_course(session, course)
        return calendar(self._wording, "nl", Verbatim(course.title), self._entries(rows))

    async def _of_person(self, session: AsyncSession, person: Person) -> bytes:
        language: Language = await feeds.language_of(session, person) or "nl"
        rows = await feeds.rows_of_person(session, person.id, self._now() - REMEMBERED)
        return calendar(self._wording, language, texts.MY_APPOINTMENTS, self._entries(rows))

    def _entries(self, rows: Sequence[meetings.Row]) -> list[Entry]:
        return [Entry(meetings.as_appointment(row, self._types), _changed_at(row)) for row in rows]


def _changed_at(row: meetings.Row) -> datetime:
    meeting, _, participation, _ = row
    answered_at = participation.answered_at if participation is not None else None
    return max(meeting.changed_at, answered_at or meeting.changed_at)


def calendar(wording: Wording, language: Language, name: Wordable, entries: Sequence[Entry]) -> bytes:
    """A VCALENDAR in UTF-8 with one VEVENT for each entry; the same entries give the same bytes.

    Nobody is named in it: phones are shared, and lock screens show what is next.
    """
    made = Calendar()
    # icalendar does not know that these two are texts, and would not escape them.
    title = vText(_worded(wording, language, name))
    for key, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", title),
        ("x-wr-calname", title),
        ("x-wr-timezone", AMSTERDAM.key),
        ("x-published-ttl", vDuration(REFRESH)),
    ):
        made.add(key, value)
    made.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    made.add_component(Timezone.from_ical(_ZONE))
    for entry in entries:
        made.add_component(_event(wording, language, entry))
    text: bytes = made.to_ical()
    return text


def _event(wording: Wording, language: Language, entry: Entry) -> Event:
    appointment, meeting = entry.appointment, entry.appointment.meeting
    note = _note(appointment)
    event = Event()
    event.add("uid", f"meeting-{meeting.id}@wegwijs")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", meeting.version - 1)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if note is None else "TRANSPARENT")
    event.add("dtstart", local(meeting.starts_at))
    event.add("dtend", local(meeting.ends_at))
    # Some calendars show a cancelled meeting like any other, so that its title must say it.
    title = [note, meeting.course.title] if note is not None else [meeting.course.title]
    event.add("summary", " ".join(_worded(wording, language, part) for part in title))
    event.add("location", _clean(_where(appointment)))
    spot = meeting.spot
    if spot.latitude is not None and spot.longitude is not None:
        event.add("geo", (spot.latitude, spot.longitude))
    if besides := _besides(appointment):
        event.add("description", _worded(wording, language, Lines(besides)))
    return event


def _note(appointment: Appointment) -> Text | None:
    """What stands before the title; then the time is free for something else.

    Who said "I cannot" keeps the meeting: it does take place, so it is not CANCELLED, and one can come after
    all. To drop it would look like a fault of the phone, and beside the other group's meeting that stands in
    for it, it must not look like a second appointment.
    """
    if appointment.meeting.cancelled:
        return texts.MEETING_IS_CANCELLED
    return texts.YOU_SAID_CANNOT if appointment.answer == "cannot" else None


def _where(appointment: Appointment) -> str:
    spot = appointment.meeting.spot
    return ", ".join(part for part in (spot.name, spot.address, spot.room) if part)


def _besides(appointment: Appointment) -> tuple[Wordable, ...]:
    """Which half-day it is, what to bring, for which language there is an interpreter."""
    meeting = appointment.meeting
    besides: list[Wordable] = []
    if meeting.part is not None and meeting.course.parts:
        besides.append(texts.PART_OF.given(part=meeting.part, parts=meeting.course.parts))
    besides += [BRING[key] for key in meeting.bring]
    if meeting.interpreter is not None:
        besides.append(texts.INTERPRETER.given(language=LanguageName(meeting.interpreter)))
    return tuple(besides)


def _worded(wording: Wording, language: Language, wordable: Wordable) -> str:
    return _clean(plain(wording.word(wordable, language)))


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text.replace("\r\n", "\n"))
