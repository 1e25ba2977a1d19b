"""Plan: courses, meetings, enrolments and presence, and with each change what is to be said about it.

Every function works in the transaction of its caller: the change and its consequences are one commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import ledger, meetings, prompts
from bot.store.database import insert_into
from bot.store.standings import term_of
from bot.store.tables import Course, Enrolment, Meeting, Participation, Person
from flows import reminders
from flows.local_time import at_wall_time, local
from flows.meetings import CourseType
from flows.schedule import Point, deadline_points, meeting_points, not_at_night

# An offer for which no group had room is looked at again at this hour of the next day.
OFFER_HOUR = time(10)
# Columns of a meeting that people are told; a change of one of them is a new version.
TOLD = ("starts_at", "ends_at", "place", "address", "room")


@dataclass(frozen=True, slots=True)
class Plan:
    """Plans with these kinds of courses."""

    types: Mapping[str, CourseType]

    async def meetings(self, session: AsyncSession, new: Sequence[Meeting], now: datetime) -> None:
        """Meetings that were added in this transaction, at ``now``: their reminders."""
        kinds = await self._kinds(session, {meeting.course_id for meeting in new})
        rows = [
            row
            for meeting in new
            if meeting.starts_at > now and meeting.cancelled_at is None
            for row in self._reminders(meeting, kinds[meeting.course_id], now)
        ]
        await prompts.plan(session, rows)

    async def change(
        self, session: AsyncSession, meeting: Meeting, values: Mapping[str, Any], now: datetime
    ) -> None:
        """Change a meeting. Another time or place is told to those who knew the old one, and answers to
        another time are asked for anew."""
        await self._hold(session, meeting)
        before = meeting.starts_at
        moved = any(getattr(meeting, name) != values.get(name, getattr(meeting, name)) for name in TOLD)
        for name, value in values.items():
            setattr(meeting, name, value)
        if moved:
            if meeting.starts_at != before:
                await self._ask_anew(session, meeting)
            await self._new_version(session, meeting, min(before, meeting.starts_at), now)

    async def cancel(self, session: AsyncSession, meeting: Meeting, now: datetime) -> None:
        """Cancel a meeting; those who knew of it are told."""
        await self._hold(session, meeting)
        if meeting.cancelled_at is None:
            meeting.cancelled_at = now
            await self._new_version(session, meeting, meeting.starts_at, now)

    async def restore(self, session: AsyncSession, meeting: Meeting, now: datetime) -> None:
        """A cancelled meeting goes on after all."""
        await self._hold(session, meeting)
        if meeting.cancelled_at is not None:
            meeting.cancelled_at = None
            await self._new_version(session, meeting, meeting.starts_at, now)

    async def _hold(self, session: AsyncSession, meeting: Meeting) -> None:
        """Nobody else changes it now, and we see what others changed before."""
        await meetings.lock(session, [meeting.id])
        await session.refresh(meeting)

    async def _new_version(
        self, session: AsyncSession, meeting: Meeting, nearest: datetime, now: datetime
    ) -> None:
        meeting.version += 1
        meeting.changed_at = now
        await session.flush()
        await prompts.forget(session, now, meetings=[meeting.id])
        rows = []
        # The old time matters as much as the new one: somebody may be about to leave for it.
        matters = nearest if nearest > now else meeting.starts_at
        if matters > now:
            at = not_at_night(now, matters)
            rows.append(prompts.notice_row(meeting.id, meeting.version, at, by=matters))
        if meeting.cancelled_at is None and meeting.starts_at > now:
            kinds = await self._kinds(session, {meeting.course_id})
            rows += self._reminders(meeting, kinds[meeting.course_id], now)
        await prompts.plan(session, rows)

    async def _ask_anew(self, session: AsyncSession, meeting: Meeting) -> None:
        await session.execute(
            update(Participation)
            .where(Participation.meeting_id == meeting.id)
            .values(answer=None, reason=None, answered_at=None)
        )

    async def enrol(self, session: AsyncSession, course: int, people: Sequence[int], now: datetime) -> None:
        """Put people into a group; who was in it and left is in it again. Of the reminders that the others
        have had already they get the nearest useful one, who comes back what was not said meanwhile."""
        if not people:
            return
        ahead = await meetings.meetings_of(session, course, after=now)
        # From here on no reminder of these meetings goes out until we are done: nobody falls between.
        await meetings.lock(session, [meeting.id for meeting in ahead])
        enrolled = insert_into(session, Enrolment).values(
            [{"course_id": course, "person_id": person, "enrolled_at": now} for person in people]
        )
        again = {"ended_at": None, "enrolled_at": now}
        await session.execute(
            enrolled.on_conflict_do_update(
                index_elements=["course_id", "person_id"],
                set_=again,
                where=Enrolment.ended_at.is_not(None),
            )
        )
        await ledger.take_up_again(session, [meeting.id for meeting in ahead], people, reminders.LEFT)
        starts = {meeting.id: meeting.starts_at for meeting in ahead if meeting.cancelled_at is None}
        rows = []
        for missed in await prompts.missed_by(session, list(starts), now):
            if missed.meeting_id is None:
                continue
            at = not_at_night(now, starts[missed.meeting_id])
            point = Point(missed.offset, missed.planned_at, max(at, missed.planned_at))
            for person in people:
                rows += prompts.reminder_rows(missed.meeting_id, missed.version, [point], person)
        await prompts.plan(session, rows)

    async def leave(self, session: AsyncSession, course: int, person: int, now: datetime) -> None:
        """Take somebody out of a group."""
        await session.execute(
            update(Enrolment)
            .where(Enrolment.course_id == course, Enrolment.person_id == person, Enrolment.ended_at.is_(None))
            .values(ended_at=now)
        )

    async def presence(
        self, session: AsyncSession, meeting: Meeting, person: int, was: str | None, now: datetime
    ) -> None:
        """Note who was there. Who missed a half-day is offered another group."""
        await meetings.note(session, meeting.id, person, presence=was)
        course = await session.get_one(Course, meeting.course_id)
        if was in {"absent", "excused"} and self.types[course.kind].parts and meeting.part is not None:
            await prompts.plan(session, [prompts.make_up_row(meeting.id, person, 1, now)])

    async def offer_later(
        self, session: AsyncSession, meeting: int, person: int, attempt: int, now: datetime
    ) -> None:
        """Look again tomorrow whether a group has room for a missed half-day."""
        tomorrow = at_wall_time(local(now).date() + timedelta(days=1), OFFER_HOUR)
        await prompts.plan(session, [prompts.make_up_row(meeting, person, attempt, tomorrow)])

    async def deadlines(self, session: AsyncSession, people: Sequence[Person], now: datetime) -> None:
        """The last dates of people whose facts were added or changed in this transaction."""
        await prompts.forget(session, now, people=[person.id for person in people])
        rows = []
        for person in people:
            known = term_of(person)
            over = person.signed_on is not None or person.participation is not None
            if known is None or over or known.deadline < local(now).date():
                continue
            points = deadline_points(known.deadline, now)
            rows += prompts.deadline_rows(person.id, known.deadline.toordinal(), points)
        await prompts.plan(session, rows)

    def _reminders(self, meeting: Meeting, kind: CourseType, now: datetime) -> list[dict[str, Any]]:
        points = meeting_points(meeting.starts_at, kind.offsets, now)
        return prompts.reminder_rows(meeting.id, meeting.version, points)

    async def _kinds(self, session: AsyncSession, courses: set[int]) -> Mapping[int, CourseType]:
        found = select(Course.id, Course.kind).where(Course.id.in_(courses))
        return {number: self.types[kind] for number, kind in await session.execute(found)}
