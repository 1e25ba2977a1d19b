"""Meetings as a table: when and where each course gathers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cells import clock, day, decimal, one_of, quoted, whole_number, yes_no
from bot.records.cells import LANGUAGE_CODES, NAME_MOST, after, line, optional, reference_column
from bot.records.desk import Desk, Tally
from bot.records.hours import check_hours, hours, offset, written_hours
from bot.records.overlaps import Slot, between, by_course, within
from bot.spreadsheets import Column, Row
from bot.store.tables import Course, Enrolment, Meeting, Person
from flows.meetings import BRING

# A hundred-millionth of a degree is a millimetre: more digits are noise.
DIGITS = 7


def bring(given: str) -> str:
    """Reads what to bring along: keys with commas between, each once."""
    known = one_of(BRING)
    return ",".join(dict.fromkeys(known(key.strip()) for key in given.split(",")))


def degrees(most: int) -> Any:
    """A reader of degrees from ``-most`` to ``most``."""
    read = decimal(Decimal(-most), Decimal(most))
    return lambda given: round(float(read(given)), DIGITS)


COLUMNS = (
    reference_column("the reference of the meeting"),
    reference_column("the reference of a course that is on record", "course"),
    Column(
        "part", whole_number(1, 20), about="number of the half-day; only and always where the type has them"
    ),
    Column("date", day, required=True, about="the day, from 2015 to three years ahead"),
    Column("start", clock, required=True, about="wall time in Leeuwarden, as 09:30"),
    Column("end", clock, required=True, about="wall time on the same day, at most 12 hours later"),
    Column("offset", offset, about="only for the hour that exists twice: +02:00 (summer) or +01:00 (winter)"),
    Column("place", line(NAME_MOST), required=True, about="the name of the building"),
    optional("address", line(NAME_MOST), "street and number"),
    optional("latitude", degrees(90), "degrees, WGS 84; together with the longitude"),
    optional("longitude", degrees(180), "degrees, WGS 84; together with the latitude"),
    optional("room", line(80), "where in the building"),
    optional("interpreter", one_of(LANGUAGE_CODES), "language of the interpreter: ti, ar, nl or en"),
    optional("bring", bring, f"what to bring, with commas between: {', '.join(BRING)}"),
    Column("cancelled", yes_no, about="yes: it does not take place; no: it does, after all"),
)
# Columns that are kept as they are, with what an empty one is.
PLAIN: Mapping[str, Any] = {
    "part": None,
    "place": "",
    "address": "",
    "latitude": None,
    "longitude": None,
    "room": "",
    "interpreter": None,
    "bring": "",
    "cancelled": False,
}


@dataclass(frozen=True, slots=True)
class _Touched:
    """A row that changes something: the meeting on record, if there is one, and its values after the row."""

    row: Row
    meeting: Meeting | None
    before: Mapping[str, Any]
    values: Mapping[str, Any]

    @property
    def is_moved(self) -> bool:
        """Whether it takes place at a time at which it did not before."""
        told = ("starts_at", "ends_at", "cancelled")
        return any(self.before.get(name) != self.values[name] for name in told)


async def take_in(desk: Desk, rows: Sequence[Row]) -> Tally:
    """See `Kind.take_in`."""
    stored = {meeting.reference: meeting for meeting in await desk.session.scalars(select(Meeting))}
    courses = {course.reference: course for course in await desk.session.scalars(select(Course))}
    touched = {}
    for row in desk.sound(rows, "reference"):
        found = _touched(desk, row, stored.get(str(row.values["reference"])), courses)
        if found is not None:
            touched[str(row.values["reference"])] = found
    slots = by_course(_slots(stored.values(), touched))
    moved = {reference: each.row for reference, each in touched.items() if each.is_moved}
    _check_courses(desk, slots, moved)
    await _check_people(desk, slots, moved, {course.id: course.reference for course in courses.values()})
    desk.stop_at_problems()
    new = sum(each.meeting is None for each in touched.values())
    await _apply(desk, touched.values())
    return Tally(new, len(touched) - new, len(rows) - len(touched))


def _touched(desk: Desk, row: Row, meeting: Meeting | None, courses: Mapping[str, Course]) -> _Touched | None:
    course = courses.get(str(row.values["course"]))
    if course is None:
        desk.problem(row, "course", f"there is no course {quoted(str(row.values['course']))}")
    at = hours(desk, row)
    if course is None or at is None:
        return None
    before = _values(meeting) if meeting is not None else {}
    plain = {name: after(row, name, before.get(name, empty), empty) for name, empty in PLAIN.items()}
    values = {"course_id": course.id, "starts_at": at[0], "ends_at": at[1], **plain}
    if values == before:
        return None
    if at != (before.get("starts_at"), before.get("ends_at")):
        check_hours(desk, row, at)
    if meeting is not None and meeting.course_id != course.id:
        desk.problem(row, "course", "a meeting stays in its course: cancel it, and add another one")
    _check_part(desk, row, course, values["part"])
    if (values["latitude"] is None) != (values["longitude"] is None):
        lacking = "latitude" if values["latitude"] is None else "longitude"
        desk.problem(row, lacking, "is needed with the other one, or both stay empty")
    return _Touched(row, meeting, before, values)


def _check_part(desk: Desk, row: Row, course: Course, part: int | None) -> None:
    parts = desk.plan.types[course.kind].parts
    if parts and part is None:
        desk.problem(row, "part", f"is needed: {course.kind} has {parts} half-days")
    elif part is not None and not parts:
        desk.problem(row, "part", f"must be empty: {course.kind} has no half-days that count")
    elif part is not None and part > parts:
        desk.problem(row, "part", f"{part} is not from 1 to {parts}")


def _values(meeting: Meeting) -> dict[str, Any]:
    values = {name: getattr(meeting, name) for name in ("course_id", "starts_at", "ends_at")}
    values |= {name: getattr(meeting, name) for name in PLAIN if name != "cancelled"}
    for name in ("latitude", "longitude"):
        values[name] = None if values[name] is None else round(values[name], DIGITS)
    return values | {"cancelled": meeting.cancelled_at is not None}


def _slots(stored: Iterable[Meeting], touched: Mapping[str, _Touched]) -> Iterator[Slot]:
    """What takes place after the file is taken in."""
    for meeting in stored:
        if meeting.reference not in touched and meeting.cancelled_at is None:
            yield Slot(meeting.reference, meeting.course_id, meeting.starts_at, meeting.ends_at)
    for reference, each in touched.items():
        if not each.values["cancelled"]:
            values = each.values
            yield Slot(reference, values["course_id"], values["starts_at"], values["ends_at"])


def _check_courses(desk: Desk, slots: Mapping[int, Sequence[Slot]], moved: Mapping[str, Row]) -> None:
    for of_course in slots.values():
        for pair in within(of_course):
            told = _last(pair, moved)
            if told is not None:
                row, other = told
                desk.problem(row, "start", f"meeting {other.reference} of the same course is at that time")


def _last(pair: tuple[Slot, Slot], moved: Mapping[str, Row]) -> tuple[Row, Slot] | None:
    """The later of the two rows that made an overlap, and the other meeting; None when neither did."""
    told = [(moved[pair[i].reference], pair[1 - i]) for i in (0, 1) if pair[i].reference in moved]
    return max(told, key=lambda each: each[0].number, default=None)


async def _check_people(
    desk: Desk, slots: Mapping[int, Sequence[Slot]], moved: Mapping[str, Row], names: Mapping[int, str]
) -> None:
    ahead = {
        course: [slot for slot in of_course if slot.ends_at > desk.now] for course, of_course in slots.items()
    }
    concerned = {course for course, some in ahead.items() if any(slot.reference in moved for slot in some)}
    if not concerned:
        return
    for (one, other), person in (await _shared(desk.session, concerned)).items():
        for pair in between(ahead.get(one, ()), ahead.get(other, ())):
            told = _last(pair, moved)
            if told is not None:
                row, slot = told
                also = f"meeting {slot.reference} of {names[slot.course]} is at that time"
                desk.problem(row, "start", f"{also}, and {person} is in both groups")


async def _shared(session: AsyncSession, courses: set[int]) -> dict[tuple[int, int], str]:
    """Pairs of courses, at least one of them among ``courses``, that share somebody; and one such person."""
    active = (
        select(Person.reference, Enrolment.course_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.ended_at.is_(None))
        .order_by(Person.reference, Enrolment.course_id)
    )
    of_person: defaultdict[str, list[int]] = defaultdict(list)
    for person, course in await session.execute(active):
        of_person[person].append(course)
    shared: dict[tuple[int, int], str] = {}
    for person, some in of_person.items():
        for pair in combinations(some, 2):
            if not courses.isdisjoint(pair):
                shared.setdefault(pair, person)
    return shared


async def _apply(desk: Desk, touched: Iterable[_Touched]) -> None:
    new = []
    for each in touched:
        if each.meeting is not None:
            await _change(desk, each.meeting, each.before, each.values)
            continue
        stored = {name: value for name, value in each.values.items() if name != "cancelled"}
        cancelled_at = desk.now if each.values["cancelled"] else None
        reference = each.row.values["reference"]
        known = {"reference": reference, "changed_at": desk.now, "cancelled_at": cancelled_at}
        new.append(known | stored)
    await desk.plan.meetings(desk.session, await desk.add(Meeting, new), desk.now)


async def _change(desk: Desk, meeting: Meeting, before: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in values.items() if before[name] != value}
    cancelled = changed.pop("cancelled", None)
    if changed:
        await desk.plan.change(desk.session, meeting, changed, desk.now)
    if cancelled is True:
        await desk.plan.cancel(desk.session, meeting, desk.now)
    if cancelled is False:
        await desk.plan.restore(desk.session, meeting, desk.now)


async def rows(session: AsyncSession) -> list[dict[str, Any]]:
    """See `Kind.rows`."""
    found = select(Meeting, Course.reference).join(Course, Course.id == Meeting.course_id)
    return [
        {
            **_values(meeting),
            "reference": meeting.reference,
            "course": course,
            **written_hours(meeting.starts_at, meeting.ends_at),
        }
        for meeting, course in await session.execute(found.order_by(Meeting.reference))
    ]
