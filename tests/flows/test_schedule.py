"""When reminders are due: every day of six years, many hours, the schedules that are really used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import flows
from flows.local_time import LAST_MINUTE, after_quiet, at_wall_time, instants, is_quiet, local
from flows.schedule import (
    TIME_TO_GET_THERE,
    Offset,
    Point,
    deadline_points,
    meeting_points,
    not_at_night,
)
from tests.flows.test_local_time import AUTUMN, SPRING, days

HOUR = timedelta(hours=1)
LONG_AGO = timedelta(days=30)
STARTS = (
    time(0, 0),
    time(2, 30),
    time(7, 30),
    time(8, 0),
    time(9, 0),
    time(10, 0),
    time(13, 30),
    time(19, 0),
    time(21, 30),
    time(23, 59),
)


def schedules() -> dict[tuple[str, ...], tuple[Offset, ...]]:
    """The different schedules of flows/course_types.yml."""
    text = (Path(flows.__file__).parent / "course_types.yml").read_text("utf-8")
    written = {tuple(kind["reminders"]) for kind in yaml.safe_load(text)["course_types"].values()}
    return {words: tuple(map(Offset.read, words)) for words in written}


SCHEDULES = schedules()
WEEK, EVENING, NEAR = (
    Offset.read(words) for words in ("7 days before", "1 day before at 18:00", "2 hours before")
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting and its points when it was known a month ahead."""

    starts_at: datetime
    offsets: tuple[Offset, ...]
    points: tuple[Point, ...]

    def of(self, offset: Offset) -> Point:
        """The one point of an offset."""
        (found,) = (point for point in self.points if point.offset == offset.key)
        return found


def starts(day: date) -> Iterator[datetime]:
    """The starts of one day: both where clocks show a time twice, one where they skip it."""
    for clock in STARTS:
        yield from instants(day, clock) or (at_wall_time(day, clock),)


@pytest.fixture(scope="module")
def planned() -> list[Planned]:
    """Every start of six years with each schedule."""
    return [
        Planned(at, offsets, meeting_points(at, offsets, at - LONG_AGO))
        for day in days()
        for at in starts(day)
        for offsets in SCHEDULES.values()
    ]


def test_the_schedules_in_use_are_the_ones_tried_here() -> None:
    assert set(SCHEDULES.values()) == {(WEEK, EVENING, NEAR), (EVENING, NEAR)}


def test_every_reminder_is_there_once_and_in_order(planned: list[Planned]) -> None:
    assert len(planned) == 2 * (2191 * len(STARTS) + len(AUTUMN))
    for each in planned:
        assert [point.offset for point in each.points] == [offset.key for offset in each.offsets], each
        moments = [point.planned_at for point in each.points]
        assert sorted(set(moments)) == moments, each


def test_no_reminder_planned_in_time_is_late_or_at_night_or_after_the_start(planned: list[Planned]) -> None:
    for each in planned:
        for point in each.points:
            assert point.due_at == point.planned_at < each.starts_at, each
            assert not point.is_late, each
            assert not is_quiet(point.due_at), each


def test_no_reminder_comes_later_than_its_offset_says(planned: list[Planned]) -> None:
    for each in planned:
        for offset in each.offsets:
            assert each.of(offset).planned_at <= offset.before(each.starts_at), each


def test_the_evening_before_is_at_six(planned: list[Planned]) -> None:
    for each in planned:
        said, begin = local(each.of(EVENING).due_at), local(each.starts_at)
        assert (begin.date() - said.date()).days == 1, each
        assert said.time() == time(18), each


def test_a_week_before_is_at_the_same_time_or_in_the_evening_before_that(planned: list[Planned]) -> None:
    for each in planned:
        if WEEK not in each.offsets:
            continue
        said, begin = local(each.of(WEEK).due_at), local(each.starts_at)
        awake = time(8) <= begin.time() < time(21)
        assert said.time() == (begin.time() if awake else LAST_MINUTE), each
        assert (begin.date() - said.date()).days == (8 if begin.time() < time(8) else 7), each


def test_two_hours_before_are_two_hours_that_pass_or_the_evening_before(planned: list[Planned]) -> None:
    for each in planned:
        said, two_hours = each.of(NEAR).due_at, each.starts_at - 2 * HOUR
        if is_quiet(two_hours):
            assert local(said).time() == LAST_MINUTE, each
            assert timedelta() < two_hours - said < 12 * HOUR + timedelta(minutes=1), each
        else:
            assert each.starts_at - said == 2 * HOUR, each


