"""Reminders under any order of events: a plan that is edited, people who come and go, time that jumps,
senders that die; after each step an oracle of its own says whether the promises hold."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.channels.contract import Gone, Outcome, Outgoing, Pace, Refused, Sent, TryAgain, Unknown, Wait
from bot.store import meetings
from bot.store.database import Database, async_url
from bot.store.migration import migrate
from bot.store.tables import Chat, Course, Delivery, Meeting, Participation, Person
from bot.usecases.deliver import LEASE, Deliver, Sender
from bot.usecases.materialise import Materialise
from bot.usecases.plan import Plan
from bot.usecases.remind import Remind
from bot.wording import Wording
from tests.fakes.clock import FakeClock
from tests.planned import next_due
from tests.usecases.conftest import TYPES
from tests.usecases.oracle import Line, Oracle
from tests.usecases.town import at

PEOPLE = 3
HOME, AWAY = "Stadhuis", "Kanselarij"
# The second begins eight days in which the clocks go back.
BEGINS = (at("2026-11-23", "10:00"), at("2026-10-19", "10:00"))


class Died(Exception):
    """The process is not there any more."""


class Telephone:
    """A channel that lets the oracle hear everything, and fails or dies as it is told."""

    name = "fake"

    def __init__(self, oracle: Oracle, pace: Pace | None) -> None:
        self.pace = pace
        self.oracle = oracle
        self.blocked: set[str] = set()
        self.outcomes: list[Outcome] = []
        # "before" or "after" the next message arrived; then "dead".
        self.dies: str | None = None

    async def send(self, address: str, outgoing: Outgoing) -> Outcome:
        """See `bot.channels.contract.Channel`."""
        if address in self.blocked and self.dies is None:
            self.oracle.reachable[int(address[0])].discard(address)
            return Gone("blocked")
        if self.dies is not None:
            if self.pace is not None and address not in self.blocked:
                if self.dies == "after":
                    self.oracle.hears(address, outgoing, is_lost=True)
                else:
                    self.oracle.may_hear(address, outgoing)
            self.dies = "dead"
            raise Died
        outcome = self.outcomes.pop() if self.outcomes else Sent()
        if isinstance(outcome, Sent | Unknown):
            self.oracle.hears(address, outgoing, is_lost=isinstance(outcome, Unknown))
        return outcome


class Play:
    """Carries out steps in the program and tells the oracle."""

    def __init__(self, database: Database, wording: Wording, given: dict[str, Any]) -> None:
        self.database = database
        self.wording = wording
        self.processes = given["processes"]
        self.clock = FakeClock(given["begin"])
        self.oracle = Oracle(self.clock)
        self.channel = Telephone(self.oracle, given["pace"])
        self.plan = Plan(TYPES)
        self.people: list[int] = []
        self.meetings: list[int] = []
        self._start()

    def _start(self) -> None:
        remind = Remind(self.database, self.wording, TYPES)
        sender = Sender(self.database, {"fake": self.channel}, self.wording, self.clock, remind)
        self.senders = [Deliver(sender) for _ in range(self.processes)]
        self.lookers = [Materialise(self.database, self.plan, self.clock, each.soon) for each in self.senders]

    async def begins(self) -> None:
        """The people and their course."""
        async with self.database.writing() as session:
            course = Course(reference="c", kind="ggd", title="c", organisation="ggd")
            people = [Person(reference=str(each), name="-", role="newcomer") for each in range(PEOPLE)]
            session.add_all([course, *people])
        self.course, self.people = course.id, [person.id for person in people]
        self.oracle.reachable = {each: set() for each in range(PEOPLE)}

    # what staff does

    async def plans(self, days: int, hour: int) -> None:
        """A meeting that many days ahead; there are two at most, the second at half past."""
        if len(self.meetings) == 2:
            return
        day = (self.clock().astimezone(UTC) + timedelta(days=days)).date().isoformat()
        starts_at = at(day, f"{hour:02}:{30 * len(self.meetings):02}")
        meeting = Meeting(
            reference=str(len(self.meetings)),
            course_id=self.course,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place=HOME,
            changed_at=self.clock(),
        )
        async with self.database.writing() as session:
            session.add(meeting)
            await session.flush()
            await self.plan.meetings(session, [meeting], self.clock())
        self.oracle.changed(len(self.meetings), starts_at=starts_at, place=HOME)
        self.meetings.append(meeting.id)

    async def moves(self, number: int, hours: int) -> None:
        """Another time; 0 hours: the very first time and place."""
        if number < len(self.meetings):
            versions = self.oracle.meetings[number]
            starts_at = versions[-1].starts_at + timedelta(hours=hours) if hours else versions[0].starts_at
            place = versions[-1].place if hours else HOME
            await self._changes(number, starts_at=starts_at, place=place)

    async def goes_elsewhere(self, number: int, place: str) -> None:
        """Another place."""
        if number < len(self.meetings):
            await self._changes(number, place=place)

    async def _changes(self, number: int, **values: Any) -> None:
        stored = dict(values)
        if "starts_at" in values:
            stored["ends_at"] = values["starts_at"] + timedelta(hours=2)
        self.oracle.changed(number, **values)
        async with self.database.writing() as session:
            meeting = await session.get_one(Meeting, self.meetings[number])
            await self.plan.change(session, meeting, stored, self.clock())

    async def cancels(self, number: int, cancelled: bool) -> None:
        """It does not go on, or after all."""
        if number >= len(self.meetings):
            return
        self.oracle.changed(number, cancelled=cancelled)
        async with self.database.writing() as session:
            meeting = await session.get_one(Meeting, self.meetings[number])
            change = self.plan.cancel if cancelled else self.plan.restore
            await change(session, meeting, self.clock())

    async def enrols(self, *people: int) -> None:
        """Into the group, perhaps again."""
        self.oracle.notice_passed()
        for person in people:
            self.oracle.enrolled.setdefault(person, self.clock())
        async with self.database.writing() as session:
            numbers = [self.people[person] for person in people]
            await self.plan.enrol(session, self.course, numbers, self.clock())

    async def leaves(self, person: int) -> None:
        """Out of the group."""
        self.oracle.left(person)
        async with self.database.writing() as session:
            await self.plan.leave(session, self.course, self.people[person], self.clock())

    # what people do

    async def answers(self, person: int, number: int, said: Any) -> None:
        """I come, or I cannot."""
        ahead = number < len(self.meetings) and self.oracle.meetings[number][-1].starts_at > self.clock()
        if not ahead or person not in self.oracle.enrolled:
            return
        self.oracle.answers[person, number] = said
        async with self.database.writing() as session:
            await meetings.answer(session, self.meetings[number], self.people[person], said, self.clock())

    async def links(self, person: int) -> None:
        """A chat more."""
        async with self.database.writing() as session:
            known = (await session.scalars(select(Chat.id))).all()
            address = f"{person}-{len(known)}"
            session.add(
                Chat(
                    channel="fake",
                    address=address,
                    language="nl",
                    person_id=self.people[person],
                    since=self.clock(),
                    version=0,
                )
            )
        self.oracle.reachable[person].add(address)

    async def blocks(self, person: int) -> None:
        """Everything that was linked so far."""
        self.channel.blocked |= self.oracle.reachable[person]

    async def pauses(self, person: int, days: int) -> None:
        """Wants no reminders for some days; 0: wants them again."""
        until = self.clock() + timedelta(days=days)
        async with self.database.writing() as session:
            for chat in await session.scalars(select(Chat).where(Chat.person_id == self.people[person])):
                chat.paused_until = until
                self.oracle.paused[chat.address] = until

    # what happens to the program

    async def dies(self, when: str) -> None:
        """The next send is the last thing that this process does."""
        self.channel.dies = when

    async def fails(self, outcome: Outcome) -> None:
        """The next send ends like this."""
        self.channel.outcomes.append(outcome)

    async def is_down(self, hours: int) -> None:
        """Nobody looks for so long."""
        self.clock.move(hours=hours)

    async def passes(self, moments: int) -> None:
        """Time passes until something is due, so many times."""
        await self.settles()
        for _ in range(moments):
            due = await self._next_due()
            if due is None:
                return
            self.clock.at = max(self.clock.at, due)
            await self.settles()

    async def _next_due(self) -> datetime | None:
        async with self.database.reading() as session:
            return await next_due(session)

    async def settles(self) -> None:
        """Everything that is due now is looked at, also what a sender that died had left."""
        for _ in range(50):
            await self._tick()
            lines = await self._lines()
            self.oracle.judge(lines)
            if self.channel.dies == "dead":
                self.channel.dies = None
                self._start()
                return
            if any(line.status == "claimed" for line in lines):
                self.clock.move(seconds=LEASE.total_seconds() + 1)
            elif any(line.status == "queued" and line.due_at <= self.clock() for line in lines):
                # The pace of the channel lets the next one through later.
                self.clock.move(seconds=2)
            else:
                break
        self.oracle.settled(lines, await self._records())

    async def _tick(self) -> None:
        self.oracle.tick()
        await asyncio.gather(*(each.tick() for each in self.lookers))
        with suppress(Died):
            for each in self.senders:
                await each.recover()
            await asyncio.gather(*(each.everything_due() for each in self.senders))
        # Those that were sending beside the one that died.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        ends = await asyncio.gather(*others, return_exceptions=True)
        wrong = [end for end in ends if isinstance(end, BaseException) and not isinstance(end, Died)]
        assert not wrong, wrong

    async def _lines(self) -> list[Line]:
        people = {number: person for person, number in enumerate(self.people)}
        planned = {number: meeting for meeting, number in enumerate(self.meetings)}
        async with self.database.reading() as session:
            rows = await session.execute(
                select(Delivery, Chat.address).outerjoin(Chat, Chat.id == Delivery.chat_id)
            )
            return [
                Line(
                    row.id,
                    people[row.person_id],
                    planned[row.meeting_id],
                    row.version,
                    row.offset,
                    row.kind,
                    row.status,
                    row.reason,
                    row.due_at,
                    address,
                )
                for row, address in rows
            ]

    async def _records(self) -> dict[tuple[int, int], tuple[str | None, str]]:
        async with self.database.reading() as session:
            course = await session.get_one(Course, self.course)
            found = (await session.scalars(select(Meeting))).all()
            known = (await session.scalars(select(Participation))).all()
        told = {(row.person_id, row.meeting_id): row.told for row in known}
        valid = {row.id: meetings.as_meeting(row, course, TYPES).fingerprint for row in found}
        return {
            (person, number): (told.get((self.people[person], meeting)), valid[meeting])
            for number, meeting in enumerate(self.meetings)
            for person in range(PEOPLE)
        }

    async def ends(self) -> None:
        """Everything works again, and time passes until nothing is left."""
        self.channel.dies, self.channel.outcomes = None, []
        await self.passes(60)
        assert await self._next_due() is None
        assert all(line.status not in {"queued", "claimed"} for line in await self._lines())


def one(play: Callable[..., Awaitable[None]], *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A step, with what it is given."""
    return st.tuples(st.just(play), *arguments)


