"""For every test: no network beyond this machine, none of our variables, both databases."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import PREFIX, TEST_PREFIX
from bot.store.database import Database, async_url
from bot.store.migration import migrate
from bot.store.tables import Base
from tests.needs import postgres_url

for name in [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)]:
    del os.environ[name]


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
    """A folder for WEGWIJS_CACHE_DIR, in pytest's own cache: the engine is trained there by the first test
    that needs it, and again only when its data or its code changed."""
    return pytestconfig.cache.mkdir("engine")


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        opened = Database(async_url(f"sqlite:///{tmp_path}/test.db"))
        await migrate(opened)
    else:
        opened = Database(async_url(request.getfixturevalue("postgres")))
        await migrate(opened)
        async with opened.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                await session.execute(table.delete())
    try:
        yield opened
    finally:
        await opened.close()