# How long before the start a meeting is written down too late for some of its reminders.
TOO_LATE = (
    timedelta(days=8),
    timedelta(days=6, hours=5),
    timedelta(hours=25),
    timedelta(hours=10),
    timedelta(hours=9),
    timedelta(hours=2),
    timedelta(minutes=119),
    timedelta(minutes=60),
    timedelta(minutes=31),
    timedelta(seconds=1),
)
SOME_DAYS = sorted(
    {day for index, day in enumerate(days()) if index % 31 == 0}
    | {change + timedelta(days=n) for change in SPRING | AUTUMN for n in range(-1, 9)}
)


def late_plans() -> Iterator[tuple[datetime, datetime, tuple[Offset, ...]]]:
    """(start, known at, offsets)."""
    for day in SOME_DAYS:
        for at in starts(day):
            for ago in TOO_LATE:
                for offsets in SCHEDULES.values():
                    yield at, at - ago, offsets


def test_what_should_have_been_said_is_due_at_once_or_when_people_wake() -> None:
    kinds = set()
    for starts_at, known_at, offsets in late_plans():
        for point in meeting_points(starts_at, offsets, known_at):
            case = (starts_at, known_at, point)
            assert point.is_late is (point.planned_at < known_at), case
            assert point.due_at < starts_at, case
            if not point.is_late:
                assert point.due_at == point.planned_at, case
                kinds.add("in time")
            elif not is_quiet(known_at):
                assert point.due_at == known_at, case
                kinds.add("at once")
            elif after_quiet(known_at) + TIME_TO_GET_THERE <= starts_at:
                assert point.due_at == after_quiet(known_at), case
                kinds.add("on waking")
            else:
                assert point.due_at == known_at, case
                kinds.add("at night, else too late")
    assert kinds == {"in time", "at once", "on waking", "at night, else too late"}


def test_late_planning_changes_neither_which_reminders_there_are_nor_when_they_should_have_been() -> None:
    for starts_at, known_at, offsets in late_plans():
        late = meeting_points(starts_at, offsets, known_at)
        early = meeting_points(starts_at, offsets, starts_at - LONG_AGO)
        assert [(point.offset, point.planned_at) for point in late] == [
            (point.offset, point.planned_at) for point in early
        ]


@given(
    st.sampled_from(SOME_DAYS),
    st.sampled_from(STARTS),
    st.sampled_from(list(SCHEDULES.values())),
    st.integers(0, 3 * 86400),
)
def test_a_meeting_that_has_begun_when_it_becomes_known_has_no_points(
    day: date, clock: time, offsets: tuple[Offset, ...], seconds: int
) -> None:
    starts_at = at_wall_time(day, clock)
    assert meeting_points(starts_at, offsets, starts_at + timedelta(seconds=seconds)) == ()
    in_time = meeting_points(starts_at, offsets, starts_at - timedelta(seconds=1 + seconds))
    assert [point.offset for point in in_time] == [offset.key for offset in offsets]


@pytest.mark.parametrize(
    ("now", "start", "said"),
    [
        # awake: at once
        ((23, 14, 0), (23, 15, 0), (23, 14, 0)),
        # in the evening about tomorrow: in the morning
        ((23, 22, 0), (24, 10, 0), (24, 8, 0)),
        # just enough time to get there, and not quite
        ((23, 22, 0), (24, 9, 0), (24, 8, 0)),
        ((23, 22, 0), (24, 8, 59), (23, 22, 0)),
        ((24, 5, 0), (24, 8, 30), (24, 5, 0)),
        # in the night itself
        ((23, 21, 0), (23, 21, 30), (23, 21, 0)),
    ],
)
def test_a_notice_waits_for_the_morning_where_there_is_time(
    now: tuple[int, int, int], start: tuple[int, int, int], said: tuple[int, int, int]
) -> None:
    at, starts_at, expected = (
        at_wall_time(date(2026, 11, day), time(hour, minute)) for day, hour, minute in (now, start, said)
    )
    assert not_at_night(at, starts_at) == expected


def test_two_reminders_that_fall_together_are_one() -> None:
    offsets = (Offset.read("1 day before at 22:00"), NEAR)
    starts_at = at_wall_time(date(2026, 11, 24), time(9))
    (point,) = meeting_points(starts_at, offsets, starts_at - LONG_AGO)
    assert point.planned_at == at_wall_time(date(2026, 11, 23), LAST_MINUTE)


@pytest.mark.parametrize(("start", "keys"), [(17, ["2h"]), (18, ["2h"]), (19, ["2h", "0d18:00"])])
def test_a_wall_time_that_is_not_before_the_start_is_left_out(start: int, keys: list[str]) -> None:
    offsets = (Offset.read("0 days before at 18:00"), NEAR)
    starts_at = at_wall_time(date(2026, 11, 24), time(start))
    assert [point.offset for point in meeting_points(starts_at, offsets, starts_at - LONG_AGO)] == keys


