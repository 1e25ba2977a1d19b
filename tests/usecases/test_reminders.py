"""Journeys of reminders: planned, sent, answered, moved, missed; the clock is moved by hand."""

from __future__ import annotations

import pytest

from bot.channels.contract import Gone, Outgoing
from flows import reminders
from tests.usecases.conftest import World
from tests.usecases.town import Town, at

# The clock of a world begins on Monday 23 November 2026 at 10:00 in Leeuwarden.


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


def pressable(said: Outgoing) -> list[str]:
    return [button.data for row in said.rows for button in row]


async def test_a_meeting_is_told_a_week_before_the_evening_before_and_two_hours_before(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "13:00"), part=1)
    sent = await town.passes_until(at("2026-12-10"))
    assert [f"{moment:%d %H:%M}" for moment in sent] == ["02 13:00", "08 18:00", "09 11:00"]
    assert await town.ledger() == [("7d", "sent", None), ("1d18:00", "sent", None), ("2h", "sent", None)]


async def test_what_falls_in_the_night_is_sent_the_evening_before(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "09:00"))
    sent = await town.passes_until(at("2026-12-10"))
    assert [f"{moment:%d %H:%M}" for moment in sent] == ["02 09:00", "08 18:00", "08 20:59"]


async def test_after_i_cannot_there_is_no_reminder_until_i_come_after_all(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    await town.passes_until(at("2026-12-02", "13:00"))
    await town.world.arrives(f"go/cannot/{meeting.id}", "chose", "eden")
    await town.world.arrives("at/attendance.why/reason/ill", "chose", "eden")
    noted = await town.participation(meeting, eden)
    assert (noted.answer, noted.reason) == ("cannot", "ill")
    assert await town.passes_until(at("2026-12-08", "20:00")) == []
    await town.world.arrives(f"go/come/{meeting.id}", "chose", "eden")
    assert len(await town.passes_until(at("2026-12-10"))) == 1
    assert await town.ledger() == [
        ("7d", "sent", None),
        ("1d18:00", "skipped", reminders.CANNOT),
        ("2h", "sent", None),
    ]


async def test_a_moved_meeting_is_told_to_those_who_knew_the_old_time_and_only_once(town: Town) -> None:
    eden, abel = await town.linked("eden"), await town.linked("abel")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    await town.passes_until(at("2026-12-03"))
    await town.enrol(course, abel)
    await town.change(meeting, starts_at=at("2026-12-10", "13:00"))
    await town.passes_until(at("2026-12-04"))
    # The new time has its own reminder a week before; to whom is known what it is, that is one more.
    assert await town.ledger(eden) == [
        ("7d", "sent", None),
        ("changed", "sent", None),
        ("7d", "sent", None),
    ]
    assert await town.ledger(abel) == [("7d", "skipped", reminders.MOVED), ("7d", "sent", None)]


async def test_a_meeting_moved_there_and_back_before_anybody_heard_of_it_is_not_told(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    await town.passes_until(at("2026-12-03"))
    await town.change(meeting, starts_at=at("2026-12-11", "13:00"))
    await town.change(meeting, starts_at=at("2026-12-09", "13:00"))
    assert await town.world.ticks() == []
    assert ("changed", "skipped", reminders.KNOWS_ALREADY) in await town.ledger()


async def test_a_cancelled_meeting_is_told_and_not_reminded_of(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    meeting = await town.meeting(course, at("2026-12-09", "13:00"))
    await town.passes_until(at("2026-12-03"))
    await town.cancel(meeting)
    (notice,) = await town.world.ticks()
    assert "09-12-2026" in notice.text
    assert await town.passes_until(at("2026-12-10")) == []
    (refused,) = await town.world.arrives(f"go/come/{meeting.id}", "chose", "eden")
    assert "niet door" in refused.text


async def test_who_is_enrolled_late_gets_the_nearest_useful_reminder_at_once(town: Town) -> None:
    eden, abel = await town.linked("eden"), await town.linked("abel")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "13:00"))
    await town.passes_until(at("2026-12-08", "19:00"))
    await town.enrol(course, abel)
    assert len(await town.world.ticks()) == 1
    await town.passes_until(at("2026-12-10"))
    assert sorted(await town.ledger(abel)) == [
        ("1d18:00", "sent", None),
        ("2h", "sent", None),
        ("7d", "skipped", reminders.LATER_ONE),
    ]
    assert await town.ledger(eden) == [("7d", "sent", None), ("1d18:00", "sent", None), ("2h", "sent", None)]


async def test_downtime_is_caught_up_and_what_is_useless_now_has_a_reason(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "13:00"))
    await town.meeting(course, at("2026-12-08", "10:00"))
    town.world.clock.at = at("2026-12-08", "19:00")
    assert len(await town.world.ticks()) == 1
    found = await town.ledger()
    assert found.count(("1d18:00", "sent", None)) == 1
    assert [row for row in found if row[2] == reminders.BEGUN] == [
        ("7d", "skipped", reminders.BEGUN),
        ("1d18:00", "skipped", reminders.BEGUN),
        ("2h", "skipped", reminders.BEGUN),
    ]
    assert ("7d", "skipped", reminders.LATER_ONE) in found


