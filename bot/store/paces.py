"""Send slots: one budget for all processes, kept in the database.

A slot is reserved with one statement that carries the generic cell rate algorithm (ITU-T I.371): a row
remembers when the next message would arrive in an even flow; who comes too early is told to wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import insert_into
from bot.store.tables import Pace

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` messages in an even flow, of which ``burst`` may come at once."""

    name: str
    per_second: float
    burst: int = 1

    @property
    def interval(self) -> int:
        """Microseconds between two messages of the even flow."""
        return round(1_000_000 / self.per_second)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


async def reserve(session: AsyncSession, rate: Rate, now: datetime) -> bool:
    """Take one slot; False when none is free at this moment."""
    at = microseconds(now)
    from_now = case((Pace.next_at > at, Pace.next_at), else_=at)
    tolerance = rate.interval * (rate.burst - 1)
    take = (
        insert_into(session, Pace)
        .values(name=rate.name, next_at=at + rate.interval, wait_until=0)
        .on_conflict_do_update(
            index_elements=[Pace.name],
            set_={"next_at": from_now + rate.interval},
            where=(Pace.next_at <= at + tolerance) & (Pace.wait_until <= at),
        )
        .returning(Pace.name)
    )
    return (await session.execute(take)).first() is not None


async def wait_until(session: AsyncSession, name: str, until: datetime, now: datetime) -> None:
    """Nobody takes a slot of ``name`` before ``until``: the channel asked for it."""
    ask = insert_into(session, Pace).values(
        name=name, next_at=microseconds(now), wait_until=microseconds(until)
    )
    later = case((Pace.wait_until > ask.excluded.wait_until, Pace.wait_until), else_=ask.excluded.wait_until)
    await session.execute(ask.on_conflict_do_update(index_elements=[Pace.name], set_={"wait_until": later}))


async def free_at(session: AsyncSession, rate: Rate) -> datetime:
    """When the next slot will be free, if nobody takes it first."""
    row = await session.get(Pace, rate.name, populate_existing=True)
    if row is None:
        return EPOCH
    earliest = max(row.next_at - rate.interval * (rate.burst - 1), row.wait_until)
    return EPOCH + timedelta(microseconds=earliest)


async def forget_idle(session: AsyncSession, now: datetime) -> None:
    """Drop rows that say nothing any more: their time is in the past."""
    at = microseconds(now)
    await session.execute(delete(Pace).where((Pace.next_at < at) & (Pace.wait_until < at)))
