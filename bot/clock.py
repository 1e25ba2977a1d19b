"""The clock only ticks: due times live in the database. The one file that knows APScheduler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.store.database import Database, insert_into
from bot.store.tables import Heartbeat

log = structlog.get_logger(__name__)

Tick = Callable[[], Awaitable[object]]


def system_now() -> datetime:
    """The time of this machine; tests and the demo use another one."""
    return datetime.now(UTC)


class Clock:
    """Calls each tick again and again; a tick that fails is logged and called again at its next time."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._ticks: dict[str, Tick] = {}

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        """Call ``tick`` every ``seconds``. A missed time is not made up: the next tick finds what is due."""
        self._ticks[name] = tick
        self._scheduler.add_job(
            self._run,
            "interval",
            seconds=seconds,
            args=[name],
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        self._scheduler.shutdown(wait=False)

    async def _run(self, name: str) -> None:
        try:
            await self._ticks[name]()
        except Exception:
            # The loop must outlive every tick; the failure is seen in the log and in the heartbeat's age.
            log.exception("tick.failed", tick=name)

    async def beat(self) -> None:
        """Write down that the clock is alive."""
        now = self._now()
        async with self._database.writing() as session:
            beat = insert_into(session, Heartbeat).values(tick="clock", at=now)
            await session.execute(beat.on_conflict_do_update(index_elements=["tick"], set_={"at": now}))
