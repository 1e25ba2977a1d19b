"""Times of meetings in tables: nothing is lost where the clocks change, and no overlap is missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.course_types import load_course_types
from bot.records.desk import Desk
from bot.records.hours import hours, written_hours
from bot.records.overlaps import Slot, between, by_course, within
from bot.settings import COURSE_TYPES
from bot.spreadsheets import Row
from bot.usecases.plan import Plan
from flows.local_time import local

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
# Around both changes of the clocks, and anywhere in a year.
CHANGES = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
MINUTES = st.one_of(
    st.tuples(st.sampled_from(CHANGES), st.integers(-180, 180)),
    st.tuples(st.just(EPOCH), st.integers(0, 365 * 24 * 60)),
).map(lambda each: each[0] + timedelta(minutes=each[1]))


def desk() -> Desk:
    """A desk without a database, which is not needed to read times."""
    nowhere: Any = None
    return Desk(nowhere, Plan(load_course_types(COURSE_TYPES)), {}, EPOCH, str(Path("meetings.csv")))


@given(MINUTES, st.integers(1, 12 * 60))
def test_what_is_written_of_a_meeting_names_the_same_instants(starts_at: datetime, minutes: int) -> None:
    ends_at = starts_at + timedelta(minutes=minutes)
    assume(local(starts_at).date() == local(ends_at).date())
    at = desk()
    assert hours(at, Row(2, written_hours(starts_at, ends_at))) == (starts_at, ends_at)
    at.stop_at_problems()


def slots(disjoint: bool) -> st.SearchStrategy[list[Slot]]:
    """Slots of one course, perhaps none of them at the time of another."""

    def make(lengths: list[tuple[int, int]]) -> list[Slot]:
        made, hour = [], 0
        for number, (gap, length) in enumerate(lengths):
            hour += gap
            begin = EPOCH + timedelta(hours=hour)
            made.append(Slot(f"M-{number}", 1, begin, begin + timedelta(hours=length)))
            hour += length if disjoint else 0
        return made

    return st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=8).map(make)


def overlap(one: Slot, other: Slot) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


@given(slots(disjoint=True), slots(disjoint=True))
def test_every_pair_of_two_series_at_the_same_time_is_found(some: list[Slot], others: list[Slot]) -> None:
    expected = {(one, other) for one, other in product(some, others) if overlap(one, other)}
    assert set(between(some, others)) == expected


@given(slots(disjoint=False))
def test_every_meeting_that_begins_during_an_earlier_one_is_found(some: list[Slot]) -> None:
    ordered = by_course(some).get(1, [])
    late = {other for one, other in combinations(ordered, 2) if overlap(one, other)}
    found = list(within(ordered))
    assert {other for _, other in found} == late
    assert all(overlap(one, other) for one, other in found)
