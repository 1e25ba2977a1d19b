"""A process that reminds is killed at any moment, again and again: nobody is forgotten, nobody told twice."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.course_types import load_course_types
from bot.settings import COURSE_TYPES, ROOT
from bot.store.database import Database, async_url
from bot.store.migration import migrate
from bot.store.tables import Base, Chat, Course, Delivery, Meeting, Person
from bot.store.transcripts import StoredTranscript
from bot.usecases.plan import Plan
from tests.program.reminding import PHONE, READY, WEB
from tests.program.running import until
from tests.usecases.town import at

GROUPS, MEMBERS = 9, 8
BEGIN = at("2026-11-23", "10:00")
OFFSETS = ("7d", "1d18:00", "2h")
LOST = "the sender stopped while sending"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/reminders.db"
    return str(request.getfixturevalue("postgres"))


async def fill(url: str) -> None:
    """Groups whose meetings are half an hour apart, and their people: every other one has a phone."""
    database = Database(async_url(url))
    await migrate(database)
    plan = Plan(load_course_types(COURSE_TYPES))
    async with database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            await session.execute(table.delete())
        for number in range(GROUPS):
            starts_at = at("2026-12-09", "13:00") + timedelta(minutes=30 * (number % 3), days=number // 3)
            course = Course(reference=f"c{number}", kind="ggd", title="-", organisation="ggd")
            members = [
                Person(reference=f"{number}-{each}", name="-", role="newcomer") for each in range(MEMBERS)
            ]
            session.add_all([course, *members])
            await session.flush()
            chats = [
                Chat(
                    channel=PHONE if each % 2 else WEB,
                    address=one.reference,
                    language="nl",
                    person_id=one.id,
                    since=BEGIN,
                )
                for each, one in enumerate(members)
            ]
            meeting = Meeting(
                reference=f"m{number}",
                course_id=course.id,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                place="Stadhuis",
                changed_at=BEGIN,
            )
            session.add_all([*chats, meeting])
            await session.flush()
            await plan.meetings(session, [meeting], BEGIN)
            await plan.enrol(session, course.id, [one.id for one in members], BEGIN)
    await database.close()


def remind(url: str, log: Path, dies_at: int = 0) -> subprocess.Popen[str]:
    """Start the process; returns when it begins to work."""
    command = [
        sys.executable,
        "-m",
        "tests.program.reminding",
        url,
        BEGIN.isoformat(),
        str(log),
        str(dies_at),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == READY
    return process


def killed_again_and_again(url: str, log: Path, chance: random.Random, times: int) -> None:
    """By turns between what arrived and its record, and at any moment; then it may finish."""
    log.touch()
    for turn in range(times):
        dies_at = 0 if turn % 2 else chance.randint(2, 20)
        process = remind(url, log, dies_at)
        if not dies_at:
            some_more = log.stat().st_size + chance.randint(1, 80)
            until(lambda size=some_more: log.stat().st_size > size)
            time.sleep(chance.uniform(0, 0.02))
            process.kill()
        # By the power going off, not by an error, and not because everything was done.
        assert process.wait(60) == -signal.SIGKILL
        process.communicate()
    process = remind(url, log)
    assert process.wait(60) == 0
    process.communicate()


async def ledger(url: str) -> Sequence[tuple[Delivery, Chat]]:
    """All rows with their chat."""
    database = Database(async_url(url))
    async with database.reading() as session:
        rows = await session.execute(select(Delivery, Chat).join(Chat, Chat.id == Delivery.chat_id))
        found = [(row[0], row[1]) for row in rows]
    await database.close()
    return found


async def shown(url: str) -> dict[str, list[str]]:
    """What the web chat of everybody shows."""
    database = Database(async_url(url))
    transcript = StoredTranscript(database)
    async with database.reading() as session:
        addresses = (await session.scalars(select(Chat.address).where(Chat.channel == WEB))).all()
    lines = {address: await transcript.bot_lines_after(address, 0) for address in addresses}
    await database.close()
    return {
        address: [each.outgoing.text for each in some if each.outgoing] for address, some in lines.items()
    }


def test_killed_at_any_moment_everybody_is_reminded_once_of_everything(url: str, tmp_path: Path) -> None:
    log = tmp_path / "arrived.txt"
    asyncio.run(fill(url))
    killed_again_and_again(url, log, random.Random(7), 4 if url.startswith("sqlite") else 2)
    rows = asyncio.run(ledger(url))
    people = [f"{group}-{member}" for group in range(GROUPS) for member in range(MEMBERS)]
    wanted = Counter((address, offset) for address in people for offset in OFFSETS)
    assert Counter((chat.address, row.offset) for row, chat in rows) == wanted
    # The web chat shows what the ledger says, so that what was sent twice is seen once.
    assert {row.status for row, chat in rows if chat.channel == WEB} == {"sent"}
    for texts in asyncio.run(shown(url)).values():
        assert len(texts) == len(set(texts)) == len(OFFSETS)
    # A phone shows what arrives, so what perhaps arrived is not sent again.
    phones = [(row, chat.address) for row, chat in rows if chat.channel == PHONE]
    assert {(row.status, row.reason) for row, _ in phones} == {("sent", None), ("unknown", LOST)}
    arrived = Counter(log.read_text().split())
    sent = Counter(address for row, address in phones if row.status == "sent")
    unknown = Counter(address for row, address in phones if row.status == "unknown")
    for address in {address for _, address in phones}:
        assert sent[address] <= arrived[address] <= sent[address] + unknown[address]
