"""Telegram, by polling or by webhook.

The library's own polling acknowledges updates before they are handled. Here the offset moves past an update
when ``on_arrival`` has returned, which is when it is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from starlette.routing import Route

from bot.channels.contract import Arrival, NotStored, OnArrival, Outcome, Outgoing, Pace, Wait
from bot.channels.telegram_api import TOKEN_REFUSED, Failed, TelegramApi
from bot.channels.telegram_pieces import Piece, legible
from bot.channels.telegram_sending import send
from bot.channels.telegram_updates import CHANNEL, GroupCall, callback_to_answer, read
from bot.channels.telegram_webhook import webhook
from nlu.contract import Language

_log = structlog.get_logger(__name__)

T = TypeVar("T")

DECLINE_EVERY = 3600.0  # seconds between two refusals in one group
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds before the next attempt, the last one repeated

Commands = Mapping[Language | None, Sequence[tuple[str, str]]]
"""Name and description of each command, per language of the person's app; None for any other."""


class TelegramChannel:
    """A bot on Telegram: `start`, then `run` beside everything else (with a webhook too), `stop`, `close`."""

    name: str = CHANNEL
    # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    pace: Pace | None = Pace(per_second=30, per_chat_per_second=1)

    def __init__(
        self,
        token: str,
        on_arrival: OnArrival,
        *,
        commands: Commands,
        private_only: Callable[[str | None], str],
        base_url: str | None = None,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        answer_timeout: float = 20.0,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """``base_url`` is the root of a Bot API server ("http://127.0.0.1:8081", "/bot" may follow).

        With a ``webhook_url`` (which must have a path) Telegram hands updates over by itself and needs a
        ``webhook_secret`` (letters, digits, "_" and "-"); without one we poll. ``private_only`` gives the
        words for a group, for the language tag of who called us there. Times are in seconds. Raises
        ValueError for a webhook that cannot work.
        """
        if webhook_url and not (webhook_secret and urlsplit(webhook_url).path.strip("/")):
            raise ValueError("a webhook needs a path in its address and a secret")
        self._api = TelegramApi(token, base_url, answer_timeout)
        self._on_arrival = on_arrival
        self._commands = commands
        self._private_only = private_only
        self._hook = (webhook_url, webhook_secret) if webhook_url and webhook_secret else None
        self._pauses = pauses
        self._bot_name = ""
        self._introduced = False
        self._offset: int | None = None
        self._declined: dict[int, float] = {}
        self._stopped = asyncio.Event()
        self._runner: asyncio.Task[Any] | None = None
        self._background: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Say hello to Telegram. If that fails, `run` goes on trying."""
        try:
            await self._introduce()
        except Failed as failed:
            _log.warning("telegram.not_reached", error=failed.error)

    async def run(self) -> None:
        """Take updates until cancelled or stopped. What ``on_arrival`` raises beside NotStored ends it."""
        self._runner = asyncio.current_task()
        failures = 0
        while not self._stopped.is_set():
            try:
                await self._step()
                failures = 0
            except (Failed, NotStored) as problem:
                await self._unless_stopped(asyncio.sleep(self._pause(problem, failures)))
                failures += 1

    async def stop(self) -> None:
        """Finish the updates in hand and ask for no more. Sending still works, until `close`."""
        self._stopped.set()
        if self._runner and self._runner is not asyncio.current_task():
            await asyncio.wait((self._runner,))

    async def close(self) -> None:
        """Close the connections, after `stop`."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._api.close()

    def webhook_route(self) -> Route:
        """Where Telegram hands updates over. Raises ValueError when there is no ``webhook_url``."""
        if self._hook is None:
            raise ValueError("there is no webhook: updates are polled")
        url, secret = self._hook
        return webhook(urlsplit(url).path, secret, self._take)

    async def send(self, address: str, outgoing: Outgoing) -> Outcome:
        """Send one message; see `bot.channels.telegram_sending.send`."""
        return await send(self._api, address, outgoing)

    async def _step(self) -> None:
        if not self._introduced:
            await self._introduce()
        elif self._hook:
            await self._stopped.wait()
        else:
            await self._poll()

    async def _introduce(self) -> None:
        self._bot_name = await self._api.me()
        if self._hook:
            await self._api.use_webhook(*self._hook)
        else:
            await self._api.use_polling()
        for language, commands in self._commands.items():
            await self._set_commands(language, commands)
        self._introduced = True
        _log.info("telegram.ready", webhook=self._hook is not None)

    async def _set_commands(self, language: Language | None, commands: Sequence[tuple[str, str]]) -> None:
        """The bot works without them, so a failure is only told."""
        try:
            await self._api.set_commands(language, commands)
        except Failed as failed:
            _log.warning("telegram.commands_not_set", language=language, error=failed.error)

    async def _poll(self) -> None:
        for number, update in await self._unless_stopped(self._api.updates(self._offset)) or ():
            await self._take(update)
            self._offset = number + 1

    async def _take(self, update: Mapping[str, Any]) -> None:
        """Store what ``update`` means; only then let Telegram see that it came. Raises NotStored."""
        meaning = read(update, self._bot_name)
        if isinstance(meaning, Arrival):
            await self._on_arrival(meaning)
        elif meaning is not None:
            self._later(self._decline(meaning))
        if callback := callback_to_answer(update):
            self._later(self._answer_callback(callback))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what the next update need not wait for."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _answer_callback(self, callback: str) -> None:
        try:
            await self._api.answer_callback(callback)
        except Failed as failed:
            _log.info("telegram.callback_not_answered", error=failed.error)

    async def _decline(self, call: GroupCall) -> None:
        """Say in a group, but not time and again, that we only talk in private."""
        now = asyncio.get_running_loop().time()
        self._declined = {group: at for group, at in self._declined.items() if now - at < DECLINE_EVERY}
        if call.address in self._declined:
            return
        self._declined[call.address] = now
        words = legible(self._private_only(call.client_language))
        try:
            await self._api.send_text(call.address, Piece(words))
        except Failed as failed:
            _log.info("telegram.group_not_declined", error=failed.error)

    def _pause(self, problem: Failed | NotStored, failures: int) -> float:
        """Seconds until the next attempt."""
        pause = self._pauses[min(failures, len(self._pauses) - 1)]
        outcome = problem.outcome if isinstance(problem, Failed) else None
        if isinstance(outcome, Wait):
            pause = outcome.seconds
        error = problem.error if isinstance(problem, Failed) else "NotStored"
        log = _log.error if outcome is TOKEN_REFUSED else _log.warning
        log("telegram.updates_not_taken", error=error, pause=pause)
        return pause

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of ``work``; None when the channel was stopped before there was one."""
        task = asyncio.create_task(work)
        stop = asyncio.create_task(self._stopped.wait())
        try:
            await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
            stop.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)
