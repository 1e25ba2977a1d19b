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
from bot.store.tables import Person
from bot.usecases.plan import Plan

log = structlog.get_logger(__name__)

# Prompts that are read at once, and about as many as are written down in one transaction: large enough to be
# fast, small enough not to hold up who writes beside it.
MOST = 10_000
BATCH = 1000
# How many transactions work side by side on PostgreSQL.
HANDS = 2


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
        count, is_full = 0, True
        while is_full:
            async with self._database.reading() as session:
                due = await prompts.due(session, now, MOST)
            done = await self._side_by_side(due, now)
            count += done
            # What somebody else is at is left to him, or to the next tick.
            is_full = len(due) == MOST and done > 0
        if count:
            log.info("materialised", prompts=count)
            self._deliver_soon()
        return count

    async def _side_by_side(self, due: Sequence[prompts.Due], now: datetime) -> int:
        # One process writes SQLite at a time; PostgreSQL works faster with both hands.
        hands = 1 if self._database.is_sqlite else HANDS
        heap = iter(shares(due, hands))

        async def one_hand() -> int:
            return sum([await self._batch(share, now) for share in heap])

        return sum(await asyncio.gather(*(one_hand() for _ in range(hands))))

    async def _batch(self, share: Sequence[prompts.Due], now: datetime) -> int:
        async with self._database.writing() as session:
            taken = await prompts.take(session, share, now)
            offers = [each for each in taken if each.kind == "makeup"]
            held_back = await self._without_room(session, offers, now)
            await fan_out(session, [each.id for each in taken if each.id not in held_back], now)
        return len(taken)

    async def _without_room(
        self, session: AsyncSession, offers: Sequence[prompts.Taken], now: datetime
    ) -> set[int]:
        """Offers for which no group has room now; they are looked at again tomorrow, as long as the half-day
        is still missing."""
        held_back = set()
        for offer in offers:
            person = await session.get(Person, offer.person)
            if person is None or offer.meeting is None:
                continue
            table = await meetings.timetable(session, person, now, self._plan.types)
            if offer.meeting in table.others:
                continue
            held_back.add(offer.id)
            if await meetings.is_missing(session, person, offer.meeting, now, self._plan.types):
                await self._plan.offer_later(session, offer.meeting, person.id, offer.version + 1, now)
        return held_back


def shares(due: Sequence[prompts.Due], hands: int) -> Sequence[Sequence[prompts.Due]]:
    """Parts of about the same size, one for each transaction and at least one for each hand. What is about
    the same meeting is in the same one: a transaction that holds the meeting would make the other pass by."""
    about = {number: place for place, number in enumerate(dict.fromkeys(map(_about, due)))}
    count = max(min(hands, len(about)), -(-len(due) // BATCH))
    parts: list[list[prompts.Due]] = [[] for _ in range(count)]
    for each in due:
        parts[about[_about(each)] % count].append(each)
    return parts


def _about(due: prompts.Due) -> tuple[int | None, int | None]:
    return due.meeting, None if due.meeting else due.person
