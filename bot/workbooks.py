"""XLSX workbooks: their first sheet as records, and records as a workbook.

Everything that could eat memory is looked for in the zip and in the XML before openpyxl sees the file.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.xml.constants import SHEET_MAIN_NS

from bot.cells import Cell, Record, Unreadable, cell, record, unguarded, written

UNPACKED_MOST = 250_000_000  # bytes
PARTS_MOST = 5_000
# The largest table that is read, with an own text in every cell, has about 3.6 million.
ELEMENTS_MOST = 4_000_000
# Of these, openpyxl keeps what is not a row or a text: formats, merged cells, conditions.
KEPT_MOST = 500_000
# The limits of the file format itself.
ROW_MOST, CELLS_MOST = 1_048_576, 16_384

WIDTHS = (8, 60)  # characters

# Whatever openpyxl and the modules below it raise at a file that is not what it should be.
DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    ParseError,
    RuntimeError,
    TokenizerError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)

_ROW, _CELL, _MERGED, _DATA, _WORKSHEET, _STRINGS = (
    f"{SHEET_MAIN_NS} {name}" for name in ("row", "c", "mergeCell", "sheetData", "worksheet", "sst")
)
# What openpyxl reads piece by piece, and forgets.
_PIECEWISE = {_WORKSHEET, _STRINGS}
_LET_GO = {_ROW, _CELL, *(f"{SHEET_MAIN_NS} {name}" for name in ("v", "f", "is", "si", "r", "t"))}
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main worksheet"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Excel believes in 29 February 1900; before that day it and other programs differ by one.
_DAYS_AGREE = datetime.date(1900, 3, 1)


class NotReadableError(Exception):
    """The workbook cannot be read at all; the message says what is wrong and what helps."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a workbook that is not empty."""

    records: Sequence[Record]
    merged: Sequence[str]  # ranges, as "B4:D4"
    hidden: Sequence[int]  # numbers of records that are hidden
    others: Sequence[str]  # names of other sheets that are not empty


@dataclass(frozen=True, slots=True)
class _Marks:
    """What openpyxl does not tell of a sheet that it reads piece by piece."""

    merged: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)


