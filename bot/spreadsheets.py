"""Tables as CSV or XLSX files: read with all problems named at once, and written so that they read back."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from openpyxl.utils import get_column_letter

from bot.cells import (
    LONGEST,
    Cell,
    Record,
    Unreadable,
    cell,
    control_in,
    guarded,
    plain_digits,
    quoted,
    record,
    tidy,
    unguarded,
    written,
)
from bot.problems import ProblemsError
from bot.workbooks import NotReadableError, read_workbook, workbook_bytes

ROWS_MOST = 20_000
COLUMNS_MOST = 60
BYTES_MOST = 50_000_000
KINDS = (".csv", ".xlsx")

_AS_UTF8 = 'save it as "CSV UTF-8" in Excel, or with the character set "Unicode (UTF-8)" in LibreOffice'
_NEWLINE = re.compile("\r\n?|\n")
_IN_QUOTES = re.compile('"[^"]*(?:"|$)')
# How ZIP files (XLSX, ODS) begin, and old XLS workbooks.
_PACKED = (b"PK\x03\x04", bytes.fromhex("D0CF11E0"))
# A plus and figures: a number or a telephone number, which nobody can make a program run.
_SIGNED = re.compile(r"\+[\d\s().,:/-]*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have, with what makes a value of the tidy text of a cell.

    ``read`` raises ValueError with what is wrong; an empty cell never reaches it.
    """

    name: str
    read: Callable[[str], object]
    required: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet program counts (the header is row 1), and a value for the name of
    every column, None where the cell is empty."""

    number: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds; ``notes`` are lines about what was accepted but deserves a word."""

    rows: Sequence[Row]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Findings:
    """What is wrong with a file, and what deserves a word, as ``file: where: what``."""

    file: str
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def problem(self, where: str, what: str) -> None:
        self.problems.append(f"{self.file}: {where}: {what}")

    def note(self, where: str, what: str) -> None:
        self.notes.append(f"{self.file}: {where}: {what}")

    def stop(self, what: str, where: str = "") -> NoReturn:
        """Raise what was found, and this."""
        self.problem(where, what)
        raise ProblemsError(self.problems)


def read_table(path: Path, columns: Sequence[Column]) -> Table:
    """The rows of a file that are not blank, its name ending in .csv or .xlsx.

    Raises ProblemsError with the problems of the whole file; nothing is read by halves.
    """
    found = _Findings(str(path))
    data = _bytes(path, found)
    as_csv = path.suffix.casefold() == ".csv"
    records = _csv_records(data, columns, found) if as_csv else _xlsx_records(data, found)
    if len(records) > ROWS_MOST + 1:
        found.stop(f"more than {ROWS_MOST:,} rows: divide it over several files")
    rows = _rows(records, columns, found)
    if found.problems:
        raise ProblemsError(found.problems)
    return Table(rows, found.notes)


def _bytes(path: Path, found: _Findings) -> bytes:
    """What the file holds, if a table can be expected there."""
    if path.suffix.casefold() not in KINDS:
        found.stop("only .csv and .xlsx files are read: save it as XLSX or as CSV UTF-8")
    try:
        if not path.is_file():
            found.stop("is not a file" if path.exists() else "does not exist")
        if path.stat().st_size > BYTES_MOST:
            found.stop(f"larger than {BYTES_MOST // 1_000_000} MB: divide it over several files")
        data = path.read_bytes()
    except OSError as error:
        found.stop(f"cannot be read ({type(error).__name__})")
    if not data:
        found.stop("is empty")
    return data


# rows


def _rows(records: Sequence[Record], columns: Sequence[Column], found: _Findings) -> list[Row]:
    if not records:
        found.stop("is empty")
    header, *body = [_narrow(one, found) for one in records]
    if header.number != 1:
        found.stop("the names of the columns must stand here", "row 1")
    places = _places(header.cells, columns, found)
    empty = dict.fromkeys(column.name for column in columns)
    return [Row(one.number, {**empty, **_values(one, places, header.cells, found)}) for one in body]


