"""Part of ``make bench``: reminders for a hundred thousand people with ten meetings each.

Run by itself, ``python -m tests.bench_reminders URL PEOPLE``, it is a process of its own whose memory can be
told apart. The database at URL is emptied.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.course_types import load_course_types
from bot.logs import set_up_logs
from bot.settings import COURSE_TYPES
from bot.store.database import Database, async_url
from bot.store.migration import migrate
from bot.store.tables import Base, Chat, Course, Delivery, Enrolment, Meeting, Person, Prompt
from bot.usecases.materialise import Materialise
from bot.usecases.plan import Plan

GROUP = 15
MEETINGS = 10
BEGIN = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
CHUNK = 5000


async def insert_all(session: AsyncSession, table: type[Base], rows: list[dict[str, Any]]) -> None:
    for at in range(0, len(rows), CHUNK):
        await session.execute(insert(table), rows[at : at + CHUNK])


async def fill(database: Database, people: int) -> None:
    """Everybody with a chat, in groups of fifteen."""
    groups = -(-people // GROUP)
    async with database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            await session.execute(text(f'TRUNCATE "{table.name}" RESTART IDENTITY CASCADE'))
        persons = [
            {"reference": f"N-{number}", "name": "-", "role": "newcomer"} for number in range(1, people + 1)
        ]
        await insert_all(session, Person, persons)
        chats = [
            {"channel": "bench", "address": str(number), "person_id": number, "since": BEGIN, "version": 0}
            for number in range(1, people + 1)
        ]
        await insert_all(session, Chat, chats)
        courses = [
            {
                "reference": f"C-{number}",
                "kind": "participation_statement",
                "title": "-",
                "organisation": "friesland_college",
            }
            for number in range(1, groups + 1)
        ]
        await insert_all(session, Course, courses)
        enrolments = [
            {"course_id": (number - 1) // GROUP + 1, "person_id": number, "enrolled_at": BEGIN}
            for number in range(1, people + 1)
        ]
        await insert_all(session, Enrolment, enrolments)


def meetings_of(group: int) -> list[Meeting]:
    """Ten meetings over half a year, spread over days and hours."""
    made = []
    for number in range(MEETINGS):
        starts_at = BEGIN + timedelta(days=14 + number * 14 + group % 14, hours=group % 8)
        made.append(
            Meeting(
                reference=f"M-{group}-{number}",
                course_id=group,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                place="Stadhuis",
                address="",
                room="",
                bring="",
                changed_at=BEGIN,
            )
        )
    return made


async def plan_all(database: Database, plan: Plan, groups: int) -> float:
    """Seconds to write down every meeting with the moments at which it must be told."""
    begin = time.perf_counter()
    for first in range(1, groups + 1, 200):
        some = [
            meeting for group in range(first, min(first + 200, groups + 1)) for meeting in meetings_of(group)
        ]
        async with database.writing() as session:
            session.add_all(some)
            await session.flush()
            await plan.meetings(session, some, BEGIN)
    return time.perf_counter() - begin


async def bench(url: str, people: int) -> None:
    database = Database(async_url(url))
    await migrate(database)
    await fill(database, people)
    plan = Plan(load_course_types(COURSE_TYPES))
    planning = await plan_all(database, plan, -(-people // GROUP))
    async with database.writing() as session:
        # What autovacuum does by itself within a minute of such a load.
        await session.execute(text("ANALYZE"))
    now = BEGIN
    materialise = Materialise(database, plan, lambda: now, lambda: None)
    busiest, begin = 0.0, time.perf_counter()
    # One tick for every two hours of half a year; what is due at a tick is written down at once.
    while now < BEGIN + timedelta(days=14 * (MEETINGS + 3)):
        now += timedelta(hours=2)
        tick = time.perf_counter()
        await materialise.tick()
        busiest = max(busiest, time.perf_counter() - tick)
    materialising = time.perf_counter() - begin
    idle = time.perf_counter()
    for _ in range(50):
        await materialise.tick()
    idle = (time.perf_counter() - idle) * 1000 / 50
    async with database.reading() as session:
        prompts = await session.scalar(select(func.count()).select_from(Prompt))
        queued = select(func.count()).select_from(Delivery).where(Delivery.status == "queued")
        rows = await session.scalar(queued)
    await database.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = (rows or 0) / materialising
    print(f"  {people} people x {MEETINGS} meetings: {prompts} moments planned in {planning:.1f} s,")
    print(f"    {rows} reminders materialised in {materialising:.1f} s ({rate:.0f} a second),")
    print(f"    busiest tick {busiest:.2f} s, a tick with nothing due {idle:.1f} ms, at most {memory:.0f} MB")


if __name__ == "__main__":
    set_up_logs("error", "text")
    asyncio.run(bench(sys.argv[1], int(sys.argv[2])))