def test_a_course_without_reminders_has_none() -> None:
    assert meeting_points(datetime(2026, 11, 24, 9, tzinfo=UTC), (), datetime(2026, 1, 1, tzinfo=UTC)) == ()


def test_hours_pass_and_days_are_counted_when_the_clocks_change() -> None:
    monday = at_wall_time(date(2026, 3, 30), time(10))
    sunday = at_wall_time(date(2026, 3, 29), time(10))
    assert Offset.read("1 day before").before(monday) == sunday
    assert Offset.read("1 day before").before(sunday) == sunday - 23 * HOUR
    assert Offset.read("24 hours before").before(sunday) == at_wall_time(date(2026, 3, 28), time(9))
    autumn = at_wall_time(date(2026, 10, 25), time(10))
    assert Offset.read("1 day before").before(autumn) == autumn - 25 * HOUR


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("7 days before", Offset("7d", days=7)),
        ("1 day before", Offset("1d", days=1)),
        ("1 day before at 18:00", Offset("1d18:00", days=1, at=time(18))),
        ("0 days before at 08:30", Offset("0d08:30", at=time(8, 30))),
        ("2 hours before", Offset("2h", hours=2)),
        ("1 hour before", Offset("1h", hours=1)),
        ("048 hours before", Offset("48h", hours=48)),
    ],
)
def test_an_offset_is_read_as_it_is_written(words: str, expected: Offset) -> None:
    assert Offset.read(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "",
        "7 days",
        "7 days after",
        "seven days before",
        "-1 days before",
        "7.5 days before",
        "1000 days before",
        " 7 days before",
        "7 days before\n",
        "7 Days before",
        "2 hours before at 18:00",
        "30 minutes before",
        "1 day before at 18",
        "1 day before at 6:00",
        "1 day before at 24:00",
        "1 day before at 18:60",
        "1 day before at 18:00:00",
        "7 days before, 2 hours before",
        # digits of other alphabets
        "٧ days before",
        "７ days before",
        "٢ hours before",
        "1 day before at ١٨:٠٠",
    ],
)
def test_an_offset_in_other_words_is_refused(words: str) -> None:
    with pytest.raises(ValueError):
        Offset.read(words)


@given(st.text(max_size=30) | st.from_regex(r"\d+ (day|hour)s? before( at \d\d:\d\d)?", fullmatch=True))
def test_whatever_is_written_is_an_offset_or_a_value_error(words: str) -> None:
    try:
        offset = Offset.read(words)
    except ValueError:
        return
    assert words.isascii()
    assert offset.key.isascii()
    starts_at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert offset.before(starts_at) <= starts_at or offset.at is not None


def test_the_last_date_is_told_at_ten_so_many_days_before() -> None:
    for deadline in days():
        points = deadline_points(deadline, at_wall_time(deadline, time(10)) - timedelta(days=200))
        assert [point.offset for point in points] == ["180d", "90d", "30d", "7d"]
        for point, ahead in zip(points, (180, 90, 30, 7), strict=True):
            said = local(point.due_at)
            assert (deadline - said.date()).days == ahead, deadline
            assert said.time() == time(10), deadline
            assert not point.is_late


def test_a_last_date_that_is_known_late_is_told_at_once_or_in_the_morning() -> None:
    deadline = date(2027, 3, 1)
    for known_at, due_at in (
        (at_wall_time(date(2027, 1, 1), time(15)), at_wall_time(date(2027, 1, 1), time(15))),
        (at_wall_time(date(2027, 1, 1), time(22)), at_wall_time(date(2027, 1, 2), time(8))),
        (at_wall_time(date(2027, 1, 1), time(3)), at_wall_time(date(2027, 1, 1), time(8))),
    ):
        half_year, quarter, month, week = deadline_points(deadline, known_at)
        assert (half_year.due_at, quarter.due_at) == (due_at, due_at)
        assert half_year.is_late
        assert quarter.is_late
        assert not month.is_late
        assert week.due_at == at_wall_time(date(2027, 2, 22), time(10))


@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(-400 * 86400, 400 * 86400))
def test_no_last_date_is_told_at_night_or_before_it_is_known(deadline: date, seconds: int) -> None:
    known_at = at_wall_time(deadline, time(12)) + timedelta(seconds=seconds)
    points = deadline_points(deadline, known_at)
    assert len(points) == 4
    for point in points:
        assert not is_quiet(point.due_at)
        assert point.due_at >= known_at
        assert point.is_late is (point.planned_at < known_at)
    assert [point.due_at for point in points] == sorted(point.due_at for point in points)
