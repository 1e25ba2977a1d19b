"""Tables are read whole or not at all, with every problem named; what is written reads back the same."""

from __future__ import annotations

import datetime
import os
import string
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart

from bot.cells import clock, control_in, day, decimal, one_of, text, tidy, whole_number, yes_no
from bot.problems import ProblemsError
from bot.spreadsheets import Column, Row, Table, csv_text, read_table, write_table

COLUMNS = (
    Column("name", text(20), required=True, about="the own name"),
    Column("birth_date", day),
    Column("count", whole_number(-5, 99)),
    Column("price", decimal(-5, 99)),
    Column("start", clock),
    Column("alone", yes_no),
    Column("kind", one_of({"young", "work"})),
    Column("remark", text(40_000)),
)
NAMES = [column.name for column in COLUMNS]
ALL = "name, birth_date, count, price, start, alone, kind, remark"
SAVE = 'save it as "CSV UTF-8" in Excel, or with the character set "Unicode (UTF-8)" in LibreOffice'
QUOTES = "a quotation mark is not closed, or not doubled, or a cell has more than 131,072 characters"


def read(path: Path) -> Table:
    return read_table(path, COLUMNS)


def problems(path: Path) -> list[str]:
    """What is said about a file, without its name."""
    with pytest.raises(ProblemsError) as refused:
        read(path)
    assert all(line.startswith(f"{path}: ") for line in refused.value.problems)
    return [line.removeprefix(f"{path}: ") for line in refused.value.problems]


def notes(path: Path) -> list[str]:
    return [line.removeprefix(f"{path}: ") for line in read(path).notes]


def row(number: int, **values: object) -> Row:
    return Row(number, dict.fromkeys(NAMES) | values)


