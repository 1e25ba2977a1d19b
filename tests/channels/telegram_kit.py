"""What the tests of the Telegram channel share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.contract import (
    Arrival,
    NotStored,
    Outgoing,
)
from bot.channels.telegram import TelegramChannel
from tests.fakes.bot_api import FakeBotApi

CHAT = 7
WORDS = "my secret words"
SECRET = "a-secret"


class Inbox:
    """Keeps arrivals; the next ``refusals`` times it cannot."""

    def __init__(self, refusals: int = 0) -> None:
        self.arrivals: list[Arrival] = []
        self.refusals = refusals
        self.asked = 0

    async def take(self, arrival: Arrival) -> None:
        self.asked += 1
        if self.refusals:
            self.refusals -= 1
            raise NotStored
        self.arrivals.append(arrival)

    @property
    def texts(self) -> list[str]:
        return [arrival.text for arrival in self.arrivals]


def channel_on(api: FakeBotApi, inbox: Inbox | None = None, **options: Any) -> TelegramChannel:
    return TelegramChannel(
        options.pop("token", api.token),
        (inbox or Inbox()).take,
        commands={None: [("menu", "Menu")], "nl": [("menu", "Het menu")]},
        private_only=lambda language: f"only private ({language})",
        base_url=options.pop("base_url", api.address),
        answer_timeout=options.pop("answer_timeout", 5.0),
        pauses=(0.01,),
        **options,
    )


@asynccontextmanager
async def running(channel: TelegramChannel) -> AsyncIterator[asyncio.Task[None]]:
    await channel.start()
    task = asyncio.create_task(channel.run())
    try:
        yield task
    finally:
        await channel.stop()
        await channel.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - it may come true in another thread
            await asyncio.sleep(0.005)


def said(text: str = "Hello", **more: Any) -> Outgoing:
    return Outgoing(text=text, language="en", **more)
