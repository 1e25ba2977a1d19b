"""The desk at which a file is taken in: the transaction, what is planned with, and what is wrong so far."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cells import quoted
from bot.problems import ProblemsError
from bot.spreadsheets import Column, Row
from bot.store.tables import Base
from bot.usecases.plan import Plan
from flows.local_time import local
from nlu.redaction import redact

# A BSN without its leading zero, the shortest that `redact` takes out, has so many digits.
BSN_LEAST = 8

Stored = TypeVar("Stored", bound=Base)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows were new, changed something, and changed nothing."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes in one file. ``contacts`` leads from the key and from the official name of an organisation,
    casefolded, to its key; ``session`` is a transaction that writes."""

    session: AsyncSession
    plan: Plan
    contacts: Mapping[str, str]
    now: datetime
    file: str
    _problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The date in Leeuwarden."""
        return local(self.now).date()

    def problem(self, row: Row, column: str, what: str) -> None:
        """Something is wrong with a cell."""
        self._problems.append((row.number, f"{self.file}: row {row.number}, column {column}: {what}"))

    def stop_at_problems(self) -> None:
        """Raises ProblemsError with all problems, in the order of the rows, if there are any."""
        if self._problems:
            raise ProblemsError([line for _, line in sorted(self._problems, key=lambda each: each[0])])

    async def add(self, table: type[Stored], rows: Sequence[Mapping[str, Any]]) -> Sequence[Stored]:
        """Write new rows, many with one statement; all of them have the same keys."""
        if not rows:
            return ()
        # The unit of work would write one after the other, to know which got which id.
        return (await self.session.scalars(insert(table).returning(table), rows)).all()

    def contact(self, row: Row, column: str) -> object:
        """The key of the organisation that a cell names, or what else stands there; None for one that is not
        known, which is a problem."""
        given = row.values[column]
        if not isinstance(given, str):
            return given
        key = self.contacts.get(given.casefold())
        if key is None:
            self.problem(row, column, f"{quoted(given)} is neither a key nor a name in locales/contacts.yml")
        return key

    def sound(self, rows: Sequence[Row], *identity: str) -> list[Row]:
        """The rows without those that hold what may be a BSN, or that stand there for the second time; both
        are problems. ``identity`` names the columns that must differ."""
        firsts: dict[Hashable, int] = {}
        sound = []
        for row in rows:
            if self._holds_bsn(row):
                continue
            first = firsts.setdefault(tuple(row.values[name] for name in identity), row.number)
            if first == row.number:
                sound.append(row)
            else:
                self.problem(row, identity[-1], f"stands in row {first} already")
        return sound

    def _holds_bsn(self, row: Row) -> bool:
        columns = [
            name for name, value in row.values.items() if isinstance(value, str) and _may_be_bsn(value)
        ]
        for name in columns:
            self.problem(row, name, "looks like a BSN; never import a BSN")
        return bool(columns)


def _may_be_bsn(given: str) -> bool:
    return sum(map(str.isdigit, given)) >= BSN_LEAST and redact(given).kinds != ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of records. ``take_in`` checks all rows and then applies them, or raises ProblemsError;
    ``rows`` gives everything on record, as values by the names of the columns."""

    columns: Sequence[Column]
    take_in: Callable[[Desk, Sequence[Row]], Awaitable[Tally]]
    rows: Callable[[AsyncSession], Awaitable[list[dict[str, Any]]]]