def read_workbook(data: bytes, most: int) -> Sheet:
    """At most ``most`` records of the first sheet with something in it; raises NotReadableError."""
    _refuse_other_kinds(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            marks = _looked_through(archive)
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out: pictures, checks of what is typed, colours.
            warnings.simplefilter("ignore")
            return _first_sheet(io.BytesIO(data), marks, most)
    except DAMAGE as error:
        raise NotReadableError(f"is not an XLSX workbook, or damaged ({type(error).__name__})") from error


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(bytes.fromhex("D0CF11E0")):
        raise NotReadableError("is an old XLS workbook or has a password: save it as XLSX, without one")
    if b"mimetypeapplication/vnd.oasis.opendocument" in data[:200]:
        raise NotReadableError("is an OpenDocument file (ODS): save it as XLSX or as CSV UTF-8")


def _looked_through(archive: zipfile.ZipFile) -> dict[str, _Marks]:
    """The marks of each part; raises NotReadableError for what would eat memory."""
    parts = archive.infolist()
    # zipfile never unpacks more of a part than the size that is told here, so a lie does not help.
    if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > UNPACKED_MOST:
        raise NotReadableError(f"unpacks to more than {UNPACKED_MOST // 1_000_000} MB, or {PARTS_MOST} parts")
    look = _Look()
    for part in parts:
        with archive.open(part) as opened:
            look.through(part.filename, opened)
    return look.marks


class _Look:
    """Runs through the XML of a workbook without keeping it: counts, and notes the marks of each part."""

    def __init__(self) -> None:
        self.marks: dict[str, _Marks] = {}
        self._elements = self._kept = self._cells = self._row = 0
        self._root, self._last = "", (0, "")
        self._here = _Marks()

    def through(self, name: str, part: IO[bytes]) -> None:
        """Look at one part. One that is no XML ends at its first byte; openpyxl would come no further."""
        self._here = self.marks[name] = _Marks()
        self._root = ""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._doctype
        with suppress(expat.ExpatError):
            parser.ParseFile(part)

    def _doctype(self, *_: object) -> None:
        raise NotReadableError("declares a document type, as no workbook does: save it anew as XLSX")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._root = self._root or name
        self._elements += 1
        self._kept += name not in _LET_GO or self._root not in _PIECEWISE
        if self._root == _WORKSHEET:
            self._start_in_sheet(name, attributes)
        elif name == _STRICT:
            raise NotReadableError("is a Strict Open XML workbook: save it as an ordinary XLSX workbook")
        if self._elements > ELEMENTS_MOST or self._kept > KEPT_MOST or self._cells > CELLS_MOST:
            raise NotReadableError("holds too many cells, maybe empty ones: copy the table to a new workbook")

    def _start_in_sheet(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == _CELL:
            self._cells += 1
            self._in_order(attributes.get("r", ""))
        elif name == _ROW:
            self._start_row(attributes)
        elif name == _DATA:
            self._row = 0
        elif name == _MERGED:
            self._here.merged.append(attributes.get("ref", "?"))

    # Cells and rows that are not in order are left out by openpyxl, without a word; and it counts up to the
    # number of a row, however far away.

    def _in_order(self, place: str) -> None:
        # Within a row, the longer place is further to the right: Z3 and then AA3.
        if place and not self._last < (len(place), place):
            raise ValueError(f"cell {place} after {self._last[1]}")
        self._last = (len(place), place)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= ROW_MOST:
            raise ValueError(f"row {number} after row {self._row}")
        self._row, self._cells, self._last = number, 0, (0, "")
        if attributes.get("hidden") in ("1", "true"):
            self._here.hidden.add(number)


def _first_sheet(file: IO[bytes], marks: Mapping[str, _Marks], most: int) -> Sheet:
    workbook = load_workbook(file, read_only=True, keep_links=False)
    filled = [sheet for sheet in workbook.worksheets if next(_records(sheet), None)]
    if not filled:
        return Sheet((), (), (), ())
    # The only place where openpyxl keeps which part of the zip a sheet is.
    here = marks[filled[0]._worksheet_path]  # type: ignore[attr-defined]
    records = list(islice(_records(filled[0]), most))
    hidden = [one.number for one in records if one.number in here.hidden]
    return Sheet(records, here.merged, hidden, [sheet.title for sheet in filled[1:]])


def _records(sheet: Any) -> Iterator[Record]:
    # The size that a file tells of its sheet may be wrong, and what lies outside would be left out.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.rows, 1):
        found = record(number, [_read_cell(one.value, one.data_type) for one in row]) if row else None
        if found:
            yield found


def _read_cell(value: Any, kind: str) -> Cell:
    """The canonical text of a cell; ``kind`` is openpyxl's letter for the type."""
    if value is None:
        return ""
    if kind == "f":
        return Unreadable("a formula: put its outcome there as a value")
    if kind == "e":
        return Unreadable(f"an error ({value})")
    if isinstance(value, str):
        found = cell(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), value))
        return unguarded(found) if isinstance(found, str) else found
    if isinstance(value, datetime.date) and written(value)[:10] < _DAYS_AGREE.isoformat():
        return Unreadable("a date before 1 March 1900, which programs count differently: write it as text")
    return written(value)


def workbook_bytes(columns: Sequence[str], texts: Sequence[Sequence[str]]) -> bytes:
    """A workbook with one sheet: bold names of columns in a row that stays in sight, and the texts below."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Table")
    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns):
        lines = [line for row in (columns, *texts) for line in row[place].split("\n")]
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(
            max(WIDTHS[0], 2 + max(map(len, lines), default=len(name))), WIDTHS[1]
        )
    bold = Font(bold=True)
    for number, row in enumerate((columns, *texts)):
        cells = []
        for one in row:
            # Told to be text after it got its value: openpyxl takes what begins with = for a formula.
            made = WriteOnlyCell(sheet, _LOOKS_ESCAPED.sub("_x005F_", one) or None)
            made.data_type = "s"
            # The format of text keeps Excel from making a date or a formula of it when it is edited.
            made.number_format = "@"
            if number == 0:
                made.font = bold
            cells.append(made)
        sheet.append(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
