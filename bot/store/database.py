"""A database by its address: SQLite in WAL mode or PostgreSQL, with short transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import ARRAY, JSON, BigInteger, ColumnElement, any_, bindparam, event, func, select, text
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

# What is thrown when the database is locked, full or away.
STORE_TROUBLE = (DBAPIError, PoolTimeoutError, OSError)
# How long a writer of SQLite waits for another one, seconds.
BUSY_TIMEOUT = 10.0


class Database:
    """Opens transactions. Building one opens nothing yet."""

    def __init__(self, url: str, pool_size: int = 5) -> None:
        """``url`` is an SQLAlchemy address with an async driver, as `async_url` makes it."""
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        arguments: dict[str, Any] = {"pool_pre_ping": not self.is_sqlite}
        if self.is_sqlite:
            arguments["connect_args"] = {"timeout": BUSY_TIMEOUT}
        else:
            arguments["pool_size"] = pool_size
        self.engine: AsyncEngine = create_async_engine(url, **arguments)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        self._reading = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writing = async_sessionmaker(
            self.engine.execution_options(sqlite_writes=True), expire_on_commit=False
        )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A transaction that only reads."""
        async with self._reading() as session, session.begin():
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that writes; on SQLite it takes the write lock at once, so that it never has to
        give up half-way because another writer was faster."""
        async with self._writing() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    async def answers(self) -> bool:
        """Whether the database can be reached."""
        try:
            async with self.reading() as session:
                await session.execute(text("SELECT 1"))
        except STORE_TROUBLE:
            return False
        return True


def is_sqlite(session: AsyncSession) -> bool:
    """Whether this transaction is on SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def insert_into(session: AsyncSession, table: Any) -> Any:
    """An INSERT that knows ON CONFLICT, which both databases spell alike but SQLAlchemy keeps apart."""
    return insert_on(is_sqlite(session), table)


def insert_on(on_sqlite: bool, table: Any) -> Any:
    """See `insert_into`; for a statement that is kept."""
    return insert_on_sqlite(table) if on_sqlite else insert_on_postgresql(table)


def is_among(column: Any, name: str, on_sqlite: bool) -> ColumnElement[bool]:
    """Whether a number is in the list that is bound to ``name``. However long the list, the statement is the
    same, so that it is built, compiled and prepared once."""
    if on_sqlite:
        given = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
        among: ColumnElement[bool] = column.in_(select(given.c.value))
        return among
    within: ColumnElement[bool] = column == any_(bindparam(name, type_=ARRAY(BigInteger)))
    return within


def async_url(url: str) -> str:
    """``url`` with the driver this program uses; ``sqlite:///file`` and ``postgresql://...`` are enough."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError("must be sqlite:///FILE or postgresql://USER@HOST/DATABASE") from error
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    driver = drivers.get(parsed.get_backend_name())
    if driver is None:
        raise ValueError("only sqlite and postgresql are supported")
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite address; None for PostgreSQL and for memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        # SQLAlchemy begins the transactions below; sqlite3 would only begin them at the first write.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("sqlite_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
