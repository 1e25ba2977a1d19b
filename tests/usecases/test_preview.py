"""What is foretold is what happens, and staff see whom to phone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.channels.contract import Gone
from bot.store import ledger
from bot.store.tables import Person
from bot.usecases.attention import standings, unreachable
from bot.usecases.preview import Line, Preview
from flows import reminders
from tests.usecases.conftest import TYPES, World
from tests.usecases.town import Town, at


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def foretold(town: Town, person: Person, until: str) -> list[Line]:
    world = town.world
    preview = Preview(world.database, world.remind, world.clock)
    return list(await preview.of(person, at("2026-11-01", "00:00"), at(until, "00:00")))


def said(line: Line) -> tuple[str, str, str]:
    return line.due_at, line.text or "", line.reason or ""


async def test_what_is_foretold_is_what_is_sent_at_that_minute_in_those_words(town: Town) -> None:
    world = town.world
    eden = await town.linked("eden", "ti", regime="Wi2013", settled_on=at("2025-12-29").date())
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "09:00"), part=1)
    await town.meeting(course, at("2026-11-25", "13:00"), part=2)
    await town.meeting(course, at("2026-12-16", "13:30"), part=3)
    before = await foretold(town, eden, "2027-02-01")
    assert {line.status for line in before} == {"planned", "skipped"}
    world.channel.sent.clear()
    sent = await town.passes_until(at("2027-02-01"))
    planned = [line for line in before if line.status == "planned"]
    assert [moment.isoformat(timespec="seconds") for moment in sent] == [line.due_at for line in planned]
    after = await foretold(town, eden, "2027-02-01")
    assert sorted(map(said, after)) == sorted(map(said, before))
    assert all(line.language == "ti" for line in after)
    assert {line.kind for line in after} == {"reminder", "deadline"}


async def test_what_will_not_be_sent_is_foretold_with_its_reason(town: Town) -> None:
    eden, abel = await town.linked("eden"), await town.person("abel", language="ar")
    course = await town.course("pvt")
    await town.enrol(course, eden, abel)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    await town.world.arrives(f"go/cannot/{meeting.id}", "chose", "eden")
    assert {(line.status, line.reason) for line in await foretold(town, eden, "2026-12-10")} == {
        ("skipped", reminders.CANNOT)
    }
    lines = await foretold(town, abel, "2026-12-10")
    assert [line.due_at[:16] for line in lines] == [
        "2026-12-02T13:00",
        "2026-12-08T18:00",
        "2026-12-09T11:00",
    ]
    assert {(line.status, line.reason, line.language) for line in lines} == {
        ("skipped", reminders.NO_CHAT, "ar")
    }
    await town.passes_until(at("2026-12-10"))
    assert [(line.status, line.reason) for line in await foretold(town, abel, "2026-12-10")] == [
        (line.status, line.reason) for line in lines
    ]


async def test_a_preview_changes_nothing(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "13:00"))
    once = await foretold(town, eden, "2026-12-10")
    assert await foretold(town, eden, "2026-12-10") == once
    assert await town.ledger() == []


async def whom_to_phone(town: Town, days: int = 7) -> dict[str, str]:
    now = town.world.clock()
    async with town.world.database.reading() as session:
        found = await unreachable(session, now, now + timedelta(days=days))
    return {each.person: each.reason for each in found}


async def test_whom_no_message_reaches_is_on_the_list_before_the_meeting(town: Town) -> None:
    people = {name: await town.linked(name) for name in ("eden", "abel", "hala", "nour")}
    people["yara"] = await town.person("yara")
    course = await town.course("pvt")
    await town.enrol(course, *people.values())
    await town.meeting(course, at("2026-12-01", "13:00"))
    assert await whom_to_phone(town, 30) == {"yara": reminders.NO_CHAT}
    await town.world.arrives("go/messages", "chose", "hala")
    await town.world.arrives("at/preferences.pause/length/month", "chose", "hala")
    await town.world.arrives("blocked", "left", "abel")
    town.world.channel.fail_with(Gone("deleted"))
    await town.passes_until(at("2026-11-24", "14:00"))
    lost = {name: reason for name, reason in (await whom_to_phone(town)).items() if name in {"eden", "nour"}}
    assert list(lost.values()) == ["gone: deleted"]
    rest = {name: reason for name, reason in (await whom_to_phone(town)).items() if name not in lost}
    assert rest == {"abel": "gone: blocked", "hala": ledger.PAUSED, "yara": reminders.NO_CHAT}
    assert await whom_to_phone(town, 1) == {}


async def test_where_everybody_stands_and_which_fact_is_missing(town: Town) -> None:
    world = town.world
    now: datetime = world.clock()
    eden = await town.linked("eden", regime="Wi2021", pip_on=at("2026-05-04").date())
    await town.person("abel", regime="Wi2013")
    await town.person("hala", participation="exempt")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    lesson = await town.meeting(course, at("2026-11-24", "13:00"), part=1)
    await town.passes_until(at("2026-11-24", "18:00"))
    await town.presence(lesson, eden, "present")
    async with world.database.reading() as session:
        found = {each.person: each for each in await standings(session, TYPES)}
    assert (found["eden"].step, found["eden"].attended) == ("attending", (1,))
    assert (found["eden"].deadline, found["eden"].missing) == ("2029-05-04", None)
    assert (found["abel"].step, found["abel"].deadline, found["abel"].missing) == (
        "not_invited",
        None,
        "settled_on",
    )
    assert (found["hala"].step, found["hala"].missing) == ("exempt", None)
    assert world.clock() > now
