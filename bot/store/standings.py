"""Where people stand on the way to the participation statement, and until when it must be signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.tables import Course, Enrolment, Meeting, Participation, Person
from flows.deadlines import Term, term
from flows.meetings import CourseType
from flows.participation import Path, path

CourseTypes = Mapping[str, CourseType]

# So many people are asked for by name in one statement; for more the whole table is read.
BY_NAME = 500


async def paths(session: AsyncSession, people: Sequence[Person], types: CourseTypes) -> Mapping[int, Path]:
    """The path of each of these people."""
    counted = [key for key, kind in types.items() if kind.parts]
    known = (
        select(Participation.person_id, Meeting.part, Participation.answer, Participation.presence)
        .join(Meeting, Meeting.id == Participation.meeting_id)
        .join(Course, Course.id == Meeting.course_id)
        .where(Course.kind.in_(counted))
    )
    enrolled = (
        select(Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.ended_at.is_(None), Course.kind.in_(counted))
    )
    some = [person.id for person in people]
    rows: defaultdict[int, list[Any]] = defaultdict(list)
    for row in await session.execute(_among(known, Participation.person_id, some)):
        rows[row.person_id].append(row)
    invited = set(await session.scalars(_among(enrolled, Enrolment.person_id, some)))
    return {person.id: _path(person, rows[person.id], person.id in invited) for person in people}


async def standing(session: AsyncSession, person: Person, types: CourseTypes) -> tuple[Path, Term | None]:
    """Where one person stands, and the term, if it is known."""
    return (await paths(session, [person], types))[person.id], term_of(person)


def term_of(person: Person) -> Term | None:
    """The term of a person where the facts for it are known."""
    regime: Any = person.regime
    found = term(regime, person.settled_on, person.pip_on)
    return found if isinstance(found, Term) else None


def _path(person: Person, rows: Sequence[Any], invited: bool) -> Path:
    exemption: Any = person.participation
    return path(
        invited=invited,
        confirmed=any(row.answer == "come" for row in rows),
        attended=[row.part for row in rows if row.presence == "present" and row.part is not None],
        signed_on=person.signed_on,
        exemption=exemption,
    )


def _among(query: Any, column: Any, people: Sequence[int]) -> Any:
    return query.where(column.in_(people)) if len(people) <= BY_NAME else query
