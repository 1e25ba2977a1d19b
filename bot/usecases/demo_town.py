"""The demo town as the bar over the chat shows it: its time, its newcomers, jumps to the next reminder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.moving_clock import MovingClock
from bot.store import chats, people
from bot.store.database import Database
from bot.store.tables import Person
from bot.usecases.demo import FIRST_NEWCOMER, newcomer_with_meeting
from bot.usecases.preview import Preview

CHANNEL = "web"
# A code that nobody used by then is of no use to anybody.
VALID_FOR = timedelta(days=1)
# Most people have something ahead soon; only then is it worth to look far.
HORIZONS = (timedelta(days=10), timedelta(days=400))


class RunningDemoTown:
    """See `bot.web.demo_bar.DemoTown`."""

    def __init__(
        self, database: Database, clock: MovingClock, preview: Preview, tick: Callable[[], Awaitable[object]]
    ) -> None:
        """``tick`` makes what has become due go out at once."""
        self._database = database
        self._clock = clock
        self._preview = preview
        self._tick = tick
        self._is_there = False

    def now(self) -> datetime:
        """The time in the town."""
        return self._clock()

    async def is_shown(self) -> bool:
        """Whether the database holds the demo town."""
        if not self._is_there:
            async with self._database.reading() as session:
                first = await people.person_by_reference(session, FIRST_NEWCOMER)
            self._is_there = first is not None
        return self._is_there

    async def is_linked(self, address: str) -> bool:
        """Whether this web chat belongs to a person."""
        async with self._database.reading() as session:
            return await self._person(session, address) is not None

    async def invitation_code(self) -> str | None:
        """A fresh code of a newcomer with a meeting ahead; None: there is nobody left."""
        now = self._clock()
        async with self._database.writing() as session:
            person = await newcomer_with_meeting(session, now, None)
            return None if person is None else await people.invite(session, person, now, VALID_FOR)

    async def jump(self, address: str) -> datetime | None:
        """Move the clock to the next message to this chat's person; None: nothing is ahead."""
        async with self._database.reading() as session:
            person = await self._person(session, address)
        due_at = await self._next_due(person) if person is not None else None
        if due_at is not None:
            self._clock.jump_to(due_at)
            await self._tick()
        return due_at

    async def _next_due(self, person: Person) -> datetime | None:
        now = self._clock()
        for horizon in HORIZONS:
            for line in await self._preview.of(person, now, now + horizon):
                if line.status in {"planned", "queued"}:
                    return datetime.fromisoformat(line.due_at)
        return None

    async def _person(self, session: AsyncSession, address: str) -> Person | None:
        chat = await chats.chat_at(session, CHANNEL, address)
        return None if chat is None else await chats.person_of(session, chat)
