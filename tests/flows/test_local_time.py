"""Wall time in Leeuwarden, on every day of six years and around each change of the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.local_time import (
    AMSTERDAM,
    LAST_MINUTE,
    QUIET_FROM,
    QUIET_UNTIL,
    after_quiet,
    at_wall_time,
    before_quiet,
    instants,
    is_quiet,
    local,
    years_later,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
YEARS = range(2025, 2031)
CLOCKS = (*map(time, range(24)), time(1, 59), time(2, 30), time(2, 59), time(20, 59), time(23, 59))


def days() -> Iterator[date]:
    """Every day of the six years."""
    day = date(YEARS.start, 1, 1)
    while day.year < YEARS.stop:
        yield day
        day += timedelta(days=1)


def last_sunday(year: int, month: int) -> date:
    """The day on which the clocks change, by the rule and not by the database of time zones."""
    last = date(year, month, 31)
    return last - timedelta(days=last.isoweekday() % 7)


SPRING = {last_sunday(year, 3) for year in YEARS}
AUTUMN = {last_sunday(year, 10) for year in YEARS}


def by_hand(at: datetime) -> datetime:
    """What a clock in Leeuwarden shows, by the rule: two hours ahead between the changes at 01:00 UTC."""
    bare = at.astimezone(UTC).replace(tzinfo=None)
    begin = datetime.combine(last_sunday(bare.year, 3), time(1))
    end = datetime.combine(last_sunday(bare.year, 10), time(1))
    return bare + (2 * HOUR if begin <= bare < end else HOUR)


def expected_count(day: date, clock: time) -> int:
    """How often clocks show this time on this day."""
    if clock.hour != 2:
        return 1
    return 0 if day in SPRING else 2 if day in AUTUMN else 1


def minutes_of(day: date) -> Iterator[time]:
    """Every minute that a clock face has."""
    return ((datetime.combine(day, time()) + minute * MINUTE).time() for minute in range(24 * 60))


def stopwatch(around: date) -> Iterator[datetime]:
    """Every minute that passes from a day before until a day after."""
    begin = datetime.combine(around - timedelta(days=1), time(), UTC)
    return (begin + minute * MINUTE for minute in range(3 * 24 * 60))


# Aware instants of ten years, half of them within two days of a change of the clocks.
FROM = datetime(2022, 1, 1, tzinfo=UTC)
near_a_change = st.builds(
    lambda day, seconds: datetime.combine(day, time(), UTC) + timedelta(seconds=seconds),
    st.sampled_from(sorted(SPRING | AUTUMN)),
    st.integers(-86400, 2 * 86400),
)
moments = (
    st.integers(0, 10 * 365 * 86400).map(lambda seconds: FROM + timedelta(seconds=seconds)) | near_a_change
)


def test_every_time_of_six_years_names_as_many_instants_as_clocks_show_it() -> None:
    for day in days():
        for clock in CLOCKS:
            found = instants(day, clock)
            assert len(found) == expected_count(day, clock), (day, clock)
            assert all(by_hand(at) == datetime.combine(day, clock) for at in found), (day, clock)


@pytest.mark.parametrize("day", sorted(SPRING | AUTUMN))
def test_every_minute_of_a_day_on_which_the_clocks_change_leads_back_to_itself(day: date) -> None:
    for clock in minutes_of(day):
        found = instants(day, clock)
        assert len(found) == expected_count(day, clock), clock
        assert [local(at).replace(tzinfo=None) for at in found] == [datetime.combine(day, clock)] * len(found)
        assert all(at.tzinfo is UTC for at in found)


def test_an_hour_that_comes_twice_is_first_in_summer_time() -> None:
    first, second = instants(date(2026, 10, 25), time(2, 30))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_it_does_not_matter_with_which_fold_a_time_is_asked() -> None:
    for day in (date(2026, 3, 29), date(2026, 7, 1), date(2026, 10, 25)):
        for clock in CLOCKS:
            assert instants(day, clock.replace(fold=1)) == instants(day, clock)


def test_a_wall_time_is_the_first_of_its_instants() -> None:
    for day in days():
        for clock in CLOCKS:
            if found := instants(day, clock):
                assert at_wall_time(day, clock) == found[0], (day, clock)


def test_a_wall_time_that_the_clocks_skip_counts_on_from_before_the_change() -> None:
    for day in SPRING:
        for clock in minutes_of(day):
            if clock.hour == 2:
                shown = local(at_wall_time(day, clock))
                assert (shown.date(), shown.hour, shown.minute) == (day, 3, clock.minute)


@given(moments)
def test_what_a_clock_shows_names_the_instant_it_was_shown_at(at: datetime) -> None:
    shown = local(at)
    assert shown.tzinfo is AMSTERDAM
    assert shown.replace(tzinfo=None) == by_hand(at)
    found = instants(shown.date(), shown.time())
    assert at in found
    assert len(found) == expected_count(shown.date(), shown.time())


def test_rest_is_from_nine_in_the_evening_until_eight_in_the_morning() -> None:
    for day in days():
        for clock in CLOCKS:
            for at in instants(day, clock):
                assert is_quiet(at) is (clock.hour >= 21 or clock.hour < 8), at


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        (time(20, 59, 59, 999999), False),
        (time(21), True),
        (time(0), True),
        (time(7, 59, 59, 999999), True),
        (time(8), False),
    ],
)
def test_the_edges_of_the_hours_of_rest(clock: time, quiet: bool) -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 23), date(2026, 12, 31)):
        (at,) = instants(day, clock)
        assert is_quiet(at) is quiet


@pytest.mark.parametrize("day", sorted(SPRING | AUTUMN))
def test_no_minute_around_a_change_of_the_clocks_is_moved_into_the_hours_of_rest(day: date) -> None:
    for at in stopwatch(day):
        assert is_quiet(at) is (by_hand(at).hour >= 21 or by_hand(at).hour < 8), at
        assert not is_quiet(before_quiet(at)), at
        assert not is_quiet(after_quiet(at)), at


@given(moments)
def test_before_the_rest_is_its_last_minute_of_waking_and_never_later(at: datetime) -> None:
    moved = before_quiet(at)
    assert not is_quiet(moved)
    assert before_quiet(moved) == moved
    if not is_quiet(at):
        assert moved == at
        return
    assert by_hand(moved).time() == LAST_MINUTE
    assert is_quiet(moved + MINUTE)
    assert timedelta() < by_hand(at) - by_hand(moved) < 11 * HOUR + MINUTE
    assert timedelta() < at - moved < 12 * HOUR + MINUTE


@given(moments)
def test_after_the_rest_is_eight_in_the_morning_and_never_earlier(at: datetime) -> None:
    moved = after_quiet(at)
    assert not is_quiet(moved)
    assert after_quiet(moved) == moved
    if not is_quiet(at):
        assert moved == at
        return
    assert by_hand(moved).time() == QUIET_UNTIL
    assert is_quiet(moved - timedelta(microseconds=1))
    assert timedelta() < by_hand(moved) - by_hand(at) <= 11 * HOUR
    assert timedelta() < moved - at <= 12 * HOUR


@pytest.mark.parametrize(
    ("evening", "hours"), [(date(2026, 3, 28), 10), (date(2026, 10, 24), 12), (date(2026, 11, 23), 11)]
)
def test_the_night_of_a_change_of_the_clocks_is_an_hour_shorter_or_longer(evening: date, hours: int) -> None:
    begin = at_wall_time(evening, QUIET_FROM)
    assert after_quiet(begin) - begin == hours * HOUR
    last = after_quiet(begin) - MINUTE
    assert before_quiet(last) == begin - MINUTE
    assert last - before_quiet(last) == hours * HOUR


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2026, 11, 23), 1, date(2027, 11, 23)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2025, 2, 28), 3, date(2028, 2, 28)),
        (date(2023, 3, 1), 1, date(2024, 3, 1)),
        (date(2096, 2, 29), 4, date(2100, 2, 28)),
        (date(2024, 2, 29), 0, date(2024, 2, 29)),
    ],
)
def test_years_later_it_is_the_same_date_also_on_leap_days(day: date, years: int, expected: date) -> None:
    assert years_later(day, years) == expected


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 20))
def test_years_later_keeps_the_month_and_nearly_always_the_day(day: date, years: int) -> None:
    later = years_later(day, years)
    assert (later.year, later.month) == (day.year + years, day.month)
    assert later.day == day.day or (day.month, day.day, later.day) == (2, 29, 28)
