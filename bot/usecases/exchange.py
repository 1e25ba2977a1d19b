"""Exchange: the records come in from tables and go out as tables, each kind by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.records import courses, enrolments, meetings, people, presence
from bot.records.desk import Desk, Kind, Tally
from bot.spreadsheets import Table, csv_text, read_table, write_table
from bot.store.database import Database
from bot.usecases.plan import Plan

# In the order in which they can be imported into an empty database.
KINDS: Mapping[str, Kind] = {
    "people": Kind(people.COLUMNS, people.take_in, people.rows),
    "courses": Kind(courses.COLUMNS, courses.take_in, courses.rows),
    "meetings": Kind(meetings.COLUMNS, meetings.take_in, meetings.rows),
    "enrolments": Kind(enrolments.COLUMNS, enrolments.take_in, enrolments.rows),
    "presence": Kind(presence.COLUMNS, presence.take_in, presence.rows),
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """Imports and exports. ``contacts`` are the names of the organisations by their keys."""

    database: Database
    plan: Plan
    contacts: Mapping[str, str]
    clock: Callable[[], datetime]

    async def take_in(self, kind: str, file: Path, table: Table, dry_run: bool = False) -> Tally:
        """Take in what `read` found in ``file``, whole or not at all; with ``dry_run`` nothing stays written.

        Raises ProblemsError with everything that is wrong, as ``file: row 12, column birth_date: ...``.
        """
        names = {name.casefold(): key for key, name in self.contacts.items()}
        keys = {key.casefold(): key for key in self.contacts}
        async with self.database.writing() as session:
            desk = Desk(session, self.plan, names | keys, self.clock(), str(file))
            tally = await KINDS[kind].take_in(desk, table.rows)
            if dry_run:
                await session.rollback()
        return tally

    async def text(self, kind: str) -> str:
        """All records of a kind as CSV; raises ProblemsError for what no table can hold."""
        return csv_text(*await self._all(kind))

    async def save(self, kind: str, file: Path) -> int:
        """Write all records of a kind to a file, CSV or XLSX by its suffix; returns how many there are.

        Raises ProblemsError.
        """
        columns, rows = await self._all(kind)
        write_table(file, columns, rows)
        return len(rows)

    async def _all(self, kind: str) -> tuple[Sequence[str], Sequence[Mapping[str, object]]]:
        async with self.database.reading() as session:
            rows = await KINDS[kind].rows(session)
        return [column.name for column in KINDS[kind].columns], rows


def read(kind: str, file: Path) -> Table:
    """The table in a file, read before the database is held; raises ProblemsError."""
    return read_table(file, KINDS[kind].columns)
