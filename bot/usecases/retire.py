"""Retire: erase words after a day, close conversations that nobody goes on with, tidy up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.store import chats, paces
from bot.store.database import Database
from bot.store.tables import Chat as StoredChat
from bot.usecases.carry_out import CarryOut, TurnLost
from bot.wording import Wording
from flows.conversation import State
from flows.dialogue import close_idle
from flows.facts import Catalogue, Chat, Facts, Kept
from nlu.contract import as_language

log = structlog.get_logger(__name__)

KEEP_WORDS = timedelta(days=1)
IDLE = timedelta(days=1)
BATCH = 200


class Retire:
    """What time does to what is kept."""

    def __init__(
        self,
        database: Database,
        wording: Wording,
        catalogue: Catalogue,
        now: Callable[[], datetime],
        deliver_soon: Callable[[], None],
    ) -> None:
        self._database = database
        self._carry_out = CarryOut(wording)
        self._catalogue = catalogue
        self._now = now
        self._deliver_soon = deliver_soon

    async def run(self) -> None:
        """One round."""
        now = self._now()
        async with self._database.writing() as session:
            erased = await chats.erase_old_words(session, now - KEEP_WORDS)
            await paces.forget_idle(session, now)
        closed = await self._close_idle(now)
        if erased or closed:
            log.info("retired", words=erased, conversations=closed)

    async def _close_idle(self, now: datetime) -> int:
        async with self._database.reading() as session:
            idle = await chats.idle_chats(session, now - IDLE, BATCH)
        closed = 0
        for chat in idle:
            try:
                closed += await self._close(chat, now)
            except TurnLost:
                # The person came back at this very moment: the conversation is not idle any more.
                continue
        if closed:
            self._deliver_soon()
        return closed

    async def _close(self, chat: StoredChat, now: datetime) -> int:
        if chat.state is None:
            return 0
        facts = Facts(
            now=now,
            chat=Chat(as_language(chat.language), as_language(chat.client_language)),
            catalogue=self._catalogue,
            kept=Kept(chat.since, 0, 0, 0),
        )
        turn = close_idle(facts, State.from_json(chat.state))
        async with self._database.writing() as session:
            await self._carry_out.turn(session, chat, None, facts, turn)
        return 1
