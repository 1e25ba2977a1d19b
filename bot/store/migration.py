"""Bring a database to the newest form of the tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, select, text

from bot.store.database import Database, sqlite_file
from bot.store.tables import Chat, Person

MIGRATIONS = Path(__file__).parent / "migrations"
# One process migrates PostgreSQL at a time; the number only has to be the same for all of them.
LOCK = 7_363_927


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database) -> None:
    """Run every migration that is still missing. Makes the folder of a SQLite file."""
    file = sqlite_file(str(database.engine.url))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))


async def is_empty(database: Database) -> bool:
    """Whether nobody and nothing is in the database yet."""
    async with database.reading() as session:
        people = await session.scalar(select(func.count()).select_from(Person))
        talks = await session.scalar(select(func.count()).select_from(Chat))
    return not people and not talks
