"""The clock to try the program with: begins where it is told, runs as told, jumps, never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import system_now
from bot.moving_clock import MovingClock, clock_of
from bot.settings import Settings
from tests.fakes.clock import FakeClock

START = datetime(2026, 11, 30, 9, 0, tzinfo=timezone(timedelta(hours=1)))
SECOND = timedelta(seconds=1)

# What happens to a clock: real time passes (also backwards, when the machine is set right), or it jumps.
PASSES = st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=1))
JUMPS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPEEDS = st.floats(min_value=1e-6, max_value=100_000)


@pytest.mark.parametrize("speed", [0.001, 0.5, 1, 60, 100_000])
def test_it_begins_where_it_is_told_and_runs_as_fast_as_it_is_told(speed: float) -> None:
    real = FakeClock()
    clock = MovingClock(START, speed, real)
    assert clock() == START
    assert clock().tzinfo is UTC
    real.move(seconds=100)
    assert clock() == START + 100 * SECOND * speed


def test_without_a_start_it_begins_now() -> None:
    real = FakeClock()
    clock = MovingClock(None, 2, real)
    assert clock() == real()
    real.move(minutes=1)
    assert clock() == real() + timedelta(minutes=1)


def test_a_slow_clock_that_is_often_looked_at_does_not_stand_still() -> None:
    real = FakeClock()
    clock = MovingClock(START, 0.001, real)
    for _ in range(10_000):
        real.move(microseconds=100)
        clock()
    assert clock() == START + timedelta(milliseconds=1)


def test_it_jumps_ahead_and_goes_on_from_there() -> None:
    real = FakeClock()
    clock = MovingClock(START, 10, real)
    real.move(seconds=1)
    clock.jump_to(START + timedelta(days=6))
    assert clock() == START + timedelta(days=6)
    real.move(seconds=1)
    assert clock() == START + timedelta(days=6, seconds=10)


@pytest.mark.parametrize("back", [timedelta(0), timedelta(microseconds=1), timedelta(days=400)])
def test_it_does_not_jump_back(back: timedelta) -> None:
    clock = MovingClock(START, 1, FakeClock())
    clock.jump_to(START - back)
    assert clock() == START


def test_where_the_machine_is_set_back_it_goes_on() -> None:
    real = FakeClock()
    clock = MovingClock(START, 1, real)
    real.move(hours=-1)
    assert clock() == START
    real.move(seconds=5)
    assert clock() == START + 5 * SECOND


@given(SPEEDS, st.lists(PASSES | JUMPS, max_size=20))
def test_it_never_goes_back_and_is_never_behind_a_jump(
    speed: float, happens: list[timedelta | datetime]
) -> None:
    real = FakeClock()
    clock = MovingClock(START, speed, real)
    before = clock()
    for event in happens:
        if isinstance(event, datetime):
            clock.jump_to(event)
            assert clock() == max(before, event)
        else:
            real.at += event
        assert clock() >= before
        before = clock()


@given(SPEEDS, st.lists(st.timedeltas(timedelta(0), timedelta(days=1)), max_size=20))
def test_how_often_it_is_looked_at_changes_nothing(speed: float, stretches: list[timedelta]) -> None:
    real = FakeClock()
    looked_at, left_alone = MovingClock(START, speed, real), MovingClock(START, speed, real)
    for stretch in stretches:
        real.at += stretch
        looked_at()
    assert looked_at() == left_alone()


# which clock the settings ask for


@pytest.mark.parametrize("settings", [{"demo": False}, {"telegram_token": "123456:token"}])
def test_real_use_has_the_clock_of_the_machine(settings: dict[str, object]) -> None:
    assert clock_of(Settings(**settings)) is system_now


@pytest.mark.parametrize("settings", [{}, {"clock_speed": 2, "demo": False}])
def test_a_clock_that_may_have_to_move_begins_now(settings: dict[str, object]) -> None:
    clock = clock_of(Settings(**settings))
    assert isinstance(clock, MovingClock)
    assert abs(clock() - system_now()) < timedelta(seconds=5)


@pytest.mark.parametrize("demo", [True, False])
def test_the_clock_of_the_settings_begins_where_they_say(demo: bool) -> None:
    clock = clock_of(Settings(clock=START.isoformat(), demo=demo))
    assert timedelta(0) <= clock() - START < timedelta(seconds=5)
