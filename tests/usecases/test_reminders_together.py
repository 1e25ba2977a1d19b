"""Two processes remind many groups while staff move, cancel and enrol, all at the same time: PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import meetings
from bot.store.database import Database, async_url
from bot.store.migration import migrate
from bot.store.tables import Base, Chat, Course, Delivery, Enrolment, Meeting, Participation, Person
from bot.usecases.deliver import Deliver, Sender
from bot.usecases.materialise import Materialise
from bot.usecases.plan import Plan
from bot.usecases.remind import Remind
from bot.wording import Wording
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.usecases.conftest import TYPES
from tests.usecases.oracle import Version
from tests.usecases.town import at

GROUPS, MEMBERS = 12, 5
EDITS = 25
# Each of these is due for all groups at once: a week before, the evening before, two hours before.
MOMENTS = (at("2026-12-02", "13:00"), at("2026-12-08", "18:00"), at("2026-12-09", "11:00"))
START = at("2026-12-09", "13:00")


class Processes:
    """Two that remind and two of staff, each with a connection pool of its own, and one channel."""

    def __init__(self, databases: Sequence[Database], wording: Wording) -> None:
        self.databases = databases
        self.clock = FakeClock(at("2026-11-23", "10:00"))
        self.channel = FakeChannel()
        self.plan = Plan(TYPES)
        self.deliver, self.look = [], []
        for database in databases[:2]:
            remind = Remind(database, wording, TYPES)
            deliver = Deliver(Sender(database, {"fake": self.channel}, wording, self.clock, remind))
            self.deliver.append(deliver)
            self.look.append(Materialise(database, self.plan, self.clock, deliver.soon))
        self.editing = 0

    async def fills(self) -> None:
        """Groups with a meeting each, and as many people again who are in no group yet."""
        now = self.clock()
        async with self.databases[0].writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                await session.execute(table.delete())
            for number in range(GROUPS):
                course = Course(reference=str(number), kind="ggd", title="-", organisation="ggd")
                people = [
                    Person(reference=f"{number}-{each}", name="-", role="newcomer")
                    for each in range(2 * MEMBERS)
                ]
                session.add_all([course, *people])
                await session.flush()
                meeting = Meeting(
                    reference=str(number),
                    course_id=course.id,
                    starts_at=START,
                    ends_at=START + timedelta(hours=2),
                    place="Stadhuis",
                    changed_at=now,
                )
                chats = [
                    Chat(channel="fake", address=one.reference, language="nl", person_id=one.id, since=now)
                    for one in people
                ]
                session.add_all([meeting, *chats])
                await session.flush()
                await self.plan.meetings(session, [meeting], now)
                await self.plan.enrol(session, course.id, [one.id for one in people[:MEMBERS]], now)

    async def reminds(self, number: int) -> None:
        """A process that looks and sends for as long as somebody edits, and once more."""
        is_last = False
        while not is_last:
            is_last = not self.editing
            await self.look[number].tick()
            await self.deliver[number].everything_due()

    async def edits(self, number: int, chance: random.Random) -> None:
        """Somebody of staff with much to do."""
        self.editing += 1
        for _ in range(EDITS):
            async with self.databases[2 + number].writing() as session:
                some = select(Meeting).where(Meeting.reference == str(chance.randrange(GROUPS)))
                meeting = (await session.scalars(some)).one()
                await self._edit(session, meeting, chance)
        self.editing -= 1

    async def _edit(self, session: AsyncSession, meeting: Meeting, chance: random.Random) -> None:
        plan, now = self.plan, self.clock()
        members = select(Person.id).where(Person.reference.startswith(f"{meeting.reference}-"))
        people = chance.sample(list((await session.scalars(members.order_by(Person.id))).all()), 3)
        match chance.choice(["move", "move", "place", "cancel", "restore", "restore", "enrol", "leave"]):
            case "move":
                begin = START + timedelta(minutes=chance.choice([0, 30, 60]))
                values = {"starts_at": begin, "ends_at": begin + timedelta(hours=2)}
                await plan.change(session, meeting, values, now)
            case "place":
                await plan.change(session, meeting, {"place": chance.choice(["Stadhuis", "Kanselarij"])}, now)
            case "cancel":
                await plan.cancel(session, meeting, now)
            case "restore":
                await plan.restore(session, meeting, now)
            case "enrol":
                await plan.enrol(session, meeting.course_id, people, now)
            case "leave":
                await plan.leave(session, meeting.course_id, people[0], now)

    async def all_at_once(self, seed: int) -> None:
        """Both remind while both edit, and then until nothing is left. A deadlock would be raised."""
        editing = [self.edits(each, random.Random(f"{seed} {each}")) for each in range(2)]
        async with asyncio.timeout(60):
            await asyncio.gather(*editing, self.reminds(0), self.reminds(1))
            await self.reminds(0)


@pytest.fixture
async def processes(postgres: str, wording: Wording) -> AsyncIterator[Processes]:
    async with AsyncExitStack() as stack:
        databases = [Database(async_url(postgres)) for _ in range(4)]
        for database in databases:
            stack.push_async_callback(database.close)
        await migrate(databases[0])
        made = Processes(databases, wording)
        await made.fills()
        yield made


async def check(processes: Processes) -> None:
    """Nothing twice, nothing missing, nobody with another time or place in mind."""
    async with processes.databases[0].reading() as session:
        rows = (await session.scalars(select(Delivery))).all()
        addresses = {
            row.person_id: row.address for row in await session.execute(select(Chat.person_id, Chat.address))
        }
        known = (await session.scalars(select(Participation))).all()
        plans = (await session.execute(select(Meeting, Course).join(Course))).all()
        members = (await session.scalars(select(Enrolment).where(Enrolment.ended_at.is_(None)))).all()
    assert {row.status for row in rows} <= {"sent", "skipped"}
    assert all(row.reason for row in rows if row.status == "skipped")
    once = Counter((row.person_id, row.meeting_id, row.version, row.offset) for row in rows)
    assert set(once.values()) == {1}
    sent = Counter(addresses[row.person_id] for row in rows if row.status == "sent")
    assert sent == Counter(address for address, _ in processes.channel.sent)
    told = {(row.person_id, row.meeting_id): row.told for row in known if row.told is not None}
    for meeting, course in plans:
        valid = meetings.as_meeting(meeting, course, TYPES).fingerprint
        due = set() if meeting.cancelled_at else due_now(meeting, processes.clock())
        for person in (each.person_id for each in members if each.course_id == course.id):
            assert {(person, meeting.id, meeting.version, offset) for offset in due} <= set(once)
            assert told.get((person, meeting.id), valid) == valid
            assert not due or (person, meeting.id) in told


def due_now(meeting: Meeting, now: datetime) -> set[str]:
    """Which reminders of the present version have been due, by the oracle's reckoning."""
    version = Version(meeting.version, meeting.starts_at, meeting.place, meeting.changed_at)
    moments = version.moments().items()
    return {offset for offset, planned in moments if version.due(planned, version.since) <= now}


@pytest.mark.parametrize("seed", [1, 2])
async def test_while_all_is_edited_nothing_is_missing_and_nothing_comes_twice(
    processes: Processes, seed: int
) -> None:
    for moment in MOMENTS:
        processes.clock.at = moment
        await processes.all_at_once(seed)
        await check(processes)
    assert len(processes.channel.sent) > GROUPS * MEMBERS * len(MOMENTS)
