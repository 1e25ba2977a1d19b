"""Imports and exports of a world, from texts of CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.problems import ProblemsError
from bot.records.desk import Tally
from bot.store.tables import Base, Course, Enrolment, Meeting, Participation, Person, Prompt
from bot.usecases.exchange import KINDS, Exchange, read
from tests.usecases.conftest import World

TABLES: tuple[type[Base], ...] = (Person, Course, Meeting, Enrolment, Participation, Prompt)


class Records:
    """The records of a world, as somebody with a spreadsheet sees them."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        contacts = {key: entry.name for key, entry in world.content.contacts.items()}
        self.exchange = Exchange(world.database, world.plan, contacts, world.clock)

    async def take_in(self, kind: str, table: str | bytes | Path, dry_run: bool = False) -> tuple[int, ...]:
        """How many rows were new, changed and unchanged."""
        file = table if isinstance(table, Path) else self.saved(kind, table)
        tally = await self.exchange.take_in(kind, file, read(kind, file), dry_run)
        assert isinstance(tally, Tally)
        return tally.new, tally.changed, tally.unchanged

    def saved(self, kind: str, table: str | bytes) -> Path:
        """A CSV file."""
        file = self.folder / f"{kind}.csv"
        file.write_bytes(table.encode() if isinstance(table, str) else table)
        return file

    async def problems(self, kind: str, table: str | bytes | Path) -> list[str]:
        """What is said about a file that is refused, without its name."""
        with pytest.raises(ProblemsError) as refused:
            await self.take_in(kind, table)
        file = table if isinstance(table, Path) else self.folder / f"{kind}.csv"
        assert all(line.startswith(f"{file}: ") for line in refused.value.problems)
        return [line.removeprefix(f"{file}: ") for line in refused.value.problems]

    async def everything(self) -> list[object]:
        """All that is on record and planned, to compare before and after."""
        async with self.world.database.reading() as session:
            return [
                sorted(map(repr, await session.execute(select(*table.__table__.columns)))) for table in TABLES
            ]

    async def out_and_in(self, suffix: str) -> list[tuple[int, ...]]:
        """Every kind exported to a file and imported again."""
        found = []
        for kind in KINDS:
            file = self.folder / f"out-{kind}{suffix}"
            await self.exchange.save(kind, file)
            found.append(await self.take_in(kind, file))
        return found


def many(rows: int) -> dict[str, str]:
    """A table of each kind with so many rows: groups of forty, with forty meetings each."""
    groups = range(rows // 40)
    people = [f"N-{n},Newcomer {n},20{n % 10:02}-01-02,2026-10-{1 + n % 28:02},Wi2013\n" for n in range(rows)]
    courses = [f"C-{n},sport,Group {n},wellzo,50\n" for n in range(rows)]
    meetings = [
        f"M-{group}-{n},C-{group},2026-{11 - n // 20:02}-{1 + n % 20:02},{8 + group % 10:02}:00,"
        f"{9 + group % 10:02}:00,Wellzo\n"
        for group in groups
        for n in range(40)
    ]
    return {
        "people": "reference,name,birth_date,settled_on,regime\n" + "".join(people),
        "courses": "reference,type,title,organisation,capacity\n" + "".join(courses),
        "meetings": "reference,course,date,start,end,place\n" + "".join(meetings),
        "enrolments": "person,course\n" + "".join(f"N-{n},C-{n // 40}\n" for n in range(rows)),
        "presence": "person,meeting,presence\n"
        + "".join(
            f"N-{n},M-{n // 40}-{n % 20 + 20},{'absent' if n % 3 else 'present'}\n" for n in range(rows)
        ),
    }
