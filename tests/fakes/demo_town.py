"""A demo town for the bar over the chat: a few reminders ahead, and a few newcomers to be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.channels.contract import Outgoing
from tests.fakes.transcript import FakeTranscript

REMINDER = "Denk aan je afspraak."


class FakeDemoTown:
    """See `bot.web.demo_bar.DemoTown`; its time is that of the bot.

    ``ahead``: how long after the start each reminder of every linked chat is due. A reminder is said
    ``pause`` seconds after the clock has come to it.
    """

    def __init__(
        self,
        transcript: FakeTranscript,
        ahead: Iterable[timedelta] = (),
        codes: Iterable[str] = ("CODE-1", "CODE-2"),
    ) -> None:
        self.shown = True
        self.pause = 0.1
        self._transcript = transcript
        self._ahead = [transcript.clock() + later for later in ahead]
        self._codes = list(codes)
        self._given: set[str] = set()
        self._busy: set[asyncio.Task[None]] = set()

    def now(self) -> datetime:
        """The time there."""
        return self._transcript.clock()

    async def is_shown(self) -> bool:
        """Is there a town to show?"""
        return self.shown

    async def is_linked(self, address: str) -> bool:
        """Has a code of ours arrived from there?"""
        return any(each.text in self._given for each in self._transcript.arrivals if each.address == address)

    async def invitation_code(self) -> str | None:
        """The next code."""
        if not self._codes:
            return None
        self._given.add(self._codes[0])
        return self._codes.pop(0)

    async def jump(self, address: str) -> datetime | None:
        """Move the clock of the bot; the reminder follows."""
        if not self._ahead or not await self.is_linked(address):
            return None
        self._transcript.clock.at = self._ahead.pop(0)
        task = asyncio.get_running_loop().create_task(self._remind(address))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return self.now()

    async def _remind(self, address: str) -> None:
        await asyncio.sleep(self.pause)
        await self._transcript.say_this(address, Outgoing(REMINDER, "nl"))
