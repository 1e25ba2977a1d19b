"""What the plan still holds, as tests that let time pass from one moment to the next must know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import ledger
from bot.store.tables import Prompt


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next prompt or delivery is due; None when nothing is left."""
    prompt = await session.scalar(select(func.min(Prompt.due_at)).where(Prompt.done_at.is_(None)))
    delivery = await ledger.next_due(session)
    return min((each for each in (prompt, delivery) if each is not None), default=None)
