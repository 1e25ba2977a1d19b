"""A program without web and Telegram: a fake channel, a fake engine, a clock that is moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import pytest

from bot.catalogues import load_catalogues
from bot.channels.contract import Arrival, ArrivalKind, Outgoing
from bot.content import Content, load_content
from bot.course_types import load_course_types
from bot.settings import COURSE_TYPES, LOCALES
from bot.store.database import Database
from bot.usecases.converse import Converse, Tools
from bot.usecases.deliver import Deliver, Sender
from bot.usecases.materialise import Materialise
from bot.usecases.plan import Plan
from bot.usecases.remind import Remind
from bot.usecases.retire import Retire
from bot.wording import Wording
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.fakes.understanding import FakeUnderstanding, fake_danger

TYPES = load_course_types(COURSE_TYPES)


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(LOCALES)


@pytest.fixture(scope="session")
def wording(content: Content) -> Wording:
    return Wording(content, load_catalogues(LOCALES))


@dataclass
class World:
    """Everything a test of a use case touches."""

    database: Database
    content: Content
    wording: Wording
    clock: FakeClock = field(default_factory=FakeClock)
    channel: FakeChannel = field(default_factory=FakeChannel)
    understanding: FakeUnderstanding = field(default_factory=FakeUnderstanding)

    def __post_init__(self) -> None:
        self.remind = Remind(self.database, self.wording, TYPES)
        self.deliver = Deliver(
            Sender(self.database, {self.channel.name: self.channel}, self.wording, self.clock, self.remind)
        )
        self.plan = Plan(TYPES)
        self.materialise = Materialise(self.database, self.plan, self.clock, self.deliver.soon)
        self.converse = self.another_process()
        self.retire = Retire(
            self.database, self.wording, self.content.catalogue, self.clock, self.deliver.soon
        )
        self._keys = count(1)

    def another_process(self) -> Converse:
        """A second program on the same database; it knows only what was stored."""
        return Converse(
            Tools(
                self.database,
                self.understanding,
                fake_danger,
                self.wording,
                self.content.catalogue,
                TYPES,
                self.clock,
                self.deliver.soon,
            )
        )

    async def ticks(self) -> list[Outgoing]:
        """What the clock does; returns what was sent."""
        before = len(self.channel.sent)
        await self.materialise.tick()
        await self.deliver.everything_due()
        return [said for _, said in self.channel.sent[before:]]

    async def arrives(
        self, text: str, kind: ArrivalKind = "said", address: str = "1", language: str | None = None
    ) -> list[Outgoing]:
        """Something comes in; returns what the bot answers to it."""
        before = len(self.channel.sent)
        key = str(next(self._keys))
        await self.converse.accept(Arrival(self.channel.name, address, key, kind, text, language))
        await self.converse.settle()
        await self.deliver.everything_due()
        return [said for _, said in self.channel.sent[before:]]

    async def joined_in(self, language: str, address: str = "1") -> None:
        """Go through the onboarding."""
        await self.arrives("", "joined", address)
        await self.arrives(f"at/onboarding.welcome/language/{language}", "chose", address)


@pytest.fixture
async def world(database: Database, content: Content, wording: Wording) -> World:
    return World(database, content, wording)
