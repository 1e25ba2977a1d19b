"""A process that does nothing but remind, until everything is told or it is killed.

``python -m tests.program.reminding URL BEGIN LOG DIES_AT`` works on the database at URL from the moment BEGIN
(ISO), or from where an earlier process came to. It has two channels, the web chat and ``phone``, which has a
pace; what arrives through them becomes lines of the file LOG. DIES_AT: at that message to a phone it kills
itself, when it has arrived and is not recorded; 0: never.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.catalogues import load_catalogues
from bot.channels.contract import Channel, Outcome, Outgoing, Pace
from bot.channels.webchat import WebChat
from bot.content import load_content
from bot.course_types import load_course_types
from bot.logs import set_up_logs
from bot.settings import COURSE_TYPES, LOCALES
from bot.store.database import Database, async_url
from bot.store.tables import Delivery
from bot.usecases.deliver import LEASE, Deliver, Sender
from bot.usecases.materialise import Materialise
from bot.usecases.plan import Plan
from bot.usecases.remind import Remind
from bot.wording import Wording
from tests.planned import next_due

READY = "ready"
WEB, PHONE = "web", "phone"


class Arriving(WebChat):
    """Every message arrives as a line of a file, at once and for good."""

    def __init__(self, name: str, log: Path, dies_at: int = 0) -> None:
        super().__init__()
        self.name = name
        self.pace = Pace(30, 1) if name == PHONE else None
        self._log = os.open(log, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        self._left = dies_at

    async def send(self, address: str, outgoing: Outgoing) -> Outcome:
        """See `bot.channels.contract.Channel`."""
        os.write(self._log, f"{address}\n".encode())
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().send(address, outgoing)


class Reminding:
    """A clock that goes from one moment at which something is due to the next."""

    def __init__(self, database: Database, channels: Sequence[Channel], begin: datetime) -> None:
        types = load_course_types(COURSE_TYPES)
        wording = Wording(load_content(LOCALES), load_catalogues(LOCALES))
        remind = Remind(database, wording, types)
        self._database = database
        self._at = begin
        by_name = {channel.name: channel for channel in channels}
        self._deliver = Deliver(Sender(database, by_name, wording, lambda: self._at, remind))
        self._look = Materialise(database, Plan(types), lambda: self._at, self._deliver.soon)

    async def run(self) -> None:
        """As `bot.app` does it: first what a dead process left behind."""
        await self._deliver.recover(timedelta(0) if self._database.is_sqlite else None)
        print(READY, flush=True)
        while await self._goes_on():
            await self._look.tick()
            await self._deliver.everything_due()
            await self._deliver.recover()

    async def _goes_on(self) -> bool:
        """Let time pass until something is to be done; False when nothing is left."""
        async with self._database.reading() as session:
            planned = await next_due(session)
            claimed = await session.scalar(
                select(func.max(Delivery.claimed_at)).where(Delivery.status == "claimed")
            )
        lost = claimed + LEASE + timedelta(seconds=1) if claimed is not None else None
        due = min((each for each in (planned, lost) if each is not None), default=None)
        if due is None:
            return False
        # What is due and was held back waits for the pace of the channel.
        self._at = due if due > self._at else self._at + timedelta(seconds=1)
        return True


async def reached(database: Database, begin: datetime) -> datetime:
    """How far an earlier process came."""
    async with database.reading() as session:
        last = await session.scalar(select(func.max(func.coalesce(Delivery.claimed_at, Delivery.done_at))))
    return max(begin, last) if last is not None else begin


async def main(url: str, begin: str, log: str, dies_at: str) -> None:
    """See the top of this file."""
    set_up_logs("error", "text")
    database = Database(async_url(url))
    channels = Arriving(WEB, Path(log)), Arriving(PHONE, Path(log), int(dies_at))
    at = await reached(database, datetime.fromisoformat(begin))
    await Reminding(database, channels, at).run()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
