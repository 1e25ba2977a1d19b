"""The commands ``wegwijs import`` and ``wegwijs export``: the records as tables."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.app import lay_words
from bot.cli_tools import read_settings, with_database
from bot.moving_clock import clock_of
from bot.settings import Settings
from bot.store.database import Database
from bot.usecases.exchange import Exchange, read
from bot.usecases.plan import Plan

records = typer.Typer()


class KindArgument(StrEnum):
    """The kinds of records as the command line takes them."""

    people = "people"
    courses = "courses"
    meetings = "meetings"
    enrolments = "enrolments"
    presence = "presence"


@records.command(name="import")
def import_records(
    kind: KindArgument,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, as docs/records.md says.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, and write nothing.")] = False,
) -> None:
    """Take records over from a table; with a problem anywhere nothing is written."""
    settings = read_settings(quiet=True)
    table = read(kind.value, file)
    for note in table.notes:
        typer.echo(note, err=True)

    async def take_in(database: Database) -> None:
        tally = await _exchange(settings, database).take_in(kind.value, file, table, dry_run)
        typer.echo(f"{kind.value}: {tally.new} new, {tally.changed} changed, {tally.unchanged} unchanged")
        if dry_run:
            typer.echo("dry run: nothing was written")

    asyncio.run(with_database(settings, take_in))


@records.command(name="export")
def export_records(
    kind: KindArgument,
    file: Annotated[
        Path | None, typer.Argument(help="CSV or XLSX by its suffix; CSV on standard output without it.")
    ] = None,
) -> None:
    """Write records as a table, which `import` reads back."""
    settings = read_settings(quiet=True)

    async def give_out(database: Database) -> None:
        exchange = _exchange(settings, database)
        if file is None:
            typer.echo(await exchange.text(kind.value), nl=False)
        else:
            typer.echo(f"{kind.value}: {await exchange.save(kind.value, file)} rows written")

    asyncio.run(with_database(settings, give_out))


def _exchange(settings: Settings, database: Database) -> Exchange:
    words = lay_words(settings)
    contacts = {key: entry.name for key, entry in words.content.contacts.items()}
    return Exchange(database, Plan(words.course_types), contacts, clock_of(settings))