# Mostly the first, so that much happens to the same.
people, numbers = st.sampled_from([0, 0, 0, 0, 1, 2]), st.sampled_from([0, 0, 0, 1])
STEPS: Sequence[st.SearchStrategy[Any]] = (
    one(Play.plans, st.integers(0, 12), st.integers(0, 23)),
    one(Play.moves, numbers, st.sampled_from([0, 1, 3, 26, 170, -1, -3, -26, -170])),
    one(Play.goes_elsewhere, numbers, st.sampled_from([HOME, AWAY])),
    one(Play.cancels, numbers, st.booleans()),
    one(Play.enrols, people),
    one(Play.leaves, people),
    one(Play.answers, people, numbers, st.sampled_from(["come", "cannot"])),
    one(Play.links, people),
    one(Play.blocks, people),
    one(Play.pauses, people, st.sampled_from([0, 1, 9])),
    one(Play.dies, st.sampled_from(["before", "after"])),
    one(Play.fails, st.sampled_from([TryAgain("busy"), Unknown("silence"), Refused("no"), Wait(30)])),
    one(Play.is_down, st.sampled_from([1, 3, 11, 30, 200, 500])),
    one(Play.passes, st.integers(0, 3)),
)
# Time passes in every second step, or nothing would ever be due.
PLAYS = st.fixed_dictionaries(
    {
        "begin": st.sampled_from(BEGINS),
        "pace": st.sampled_from([None, Pace(30, 1)]),
        "processes": st.integers(1, 2),
        "days": st.integers(0, 12),
        "hour": st.integers(0, 23),
        "steps": st.lists(st.one_of(*STEPS, *[STEPS[-1]] * 4, *STEPS[1:6]), min_size=4, max_size=14),
    }
)


async def played(database: Database, wording: Wording, given: dict[str, Any]) -> Oracle:
    """The whole play; the oracle fails it as soon as a promise is broken."""
    play = Play(database, wording, given)
    await play.begins()
    for person in (0, 1):
        await play.links(person)
    await play.enrols(0, 1)
    await play.plans(given["days"], given["hour"])
    for step, *arguments in given["steps"]:
        await step(play, *arguments)
    await play.ends()
    return play.oracle


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows."""
    file = tmp_path_factory.mktemp("model") / "empty.db"

    async def make() -> None:
        database = Database(async_url(f"sqlite:///{file}"))
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all plays."""
    with asyncio.Runner() as running:
        yield running


FEW = settings(
    max_examples=20, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@FEW
@given(play=PLAYS)
def test_reminders_keep_their_promises_under_any_order_of_events(
    play: dict[str, Any], empty: Path, runner: asyncio.Runner, wording: Wording
) -> None:
    async def whole() -> None:
        file = empty.with_name("play.db")
        for left in empty.parent.glob("play.db*"):
            left.unlink()
        shutil.copy(empty, file)
        database = Database(async_url(f"sqlite:///{file}"))
        try:
            await played(database, wording, play)
        finally:
            await database.close()

    runner.run(whole())
