"""The migrations make exactly the tables that the program uses; on both databases."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.store.database import Database
from bot.store.migration import alembic_config, is_empty, migrate
from bot.store.tables import Base


async def test_models_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await migrate(database)
    assert await is_empty(database)


async def test_the_way_back_works_too(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), "base"))
    await migrate(database)
    assert await is_empty(database)
