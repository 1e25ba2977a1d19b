"""Records come in from tables and go out as tables; reminders follow as if each change were made by hand."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from sqlalchemy import func, select

from bot.settings import ROOT
from bot.store.tables import Enrolment, Meeting, Person, Prompt
from bot.usecases.exchange import KINDS
from tests.usecases.conftest import World
from tests.usecases.records import Records, many
from tests.usecases.town import Town, at

TEMPLATES = ROOT / "docs" / "templates"
MEETINGS = "reference,course,part,date,start,end,place,cancelled\n"


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


@pytest.fixture
def records(world: World, tmp_path: Path) -> Records:
    return Records(world, tmp_path)


async def meeting(world: World, reference: str) -> Meeting:
    async with world.database.reading() as session:
        return (await session.scalars(select(Meeting).where(Meeting.reference == reference))).one()


async def prompts(world: World, kind: str) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).where(Prompt.kind == kind)) or 0


# the whole way


async def test_the_templates_fill_an_empty_town(world: World, records: Records) -> None:
    tallies = [await records.take_in(kind, TEMPLATES / f"{kind}.csv") for kind in KINDS]
    assert tallies == [(3, 0, 0), (2, 0, 0), (3, 0, 0), (3, 0, 0), (2, 0, 0)]
    assert await prompts(world, "reminder") > 0
    assert await prompts(world, "deadline") > 0
    assert await prompts(world, "makeup") == 1


async def test_the_same_file_twice_changes_nothing(records: Records) -> None:
    for kind in KINDS:
        await records.take_in(kind, TEMPLATES / f"{kind}.csv")
    before = await records.everything()
    tallies = [await records.take_in(kind, TEMPLATES / f"{kind}.csv") for kind in KINDS]
    assert tallies == [(0, 0, 3), (0, 0, 2), (0, 0, 3), (0, 0, 3), (0, 0, 2)]
    assert await records.everything() == before


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
async def test_what_is_exported_comes_back_unchanged(records: Records, suffix: str) -> None:
    for kind in KINDS:
        await records.take_in(kind, TEMPLATES / f"{kind}.csv")
    await records.take_in("people", "reference,name\n'=1,'=1+1\nN-2,ሰላም\nN-3,\"a, 'b\"\n")
    await records.take_in("enrolments", "person,course,enrolled\nN-9002,PVT-90,no\n")
    at_night = "reference,course,date,start,end,offset,place,latitude,longitude,cancelled\n"
    await records.take_in(
        "meetings",
        at_night + "S-1,SPORT-90,2027-10-31,02:15,02:45,02:00,Wellzo,53.12345678901,5.8,yes\n"
        "S-2,SPORT-90,2027-10-31,02:15,02:45,'+01:00,Wellzo,,,no\n"
        "S-3,SPORT-90,2028-10-29,02:45,02:15,2:00/1:00,Wellzo,,,no\n",
    )
    before = await records.everything()
    assert await records.out_and_in(suffix) == [(0, 0, 6), (0, 0, 2), (0, 0, 6), (0, 0, 3), (0, 0, 2)]
    assert await records.everything() == before


@pytest.mark.parametrize("kind", KINDS)
async def test_a_dry_run_says_what_would_happen_and_writes_nothing(records: Records, kind: str) -> None:
    for before in list(KINDS)[: list(KINDS).index(kind)]:
        await records.take_in(before, TEMPLATES / f"{before}.csv")
    stood = await records.everything()
    dry = await records.take_in(kind, TEMPLATES / f"{kind}.csv", dry_run=True)
    assert await records.everything() == stood
    assert dry == await records.take_in(kind, TEMPLATES / f"{kind}.csv")


async def test_a_file_that_is_half_good_changes_nothing(records: Records) -> None:
    for kind in KINDS:
        await records.take_in(kind, TEMPLATES / f"{kind}.csv")
    stood = await records.everything()
    good_and_bad = {
        "people": "reference,name,birth_date\nN-1,Eden,2001-01-01\nN-9001,Other,2100-01-01\n",
        "courses": "reference,type,title,organisation\nS-1,sport,S,wellzo\nS-2,sport,S,nobody\n",
        "meetings": MEETINGS
        + "PVT-90-2,PVT-90,2,2026-12-03,09:00,12:00,A,\nM-2,NONE,,2026-12-03,09:00,12:00,A,\n",
        "enrolments": "person,course,enrolled\nN-9001,SPORT-90,no\nN-9003,SPORT-90,\n",
        "presence": "person,meeting,presence\nN-9001,PVT-90-1,absent\nN-9001,PVT-90-2,absent\n",
    }
    for kind, table in good_and_bad.items():
        assert len(await records.problems(kind, table)) == 1
    assert await records.everything() == stood


# people


async def test_an_empty_cell_leaves_a_fact_and_a_dash_takes_it_away(world: World, records: Records) -> None:
    await records.take_in("people", "reference,name,household,language\nN-1,Eden,H-1,ti\n")
    assert await records.take_in("people", "reference,name,household\nN-1,Eden,\n") == (0, 0, 1)
    assert await records.take_in("people", "reference,name,household\nN-1,Eden,-\n") == (0, 1, 0)
    async with world.database.reading() as session:
        person = (await session.scalars(select(Person))).one()
    assert (person.household, person.language, person.role) == (None, "ti", "newcomer")


async def test_a_contact_is_known_by_its_key_and_by_its_name(world: World, records: Records) -> None:
    table = "reference,name,contact\nN-1,A,ggd\nN-2,B,GGD Fryslân\nN-3,C,ggd fryslÂN\n"
    await records.take_in("people", table)
    async with world.database.reading() as session:
        assert set(await session.scalars(select(Person.contact))) == {"ggd"}


async def test_last_dates_follow_the_facts_of_a_person(world: World, records: Records) -> None:
    head = "reference,name,regime,settled_on,participation\n"
    await records.take_in("people", head + "N-1,Eden,Wi2013,2026-11-01,\n")
    assert await prompts(world, "deadline") == 4
    await records.take_in("people", head + "N-1,Eden,Wi2013,2026-11-01,exempt\n")
    assert await prompts(world, "deadline") == 0
    await records.take_in("people", head + "N-1,Eden A.,Wi2013,2026-11-01,-\n")
    assert await prompts(world, "deadline") == 4


async def test_a_signing_is_taken_once_all_half_days_are_on_record(town: Town, records: Records) -> None:
    person, course = await town.person("N-1"), await town.course("PVT-1")
    await town.enrol(course, person)
    signed = "reference,name,signed_on\nN-1,N-1,2026-11-20\n"
    for part in (1, 2, 3, 4):
        refused = f"row 2, column signed_on: only {part - 1} of 4 half-days were attended"
        assert await records.problems("people", signed) == [refused]
        met = await town.meeting(course, at(f"2026-11-1{part}"), part=part)
        await records.take_in("presence", f"person,meeting,presence\nN-1,{met.reference},present\n")
    assert await records.take_in("people", signed) == (0, 1, 0)
    assert await records.take_in("people", signed) == (0, 0, 1)


# meetings


async def test_those_who_knew_a_meeting_are_told_when_a_file_moves_and_cancels_it(
    world: World, town: Town, records: Records
) -> None:
    person, course = await town.linked("N-1"), await town.course("SPORT", "sport")
    await town.enrol(course, person)
    await records.take_in("meetings", MEETINGS + "S-1,SPORT,,2026-11-24,19:00,20:30,Wellzo,\n")
    await town.passes_until(at("2026-11-23", "18:30"))
    moved = MEETINGS + "S-1,SPORT,,2026-11-25,19:00,20:30,Wellzo,\n"
    assert await records.take_in("meetings", moved) == (0, 1, 0)
    assert len(await world.ticks()) == 1
    cancelled = MEETINGS + "S-1,SPORT,,2026-11-25,19:00,20:30,Wellzo,yes\n"
    assert await records.take_in("meetings", cancelled) == (0, 1, 0)
    assert len(await world.ticks()) == 1
    assert await records.take_in("meetings", moved) == (0, 0, 1), "an empty cell does not restore it"
    restored = cancelled.replace("yes", "no")
    assert await records.take_in("meetings", restored) == (0, 1, 0)
    assert len(await world.ticks()) == 1
    stored = await meeting(world, "S-1")
    assert (stored.version, stored.cancelled_at) == (4, None)


async def test_one_row_that_moves_and_cancels_is_told_once(
    world: World, town: Town, records: Records
) -> None:
    person, course = await town.linked("N-1"), await town.course("SPORT", "sport")
    await town.enrol(course, person)
    await records.take_in("meetings", MEETINGS + "S-1,SPORT,,2026-11-24,19:00,20:30,Wellzo,\n")
    await town.passes_until(at("2026-11-23", "18:30"))
    await records.take_in("meetings", MEETINGS + "S-1,SPORT,,2026-11-25,19:00,20:30,Wellzo,yes\n")
    assert len(await world.ticks()) == 1


async def test_another_interpreter_is_no_new_version(world: World, records: Records) -> None:
    for kind in KINDS:
        await records.take_in(kind, TEMPLATES / f"{kind}.csv")
    row = "PVT-90-2,PVT-90,2,2026-12-01,09:30,12:30,Friesland College,{}\n"
    head = MEETINGS.replace("cancelled", "interpreter")
    assert await records.take_in("meetings", head + row.format("ar")) == (0, 1, 0)
    stored = await meeting(world, "PVT-90-2")
    assert (stored.version, stored.interpreter, stored.room) == (1, "ar", "B.12")


async def test_both_meetings_of_the_hour_that_exists_twice_have_their_own_instant(
    world: World, town: Town, records: Records
) -> None:
    await town.course("SPORT", "sport")
    head = "reference,course,date,start,end,offset,place\n"
    rows = "S-1,SPORT,2027-10-31,02:15,02:45,02:00,A\nS-2,SPORT,2027-10-31,02:15,02:45,01:00,A\n"
    assert await records.take_in("meetings", head + rows) == (2, 0, 0)
    first, second = await meeting(world, "S-1"), await meeting(world, "S-2")
    assert (second.starts_at - first.starts_at).total_seconds() == 3600


async def test_another_room_is_no_reason_to_judge_the_time(town: Town, records: Records) -> None:
    course = await town.course("SPORT", "sport")
    met = await town.meeting(course, at("2026-12-01", "10:00"))
    await town.meeting(course, at("2026-12-01", "11:00"))
    row = f"{met.reference},SPORT,2026-12-01,10:00,13:00,Stadhuis"
    head = "reference,course,date,start,end,place,room\n"
    assert await records.take_in("meetings", f"{head}{row},B.1\n") == (0, 1, 0)
    assert len(await records.problems("meetings", f"{head}{row.replace('13:00', '13:30')},B.1\n")) == 1


# enrolments


async def test_who_is_enrolled_by_a_file_is_reminded_and_who_left_is_not(
    world: World, town: Town, records: Records
) -> None:
    await town.linked("N-1")
    await town.linked("N-2")
    course = await town.course("SPORT", "sport")
    await town.meeting(course, at("2026-11-24", "19:00"))
    await records.take_in("enrolments", "person,course\nN-1,SPORT\nN-2,SPORT\n")
    left = "person,course,enrolled\nN-2,SPORT,no\nN-1,SPORT,\n"
    assert await records.take_in("enrolments", left) == (0, 1, 1)
    await town.passes_until(at("2026-11-23", "18:30"))
    assert [address for address, _ in world.channel.sent[-1:]] == ["N-1"]
    assert await records.take_in("enrolments", left.replace("no", "yes")) == (0, 1, 1)
    assert len(await world.ticks()) == 1, "who comes back gets what the others have had"


async def test_no_for_somebody_who_never_was_in_a_group_is_nothing(
    world: World, town: Town, records: Records
) -> None:
    await town.person("N-1")
    await town.course("SPORT", "sport")
    assert await records.take_in("enrolments", "person,course,enrolled\nN-1,SPORT,no\n") == (0, 0, 1)
    async with world.database.reading() as session:
        assert (await session.scalars(select(Enrolment))).all() == []


async def test_places_that_a_file_frees_can_be_taken_in_it(town: Town, records: Records) -> None:
    await town.enrol(await town.course("SPORT", "sport", capacity=1), await town.person("N-1"))
    await town.person("N-2")
    swap = "person,course,enrolled\nN-2,SPORT,yes\nN-1,SPORT,no\n"
    assert await records.take_in("enrolments", swap) == (1, 1, 0)


async def test_a_group_that_had_its_last_meeting_keeps_nobody_from_the_next(
    town: Town, records: Records
) -> None:
    person, spring = await town.person("N-1"), await town.course("NT2-1", "language_class")
    await town.enrol(spring, person)
    await town.course("NT2-2", "language_class")
    assert len(await records.problems("enrolments", "person,course\nN-1,NT2-2\n")) == 1
    await town.meeting(spring, at("2026-06-01"))
    assert await records.take_in("enrolments", "person,course\nN-1,NT2-2\n") == (1, 0, 0)


async def test_one_person_can_change_groups_with_one_file(town: Town, records: Records) -> None:
    await town.enrol(await town.course("NT2-1", "language_class"), await town.person("N-1"))
    await town.course("NT2-2", "language_class")
    change = "person,course,enrolled\nN-1,NT2-2,yes\nN-1,NT2-1,no\n"
    assert await records.take_in("enrolments", change) == (1, 1, 0)


# presence


async def test_who_left_after_a_meeting_and_a_guest_were_expected(
    world: World, town: Town, records: Records
) -> None:
    course = await town.course("PVT-1")
    met = await town.meeting(course, at("2026-11-23", "10:30"), part=1)
    left, guest = await town.person("N-1"), await town.person("N-2")
    await town.enrol(course, left)
    async with world.database.writing() as session:
        from bot.store.meetings import note

        await note(session, met.id, guest.id, guest=True)
    world.clock.move(hours=4)
    await town.leave(course, left)
    table = f"person,meeting,presence\nN-1,{met.reference},present\nN-2,{met.reference},excused\n"
    assert await records.take_in("presence", table) == (2, 0, 0)
    assert await records.take_in("presence", table.replace("excused", "present")) == (0, 1, 1)


# size

# Of presence fewer: each row is written by itself.
MANY = {"people": 10_000, "courses": 10_000, "meetings": 10_000, "enrolments": 10_000, "presence": 2_000}
# Seconds for one kind; several times what was measured.
MOST = 8


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_ten_thousand_rows_are_taken_in_quickly(records: Records) -> None:
    tables = many(max(MANY.values()))
    for kind, rows in MANY.items():
        began = process_time()
        table = "".join(tables[kind].splitlines(keepends=True)[: rows + 1])
        assert await records.take_in(kind, table) == (rows, 0, 0)
        # Of the processor, so that a busy machine does not matter: a query for every check would take longer.
        assert process_time() - began < MOST