def _narrow(one: Record, found: _Findings) -> Record:
    if len(one.cells) <= COLUMNS_MOST:
        return one
    found.problem(f"row {one.number}", f"more than {COLUMNS_MOST} columns")
    return Record(one.number, one.cells[:COLUMNS_MOST])


def _places(header: Sequence[Cell], columns: Sequence[Column], found: _Findings) -> dict[int, Column]:
    """Where each column stands, counted from 0."""
    known = {column.name.casefold(): column for column in columns}
    places: dict[int, Column] = {}
    for place, name in enumerate(header):
        if name == "":
            continue
        where = f"row 1, column {get_column_letter(place + 1)}"
        if isinstance(name, Unreadable):
            found.problem(where, name.why)
        elif name.casefold() not in known:
            found.problem(where, _unknown(name, columns))
        elif known[name.casefold()] in places.values():
            found.problem(where, f"{name} stands here for the second time")
        else:
            places[place] = known[name.casefold()]
    for column in columns:
        if column.required and column not in places.values():
            found.problem(f"row 1, column {column.name}", "is missing")
    return places


def _unknown(name: str, columns: Sequence[Column]) -> str:
    names = [column.name for column in columns]
    near = get_close_matches("_".join(name.casefold().split()), names, 1)
    guess = f" (is it {near[0]}?)" if near else ""
    return f"{quoted(name)} is not a column of this table{guess}: it can have {', '.join(names)}"


def _values(
    one: Record, places: Mapping[int, Column], header: Sequence[Cell], found: _Findings
) -> dict[str, object]:
    """The values that can be read, by name of column."""
    values: dict[str, object] = {}
    for place, given in enumerate((*one.cells, *[""] * (len(header) - len(one.cells)))):
        column = places.get(place)
        if column is not None:
            values[column.name] = _value(given, column, f"row {one.number}, column {column.name}", found)
        elif given != "" and (place >= len(header) or header[place] == ""):
            where = f"row {one.number}, column {get_column_letter(place + 1)}"
            found.problem(where, "a value in a column without a name")
    return values


def _value(given: Cell, column: Column, where: str, found: _Findings) -> object:
    if given == "":
        if column.required:
            found.problem(where, "is empty, but needed")
        return None
    if isinstance(given, Unreadable):
        found.problem(where, given.why)
        return None
    try:
        value = column.read(given)
    except ValueError as error:
        found.problem(where, str(error))
        return None
    plain = plain_digits(given)
    # In a text they stay as they were written; where they are gone, they counted as digits.
    if plain != given and value != given:
        found.note(where, f"Arabic-Indic digits read as {_said(value)}")
    return value


def _said(value: object) -> str:
    try:
        return written(value)
    except TypeError:
        # A value of the reader's own making.
        return str(value)


# CSV


def _csv_records(data: bytes, columns: Sequence[Column], found: _Findings) -> list[Record]:
    text = _decoded(data, found)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True)
    records: list[Record] = []
    number = 0
    try:
        for number, cells in enumerate(rows, 1):
            if one := record(number, [_csv_cell(raw) for raw in cells]):
                records.append(one)
            if len(records) > ROWS_MOST + 1:
                break
    except csv.Error:
        # It shows in the record in which the quotation mark was opened; what follows cannot be told apart.
        endless = f"or a cell has more than {csv.field_size_limit():,} characters"
        found.problem(f"row {number + 1}", f"a quotation mark is not closed, or not doubled, {endless}")
    return records


def _decoded(data: bytes, found: _Findings) -> str:
    start = data[:400]
    if start.startswith(_PACKED):
        found.stop("is a workbook or another packed file, not CSV: the name of a workbook ends in .xlsx")
    # Latin letters in UTF-16 are every second byte a zero.
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or start.count(0) * 3 > len(start):
        found.stop(f"not UTF-8 but probably UTF-16: {_AS_UTF8}", "row 1")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
    row = 1 + len(_NEWLINE.findall(_IN_QUOTES.sub("", before)))
    # In an old encoding the first letter that is not plain Latin is wrong already.
    likely = "Windows-1252 or another old encoding" if before.isascii() else "UTF-8 that was cut or mixed"
    found.stop(f"not UTF-8 but probably {likely}: {_AS_UTF8}", f"row {row}")


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """Comma, semicolon or tab: whichever makes most columns of the header that are known, or most at all."""
    known = {column.name.casefold() for column in columns}

    def fit(delimiter: str) -> tuple[int, int]:
        header = next(csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter), [])
        return sum(tidy(name).casefold() in known for name in header), len(header)

    return max(",;\t", key=fit)


