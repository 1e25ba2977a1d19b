"""Enrolments as a table: who is in which group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cells import quoted, yes_no
from bot.records.cells import reference_column
from bot.records.desk import Desk, Tally
from bot.records.overlaps import Slot, between, by_course
from bot.spreadsheets import Column, Row
from bot.store.tables import Course, Enrolment, Meeting, Person

COLUMNS = (
    reference_column("the reference of a newcomer who is on record", "person"),
    reference_column("the reference of a course that is on record", "course"),
    Column("enrolled", yes_no, about="no: has left the group; yes without it"),
)
# So many are enrolled with one statement; SQLite takes 32,766 parameters, PostgreSQL about as many.
BATCH = 500

Pair = tuple[int, int]
"""The ids of a course and of a person."""


@dataclass(frozen=True, slots=True)
class _Groups:
    """What is on record. ``active``: by pair, whether the person is in the group (False: has left it);
    ``ahead``: the meetings of each course that are still to come; ``over``: courses that had meetings and
    have none ahead."""

    people: Mapping[str, tuple[int, str]]
    courses: Mapping[str, Course]
    active: Mapping[Pair, bool]
    ahead: Mapping[int, Sequence[Slot]]
    over: set[int]


@dataclass(frozen=True, slots=True)
class _Moves:
    """What the file changes: the row of each who joins or leaves a group."""

    joins: dict[Pair, Row] = field(default_factory=dict)
    leaves: dict[Pair, Row] = field(default_factory=dict)


async def take_in(desk: Desk, rows: Sequence[Row]) -> Tally:
    """See `Kind.take_in`."""
    groups = await _groups(desk)
    moves = _Moves()
    for row in desk.sound(rows, "person", "course"):
        pair = _pair(desk, row, groups)
        if pair is None:
            continue
        wanted, stands = row.values["enrolled"] is not False, groups.active.get(pair, False)
        if wanted and not stands:
            moves.joins[pair] = row
        elif stands and not wanted:
            moves.leaves[pair] = row
    _check_newcomers(desk, groups, moves)
    _check_room(desk, groups, moves)
    _Together(desk, groups, moves).check()
    desk.stop_at_problems()
    await _apply(desk, moves)
    new = len(moves.joins.keys() - groups.active.keys())
    changed = len(moves.joins) + len(moves.leaves) - new
    return Tally(new, changed, len(rows) - new - changed)


async def _groups(desk: Desk) -> _Groups:
    session = desk.session
    people = await session.execute(select(Person.reference, Person.id, Person.role))
    enrolled = await session.execute(select(Enrolment.course_id, Enrolment.person_id, Enrolment.ended_at))
    ahead = (
        select(Meeting.reference, Meeting.course_id, Meeting.starts_at, Meeting.ends_at)
        .where(Meeting.ends_at > desk.now, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.starts_at)
    )
    slots = by_course([Slot(*row) for row in await session.execute(ahead)])
    met = set(await session.scalars(select(Meeting.course_id).distinct()))
    return _Groups(
        {reference: (number, role) for reference, number, role in people},
        {course.reference: course for course in await session.scalars(select(Course))},
        {(course, person): ended_at is None for course, person, ended_at in enrolled},
        slots,
        met - slots.keys(),
    )


def _pair(desk: Desk, row: Row, groups: _Groups) -> Pair | None:
    person = groups.people.get(str(row.values["person"]))
    course = groups.courses.get(str(row.values["course"]))
    if person is None:
        desk.problem(row, "person", f"there is no person {quoted(str(row.values['person']))}")
    if course is None:
        desk.problem(row, "course", f"there is no course {quoted(str(row.values['course']))}")
    return None if person is None or course is None else (course.id, person[0])


def _check_newcomers(desk: Desk, groups: _Groups, moves: _Moves) -> None:
    for row in moves.joins.values():
        role = groups.people[str(row.values["person"])][1]
        if role != "newcomer":
            desk.problem(row, "person", f"is not a newcomer but {role}")


def _check_room(desk: Desk, groups: _Groups, moves: _Moves) -> None:
    places = {course.id: course.capacity for course in groups.courses.values()}
    members: defaultdict[int, int] = defaultdict(int)
    for pair, is_in in groups.active.items():
        members[pair[0]] += is_in and pair not in moves.leaves
    for (course, _), row in moves.joins.items():
        members[course] += 1
        capacity = places[course]
        if capacity is not None and members[course] > capacity:
            desk.problem(row, "course", f"the group is full: it has {capacity} places")


class _Together:
    """Looks whether those who join a group can be in it together with their other groups."""

    def __init__(self, desk: Desk, groups: _Groups, moves: _Moves) -> None:
        self._desk, self._groups, self._moves = desk, groups, moves
        self._courses = {course.id: course for course in groups.courses.values()}
        self._clashes: dict[tuple[int, int], tuple[Slot, Slot] | None] = {}

    def check(self) -> None:
        """Tell each pair of groups once, at the later of the rows that made it."""
        of_person: defaultdict[int, list[int]] = defaultdict(list)
        for pair, is_in in self._groups.active.items():
            if is_in and pair not in self._moves.leaves:
                of_person[pair[1]].append(pair[0])
        for (course, person), row in self._moves.joins.items():
            for other in of_person[person]:
                self._check_pair(row, course, other)
            of_person[person].append(course)

    def _check_pair(self, row: Row, course: int, other: int) -> None:
        one, two = self._courses[course], self._courses[other]
        alone = one.kind == two.kind and self._desk.plan.types[one.kind].one_at_a_time
        if alone and not {course, other} & self._groups.over:
            what = f"is in {two.reference} as well, and nobody is in two groups of {one.kind} at once"
            self._desk.problem(row, "course", what)
            return
        clash = self._clash(course, other)
        if clash is not None:
            what = f"meeting {clash[0].reference} is at the time of {clash[1].reference} of {two.reference}"
            self._desk.problem(row, "course", f"{what}, where the person is as well")

    def _clash(self, course: int, other: int) -> tuple[Slot, Slot] | None:
        pair = course, other
        if pair not in self._clashes:
            ahead = self._groups.ahead
            self._clashes[pair] = next(between(ahead.get(course, ()), ahead.get(other, ())), None)
        return self._clashes[pair]


async def _apply(desk: Desk, moves: _Moves) -> None:
    for course, person in moves.leaves:
        await desk.plan.leave(desk.session, course, person, desk.now)
    of_course: defaultdict[int, list[int]] = defaultdict(list)
    for course, person in moves.joins:
        of_course[course].append(person)
    # In order, so that two who wait for each other's meetings cannot come about.
    for course, people in sorted(of_course.items()):
        for start in range(0, len(people), BATCH):
            await desk.plan.enrol(desk.session, course, people[start : start + BATCH], desk.now)


async def rows(session: AsyncSession) -> list[dict[str, Any]]:
    """See `Kind.rows`."""
    found = (
        select(Person.reference, Course.reference, Enrolment.ended_at)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .order_by(Course.reference, Person.reference)
    )
    return [
        {"person": person, "course": course, "enrolled": ended_at is None}
        for person, course, ended_at in await session.execute(found)
    ]
