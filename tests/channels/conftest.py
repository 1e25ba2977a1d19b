"""A Bot API server of our own, and a channel that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram import TelegramChannel
from tests.channels.telegram_kit import CHAT, channel_on
from tests.fakes.bot_api import FakeBotApi


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    """One chat, from which an update waits."""
    with FakeBotApi() as server:
        server.user_types(CHAT, "hello", "ti")
        yield server


@pytest.fixture
async def channel(api: FakeBotApi) -> AsyncIterator[TelegramChannel]:
    """A channel that is not running: for sending."""
    made = channel_on(api)
    yield made
    await made.close()
