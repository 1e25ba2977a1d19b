"""Materialise: what the plan makes due becomes rows of the ledger, each once, or skipped with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import meetings, prompts
from bot.store.database import Database
from bot.store.fan_out import fan_out
from bot.store.tables import Person, Prompt
from bot.usecases.plan import Plan

log = structlog.get_logger(__name__)

# Prompts in one transaction: large enough to be fast, small enough not to hold up who writes beside it.
BATCH = 1000
# How many transactions work side by side on PostgreSQL.
LANES = 2


class Materialise:
    """A tick. Several processes may run one each: the database keeps them apart."""

    def __init__(
        self, database: Database, plan: Plan, now: Callable[[], datetime], deliver_soon: Callable[[], None]
    ) -> None:
        self._database = database
        self._plan = plan
        self._now = now
        self._deliver_soon = deliver_soon

    async def tick(self) -> int:
        """Write down everything that is due; returns how many prompts that were. Only reads when none is."""
        now = self._now()
        async with self._database.reading() as session:
            due_at = await prompts.next_due(session)
        if due_at is None or due_at > now:
            return 0
        # One process writes SQLite at a time; PostgreSQL works faster with both hands.
        lanes = 1 if self._database.is_sqlite else LANES
        done = await asyncio.gather(
            *(self._lane(prompts.Lane(number, lanes), now) for number in range(lanes))
        )
        count = sum(done)
        if count:
            log.info("materialised", prompts=count)
            self._deliver_soon()
        return count

    async def _lane(self, lane: prompts.Lane, now: datetime) -> int:
        count = 0
        while done := await self._batch(lane, now):
            count += done
            if done < BATCH:
                break
        return count

    async def _batch(self, lane: prompts.Lane, now: datetime) -> int:
        async with self._database.writing() as session:
            due = await prompts.take(session, now, BATCH, lane)
            held_back = await self._without_room(
                session, [each for each in due if each.kind == "makeup"], now
            )
            ids = [each.id for each in due]
            await fan_out(session, [each for each in due if each.id not in held_back], now)
            await prompts.done(session, ids, now)
        return len(ids)

    async def _without_room(self, session: AsyncSession, offers: Sequence[Prompt], now: datetime) -> set[int]:
        """Offers for which no group has room now; they are looked at again tomorrow, as long as the half-day
        is still missing."""
        held_back = set()
        for offer in offers:
            person = await session.get(Person, offer.person_id)
            if person is None or offer.meeting_id is None:
                continue
            table = await meetings.timetable(session, person, now, self._plan.types)
            if offer.meeting_id in table.others:
                continue
            held_back.add(offer.id)
            if await meetings.is_missing(session, person, offer.meeting_id, now, self._plan.types):
                await self._plan.offer_later(session, offer.meeting_id, person.id, offer.version + 1, now)
        return held_back
