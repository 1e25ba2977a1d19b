"""For every test: no network beyond this machine, none of our variables, both databases."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.logs import set_up_logs
from bot.settings import PREFIX, TEST_PREFIX
from bot.store.database import Database, async_url, sqlite_file
from bot.store.migration import migrate
from bot.store.tables import Base
from nlu.embedded import HERE, load_or_train
from tests.needs import postgres_url

for name in [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)]:
    del os.environ[name]

# As in the program: otherwise structlog draws every error with all values around it, for seconds each.
# What is logged reaches pytest.
set_up_logs("info", "text")
logging.getLogger().handlers.clear()


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches out fails, also where a network is there."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in {"127.0.0.1", "::1", "localhost", "local"}:
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with postgres_url() as url:
        yield url


@pytest.fixture(scope="session")
def engine_cache(pytestconfig: pytest.Config) -> Path:
    """A folder for WEGWIJS_CACHE_DIR, in pytest's own cache, with the trained engine. The first test that
    needs it makes it, and only when its data or its code changed; all others wait for that."""
    folder = pytestconfig.cache.mkdir("engine")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        load_or_train(HERE, folder)
    return folder


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with all tables and no rows, to be copied: migrating takes a third of a second."""
    return migrated(async_url(f"sqlite:///{tmp_path_factory.mktemp('migrated')}/empty.db"))


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    """The address of a PostgreSQL with all tables."""
    migrated(async_url(postgres))
    return postgres


def migrated(url: str) -> Path:
    """Make all tables; returns the file, where it is one."""

    async def make() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return sqlite_file(url) or Path()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database of each kind; the file is new, PostgreSQL has had other guests."""
    if request.param == "postgres":
        return async_url(request.getfixturevalue("migrated_postgres"))
    shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "test.db")
    return async_url(f"sqlite:///{tmp_path}/test.db")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty, migrated database of each kind."""
    opened = Database(database_url)
    if not opened.is_sqlite:
        async with opened.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                await session.execute(table.delete())
    try:
        yield opened
    finally:
        await opened.close()
