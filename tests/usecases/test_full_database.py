"""A database that is full: nothing is lost silently, and everything goes on when there is room again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.channels.contract import Arrival, NotStored
from bot.content import Content
from bot.store.database import Database, async_url
from bot.store.migration import migrate
from bot.wording import Wording
from tests.usecases.conftest import World

PAGES = 80  # of 4,096 bytes: room for the tables and a few messages


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite database that may not grow beyond PAGES."""
    url = async_url(f"sqlite:///{tmp_path}/full.db")
    wide = Database(url)
    await migrate(wide)
    await wide.close()
    database = Database(url)

    @event.listens_for(database.engine.sync_engine, "connect")
    def _limit(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA max_page_count = {PAGES}")
        cursor.close()

    yield database
    await database.close()


async def test_what_does_not_fit_is_refused_and_what_was_taken_is_answered(
    narrow: Database, content: Content, wording: Wording, tmp_path: Path
) -> None:
    world = World(narrow, content, wording)
    taken = 0
    with pytest.raises(NotStored):
        for number in range(2000):
            arrival = Arrival("fake", str(number), f"a{number}", "said", "x" * 1900)
            await world.converse.accept(arrival)
            taken += 1
    await world.converse.settle()
    assert taken > 0
    # Somebody makes room; the program that comes up finds what it had taken, and answers all of it.
    wide = Database(async_url(f"sqlite:///{tmp_path}/full.db"))
    born = World(wide, content, wording)
    await born.converse.wake_all()
    await born.converse.settle()
    await born.deliver.everything_due()
    assert {address for address, _ in born.channel.sent} == {str(number) for number in range(taken)}
    await wide.close()
