"""Presence as a table: who was at which meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cells import one_of, quoted
from bot.records.cells import reference_column
from bot.records.desk import Desk, Tally
from bot.spreadsheets import Column, Row
from bot.store.tables import Course, Enrolment, Meeting, Participation, Person

KNOWN = ("present", "absent", "excused")

COLUMNS = (
    reference_column("the reference of somebody who was expected there", "person"),
    reference_column("the reference of a meeting that has begun", "meeting"),
    Column("presence", one_of(KNOWN), required=True, about="present, absent or excused"),
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is on record of the meetings of a file. ``enrolled``: by course and person, until when the person
    is in the group (None: still); ``noted``: by meeting and person, whether as a guest, and who was there.
    As long as ``courses`` are held, the session does not ask for the course of every row."""

    people: Mapping[str, int]
    meetings: Mapping[str, Meeting]
    enrolled: Mapping[tuple[int, int], datetime | None]
    noted: Mapping[tuple[int, int], tuple[bool, str | None]]
    courses: Sequence[Course]

    def expects(self, meeting: Meeting, person: int) -> bool:
        """Whether somebody was expected there."""
        guest, _ = self.noted.get((meeting.id, person), (False, None))
        member = meeting.course_id, person
        if guest or member not in self.enrolled:
            return guest
        until = self.enrolled[member]
        return until is None or until > meeting.starts_at


async def take_in(desk: Desk, rows: Sequence[Row]) -> Tally:
    """See `Kind.take_in`."""
    known = await _known(desk.session, rows)
    new: list[tuple[Meeting, int, str]] = []
    changed: list[tuple[Meeting, int, str]] = []
    for row in desk.sound(rows, "person", "meeting"):
        found = _found(desk, row, known)
        if found is None:
            continue
        meeting, person = found
        _, before = known.noted.get((meeting.id, person), (False, None))
        was = str(row.values["presence"])
        if before != was:
            _check(desk, row, known, meeting, person)
            (new if before is None else changed).append((meeting, person, was))
    desk.stop_at_problems()
    for meeting, person, was in (*new, *changed):
        await desk.plan.presence(desk.session, meeting, person, was, desk.now)
    return Tally(len(new), len(changed), len(rows) - len(new) - len(changed))


async def _known(session: AsyncSession, rows: Sequence[Row]) -> _Known:
    people = await session.execute(select(Person.reference, Person.id))
    named = {str(row.values["meeting"]) for row in rows}
    some = (await session.scalars(select(Meeting).where(Meeting.reference.in_(named)))).all()
    enrolled = select(Enrolment.course_id, Enrolment.person_id, Enrolment.ended_at).where(
        Enrolment.course_id.in_({meeting.course_id for meeting in some})
    )
    noted = select(
        Participation.meeting_id, Participation.person_id, Participation.guest, Participation.presence
    ).where(Participation.meeting_id.in_([meeting.id for meeting in some]))
    return _Known(
        {reference: number for reference, number in people},
        {meeting.reference: meeting for meeting in some},
        {(course, person): until for course, person, until in await session.execute(enrolled)},
        {(meeting, person): (guest, was) for meeting, person, guest, was in await session.execute(noted)},
        (await session.scalars(select(Course))).all(),
    )


def _found(desk: Desk, row: Row, known: _Known) -> tuple[Meeting, int] | None:
    person = known.people.get(str(row.values["person"]))
    meeting = known.meetings.get(str(row.values["meeting"]))
    if person is None:
        desk.problem(row, "person", f"there is no person {quoted(str(row.values['person']))}")
    if meeting is None:
        desk.problem(row, "meeting", f"there is no meeting {quoted(str(row.values['meeting']))}")
    return None if person is None or meeting is None else (meeting, person)


def _check(desk: Desk, row: Row, known: _Known, meeting: Meeting, person: int) -> None:
    if meeting.cancelled_at is not None:
        desk.problem(row, "meeting", "was cancelled")
    elif meeting.starts_at > desk.now:
        desk.problem(row, "meeting", "has not begun yet")
    if not known.expects(meeting, person):
        desk.problem(row, "person", "was not expected there: neither in the group nor a guest")


async def rows(session: AsyncSession) -> list[dict[str, Any]]:
    """See `Kind.rows`."""
    found = (
        select(Person.reference, Meeting.reference, Participation.presence)
        .join(Person, Person.id == Participation.person_id)
        .join(Meeting, Meeting.id == Participation.meeting_id)
        .where(Participation.presence.is_not(None))
        .order_by(Meeting.reference, Person.reference)
    )
    return [
        {"person": person, "meeting": meeting, "presence": was}
        for person, meeting, was in await session.execute(found)
    ]
