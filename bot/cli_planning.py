"""The commands about meetings: what will be sent, whom to phone, who stands where."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import lay_words
from bot.cli_tools import print_json, read_settings, with_database
from bot.moving_clock import clock_of
from bot.problems import ProblemsError
from bot.settings import Settings
from bot.store import people
from bot.store.database import Database
from bot.store.tables import Person
from bot.usecases.attention import standings, unreachable
from bot.usecases.preview import Preview
from bot.usecases.remind import Remind
from flows.local_time import at_wall_time, local

planning = typer.Typer()

Days = Annotated[int, typer.Option(min=1, max=3660, help="How many days from there.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
PersonOption = Annotated[str, typer.Option(help="The case reference of the person.")]


@planning.command()
def reminders(
    person: PersonOption,
    begin: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="The first day, as 2026-11-30; today without it."),
    ] = None,
    days: Days = 14,
    as_json: AsJson = False,
) -> None:
    """Show what one person will be sent and when, what was sent, and why not."""
    settings = read_settings(quiet=True)
    now = clock_of(settings)
    first = begin.date() if begin else local(now()).date()
    words = lay_words(settings)

    async def show(database: Database) -> None:
        preview = Preview(database, Remind(database, words.wording, words.course_types), now)
        async with database.reading() as session:
            known = await _person(session, person)
        since = at_wall_time(first, time())
        for line in await preview.of(known, since, at_wall_time(first + timedelta(days=days), time())):
            if as_json:
                print_json(**line.as_json())
            else:
                reason = f" ({line.reason})" if line.reason else ""
                typer.echo(f"{line.due_at}  {line.kind:8}  {line.meeting or '-'}  {line.status}{reason}")
                typer.echo("".join(f"    {text}\n" for text in (line.text or "").splitlines() if text))

    asyncio.run(with_database(settings, show))


@planning.command(name="unreachable")
def show_unreachable(days: Days = 7, as_json: AsJson = False) -> None:
    """List for each meeting ahead whom to phone, because no message reaches them."""
    settings = read_settings(quiet=True)

    async def show(session: AsyncSession) -> list[dict[str, Any]]:
        now = clock_of(settings)()
        return [each.as_json() for each in await unreachable(session, now, now + timedelta(days=days))]

    _show(settings, show, as_json)


@planning.command()
def participation(
    person: Annotated[str | None, typer.Option(help="Only this case reference.")] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Only whose last date is not known.")] = False,
    as_json: AsJson = False,
) -> None:
    """List where newcomers stand on the way to the participation statement, with their last date."""
    settings = read_settings(quiet=True)
    types = lay_words(settings).course_types

    async def show(session: AsyncSession) -> list[dict[str, Any]]:
        only = await _person(session, person) if person else None
        found = await standings(session, types, only)
        return [each.as_json() for each in found if each.missing or not unknown]

    _show(settings, show, as_json)


def _show(
    settings: Settings, rows: Callable[[AsyncSession], Awaitable[list[dict[str, Any]]]], as_json: bool
) -> None:
    async def show(database: Database) -> None:
        async with database.reading() as session:
            for row in await rows(session):
                if as_json:
                    print_json(**row)
                else:
                    typer.echo("  ".join(str(value) for value in row.values() if value not in (None, ())))

    asyncio.run(with_database(settings, show))


async def _person(session: AsyncSession, reference: str) -> Person:
    found = await people.person_by_reference(session, reference)
    if found is None:
        raise ProblemsError([f"people: {reference}: there is no such reference"])
    return found
