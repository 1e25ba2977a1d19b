"""Send slots: one budget for all processes, kept in the database.

The generic cell rate algorithm (ITU-T I.371): a row remembers when the next message would arrive in an even
flow; what comes too early waits. The row is locked while slots are counted and spent, so that several
processes share one budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, delete, select
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

    @property
    def tolerance(self) -> int:
        """How many microseconds a message may be ahead of the even flow."""
        return self.interval * (self.burst - 1)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


async def slots(session: AsyncSession, rate: Rate, now: datetime) -> int:
    """How many messages may leave now. Nobody else sees or takes these slots before the transaction ends."""
    at = microseconds(now)
    fresh = insert_into(session, Pace).values(name=rate.name, next_at=at, wait_until=0)
    await session.execute(fresh.on_conflict_do_nothing())
    row = await _locked(session, rate.name)
    if row.wait_until > at:
        return 0
    room = at + rate.tolerance - max(row.next_at, at)
    return room // rate.interval + 1 if room >= 0 else 0


async def spend(session: AsyncSession, rate: Rate, now: datetime, count: int) -> None:
    """Take ``count`` of the slots that `slots` found."""
    row = await _locked(session, rate.name)
    row.next_at = max(row.next_at, microseconds(now)) + count * rate.interval


async def _locked(session: AsyncSession, name: str) -> Pace:
    found = select(Pace).where(Pace.name == name).with_for_update()
    return (await session.scalars(found, execution_options={"populate_existing": True})).one()


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
    earliest = max(row.next_at - rate.tolerance, row.wait_until)
    return EPOCH + timedelta(microseconds=earliest)


async def forget_idle(session: AsyncSession, now: datetime) -> None:
    """Drop rows that say nothing any more: their time is in the past."""
    at = microseconds(now)
    await session.execute(delete(Pace).where((Pace.next_at < at) & (Pace.wait_until < at)))
