"""A small town for tests: people with a linked chat, courses, meetings in local time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from bot.store import people
from bot.store.tables import Chat, Course, Delivery, Meeting, Participation, Person
from flows.local_time import at_wall_time, local
from tests.planned import next_due
from tests.usecases.conftest import World


def at(day: str, clock: str = "10:00") -> datetime:
    """A local date and time as an instant: ``at("2026-12-01", "09:30")``."""
    return at_wall_time(datetime.fromisoformat(day).date(), time.fromisoformat(clock))


class Town:
    """Plans and asks, in one transaction each."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def person(self, reference: str, **facts: Any) -> Person:
        """A newcomer in the records."""
        values = {"name": reference.title(), "role": "newcomer", "contact": "amaryllis", **facts}
        async with self.world.database.writing() as session:
            person = Person(reference=reference, **values)
            session.add(person)
            await session.flush()
            await self.world.plan.deadlines(session, [person], self.world.clock())
        return person

    async def linked(self, reference: str, language: str = "nl", **facts: Any) -> Person:
        """A newcomer with a chat, at the address of the reference."""
        person = await self.person(reference, **facts)
        await self.link(person, language)
        return person

    async def link(self, person: Person, language: str = "nl", address: str | None = None) -> None:
        """Redeem an invitation, at the address of the reference unless another is named."""
        async with self.world.database.writing() as session:
            code = await people.invite(session, person, self.world.clock())
        address = address or person.reference
        await self.world.arrives(code, "joined", address)
        await self.world.arrives(f"at/onboarding.welcome/language/{language}", "chose", address)

    async def course(
        self, reference: str, kind: str = "participation_statement", capacity: int | None = None
    ) -> Course:
        """A course without meetings."""
        async with self.world.database.writing() as session:
            course = Course(
                reference=reference,
                kind=kind,
                title=reference,
                organisation="friesland_college",
                capacity=capacity,
            )
            session.add(course)
        return course

    async def meeting(
        self, course: Course, starts_at: datetime, hours: float = 3, part: int | None = None, **more: Any
    ) -> Meeting:
        """A meeting of a course."""
        now = self.world.clock()
        values = {"place": "Stadhuis", "address": "", "room": "", "bring": "", **more}
        async with self.world.database.writing() as session:
            meeting = Meeting(
                reference=f"{course.reference}-{starts_at:%Y%m%d%H%M}-{part or 0}",
                course_id=course.id,
                part=part,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=hours),
                changed_at=now,
                **values,
            )
            session.add(meeting)
            await session.flush()
            await self.world.plan.meetings(session, [meeting], now)
        return meeting

    async def enrol(self, course: Course, *some: Person) -> None:
        """Put people into a course."""
        async with self.world.database.writing() as session:
            await self.world.plan.enrol(
                session, course.id, [person.id for person in some], self.world.clock()
            )

    async def leave(self, course: Course, person: Person) -> None:
        """Take somebody out of a course."""
        async with self.world.database.writing() as session:
            await self.world.plan.leave(session, course.id, person.id, self.world.clock())

    async def change(self, meeting: Meeting, **values: Any) -> None:
        """Change a meeting; a new start keeps the length."""
        async with self.world.database.writing() as session:
            stored = await session.get_one(Meeting, meeting.id)
            if "starts_at" in values and "ends_at" not in values:
                values["ends_at"] = values["starts_at"] + (stored.ends_at - stored.starts_at)
            await self.world.plan.change(session, stored, values, self.world.clock())

    async def cancel(self, meeting: Meeting) -> None:
        """Cancel a meeting."""
        async with self.world.database.writing() as session:
            stored = await session.get_one(Meeting, meeting.id)
            await self.world.plan.cancel(session, stored, self.world.clock())

    async def presence(self, meeting: Meeting, person: Person, was: str) -> None:
        """Note who was there."""
        async with self.world.database.writing() as session:
            stored = await session.get_one(Meeting, meeting.id)
            await self.world.plan.presence(session, stored, person.id, was, self.world.clock())

    async def passes_until(self, moment: datetime) -> list[datetime]:
        """Time passes, from one thing that is due to the next; returns when something was sent, local."""
        sent = []
        clock = self.world.clock
        while (due := await self._next_due()) is not None and due <= moment:
            clock.at = max(clock.at, due)
            sent += [local(clock.at) for _ in await self.world.ticks()]
        clock.at = max(clock.at, moment)
        return sent

    async def _next_due(self) -> datetime | None:
        async with self.world.database.reading() as session:
            return await next_due(session)

    async def ledger(self, person: Person | None = None) -> list[tuple[str, str, str | None]]:
        """(offset, status, reason) of everything beside replies, in the order in which it was due."""
        async with self.world.database.reading() as session:
            rows = select(Delivery).where(Delivery.kind != "reply").order_by(Delivery.due_at, Delivery.id)
            if person is not None:
                rows = rows.where(Delivery.person_id == person.id)
            return [(row.offset or "", row.status, row.reason) for row in await session.scalars(rows)]

    async def participation(self, meeting: Meeting, person: Person) -> Participation | None:
        """What is known of somebody at a meeting."""
        async with self.world.database.reading() as session:
            return await session.get(Participation, (meeting.id, person.id))

    async def chat(self, person: Person) -> Chat:
        """The chat of somebody."""
        async with self.world.database.reading() as session:
            found = await session.scalar(select(Chat).where(Chat.address == person.reference))
            assert found is not None
            return found
