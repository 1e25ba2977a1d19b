"""Files that are refused: every problem by its row and column, and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.usecases.exchange import KINDS, read
from tests.usecases.conftest import World
from tests.usecases.records import Records

TOWN = {
    "people": "reference,name,role\nN-1,A,\nN-2,B,\nN-3,C,\nV-1,D,volunteer\n",
    "courses": "reference,type,title,organisation,capacity\n"
    "PVT-1,participation_statement,P,friesland_college,2\nPVT-2,participation_statement,P,friesland_college,\n"
    "NT2-1,language_class,N,friesland_college,\nSPORT,sport,S,wellzo,\nGGD,ggd,G,ggd,1\n",
    "meetings": "reference,course,part,date,start,end,place,cancelled\n"
    "PVT-1-1,PVT-1,1,2026-11-16,09:00,12:00,A,\nPVT-1-0,PVT-1,1,2026-11-17,09:00,12:00,A,yes\n"
    "PVT-1-2,PVT-1,2,2026-12-01,09:00,12:00,A,\nSPORT-1,SPORT,,2026-12-01,11:00,13:00,A,\n"
    "SPORT-2,SPORT,,2026-12-02,09:00,10:00,A,\nGGD-1,GGD,,2026-11-23,10:01,11:00,A,\n",
    "enrolments": "person,course\nN-1,PVT-1\nN-2,PVT-1\nN-3,GGD\nN-3,PVT-2\nN-2,NT2-1\n",
    "presence": "person,meeting,presence\nN-2,PVT-1-1,present\n",
}
BSN = "looks like a BSN; never import a BSN"
TWICE = "write +02:00 for the first or +01:00 for the second into the column offset"

PEOPLE = "reference,name,role,contact,language,country,birth_date,settled_on,household,pip_on,signed_on\n"
P = "N-9,E,{role},{contact},{language},{country},{birth_date},{settled_on},{household},{pip_on},{signed_on}\n"
COURSES = "reference,type,title,organisation,capacity\n"
MEETINGS = "reference,course,part,date,start,end,offset,place,latitude,longitude,bring,interpreter\n"
M = (
    "{reference},{course},{part},{date},{start},{end},{offset},A,"
    "{latitude},{longitude},{bring},{interpreter}\n"
)
OPTIONAL = (
    "role contact language country birth_date settled_on household pip_on signed_on "
    "part offset latitude longitude bring interpreter"
)
EMPTY = dict.fromkeys(OPTIONAL.split(), "")


def person(**values: str) -> str:
    return PEOPLE + P.format(**EMPTY | values)


def meeting(**values: str) -> str:
    usual = {"reference": "M-1", "course": "SPORT", "date": "2026-12-09", "start": "10:00", "end": "11:00"}
    return MEETINGS + M.format(**EMPTY | usual | values)


BAD_PEOPLE = {
    person(birth_date="2026-11-24"): ["birth_date: 2026-11-24 lies in the future"],
    person(birth_date="1916-11-22"): ["birth_date: 1916-11-22 is more than 110 years ago"],
    person(birth_date="31-11-2000"): [
        "birth_date: 31-11-2000 does not exist (the day comes before the month)"
    ],
    person(settled_on="2026-11-24"): ["settled_on: 2026-11-24 lies in the future"],
    person(settled_on="1989-12-31"): ["settled_on: 1989-12-31 lies before 1990"],
    person(birth_date="2000-01-01", settled_on="1999-12-31"): [
        "settled_on: 1999-12-31 lies before the birth date (2000-01-01)"
    ],
    person(pip_on="2026-11-24"): ["pip_on: 2026-11-24 lies in the future"],
    person(pip_on="1989-12-31"): ["pip_on: 1989-12-31 lies before 1990"],
    person(birth_date="2000-01-01", pip_on="1999-12-31"): [
        "pip_on: 1999-12-31 lies before the birth date (2000-01-01)"
    ],
    person(signed_on="2026-11-24"): ["signed_on: lies in the future"],
    person(signed_on="2026-11-20"): ["signed_on: only 0 of 4 half-days were attended"],
    person(contact="nobody"): ["contact: 'nobody' is neither a key nor a name in locales/contacts.yml"],
    person(role="boss"): ["role: 'boss' is not one of newcomer, staff, volunteer"],
    person(language="fr"): ["language: 'fr' is not one of ar, en, nl, ti"],
    person(country="Syria"): ["country: 'Syria' is not a country of two letters such as ER or SY"],
    person(country="QX"): ["country: 'QX' is not a country of two letters such as ER or SY"],
    person(household="123456782"): [f"household: {BSN}"],
    person(household="H 1234.56.782"): [f"household: {BSN}"],
    person(household="=1+1"): [
        "household: begins with =, as a formula does: take it away, or put an ' before it"
    ],
    "reference,name,regime,settled_on,signed_on\nN-9,E,Wi2013,2026-11-01,2026-10-31\n": [
        "signed_on: lies before the start of the term (2026-11-01)"
    ],
    "reference,name\n123456782,E\n": [f"reference: {BSN}"],
    'reference,name\nN-9,"E\nF"\n': ["name: 'E F' stands on more than one line"],
    "reference,name\n,E\n": ["reference: is empty, but needed"],
    f"reference,name\n{'N' * 65},E\n": ["reference: has 65 characters, and at most 64 fit"],
}
BAD_COURSES = {
    COURSES + "C-1,chess,C,wellzo,\n": [
        "type: 'chess' is not one of appointment, ggd, isk, language_class, participation_statement, sport"
    ],
    COURSES + "C-1,sport,C,nobody,\n": [
        "organisation: 'nobody' is neither a key nor a name in locales/contacts.yml"
    ],
    COURSES + "C-1,sport,C,wellzo,0\n": ["capacity: 0 is not from 1 to 500"],
    COURSES + "C-1,sport,C,wellzo,501\n": ["capacity: 501 is not from 1 to 500"],
    COURSES + "PVT-1,participation_statement,P,friesland_college,1\n": [
        "capacity: 1 places are too few for the 2 people in it"
    ],
    COURSES + "SPORT,ggd,S,wellzo,\n": ["type: stays sport: there are meetings or people already"],
    COURSES + "C-1,sport,tel 123456782,wellzo,\n": [f"title: {BSN}"],
}
BAD_MEETINGS = {
    meeting(course="NONE"): ["course: there is no course 'NONE'"],
    meeting(course="PVT-2"): ["part: is needed: participation_statement has 4 half-days"],
    meeting(course="PVT-2", part="5"): ["part: 5 is not from 1 to 4"],
    meeting(part="1"): ["part: must be empty: sport has no half-days that count"],
    meeting(date="2027-03-28", start="02:30", end="04:00"): [
        "start: 02:30 does not exist on 2027-03-28: the clocks skip that hour"
    ],
    meeting(date="2027-03-28", start="01:30", end="02:30"): [
        "end: 02:30 does not exist on 2027-03-28: the clocks skip that hour"
    ],
    meeting(date="2027-10-31", start="02:30", end="04:00"): [
        f"start: 02:30 exists twice on 2027-10-31: {TWICE}"
    ],
    meeting(date="2027-10-31", start="01:30", end="02:30"): [
        f"end: 02:30 exists twice on 2027-10-31: {TWICE}"
    ],
    meeting(offset="02:00"): ["offset: is only for an hour that exists twice, when the clocks go back"],
    meeting(offset="03:00"): ["offset: '03:00' is neither +02:00 (summer time) nor +01:00 (winter time)"],
    meeting(end="10:00"): ["end: is not after the start"],
    meeting(end="09:00"): ["end: is not after the start"],
    meeting(start="09:00", end="21:01"): ["end: is more than 12 hours after the start"],
    meeting(date="2014-12-31"): ["date: 2014-12-31 lies before 2015"],
    meeting(date="2029-11-24"): ["date: 2029-11-24 is more than 3 years ahead"],
    meeting(latitude="53.2"): ["longitude: is needed with the other one, or both stay empty"],
    meeting(longitude="5.8"): ["latitude: is needed with the other one, or both stay empty"],
    meeting(latitude="91", longitude="5"): ["latitude: 91 is not from -90 to 90"],
    meeting(latitude="53", longitude="181"): ["longitude: 181 is not from -180 to 180"],
    meeting(bring="pen; id"): [
        "bring: 'pen; id' is not one of food, id, insurance_card, letter, pen, sport_clothes"
    ],
    meeting(interpreter="fr"): ["interpreter: 'fr' is not one of ar, en, nl, ti"],
    meeting(date="2026-12-01", start="12:30", end="14:00"): [
        "start: meeting SPORT-1 of the same course is at that time"
    ],
    meeting(course="NT2-1", date="2026-12-01", start="11:59", end="12:30"): [
        "start: meeting PVT-1-2 of PVT-1 is at that time, and N-2 is in both groups"
    ],
    meeting(reference="SPORT-1", course="GGD"): [
        "course: a meeting stays in its course: cancel it, and add another one"
    ],
}
BAD_ENROLMENTS = {
    "person,course\nN-0,SPORT\n": ["person: there is no person 'N-0'"],
    "person,course\nN-1,NONE\n": ["course: there is no course 'NONE'"],
    "person,course\nV-1,SPORT\n": ["person: is not a newcomer but volunteer"],
    "person,course\nN-1,GGD\n": ["course: the group is full: it has 1 places"],
    "person,course\nN-1,PVT-2\n": [
        "course: is in PVT-1 as well, and nobody is in two groups of participation_statement at once"
    ],
    "person,course\nN-1,SPORT\n": [
        "course: meeting SPORT-1 is at the time of PVT-1-2 of PVT-1, where the person is as well"
    ],
    "person,course,enrolled\nN-1,SPORT,maybe\n": [
        "enrolled: 'maybe' is neither yes nor no: write one of ja, yes, true, 1, nee, no, false, 0"
    ],
    "person,course\n123456782,SPORT\n": [f"person: {BSN}"],
}
BAD_PRESENCE = {
    "person,meeting,presence\nN-0,PVT-1-1,present\n": ["person: there is no person 'N-0'"],
    "person,meeting,presence\nN-1,M-0,present\n": ["meeting: there is no meeting 'M-0'"],
    "person,meeting,presence\nN-3,PVT-1-1,present\n": [
        "person: was not expected there: neither in the group nor a guest"
    ],
    "person,meeting,presence\nN-3,GGD-1,present\n": ["meeting: has not begun yet"],
    "person,meeting,presence\nN-1,PVT-1-0,present\n": ["meeting: was cancelled"],
    "person,meeting,presence\nN-1,PVT-1-1,late\n": [
        "presence: 'late' is not one of absent, excused, present"
    ],
}
BAD = {
    "people": BAD_PEOPLE,
    "courses": BAD_COURSES,
    "meetings": BAD_MEETINGS,
    "enrolments": BAD_ENROLMENTS,
    "presence": BAD_PRESENCE,
}
SEVERAL = {
    "people": (
        "reference,name,birth_date,pip_on\nN-8,E,2100-01-01,\nN-9,E,,1980-01-01\nN-8,F,,\n",
        [
            "row 2, column birth_date: 2100-01-01 lies in the future",
            "row 3, column pip_on: 1980-01-01 lies before 1990",
            "row 4, column reference: stands in row 2 already",
        ],
    ),
    "courses": (
        COURSES + "C-1,sport,C,wellzo,\nC-1,sport,C,wellzo,\n",
        ["row 3, column reference: stands in row 2 already"],
    ),
    "meetings": (
        MEETINGS
        + "M-1,SPORT,,2026-12-09,10:00,11:00,,A,,,,\nM-2,SPORT,,2026-12-09,10:30,10:45,,A,,,,\n"
        + "M-2,SPORT,,2026-12-10,10:00,11:00,,A,,,,\nPVT-1-2,PVT-1,2,2026-12-10,09:00,12:00,,A,,,,\n"
        + "M-3,NT2-1,,2026-12-10,11:00,13:00,,A,,,,\n",
        [
            "row 3, column start: meeting M-1 of the same course is at that time",
            "row 4, column reference: stands in row 3 already",
            "row 6, column start: meeting PVT-1-2 of PVT-1 is at that time, and N-2 is in both groups",
        ],
    ),
    "enrolments": (
        "person,course,enrolled\nN-3,GGD,no\nN-1,GGD,\nN-2,GGD,\nN-1,GGD,no\n",
        [
            "row 4, column course: the group is full: it has 1 places",
            "row 5, column course: stands in row 3 already",
        ],
    ),
    "presence": (
        "person,meeting,presence\nN-1,PVT-1-1,present\nN-1,PVT-1-1,absent\n",
        ["row 3, column meeting: stands in row 2 already"],
    ),
}

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def records(world: World, tmp_path: Path) -> Records:
    made = Records(world, tmp_path)
    for kind, table in TOWN.items():
        await made.take_in(kind, table)
    return made


@pytest.mark.parametrize("kind", KINDS)
async def test_every_bad_row_is_named_with_its_column_and_changes_nothing(
    records: Records, kind: str
) -> None:
    stood = await records.everything()
    for table, problems in BAD[kind].items():
        assert await records.problems(kind, table) == [f"row 2, column {line}" for line in problems]
    assert await records.everything() == stood


@pytest.mark.parametrize("kind", KINDS)
async def test_all_problems_of_a_file_come_at_once(records: Records, kind: str) -> None:
    table, problems = SEVERAL[kind]
    stood = await records.everything()
    assert await records.problems(kind, table) == problems
    assert await records.everything() == stood


async def test_what_did_not_change_is_not_judged_again(world: World, records: Records) -> None:
    # What was right when it was written may be too old, too full or too late by now.
    tables = {kind: await records.exchange.text(kind) for kind in KINDS}
    world.clock.move(days=365 * 120)
    for kind, table in tables.items():
        new, changed, _ = await records.take_in(kind, table)
        assert (new, changed) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_of_an_old_encoding_is_refused(records: Records, kind: str) -> None:
    header = ",".join(column.name for column in KINDS[kind].columns)
    problem = (await records.problems(kind, f"{header}\nÉ".encode("cp1252")))[0]
    assert problem.startswith("row 2: not UTF-8 but probably Windows-1252 or another old encoding: ")


async def test_formulas_and_merged_cells_of_a_workbook_are_refused(records: Records) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for cells in (["reference", "name", "household"], ["N-8", "E", "=1+1"], ["N-9", "F", "H"]):
        sheet.append(cells)
    sheet.merge_cells("B2:B3")
    workbook.save(file := records.folder / "people.xlsx")
    assert sorted(await records.problems("people", file))[:2] == [
        "row 2, column household: a formula: put its outcome there as a value",
        "row 2: the cells B2:B3 are merged: split them, and fill in each",
    ]


async def test_arabic_indic_digits_of_a_date_are_read_with_a_note(records: Records) -> None:
    file = records.saved("people", "reference,name,birth_date\nN-1,A,٢٠٠١-٠٢-٠٣\n")
    assert await records.take_in("people", file) == (0, 1, 0)
    read_as = "row 2, column birth_date: Arabic-Indic digits read as 2001-02-03"
    assert read("people", file).notes == [f"{file}: {read_as}"]
    assert "2001-02-03" in await records.exchange.text("people")
