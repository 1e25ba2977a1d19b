"""Meetings: what is known of one, and how it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from flows import texts
from flows.local_time import local
from flows.message import (
    Button,
    LanguageName,
    Lines,
    Message,
    Moment,
    Place,
    Rows,
    Text,
    Verbatim,
    Wordable,
    one_per_row,
)
from flows.schedule import Offset
from nlu.contract import Language

Answer = Literal["come", "cannot"]

# The kinds of courses that `course_types.yml` may name, and what they are called.
KINDS: Mapping[str, Text] = {
    "participation_statement": texts.PARTICIPATION_STATEMENT,
    "language_class": texts.LANGUAGE_CLASS,
    "isk": texts.ISK,
    "ggd": texts.GGD_MEETING,
    "sport": texts.SPORT,
    "appointment": texts.APPOINTMENT,
}
PARTICIPATION_STATEMENT = "participation_statement"
# What can be asked to bring along.
BRING: Mapping[str, Text] = {
    "id": texts.BRING_ID,
    "letter": texts.BRING_LETTER,
    "pen": texts.BRING_PEN,
    "sport_clothes": texts.BRING_SPORT_CLOTHES,
    "insurance_card": texts.BRING_INSURANCE_CARD,
    "food": texts.BRING_FOOD,
}


@dataclass(frozen=True, slots=True)
class CourseType:
    """How a kind of course is told. ``parts``: half-days that count, each to be attended once; 0 for none.
    ``one_at_a_time``: nobody is in two groups of this kind at once."""

    key: str
    pictogram: str
    offsets: tuple[Offset, ...]
    parts: int = 0
    one_at_a_time: bool = False

    @property
    def title(self) -> Text:
        """What this kind is called."""
        return KINDS[self.key]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it is; degrees, WGS 84, None where they are not known."""

    name: str
    address: str = ""
    room: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One gathering of a course, as it stands now. Times are aware; ``bring`` has keys of `BRING`."""

    id: int
    course: CourseType
    starts_at: datetime
    ends_at: datetime
    spot: Spot
    part: int | None = None
    interpreter: Language | None = None
    bring: tuple[str, ...] = ()
    version: int = 1
    cancelled: bool = False

    def has_begun(self, now: datetime) -> bool:
        """Whether it is too late to answer."""
        return now >= self.starts_at

    @property
    def fingerprint(self) -> str:
        """Sixteen characters that are the same as long as somebody who was told comes to the right place."""
        spot = self.spot
        told = (self.starts_at.timestamp(), self.ends_at.timestamp(), spot.name, spot.address, spot.room)
        return hashlib.sha256(repr((*told, self.cancelled)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting of the person who talks, with the answer given so far. ``expected`` False: not (any more)."""

    meeting: Meeting
    answer: Answer | None = None
    expected: bool = True


@dataclass(frozen=True, slots=True)
class Timetable:
    """The meetings of one person: those ahead and the latest ones, in order.

    ``others``: for those that can be made up, meetings of other groups with room. ``last_date``: by when the
    participation statement must be signed, where that is still to be done.
    """

    appointments: tuple[Appointment, ...] = ()
    others: Mapping[int, tuple[Meeting, ...]] = field(default_factory=dict)
    last_date: date | None = None

    def of(self, meeting: int) -> Appointment | None:
        """The appointment for a meeting."""
        return next((each for each in self.appointments if each.meeting.id == meeting), None)

    def ahead(self, now: datetime) -> tuple[Appointment, ...]:
        """Those that the person is expected at and can still answer."""
        return tuple(
            each
            for each in self.appointments
            if each.expected and not each.meeting.cancelled and not each.meeting.has_begun(now)
        )


def tell(meeting: Meeting, *before: Wordable, after: tuple[Wordable, ...] = (), rows: Rows = ()) -> Message:
    """Everything about a meeting: a title, when with its picture, where with its pin, what to bring."""
    spot = meeting.spot
    where = ", ".join(part for part in (spot.name, spot.address) if part)
    place = [texts.WHERE.given(place=Verbatim(where))]
    if spot.room:
        place.append(texts.ROOM.given(room=Verbatim(spot.room)))
    when: list[Wordable] = [Moment(meeting.starts_at), how_long(meeting)]
    if meeting.part is not None and meeting.course.parts:
        when.append(texts.PART_OF.given(part=meeting.part, parts=meeting.course.parts))
    return Message(
        (*before, Lines(tuple(when)), Lines(tuple(place)), *_besides(meeting), *after),
        rows,
        title=meeting.course.title,
        pictogram=meeting.course.pictogram,
        voice=f"reminder_{meeting.course.key}",
        place=_pin(spot),
        moment=meeting.starts_at,
    )


def how_long(meeting: Meeting) -> Wordable:
    """How long a meeting takes, in whole hours or in less than one; else when it ends: read faster."""
    minutes = round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
    if minutes % 60 == 0:
        return texts.TAKES_HOURS.of(minutes // 60)
    if minutes < 60:
        return texts.TAKES_MINUTES.of(minutes)
    return texts.ENDS_AT.given(time=Verbatim(local(meeting.ends_at).strftime("%H:%M")))


def how_soon(now: datetime, starts_at: datetime) -> Wordable:
    """Today, tomorrow, or in so many days, by the calendar."""
    days = (local(starts_at).date() - local(now).date()).days
    if days <= 0:
        return texts.IT_IS_TODAY
    return texts.IT_IS_TOMORROW if days == 1 else texts.IT_IS_IN_DAYS.of(days)


def answer_rows(meeting: Meeting, answer: Answer | None = None) -> Rows:
    """The buttons under a meeting: what was answered already is not asked again."""
    come = Button(texts.I_COME, f"go/come/{meeting.id}", "✔")
    cannot = Button(texts.I_CANNOT, f"go/cannot/{meeting.id}", "✖")
    help_me = Button(texts.I_NEED_HELP, f"go/assist/{meeting.id}", "🙋")
    choices = {None: (come, cannot), "come": (cannot,), "cannot": (come,)}[answer]
    return one_per_row((*choices, help_me))


def answered(answer: Answer | None) -> tuple[Wordable, ...]:
    """What the person said so far, or the question."""
    return ({None: texts.DO_YOU_COME, "come": texts.YOU_SAID_COME, "cannot": texts.YOU_SAID_CANNOT}[answer],)


def _besides(meeting: Meeting) -> tuple[Wordable, ...]:
    besides: list[Wordable] = [BRING[key] for key in meeting.bring]
    if meeting.interpreter is not None:
        besides.append(texts.INTERPRETER.given(language=LanguageName(meeting.interpreter)))
    return (Lines(tuple(besides)),) if besides else ()


def _pin(spot: Spot) -> Place | None:
    if spot.latitude is None or spot.longitude is None:
        return None
    return Place(spot.name, spot.address, spot.latitude, spot.longitude)
