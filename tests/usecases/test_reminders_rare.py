"""What rarely comes together, and must leave nobody with a wrong time in mind or two messages at once."""

from __future__ import annotations

import pytest

from bot.channels.contract import Outcome, Outgoing, Pace, Refused, TryAgain
from flows import reminders
from flows.local_time import local
from tests.usecases.conftest import World
from tests.usecases.town import Town, at

MOVED = "Let op: de tijd of de plaats is veranderd"


class Died(BaseException):
    """The process ends in the middle of sending."""


async def minutes_pass(world: World, minutes: int) -> None:
    """Time passes by itself, also where something is due and held back."""
    for _ in range(minutes):
        await world.ticks()
        world.clock.move(minutes=1)


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def test_who_comes_back_to_the_group_hears_of_a_change_made_meanwhile(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    await town.passes_until(at("2026-12-03"))
    await town.leave(course, eden)
    await town.change(meeting, starts_at=at("2026-12-09", "15:00"))
    assert await town.passes_until(at("2026-12-04")) == []
    assert ("changed", "skipped", reminders.LEFT) in await town.ledger(eden)
    await town.enrol(course, eden)
    await town.passes_until(at("2026-12-05"))
    assert MOVED in town.world.channel.texts("eden")[-1]
    assert ("changed", "sent", None) in await town.ledger(eden)


async def test_who_comes_back_with_another_phone_is_told_there(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "13:00"))
    await town.leave(course, eden)
    await town.passes_until(at("2026-12-08", "19:00"))
    await town.link(eden, address="other")
    await town.enrol(course, eden)
    await town.passes_until(at("2026-12-08", "20:00"))
    assert [said for said in town.world.channel.texts("other") if "09-12-2026, 13:00" in said] != []
    assert (await town.ledger(eden))[1:] == [("1d18:00", "sent", None)]


async def test_a_change_in_the_moment_in_which_a_sender_dies_is_told(town: Town) -> None:
    world = town.world
    eden = await town.linked("eden")
    # Of such a channel nobody knows afterwards whether the message arrived.
    world.channel.pace = Pace(30, 1)
    course = await town.course("pvt")
    await town.enrol(course, eden)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    world.clock.at = at("2026-12-02", "13:00")
    send = world.channel.send

    async def dies(_address: str, _said: Outgoing) -> Outcome:
        await town.change(meeting, starts_at=at("2026-12-09", "15:00"))
        await world.materialise.tick()
        raise Died

    world.channel.send = dies  # type: ignore[method-assign]
    with pytest.raises(Died):
        await world.ticks()
    world.channel.send = send  # type: ignore[method-assign]
    world.clock.at = at("2026-12-02", "13:05")
    await world.deliver.recover()
    await minutes_pass(world, 3)
    assert MOVED in world.channel.texts("eden")[-1]


async def test_what_waited_for_the_channel_is_not_said_beside_a_later_one(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "08:30"))
    await town.passes_until(at("2026-12-08", "17:59"))
    town.world.channel.fail_with(*[TryAgain("busy")] * 200)
    await town.passes_until(at("2026-12-08", "20:58"))
    town.world.channel.outcomes.clear()
    await minutes_pass(town.world, 10)
    assert (await town.ledger(eden))[1:] == [
        ("1d18:00", "skipped", reminders.LATER_ONE),
        ("2h", "sent", None),
    ]


async def test_a_notice_that_comes_late_waits_for_the_morning_where_that_is_in_time(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    await town.passes_until(at("2026-12-03", "20:30"))
    await town.change(meeting, starts_at=at("2026-12-09", "15:00"))
    # The program was down for two hours.
    town.world.clock.at = at("2026-12-03", "22:30")
    (moment,) = await town.passes_until(at("2026-12-05"))
    assert local(moment) == local(at("2026-12-04", "08:00"))


async def test_where_the_notice_was_refused_the_reminder_says_that_it_changed(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    await town.passes_until(at("2026-12-03"))
    await town.change(meeting, starts_at=at("2026-12-09", "15:00"))
    town.world.channel.fail_with(Refused("no"))
    assert await town.passes_until(at("2026-12-04")) == []
    await town.passes_until(at("2026-12-08", "19:00"))
    assert MOVED in town.world.channel.texts("eden")[-1]