async def test_in_the_night_a_late_reminder_waits_for_the_morning(town: Town) -> None:
    eden = await town.linked("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "13:00"))
    town.world.clock.at = at("2026-12-08", "23:30")
    assert await town.world.ticks() == []
    sent = await town.passes_until(at("2026-12-09", "10:00"))
    assert [f"{moment:%H:%M}" for moment in sent] == ["08:00"]


async def test_without_a_chat_or_with_a_blocked_one_the_reason_is_written_down(town: Town) -> None:
    eden, abel = await town.linked("eden"), await town.person("abel")
    course = await town.course("pvt")
    await town.enrol(course, eden, abel)
    await town.meeting(course, at("2026-12-09", "13:00"))
    town.world.channel.fail_with(Gone("blocked"))
    await town.passes_until(at("2026-12-03"))
    assert await town.ledger(abel) == [("7d", "skipped", reminders.NO_CHAT)]
    assert await town.ledger(eden) == [("7d", "failed", "gone: blocked")]


async def test_last_dates_are_told_while_it_is_not_signed(town: Town) -> None:
    await town.linked("eden", regime="Wi2013", settled_on=at("2026-06-01").date())
    sent = await town.passes_until(at("2027-06-02"))
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in sent] == [
        "2026-12-03 10:00",
        "2027-03-03 10:00",
        "2027-05-02 10:00",
        "2027-05-25 10:00",
    ]


async def test_a_missed_half_day_is_offered_with_another_group_when_there_is_room(town: Town) -> None:
    eden, abel = await town.linked("eden"), await town.linked("abel")
    first, second = await town.course("pvt-1"), await town.course("pvt-2", capacity=1)
    await town.enrol(first, eden)
    missed = await town.meeting(first, at("2026-11-24", "13:00"), part=2)
    await town.passes_until(at("2026-11-24", "18:00"))
    await town.presence(missed, eden, "absent")
    assert await town.world.ticks() == []
    other = await town.meeting(second, at("2026-12-09", "13:00"), part=2)
    sent = await town.passes_until(at("2026-11-25", "12:00"))
    assert [f"{moment:%d %H:%M}" for moment in sent] == ["25 10:00"]
    (accepted,) = await town.world.arrives(f"go/swap/{missed.id}/{other.id}", "chose", "eden")
    assert "09-12-2026" in accepted.text
    guest = await town.participation(other, eden)
    assert (guest.guest, guest.instead_of, guest.answer) == (True, missed.id, "come")
    sent = await town.passes_until(at("2026-12-10"))
    assert [f"{moment:%d %H:%M}" for moment in sent] == ["02 13:00", "08 18:00", "09 11:00"]
    assert abel is not None


async def test_who_is_linked_sees_the_own_appointments_at_once(town: Town) -> None:
    eden = await town.person("eden")
    course = await town.course("pvt")
    await town.enrol(course, eden)
    await town.meeting(course, at("2026-12-09", "13:00"))
    await town.link(eden)
    assert any("09-12-2026" in text for text in town.world.channel.texts("eden"))