def saved(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[str | bytes], Path]:
    return lambda content: saved(tmp_path / "table.csv", content)


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Saves a workbook with these rows, changed by a function of the workbook."""

    def save(rows: Iterable[Sequence[object]], change: Callable[[Workbook], object] = lambda _: None) -> Path:
        workbook = Workbook()
        for cells in rows:
            workbook.worksheets[0].append(cells)
        change(workbook)
        path = tmp_path / "table.xlsx"
        workbook.save(path)
        return path

    return save


def with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one part of its zip changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows: str) -> Callable[[bytes], bytes]:
    return lambda _: f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


# what is read


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_of_any_program_is_read(
    csv_file: Callable[[bytes], Path], delimiter: str, newline: str, mark: bytes
) -> None:
    lines = [
        ['"Name"', "birth_date", "price", "count"],
        ["ሰላም", "30-11-2026", '"3,5"', "-3"],
        [],
        ['"Jan ""de"" Wit"', "", "3.5", "+3"],
    ]
    content = newline.join(delimiter.join(cells) for cells in lines)
    table = read(csv_file(mark + content.encode()))
    assert table.rows == [
        row(2, name="ሰላም", birth_date=datetime.date(2026, 11, 30), price=Decimal("3.5"), count=-3),
        row(4, name='Jan "de" Wit', price=Decimal("3.5"), count=3),
    ]
    assert table.notes == []


def test_rows_are_counted_as_a_spreadsheet_program_does(csv_file: Callable[[str], Path]) -> None:
    path = csv_file('name,remark\nA,"two\nlines"\n\n , \nB,"\r\nmore, and more"\n')
    assert read(path).rows == [
        row(2, name="A", remark="two\nlines"),
        row(5, name="B", remark="more, and more"),
    ]


def test_the_cells_of_a_workbook_may_have_types_of_their_own(book: Callable[..., Path]) -> None:
    noon = datetime.datetime(2026, 11, 30, 12)  # noqa: DTZ001 - a workbook knows no time zone
    path = book(
        [
            NAMES,
            [12, noon.date(), 3.0, 3.5, datetime.time(9, 30), True, "WORK", noon],
            [None] * 8,
            [
                "A",
                noon.replace(hour=0),
                "3",
                "3,5",
                datetime.timedelta(hours=9, minutes=30),
                0,
                None,
                0.1 + 0.2,
            ],
        ]
    )
    same = {
        "birth_date": noon.date(),
        "count": 3,
        "price": Decimal("3.5"),
        "start": datetime.time(9, 30),
    }
    assert read(path).rows == [
        row(2, name="12", alone=True, kind="work", remark="2026-11-30 12:00", **same),
        row(4, name="A", alone=False, remark="0.3", **same),
    ]


def test_arabic_digits_are_read_and_said(csv_file: Callable[[str], Path]) -> None:
    path = csv_file("name,birth_date,count,start,price\n٣,٣٠-١١-٢٠٢٦,۴,٠٩:٣٠,٣٫٥\n")
    assert read(path).rows[0].values["name"] == "٣"
    assert notes(path) == [
        "row 2, column birth_date: Arabic-Indic digits read as 2026-11-30",
        "row 2, column count: Arabic-Indic digits read as 4",
        "row 2, column start: Arabic-Indic digits read as 09:30",
        "row 2, column price: Arabic-Indic digits read as 3.5",
    ]


def test_a_reader_of_ones_own_is_asked(csv_file: Callable[[str], Path]) -> None:
    letters = Column("tags", lambda given: given.translate(str.maketrans("٣", "3")).split())
    table = read_table(csv_file("tags\nb ٣\n"), [letters])
    assert [one.values for one in table.rows] == [{"tags": ["b", "3"]}]
    assert [line.rpartition(": ")[2] for line in table.notes] == ["Arabic-Indic digits read as ['b', '3']"]


def test_hidden_rows_are_read_and_said(book: Callable[..., Path]) -> None:
    def hide(workbook: Workbook) -> None:
        for number in (2, 3, 5, 9):
            workbook.worksheets[0].row_dimensions[number].hidden = True

    path = book([["name"], ["A"], ["B"], ["C"], ["D"]], hide)
    assert [one.values["name"] for one in read(path).rows] == ["A", "B", "C", "D"]
    assert notes(path) == [
        "rows 2 to 3: hidden in the workbook, and read as well",
        "row 5: hidden in the workbook, and read as well",
    ]


def test_the_first_sheet_with_something_in_it_is_read(book: Callable[..., Path]) -> None:
    def add(workbook: Workbook) -> None:
        workbook.create_sheet("Before", 0)["B3"] = " "
        workbook.create_sheet("After")
        workbook.create_chartsheet("Picture").add_chart(BarChart())

    assert read(book([["name"], ["A"]], add)).rows == [row(2, name="A")]


def test_a_table_without_rows_is_a_table(csv_file: Callable[[str], Path], book: Callable[..., Path]) -> None:
    assert read(csv_file("name,count")) == Table([], [])
    assert read(book([["name", "count"]])) == Table([], [])


def test_a_sheet_that_tells_a_wrong_size_is_read_whole(book: Callable[..., Path]) -> None:
    def shrink(sheet: bytes) -> bytes:
        assert b'<dimension ref="A1:A3"' in sheet
        return sheet.replace(b'<dimension ref="A1:A3"', b'<dimension ref="A1:A1"')

    path = with_part(book([["name"], ["A"], ["B"]]), SHEET, shrink)
    assert [one.values["name"] for one in read(path).rows] == ["A", "B"]


def test_a_formatted_cell_far_away_does_no_harm(book: Callable[..., Path]) -> None:
    header = '<row r="1"><c r="A1" t="str"><v>name</v></c><c r="XFD1" s="0"/></row>'
    last = '<row r="1048576"><c r="A1048576"/></row>'
    assert read(with_part(book([]), SHEET, sheet_xml(header + last))).rows == []


def test_what_openpyxl_leaves_out_is_no_matter(book: Callable[..., Path]) -> None:
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    path = with_part(book([["name"], ["A"]]), SHEET, lambda sheet: sheet.replace(b"</worksheet>", extension))
    assert read(path) == Table([row(2, name="A")], [])


def test_texts_that_a_workbook_keeps_apart_are_read(book: Callable[..., Path]) -> None:
    shared = f'<sst xmlns="{NAMESPACE}"><si><t>name</t></si><si><r><t>ሰላ</t></r><r><t>ም </t></r></si></sst>'
    cells = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    told = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    path = with_part(book([]), SHEET, sheet_xml(cells))
    with_part(path, "[Content_Types].xml", lambda types: types.replace(b"</Types>", told))
    with_part(path, "xl/sharedStrings.xml", lambda _: shared.encode())
    assert read(path).rows == [row(2, name="ሰላም")]


def test_what_a_spreadsheet_escaped_is_read_as_it_was(book: Callable[..., Path]) -> None:
    assert read(book([["name"], ["a_x000D_\nb"]])).rows == [row(2, name="a\nb")]


# what is refused


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", [": is empty"]),
        (" \n,,\n", [": is empty"]),
        ("\nname\nA\n", ["row 1: the names of the columns must stand here"]),
        (
            "A\n",
            [
                f"row 1, column A: 'A' is not a column of this table: it can have {ALL}",
                "row 1, column name: is missing",
            ],
        ),
        (
            "name,Birth date\nA,soon\n",
            [
                "row 1, column B: 'Birth date' is not a column of this table (is it birth_date?): "
                f"it can have {ALL}"
            ],
        ),
        (
            "name,count,Name\nA,x,B\n",
            [
                "row 1, column C: Name stands here for the second time",
                "row 2, column count: 'x' is not a whole number",
            ],
        ),
        (
            "name,,count\nA,b,1,2\n",
            [
                "row 2, column B: a value in a column without a name",
                "row 2, column D: a value in a column without a name",
            ],
        ),
        ("count,name\n1\n2,\n3, \n", [f"row {n}, column name: is empty, but needed" for n in (2, 3, 4)]),
        (f"name\n{'a' * 21}\n", ["row 2, column name: has 21 characters, and at most 20 fit"]),
        (
            "name\n=1+1\n",
            ["row 2, column name: begins with =, as a formula does: take it away, or put an ' before it"],
        ),
        (
            "name\n @SUM(1)\n",
            ["row 2, column name: begins with @, as a formula does: take it away, or put an ' before it"],
        ),
        (
            "name\n+1+cmd|' /C calc'!A0\n",
            ["row 2, column name: begins with +, as a formula does: take it away, or put an ' before it"],
        ),
        (
            'name,count\n"\tA",1\n',
            ["row 2, column name: begins with a tab, as harmful cells do: take it away"],
        ),
        ("name\nA\0\n", ["row 2, column name: a control character (U+0000)"]),
        (
            "na\x07me\nA\n",
            ["row 1, column A: a control character (U+0007)", "row 1, column name: is missing"],
        ),
        (
            'name,count\nA,x\nB,"2\nC,3\n',
            [f"row 3: {QUOTES}", "row 2, column count: 'x' is not a whole number"],
        ),
        ('name,remark\nA,"b"c\nD,e\n', [f"row 2: {QUOTES}"]),
        (f"name\n{'a' * 131_073}\n", [f"row 2: {QUOTES}"]),
        (f"name{',' * 60}x\nA{',' * 60}x\n", ["row 1: more than 60 columns", "row 2: more than 60 columns"]),
        ("name\n" + "A\n" * 20_001, [": more than 20,000 rows: divide it over several files"]),
        ("name\n" + "A" * 50_000_000, [": larger than 50 MB: divide it over several files"]),
        ("name\nA\n".encode("utf-16"), [f"row 1: not UTF-8 but probably UTF-16: {SAVE}"]),
        ("name\nA\n".encode("utf-16-le"), [f"row 1: not UTF-8 but probably UTF-16: {SAVE}"]),
        (
            'name,remark\nA,"b\nc"\nRené,d\n'.encode("cp1252"),
            [f"row 3: not UTF-8 but probably Windows-1252 or another old encoding: {SAVE}"],
        ),
        (
            "name\r\nسلام\r\n".encode("cp1256"),
            [f"row 2: not UTF-8 but probably Windows-1252 or another old encoding: {SAVE}"],
        ),
        (
            "name\nRené\nሰላ".encode()[:-1],
            [f"row 3: not UTF-8 but probably UTF-8 that was cut or mixed: {SAVE}"],
        ),
        (
            b"PK\x03\x04\0\0",
            [": is a workbook or another packed file, not CSV: the name of a workbook ends in .xlsx"],
        ),
    ],
    ids=lambda value: repr(value)[:40] if not isinstance(value, list) else "",
)
def test_all_that_is_wrong_with_a_csv_file_is_said(
    csv_file: Callable[[str | bytes], Path], content: str | bytes, said: list[str]
) -> None:
    assert problems(csv_file(content)) == said


def test_every_problem_of_a_file_is_said_at_once(csv_file: Callable[[str], Path]) -> None:
    assert problems(
        csv_file("birth_date;count;nmae;start\n29-02-1900;1,5;A;24:00\n1-1-2000;1;B;9:00\n;100;C;25.00\n")
    ) == [
        f"row 1, column C: 'nmae' is not a column of this table (is it name?): it can have {ALL}",
        "row 1, column name: is missing",
        "row 2, column birth_date: 29-02-1900 does not exist (the day comes before the month)",
        "row 2, column count: '1,5' is not a whole number",
        "row 2, column start: 24:00 does not exist: times go from 00:00 to 23:59",
        "row 4, column count: 100 is not from -5 to 99",
        "row 4, column start: 25.00 does not exist: times go from 00:00 to 23:59",
    ]


def test_telephone_numbers_and_negative_numbers_are_no_formulas(csv_file: Callable[[str], Path]) -> None:
    path = csv_file("name,count,remark\n+31 (0)58-233 83 88,-3,- calls back\n'=1+1,+3,'s avonds\n")
    assert read(path).rows == [
        row(2, name="+31 (0)58-233 83 88", count=-3, remark="- calls back"),
        row(3, name="=1+1", count=3, remark="'s avonds"),
    ]


def second_sheet(workbook: Workbook) -> None:
    workbook.create_sheet("Blad2")["C4"] = "x"


def merged(workbook: Workbook) -> None:
    workbook.worksheets[0].merge_cells("A2:A3")
    workbook.worksheets[0].merge_cells("B4:D4")


OLD = datetime.datetime(1900, 2, 28)  # noqa: DTZ001 - a workbook knows no time zone


@pytest.mark.parametrize(
    ("rows", "change", "said"),
    [
        ([], lambda _: None, [": is empty"]),
        ([[], ["name"]], lambda _: None, ["row 1: the names of the columns must stand here"]),
        (
            [["name", "=A1"], ["=1+1"]],
            lambda _: None,
            [
                "row 1, column B: a formula: put its outcome there as a value",
                "row 2, column name: a formula: put its outcome there as a value",
            ],
        ),
        ([["name"], ["#REF!"]], lambda _: None, ["row 2, column name: an error (#REF!)"]),
        ([["name"], ["a_x0000_"]], lambda _: None, ["row 2, column name: a control character (U+0000)"]),
        (
            [["name"], ["A"]],
            second_sheet,
            ["sheet 'Blad2': has cells as well, and only one sheet is read: take it out"],
        ),
        (
            [["name"], ["A"], ["B"], ["C"]],
            merged,
            [
                "row 2: the cells A2:A3 are merged: split them, and fill in each",
                "row 4: the cells B4:D4 are merged: split them, and fill in each",
            ],
        ),
        (
            [["name", "birth_date"], ["A", OLD]],
            lambda _: None,
            [
                "row 2, column birth_date: a date before 1 March 1900, which programs count differently: "
                "write it as text"
            ],
        ),
        (
            [["name", "birth_date"], ["A", OLD.replace(year=1999, hour=9)]],
            lambda _: None,
            [
                "row 2, column birth_date: '1999-02-28 09:00' is not a date: "
                "write it as 2026-11-30 or 30-11-2026"
            ],
        ),
        (
            [["name", "count"], ["A", 1.5]],
            lambda _: None,
            ["row 2, column count: '1.5' is not a whole number"],
        ),
        (
            [["name", "start"], ["A", datetime.timedelta(days=1)]],
            lambda _: None,
            ["row 2, column start: 24:00 does not exist: times go from 00:00 to 23:59"],
        ),
        (
            [["name"], ["A", None, "b"]],
            lambda _: None,
            ["row 2, column C: a value in a column without a name"],
        ),
        ([["name", *[None] * 60, "x"]], lambda _: None, ["row 1: more than 60 columns"]),
        (
            [["name"], *[["A"]] * 20_001],
            lambda _: None,
            [": more than 20,000 rows: divide it over several files"],
        ),
    ],
)
def test_all_that_is_wrong_with_a_workbook_is_said(
    book: Callable[..., Path], rows: list[list[object]], change: Callable[[Workbook], None], said: list[str]
) -> None:
    assert problems(book(rows, change)) == said


def test_a_problem_keeps_its_row_when_blank_rows_stand_before_it(book: Callable[..., Path]) -> None:
    assert problems(book([["name", "count"], [], ["A", 1], [" "], [None, 2]])) == [
        "row 5, column name: is empty, but needed"
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("table.xlsx", b"", ": is empty"),
        ("table.xlsx", b"name\nA\n", ": is not an XLSX workbook, or damaged (BadZipFile)"),
        (
            "table.xlsx",
            bytes.fromhex("D0CF11E0A1B11AE1"),
            ": is an old XLS workbook or has a password: save it as XLSX, without one",
        ),
        ("table.xls", b"x", ": only .csv and .xlsx files are read: save it as XLSX or as CSV UTF-8"),
        ("table", b"x", ": only .csv and .xlsx files are read: save it as XLSX or as CSV UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert problems(saved(tmp_path / name, content)) == [said]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    assert problems(tmp_path / "missing.csv") == [": does not exist"]
    assert problems(tmp_path / "folder.csv") == [": is not a file"]
    assert problems(tmp_path / "pipe.csv") == [": is not a file"]


def test_a_file_that_may_not_be_read_is_refused(
    csv_file: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError

    path = csv_file("name\n")
    monkeypatch.setattr(Path, "open", forbidden)
    assert problems(path) == [": cannot be read (PermissionError)"]


def zipped(path: Path, *parts: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content)
    return path


def test_other_zips_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    zipped(path, ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<a/>"))
    assert problems(path) == [": is an OpenDocument file (ODS): save it as XLSX or as CSV UTF-8"]
    zipped(path, ("word/document.xml", b"<a/>"))
    assert problems(path) == [": is not an XLSX workbook, or damaged (KeyError)"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="2"/><row r="1"/>', "is not an XLSX workbook, or damaged (ValueError)"),
        ('<row r="99999999999"/>', "is not an XLSX workbook, or damaged (ValueError)"),
        ('<row><c r="B1"/><c r="A1"/></row>', "is not an XLSX workbook, or damaged (ValueError)"),
        ('<row><c t="s"><v>77</v></c></row>', "is not an XLSX workbook, or damaged (IndexError)"),
        ("<row>", "is not an XLSX workbook, or damaged (ParseError)"),
        (
            '<row><c r="A1"><f t="shared" si="0">"</f></c><c r="B1"><f t="shared" si="0"/></c></row>',
            "is not an XLSX workbook, or damaged (TokenizerError)",
        ),
        (
            "<row>" + "<c/>" * 16_385 + "</row>",
            "holds too many cells, maybe empty ones: copy the table to a new workbook",
        ),
        (
            "<row><c/><c/><c/></row>" * 1_000_000,
            "holds too many cells, maybe empty ones: copy the table to a new workbook",
        ),
        ("<a/>" * 500_000, "holds too many cells, maybe empty ones: copy the table to a new workbook"),
    ],
    ids=lambda value: value[:30],
)
def test_a_sheet_that_would_mislead_or_eat_memory_is_refused(
    book: Callable[..., Path], rows: str, said: str
) -> None:
    assert problems(with_part(book([]), SHEET, sheet_xml(rows))) == [f": {said}"]


def test_a_strict_workbook_is_refused_by_name(book: Callable[..., Path]) -> None:
    strict = b'<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
    assert problems(with_part(book([]), SHEET, lambda _: strict)) == [
        ": is a Strict Open XML workbook: save it as an ordinary XLSX workbook"
    ]


def test_a_workbook_with_entities_is_refused(book: Callable[..., Path]) -> None:
    def declare(sheet: bytes) -> bytes:
        return b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]>' + sheet

    assert problems(with_part(book([["name"], ["A"]]), SHEET, declare)) == [
        ": declares a document type, as no workbook does: save it anew as XLSX"
    ]


def bomb(path: Path, size: int) -> bytes:
    """A workbook of which one part is ``size`` zeros."""
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/bomb.xml", "w") as part,
    ):
        for _ in range(size // 1_000_000):
            part.write(bytes(1_000_000))
    return path.read_bytes()


def peak(path: Path) -> tuple[list[str], int]:
    """The problems of a file, and how much memory it took to find them, MB."""
    tracemalloc.start()
    try:
        return problems(path), tracemalloc.get_traced_memory()[1] // 1_000_000
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_eats_no_memory(book: Callable[..., Path]) -> None:
    path = book([["name"], ["A"]])
    bomb(path, 300_000_000)
    said, most = peak(path)
    assert said == [": unpacks to more than 250 MB, or 5000 parts"]
    assert most < 20


def test_a_zip_bomb_that_lies_about_its_size_eats_no_memory(book: Callable[..., Path]) -> None:
    path = book([["name"], ["A"]])
    size = 300_000_000
    told = bomb(path, size)
    assert told.count(size.to_bytes(4, "little")) == 2
    saved(path, told.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little")))
    said, most = peak(path)
    assert said == [": is not an XLSX workbook, or damaged (BadZipFile)"]
    assert most < 20


def test_a_row_of_millions_of_cells_eats_no_memory(book: Callable[..., Path]) -> None:
    path = with_part(book([]), SHEET, sheet_xml("<row>" + "<c/>" * 20_000_000 + "</row>"))
    said, most = peak(path)
    assert len(said) == 1
    assert most < 20


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with nothing wrong, in which to do damage."""
    path = tmp_path_factory.mktemp("sound") / "table.xlsx"
    write_table(
        path, NAMES, [{**dict.fromkeys(NAMES), "name": "ሰላም", "count": number} for number in range(5)]
    )
    return path


