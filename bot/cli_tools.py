"""What the commands share: settings with logs, a database for one command, JSON lines."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import typer

from bot.logs import set_up_logs
from bot.problems import ProblemsError
from bot.settings import Settings, load_settings
from bot.store.database import Database, sqlite_file


def read_settings(quiet: bool = False) -> Settings:
    """The settings, with logs as they ask; ``quiet`` logs errors only, where the output is the result."""
    settings = load_settings()
    set_up_logs("error" if quiet else settings.log_level, settings.log_format)
    return settings


async def with_database(
    settings: Settings, use: Callable[[Database], Awaitable[None]], makes_it: bool = False
) -> None:
    """Open the database for one command; raises ProblemsError where its folder is missing."""
    url = settings.database_url.get_secret_value()
    file = sqlite_file(url)
    if file is not None and not file.parent.exists() and not makes_it:
        raise ProblemsError([f"environment: WEGWIJS_DATABASE_URL: there is no folder {file.parent}"])
    database = Database(url)
    try:
        await use(database)
    finally:
        await database.close()


def print_json(**fields: object) -> None:
    """One object a line."""
    typer.echo(json.dumps(fields, ensure_ascii=False))