def _csv_cell(raw: str) -> Cell:
    text = cell(raw)
    if isinstance(text, Unreadable) or not text:
        return text
    if raw[0] == "\t":
        return Unreadable("begins with a tab, as harmful cells do: take it away")
    # A minus is let through: it begins numbers and remarks, and what is written gets its apostrophe.
    if text[0] in "=@" or (text[0] == "+" and not _SIGNED.fullmatch(text)):
        return Unreadable(f"begins with {text[0]}, as a formula does: take it away, or put an ' before it")
    return unguarded(text)


# XLSX


def _xlsx_records(data: bytes, found: _Findings) -> Sequence[Record]:
    try:
        sheet = read_workbook(data, ROWS_MOST + 2)
    except NotReadableError as error:
        found.stop(str(error))
    for name in sheet.others:
        found.problem(f"sheet {quoted(name)}", "has cells as well, and only one sheet is read: take it out")
    for cells in sheet.merged:
        row = "".join(filter(str.isdigit, cells.partition(":")[0]))
        found.problem(f"row {row}", f"the cells {cells} are merged: split them, and fill in each")
    for first, last in _runs(sheet.hidden):
        where = f"row {first}" if first == last else f"rows {first} to {last}"
        found.note(where, "hidden in the workbook, and read as well")
    return sheet.records


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of consecutive numbers."""
    firsts = [now for before, now in pairwise((-1, *numbers)) if now != before + 1]
    lasts = [now for now, after in pairwise((*numbers, -1)) if after != now + 1]
    return zip(firsts, lasts, strict=True)


# writing


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """The table as CSV with commas; raises ProblemsError as ``write_table`` does."""
    return _csv(columns, _texts("table", columns, rows, as_csv=True))


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write the columns of the rows to ``path``, CSV or XLSX by its suffix, for its owner alone to read.

    Dates are 2026-11-30, times 09:30, yes or no, nothing for None; texts are made tidy. ``read_table`` reads
    the same values back, without rows in which all is empty. Raises ProblemsError for texts that no
    spreadsheet can hold, and when the file cannot be written; what stood at ``path`` is then still there.
    """
    found = _Findings(str(path))
    kind = path.suffix.casefold()
    if kind not in KINDS:
        found.stop(f"the name must end in {' or '.join(KINDS)}")
    texts = _texts(str(path), columns, rows, as_csv=kind == ".csv")
    # Without the mark at the start, Excel takes UTF-8 for an old encoding.
    data = _csv(columns, texts).encode("utf-8-sig") if kind == ".csv" else workbook_bytes(columns, texts)
    try:
        _replace(path, data)
    except OSError as error:
        found.stop(f"cannot be written ({type(error).__name__})")


def _texts(
    file: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]], as_csv: bool
) -> list[list[str]]:
    found = _Findings(file)
    texts = []
    for number, row in enumerate(rows, 2):
        texts.append([_text(row[name], as_csv) for name in columns])
        for name, text in zip(columns, texts[-1], strict=True):
            too_long = f"more than {LONGEST:,} characters" if len(text) > LONGEST else ""
            if wrong := control_in(text) or too_long:
                found.problem(f"row {number}, column {name}", wrong)
    if found.problems:
        raise ProblemsError(found.problems)
    return texts


def _text(value: object, as_csv: bool) -> str:
    # -3 is a number and stays one; a text that begins so would be a formula in CSV.
    return guarded(written(value), all_formulas=as_csv) if isinstance(value, str) else written(value)


def _csv(columns: Sequence[str], texts: Iterable[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows((columns, *texts))
    return file.getvalue()


def _replace(path: Path, data: bytes) -> None:
    """Put a whole new file in the place of ``path``, or leave that as it was."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(data)
            file.close()
            os.replace(file.name, path)
        finally:
            Path(file.name).unlink(missing_ok=True)