def read_or_refuse(path: Path) -> None:
    """Any other error than ProblemsError is a fault of ours."""
    try:
        read(path)
    except ProblemsError as refused:
        assert all(line.startswith(f"{path}: ") for line in refused.problems)


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_a_damaged_file_never_ends_in_another_error(data: st.DataObject, sound: Path) -> None:
    content = bytearray(sound.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    read_or_refuse(saved(sound.with_name("damaged.xlsx"), bytes(content)))


@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_a_damaged_part_never_ends_in_another_error(data: st.DataObject, sound: Path) -> None:
    damaged = saved(sound.with_name("part.xlsx"), sound.read_bytes())
    parts = [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]
    junk = data.draw(
        st.sampled_from([b"", b"<", b'"', b"9", b"-", b'r="A1"', b"<c/>", b"<f>1</f>", b"s", b"\xff"])
    )

    def change(content: bytes) -> bytes:
        place = data.draw(st.integers(0, len(content)))
        return content[:place] + junk + content[place + data.draw(st.integers(0, 20)) :]

    read_or_refuse(with_part(damaged, data.draw(st.sampled_from(parts)), change))


@given(
    content=st.binary(max_size=60) | st.text(alphabet='name,;\t"\r\n=@+- ٣ሰ\0', max_size=60).map(str.encode)
)
@settings(deadline=None)
def test_whatever_a_csv_file_holds_is_read_or_refused(content: bytes, sound: Path) -> None:
    read_or_refuse(saved(sound.with_name("any.csv"), content))


# what is written


LETTERS = st.sampled_from("ሰላምን፡፣ שסّمرحبا٣é,;\t\"'\n=+-@_x0041_ \u200c") | st.characters(codec="utf-8")
TEXTS = st.text(LETTERS, max_size=40).map(tidy).filter(lambda one: one and not control_in(one))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": TEXTS.filter(lambda one: len(one) <= 20),
    "birth_date": st.none() | st.dates(),
    "count": st.none() | st.integers(-5, 99),
    "price": st.none() | st.decimals(-5, 99, places=2),
    "start": st.none() | st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    "alone": st.none() | st.booleans(),
    "kind": st.none() | st.sampled_from(["young", "work"]),
    "remark": st.none() | TEXTS,
}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@given(rows=st.lists(st.fixed_dictionaries(VALUES), max_size=4))
@example([{**dict.fromkeys(NAMES), "name": name} for name in ("_x0041_x0042_", "'=1", "''-", "=1", "#N/A")])
@settings(deadline=None, suppress_health_check=[HealthCheck.differing_executors])
def test_what_is_written_reads_back_the_same(sound: Path, suffix: str, rows: list[dict[str, object]]) -> None:
    path = sound.with_name(f"written{suffix}")
    write_table(path, NAMES, rows)
    table = read(path)
    assert table.rows == [Row(number, values) for number, values in enumerate(rows, 2)]
    assert table.notes == []


