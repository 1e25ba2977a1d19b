"""The web chat as a channel: sending wakes up whoever has the chat open; the words are in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager

from bot.channels.contract import Outcome, Outgoing, Pace, Sent
from bot.channels.transcript import Line, Transcript

# The news comes a moment before the ledger calls the message sent, so these pauses between looks follow
# it, seconds.
AFTER_NEWS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)


class Listener:
    """One open page, or one client that waits."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There is something to look at."""
        self._news.set()

    async def wait_for_news(self, patience: float) -> bool:
        """Wait until woken, at most ``patience`` seconds; was it woken?"""
        try:
            async with asyncio.timeout(patience):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True


class WebChat:
    """The channel of the browser and of the JSON interface. Lives in one event loop."""

    name: str = "web"
    pace: Pace | None = None

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._closed = False

    async def send(self, address: str, outgoing: Outgoing) -> Outcome:
        """Wake up the listeners of this address; who is not here finds the line in the transcript later."""
        for listener in self._listeners.get(address, ()):
            listener.wake()
        return Sent()

    @contextmanager
    def listening(self, address: str) -> Iterator[Listener]:
        """A listener that misses nothing between its look into the transcript and its wait."""
        listener = Listener()
        self._listeners.setdefault(address, set()).add(listener)
        try:
            yield listener
        finally:
            self._listeners[address].discard(listener)
            if not self._listeners[address]:
                del self._listeners[address]

    async def follow(
        self,
        transcript: Transcript,
        address: str,
        after: int,
        *,
        every: float,
        patience: float | None = None,
    ) -> AsyncGenerator[Sequence[Line], None]:
        """The bot's lines behind number ``after``, as they come.

        The transcript is read at least ``every`` seconds, since another process may have sent something.
        Ends after ``patience`` seconds (never, if None) and when the channel is closed.
        """
        clock = asyncio.get_running_loop().time
        end = None if patience is None else clock() + patience
        pauses: Iterator[float] = iter(())
        with self.listening(address) as listener:
            while not self._closed:
                lines = await transcript.bot_lines_after(address, after)
                if lines:
                    after = lines[-1].number
                    yield lines
                pause = next(pauses, every)
                if end is not None and clock() >= end:
                    return
                if await listener.wait_for_news(pause if end is None else min(pause, end - clock())):
                    pauses = iter(AFTER_NEWS)

    def close(self) -> None:
        """The program ends: every stream and every wait ends now, so that the web server can stop."""
        self._closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.wake()
