"""The command ``wegwijs calendar``: secret addresses of calendars."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli_tools import read_settings, with_database
from bot.moving_clock import clock_of
from bot.problems import ProblemsError
from bot.settings import Settings
from bot.store import feeds, people
from bot.store.database import Database
from bot.web.calendar import calendar_path

Reference = Annotated[str, typer.Argument(help="The reference in the records.")]
Withdraw = Annotated[bool, typer.Option("--withdraw", help="End the address instead of making one.")]
Owner = Callable[[AsyncSession], Awaitable[dict[str, int]]]
"""Finds whose calendar it is, as `feeds.renew` takes it; raises ProblemsError."""

calendar = typer.Typer(
    help="Make the secret address of a calendar, for phones to subscribe to; the one before ends.",
    no_args_is_help=True,
)


@calendar.command()
def person(reference: Reference, withdraw: Withdraw = False) -> None:
    """The meetings that a person is expected at, in the language of the person."""

    async def owner(session: AsyncSession) -> dict[str, int]:
        found = await people.person_by_reference(session, reference)
        if found is None:
            raise ProblemsError([f"people: {reference}: there is no such reference"])
        return {"person": found.id}

    _carry_out(owner, withdraw)


@calendar.command()
def course(reference: Reference, withdraw: Withdraw = False) -> None:
    """All meetings of a course, in Dutch."""

    async def owner(session: AsyncSession) -> dict[str, int]:
        found = await feeds.course_by_reference(session, reference)
        if found is None:
            raise ProblemsError([f"courses: {reference}: there is no such reference"])
        return {"course": found.id}

    _carry_out(owner, withdraw)


def _carry_out(owner: Owner, withdraw: bool) -> None:
    settings = read_settings()

    async def change(database: Database) -> None:
        async with database.writing() as session:
            of = await owner(session)
            if withdraw:
                ended = await feeds.withdraw(session, **of)
                said = "the address is ended" if ended else "there was no address"
            else:
                public = _public_address(settings)
                said = public + calendar_path(await feeds.renew(session, **of, now=clock_of(settings)()))
        # Only an address that was stored is handed out.
        typer.echo(said)

    asyncio.run(with_database(settings, change))


def _public_address(settings: Settings) -> str:
    if settings.public_url is None and settings.port == 0:
        raise ProblemsError(["environment: WEGWIJS_PUBLIC_URL: needed where WEGWIJS_PORT is 0"])
    return settings.public_address