TABLE: list[dict[str, object]] = [
    {
        "name": '=1+"1"',
        "birth_date": datetime.date(2026, 11, 30),
        "start": datetime.time(9, 5),
        "alone": True,
    },
    {"name": " ሰላም\n", "birth_date": None, "start": None, "alone": False},
]
SHORT = ["name", "birth_date", "start", "alone"]


def test_csv_is_written_for_excel_and_people(tmp_path: Path) -> None:
    path = tmp_path / "table.CSV"
    write_table(path, SHORT, TABLE)
    lines = 'name,birth_date,start,alone\r\n"\'=1+""1""",2026-11-30,09:05,yes\r\nሰላም,,,no\r\n'
    assert path.read_bytes() == b"\xef\xbb\xbf" + lines.encode()
    assert csv_text(SHORT, TABLE) == lines


def test_a_number_is_not_taken_for_a_formula(tmp_path: Path) -> None:
    assert csv_text(["count", "name"], [{"count": -3, "name": "-3"}]) == "count,name\r\n-3,'-3\r\n"


def test_a_workbook_is_written_with_text_alone_and_a_header_that_stays(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    write_table(path, SHORT, [*TABLE, {**TABLE[1], "name": "a" * 100 + "\n#N/A"}])
    sheet = load_workbook(path).worksheets[0]
    assert [[one.value for one in cells] for cells in sheet.iter_rows(max_row=2)] == [
        SHORT,
        ['=1+"1"', "2026-11-30", "09:05", "yes"],
    ]
    filled = [one for cells in sheet.iter_rows() for one in cells if one.value is not None]
    assert {one.data_type for one in filled} == {"s"}
    assert {one.number_format for one in filled} == {"@"}
    assert [one.coordinate for one in filled if one.font.bold] == ["A1", "B1", "C1", "D1"]
    assert sheet.freeze_panes == "A2"
    assert [sheet.column_dimensions[letter].width for letter in "ABCD"] == [60, 12, 8, 8]


def test_what_no_spreadsheet_can_hold_is_not_written(tmp_path: Path) -> None:
    rows = [{"name": "A"}, {"name": "B\x07"}, {"name": "c" * 32_768}]
    said = [
        "row 3, column name: a control character (U+0007)",
        "row 4, column name: more than 32,767 characters",
    ]
    path = saved(tmp_path / "table.xlsx", b"what was there")
    with pytest.raises(ProblemsError) as refused:
        write_table(path, ["name"], rows)
    assert list(refused.value.problems) == [f"{path}: {line}" for line in said]
    assert path.read_bytes() == b"what was there"
    with pytest.raises(ProblemsError) as refused:
        csv_text(["name"], rows)
    assert list(refused.value.problems) == [f"table: {line}" for line in said]


def test_where_a_table_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name, said in {
        "table.ods": "the name must end in .csv or .xlsx",
        "missing/table.csv": "cannot be written (FileNotFoundError)",
        "folder.csv": "cannot be written (IsADirectoryError)",
    }.items():
        with pytest.raises(ProblemsError) as refused:
            write_table(tmp_path / name, SHORT, TABLE)
        assert list(refused.value.problems) == [f"{tmp_path / name}: : {said}"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_what_is_written_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_table(tmp_path / "table.csv", SHORT, TABLE)
    assert (tmp_path / "table.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_ten_thousand_rows_are_read_in_a_few_seconds(tmp_path: Path, suffix: str) -> None:
    columns = [*COLUMNS, *(Column(letter, text(40)) for letter in string.ascii_lowercase[:7])]
    names = [column.name for column in columns]
    same = {**TABLE[0], "price": Decimal("3.50"), "kind": "young", "remark": "مرحبا"}
    rows = [{**dict.fromkeys(names, "Straat 1"), **same, "count": number % 99} for number in range(10_000)]
    path = tmp_path / f"table{suffix}"
    write_table(path, names, rows)
    began = time.process_time()
    table = read_table(path, columns)
    assert time.process_time() - began < 15  # seconds of work; about 3 on a slow machine
    assert [one.values for one in table.rows] == rows
