"""What columns of records have in common: lines, references, and cells that empty a field."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from bot.cells import quoted, text
from bot.spreadsheets import Column, Row
from nlu.contract import LANGUAGES

# So many characters fit, as in `bot.store.tables`.
REFERENCE_MOST = 64
NAME_MOST = 200
LANGUAGE_CODES = tuple(LANGUAGES)

Value = TypeVar("Value")


class Emptied(Enum):
    """A cell that takes away what is on record; an empty cell leaves it."""

    EMPTIED = "-"


EMPTIED = Emptied.EMPTIED


def line(most: int) -> Callable[[str], str]:
    """A reader of a text of one line and at most ``most`` characters."""
    fits = text(most)

    def read(given: str) -> str:
        if "\n" in given:
            raise ValueError(f"{quoted(given)} stands on more than one line")
        return fits(given)

    return read


def reference_column(about: str, name: str = "reference") -> Column:
    """The column by which rows are matched with the records."""
    return Column(name, line(REFERENCE_MOST), required=True, about=about)


def optional(name: str, read: Callable[[str], object], about: str) -> Column:
    """A column of a field that can be emptied."""

    def read_or_empty(given: str) -> object:
        return EMPTIED if given == EMPTIED.value else read(given)

    return Column(name, read_or_empty, about=about)


def after(row: Row, column: str, stored: Value, empty: Any = None) -> Value:
    """What a field holds after the row: what the cell says; ``stored`` where it is blank; ``empty`` where it
    empties the field."""
    value: Any = row.values[column]
    if value is None:
        return stored
    found: Value = empty if value is EMPTIED else value
    return found
