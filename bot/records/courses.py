"""Courses as a table: the groups that meetings and enrolments belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cells import one_of, whole_number
from bot.records.cells import NAME_MOST, after, line, optional, reference_column
from bot.records.desk import Desk, Tally
from bot.spreadsheets import Column, Row
from bot.store.tables import Course, Enrolment, Meeting
from flows.meetings import KINDS

COLUMNS = (
    reference_column("the reference of the group"),
    Column(
        "type", one_of(KINDS), required=True, about="a key of `flows/course_types.yml`: " + ", ".join(KINDS)
    ),
    Column("title", line(NAME_MOST), required=True, about="what staff call the group"),
    Column("organisation", line(NAME_MOST), required=True, about="a key or name in `locales/contacts.yml`"),
    optional("capacity", whole_number(1, 500), "number of places, 1 to 500; no limit without it"),
)
# What the store calls otherwise than the table.
STORED_AS = {"type": "kind"}
FIELDS = {column.name: STORED_AS.get(column.name, column.name) for column in COLUMNS}

Values = Mapping[str, Any]


async def take_in(desk: Desk, rows: Sequence[Row]) -> Tally:
    """See `Kind.take_in`."""
    stored = {course.reference: course for course in await desk.session.scalars(select(Course))}
    members, in_use = await _members(desk.session), await _in_use(desk.session)
    new, changed = [], []
    for row in desk.sound(rows, "reference"):
        course = stored.get(str(row.values["reference"]))
        before = dict.fromkeys(FIELDS.values()) if course is None else _values(course)
        values = _after(desk, row, before)
        if course is None:
            new.append(values)
        elif values != before:
            changed.append((course, values))
            _check_capacity(desk, row, before, values, members.get(course.id, 0))
            if values["kind"] != before["kind"] and course.id in in_use:
                desk.problem(row, "type", f"stays {before['kind']}: there are meetings or people already")
    desk.stop_at_problems()
    await desk.add(Course, new)
    for course, values in changed:
        for name, value in values.items():
            setattr(course, name, value)
    await desk.session.flush()
    return Tally(len(new), len(changed), len(rows) - len(new) - len(changed))


def _after(desk: Desk, row: Row, before: Values) -> dict[str, Any]:
    named = Row(row.number, {**row.values, "organisation": desk.contact(row, "organisation")})
    return {name: after(named, column, before[name]) for column, name in FIELDS.items()}


def _check_capacity(desk: Desk, row: Row, before: Values, values: Values, members: int) -> None:
    capacity = values["capacity"]
    if capacity is not None and capacity != before["capacity"] and members > capacity:
        desk.problem(row, "capacity", f"{capacity} places are too few for the {members} people in it")


async def _members(session: AsyncSession) -> dict[int, int]:
    active = select(Enrolment.course_id, func.count()).where(Enrolment.ended_at.is_(None))
    return {course: count for course, count in await session.execute(active.group_by(Enrolment.course_id))}


async def _in_use(session: AsyncSession) -> set[int]:
    both = union(select(Meeting.course_id), select(Enrolment.course_id))
    return {course for (course,) in await session.execute(both)}


def _values(course: Course) -> dict[str, Any]:
    return {name: getattr(course, name) for name in FIELDS.values()}


async def rows(session: AsyncSession) -> list[dict[str, Any]]:
    """See `Kind.rows`."""
    courses = await session.scalars(select(Course).order_by(Course.reference))
    return [{column: getattr(course, name) for column, name in FIELDS.items()} for course in courses]
