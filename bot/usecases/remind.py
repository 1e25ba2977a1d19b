"""Remind: words for what the plan made due, at the moment it is sent, so that it is true then."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Outgoing
from bot.store import ledger, meetings, prompts
from bot.store.database import Database
from bot.store.standings import standing
from bot.store.tables import Chat, Person
from bot.wording import Wording
from flows import reminders
from flows.local_time import after_quiet
from flows.meetings import CourseType, Meeting
from flows.message import Message
from flows.schedule import not_at_night
from nlu.contract import Language, as_language

QUIET = "quiet hours"


@dataclass(frozen=True, slots=True)
class Worded:
    """Ready to be sent. ``told`` is the fingerprint of the time and place that it tells."""

    outgoing: Outgoing
    told: str | None = None


@dataclass(frozen=True, slots=True)
class Useless:
    """It is not sent, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Nobody is disturbed now; it is sent at ``at``."""

    at: datetime


Composed = Worded | Useless | Later


@dataclass(frozen=True, slots=True)
class Decided:
    """It is sent. ``told`` is the fingerprint of the time and place that it tells."""

    message: Message
    told: str | None = None


class Remind:
    """Words reminders, notices and last dates, and remembers what was told."""

    def __init__(self, database: Database, wording: Wording, types: Mapping[str, CourseType]) -> None:
        self._database = database
        self._wording = wording
        self._types = types

    async def compose(self, due: ledger.Due, now: datetime) -> Composed:
        """What a claimed delivery says now, or why it says nothing."""
        async with self._database.reading() as session:
            person = await session.get(Person, due.person)
            chat = await session.get(Chat, due.chat_id)
            if person is None or chat is None or chat.person_id != person.id:
                return Useless(reminders.NO_CHAT)
            decided = await self.decide(session, person, due, now)
        if not isinstance(decided, Decided):
            return decided
        language: Language = as_language(chat.language) or as_language(person.language) or "nl"
        # The picture of a moment may have to be drawn, which would hold up everybody else.
        return Worded(await asyncio.to_thread(self.words, decided, language), decided.told)

    def words(self, decided: Decided, language: Language) -> Outgoing:
        """What was decided, in a language."""
        return self._wording.outgoing(decided.message, language)

    async def decide(
        self, session: AsyncSession, person: Person, due: ledger.Due, now: datetime
    ) -> Decided | Useless | Later:
        """The message of a due delivery, without a language."""
        if due.kind == "deadline":
            return await self._deadline(session, person, due, now)
        if due.meeting is None:
            raise ValueError(f"a {due.kind} about nothing")
        if due.offset == reminders.MAKE_UP:
            return await self._make_up(session, person, due.meeting, now)
        row = await meetings.appointment_row(session, due.meeting, person.id)
        if row is None:
            return Useless(reminders.CANCELLED)
        if due.kind == "notice":
            return await self._notice(session, row, due, now)
        return await self._reminder(session, row, due, now)

    async def _reminder(
        self, session: AsyncSession, row: meetings.Row, due: ledger.Due, now: datetime
    ) -> Decided | Useless | Later:
        appointment = meetings.as_appointment(row, self._types)
        useless = reminders.why_no_reminder(appointment, due.version or 0, now)
        if useless:
            return Useless(useless)
        # It may have waited long, for the end of the night or for the channel.
        if await prompts.is_overtaken(session, due, now):
            return Useless(reminders.LATER_ONE)
        later = not_at_night(now, appointment.meeting.starts_at)
        # The notice may have been lost: what differs from what somebody believes is told as a change.
        told = row[2].told if row[2] is not None else None
        is_news = told not in {None, meetings.PERHAPS, appointment.meeting.fingerprint}
        said = reminders.change(appointment) if is_news else reminders.reminder(appointment, now)
        return Later(later) if later > now else Decided(said, appointment.meeting.fingerprint)

    async def _notice(
        self, session: AsyncSession, row: meetings.Row, due: ledger.Due, now: datetime
    ) -> Decided | Useless | Later:
        appointment = meetings.as_appointment(row, self._types)
        told = row[2].told if row[2] is not None else None
        useless = reminders.why_no_change(appointment, due.version or 0, told, now)
        if useless:
            return Useless(useless)
        later = not_at_night(now, await self._known_by(session, appointment.meeting, due.person, now))
        said = Decided(reminders.change(appointment), appointment.meeting.fingerprint)
        return Later(later) if later > now else said

    async def _known_by(
        self, session: AsyncSession, meeting: Meeting, person: int | None, now: datetime
    ) -> datetime:
        """Before when a person must know of the change: the old time matters as much as the new one."""
        by = await prompts.must_know_by(session, meeting.id, meeting.version, person)
        return by if by is not None and by > now else meeting.starts_at

    async def _deadline(
        self, session: AsyncSession, person: Person, due: ledger.Due, now: datetime
    ) -> Decided | Useless | Later:
        path, term = await standing(session, person, self._types)
        known = reminders.LastDate(path, term)
        last = date.fromordinal(due.version or 1)
        useless = reminders.why_no_deadline(known, last, now)
        if useless:
            return Useless(useless)
        later = after_quiet(now)
        return Later(later) if later > now else Decided(reminders.deadline(known, last, now))

    async def _make_up(
        self, session: AsyncSession, person: Person, missed: int, now: datetime
    ) -> Decided | Useless | Later:
        table = await meetings.timetable(session, person, now, self._types)
        appointment, others = table.of(missed), table.others.get(missed, ())
        if appointment is None or not others:
            return Useless(reminders.NOBODY_ELSE_HAS_ROOM)
        later = after_quiet(now)
        return Later(later) if later > now else Decided(reminders.make_up(appointment.meeting, others))

    async def told(self, session: AsyncSession, due: ledger.Due, fingerprint: str, now: datetime) -> None:
        """Remember what was told, in the transaction that records the sending. If the meeting was changed in
        the very moment in which it was told, the person is told that too."""
        if due.meeting is None or due.person is None:
            return
        await meetings.lock(session, [due.meeting])
        row = await meetings.appointment_row(session, due.meeting, due.person)
        if row is None:
            return
        await meetings.told(session, due.meeting, due.person, fingerprint)
        meeting = meetings.as_appointment(row, self._types).meeting
        if meeting.fingerprint != fingerprint:
            await self._tell_change(session, meeting, due.person, now)

    async def perhaps_told(self, session: AsyncSession, lost: ledger.Told, now: datetime) -> None:
        """Remember that somebody may have been told something by a process that died; what has changed since
        is told too."""
        await meetings.lock(session, [lost.meeting])
        await meetings.perhaps_told(session, lost.meeting, lost.person)
        row = await meetings.appointment_row(session, lost.meeting, lost.person)
        if row is not None and row[0].version != lost.version:
            changed = meetings.as_appointment(row, self._types).meeting
            await self._tell_change(session, changed, lost.person, now)

    async def _tell_change(self, session: AsyncSession, meeting: Meeting, person: int, now: datetime) -> None:
        by = await self._known_by(session, meeting, person, now)
        at = not_at_night(now, by)
        notice = prompts.notice_row(meeting.id, meeting.version, at, by, person)
        await prompts.plan(session, [notice])

    async def is_expected(self, session: AsyncSession, due: ledger.Due) -> bool:
        """Whether the person of a claimed delivery is expected at the meeting, until the transaction ends."""
        if due.meeting is None or due.person is None:
            return False
        await meetings.lock(session, [due.meeting])
        row = await meetings.appointment_row(session, due.meeting, due.person)
        return row is not None and meetings.as_appointment(row, self._types).expected
