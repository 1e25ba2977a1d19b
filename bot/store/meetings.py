"""Courses and meetings: reading the timetable of a person, and writing answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store import tables
from bot.store.database import insert_into, is_among, is_sqlite
from bot.store.standings import standing
from bot.store.tables import Course, Enrolment, Participation, Person
from flows.meetings import Answer, Appointment, CourseType, Meeting, Spot, Timetable
from nlu.contract import as_language

CourseTypes = Mapping[str, CourseType]

# A button under an old reminder still finds its meeting this long afterwards.
REMEMBERED = timedelta(days=7)
# In place of a fingerprint: something was told, perhaps.
PERHAPS = "?"
MOST_AHEAD = 40
MOST_OTHERS = 3

# One row of a timetable: the meeting, its course, and what is known of the person at it.
Row = tuple[tables.Meeting, Course, Participation | None, bool]


def as_meeting(row: tables.Meeting, course: Course, types: CourseTypes) -> Meeting:
    """A stored meeting as `flows` sees it."""
    return Meeting(
        id=row.id,
        course=types[course.kind],
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        spot=Spot(row.place, row.address, row.room, row.latitude, row.longitude),
        part=row.part,
        interpreter=as_language(row.interpreter),
        bring=tuple(key for key in row.bring.split(",") if key),
        version=row.version,
        cancelled=row.cancelled_at is not None,
    )


def as_appointment(row: Row, types: CourseTypes) -> Appointment:
    """A row of a timetable as `flows` sees it."""
    meeting, course, participation, enrolled = row
    guest = participation is not None and participation.guest
    answer: Any = participation.answer if participation is not None else None
    return Appointment(as_meeting(meeting, course, types), answer, expected=enrolled or guest)


async def appointment_row(session: AsyncSession, meeting: int, person: int) -> Row | None:
    """One person at one meeting, expected there or not; None when there is no such meeting."""
    found = (await session.execute(_rows(person).where(tables.Meeting.id == meeting))).first()
    return None if found is None else (found[0], found[1], found[2], bool(found[3]))


async def timetable(session: AsyncSession, person: Person, now: datetime, types: CourseTypes) -> Timetable:
    """What a person has ahead, what was lately, and what could be made up."""
    rows = await _all_rows(session, person.id, now, types)
    stands, last = await standing(session, person, types)
    others = {row[0].id: await _others(session, person, row, rows, now, types) for row in rows}
    return Timetable(
        tuple(as_appointment(row, types) for row in rows),
        {meeting: with_room for meeting, with_room in others.items() if with_room},
        last.deadline if last is not None and not stands.is_over else None,
    )


async def _all_rows(session: AsyncSession, person: int, now: datetime, types: CourseTypes) -> list[Row]:
    concerned = or_(Enrolment.id.is_not(None), Participation.guest, Participation.told.is_not(None))
    ahead = _rows(person).where(concerned, tables.Meeting.starts_at > now)
    counted = [key for key, kind in types.items() if kind.parts]
    lately = or_(tables.Meeting.starts_at > now - REMEMBERED, Course.kind.in_(counted))
    before = _rows(person).where(concerned, tables.Meeting.starts_at <= now, lately)
    by_start = tables.Meeting.starts_at, tables.Meeting.id
    return [
        (meeting, course, participation, bool(enrolled))
        for query in (before.order_by(*by_start), ahead.order_by(*by_start).limit(MOST_AHEAD))
        for meeting, course, participation, enrolled in await session.execute(query)
    ]


def _rows(person: int) -> Any:
    """Meetings with what is known of a person at them, and whether the person is in the group."""
    enrolled = and_(
        Enrolment.course_id == Course.id, Enrolment.person_id == person, Enrolment.ended_at.is_(None)
    )
    known = and_(Participation.meeting_id == tables.Meeting.id, Participation.person_id == person)
    return (
        select(tables.Meeting, Course, Participation, Enrolment.id.is_not(None))
        .join(Course, Course.id == tables.Meeting.course_id)
        .outerjoin(Enrolment, enrolled)
        .outerjoin(Participation, known)
        .execution_options(populate_existing=True)
    )


def was_missed(row: Row, types: CourseTypes) -> bool:
    """Whether the person is not at this half-day, or said so, and another group could make up for it."""
    meeting, course, participation, _ = row
    if not types[course.kind].parts or meeting.part is None or participation is None:
        return False
    return participation.answer == "cannot" or participation.presence in {"absent", "excused"}


async def _others(
    session: AsyncSession, person: Person, row: Row, rows: Sequence[Row], now: datetime, types: CourseTypes
) -> tuple[Meeting, ...]:
    """Meetings of other groups that make up for a missed one: the same half-day, with room, at a time
    at which the person has nothing else."""
    missed, course = row[0], row[1]
    if not was_missed(row, types) or person.signed_on or person.participation or _made_up(row, rows, now):
        return ()
    other = (
        select(tables.Meeting, Course)
        .join(Course, Course.id == tables.Meeting.course_id)
        .where(
            Course.kind == course.kind,
            tables.Meeting.part == missed.part,
            tables.Meeting.id != missed.id,
            tables.Meeting.starts_at > now,
            tables.Meeting.cancelled_at.is_(None),
            has_room(),
            ~exists().where(
                Participation.meeting_id == tables.Meeting.id,
                Participation.person_id == person.id,
                Participation.answer == "cannot",
            ),
        )
        .order_by(tables.Meeting.starts_at, tables.Meeting.id)
    )
    busy = [
        (each.starts_at, each.ends_at)
        for each, _, known, expected in rows
        if each.id != missed.id
        and each.cancelled_at is None
        and (expected or (known is not None and known.guest))
        and not (known is not None and known.answer == "cannot")
    ]
    free = [
        as_meeting(meeting, group, types)
        for meeting, group in await session.execute(other)
        if not any(meeting.starts_at < end and begin < meeting.ends_at for begin, end in busy)
    ]
    return tuple(free[:MOST_OTHERS])


def _made_up(row: Row, rows: Sequence[Row], now: datetime) -> bool:
    """Whether the same half-day was attended elsewhere, or will be."""
    missed, course = row[0], row[1]
    for meeting, group, known, expected in rows:
        if meeting.id == missed.id or group.kind != course.kind or meeting.part != missed.part:
            continue
        if known is not None and known.presence == "present":
            return True
        comes = (expected or (known is not None and known.guest)) and meeting.cancelled_at is None
        if comes and meeting.starts_at > now and not (known is not None and known.answer == "cannot"):
            return True
    return False


def has_room() -> ColumnElement[bool]:
    """Whether a group has a place left at the meeting of the surrounding query."""
    said_no = aliased(Participation)
    members = (
        select(func.count())
        .where(
            Enrolment.course_id == tables.Meeting.course_id,
            Enrolment.ended_at.is_(None),
            ~exists().where(
                said_no.meeting_id == tables.Meeting.id,
                said_no.person_id == Enrolment.person_id,
                said_no.answer == "cannot",
            ),
        )
        .scalar_subquery()
    )
    guest = aliased(Participation)
    guests = (
        select(func.count())
        .where(
            guest.meeting_id == tables.Meeting.id,
            guest.guest,
            func.coalesce(guest.answer, "come") != "cannot",
        )
        .scalar_subquery()
    )
    return or_(Course.capacity.is_(None), members + guests < Course.capacity)


async def note(session: AsyncSession, meeting: int, person: int, **values: Any) -> None:
    """Write something down about one person at one meeting."""
    row = {"meeting_id": meeting, "person_id": person, "guest": False, **values}
    noted = insert_into(session, Participation).values(row)
    await session.execute(
        noted.on_conflict_do_update(index_elements=["meeting_id", "person_id"], set_=values)
    )


async def answer(session: AsyncSession, meeting: int, person: int, given: Answer, now: datetime) -> None:
    """Note that somebody comes or cannot. Who comes after all gives back the place in another group."""
    await note(session, meeting, person, answer=given, reason=None, answered_at=now)
    if given == "come":
        await session.execute(
            update(Participation)
            .where(Participation.person_id == person, Participation.instead_of == meeting)
            .values(guest=False, instead_of=None, answer=None, answered_at=now)
        )


async def take_place(session: AsyncSession, missed: int, other: int, person: int, now: datetime) -> bool:
    """Be a guest at ``other`` instead of ``missed``; False when there is no place any more."""
    # Whoever takes the last place makes the others wait here and then look again.
    await lock(session, [other])
    free = (
        select(tables.Meeting.id)
        .join(Course, Course.id == tables.Meeting.course_id)
        .where(
            tables.Meeting.id == other,
            tables.Meeting.cancelled_at.is_(None),
            tables.Meeting.starts_at > now,
            has_room(),
        )
    )
    if await session.scalar(free) is None:
        return False
    await note(
        session, other, person, guest=True, instead_of=missed, answer="come", reason=None, answered_at=now
    )
    return True


async def lock(session: AsyncSession, meetings: Sequence[int], wait: bool = True) -> Sequence[int]:
    """Let nobody else change these meetings, or the plan of what is said about them, until the end of the
    transaction; returns those that were free, which are all of them with ``wait``."""
    if not meetings:
        return ()
    locking = _locking(wait, is_sqlite(session))
    return (await session.scalars(locking, {"meetings": list(meetings)})).all()


@cache
def _locking(wait: bool, on_sqlite: bool) -> Select[int]:
    # Always in the same order, so that two who wait for each other cannot come about.
    some = select(tables.Meeting.id).where(is_among(tables.Meeting.id, "meetings", on_sqlite))
    return some.order_by(tables.Meeting.id).with_for_update(key_share=True, skip_locked=not wait)


async def meetings_of(
    session: AsyncSession, course: int, after: datetime | None = None
) -> Sequence[tables.Meeting]:
    """The meetings of a course, perhaps only those that begin after a moment, in order."""
    some = select(tables.Meeting).where(tables.Meeting.course_id == course)
    if after is not None:
        some = some.where(tables.Meeting.starts_at > after)
    return (await session.scalars(some.order_by(tables.Meeting.starts_at, tables.Meeting.id))).all()


async def told(session: AsyncSession, meeting: int, person: int, fingerprint: str) -> None:
    """Note which time and place somebody was told."""
    await note(session, meeting, person, told=fingerprint)


async def perhaps_told(session: AsyncSession, meeting: int, person: int) -> None:
    """Note that somebody may have been told something of this meeting; nobody can say what."""
    row = {"meeting_id": meeting, "person_id": person, "guest": False, "told": PERHAPS}
    noted = insert_into(session, Participation).values(row)
    await session.execute(
        noted.on_conflict_do_update(
            index_elements=["meeting_id", "person_id"],
            set_={"told": PERHAPS},
            where=Participation.told.is_(None),
        )
    )


async def is_missing(
    session: AsyncSession, person: Person, meeting: int, now: datetime, types: CourseTypes
) -> bool:
    """Whether the half-day of a missed meeting is still to be attended, and nothing is arranged for it."""
    rows = await _all_rows(session, person.id, now, types)
    row = next((each for each in rows if each[0].id == meeting), None)
    over = person.signed_on is not None or person.participation is not None
    return row is not None and not over and was_missed(row, types) and not _made_up(row, rows, now)
