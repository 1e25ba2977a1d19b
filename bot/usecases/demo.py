"""The demo town: load it into an empty database, and find somebody in it to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.demo.groups import Group, Known
from bot.demo.people import reference, rows
from bot.demo.town import Town, build
from bot.store import people
from bot.store.database import Database
from bot.store.tables import (
    Chat,
    Course,
    Enrolment,
    Invitation,
    Meeting,
    Participation,
    Person,
    Prompt,
)
from bot.usecases.plan import Plan
from flows.meetings import PARTICIPATION_STATEMENT

# Where somebody has this reference, the town was loaded.
FIRST_NEWCOMER = reference(1)
INVITED_FOR = timedelta(days=365)
# Meetings stood in the plan this long before.
PLANNED_BEFORE = timedelta(days=28)
# A visitor sees reminders of a meeting within these days; the last one comes two hours before.
SOON, NOT_SOONER = timedelta(days=7), timedelta(hours=3)


async def load_demo(database: Database, now: datetime, plan: Plan) -> list[tuple[str, str, str]]:
    """Fill an empty database; returns (role, name, invitation code) of a few people to try with: newcomers
    who speak Tigrinya and Arabic and have a meeting soon, and a volunteer."""
    town = build(now)
    async with database.writing() as session:
        persons = await _write_people(session, town)
        meetings = await _write_groups(session, town.groups, now)
        ids = {person.reference: person.id for person in persons}
        await _write_members(session, town.groups, ids)
        await _write_known(session, town.known, ids, {each.reference: each.id for each in meetings})
        await plan.meetings(session, meetings, now)
        await plan.deadlines(session, [each for each in persons if each.role == "newcomer"], now)
        # What should have been said before the town was there counts as said.
        await session.execute(update(Prompt).where(Prompt.planned_at <= now).values(done_at=now))
        return await _invite_some(session, now)


async def newcomer_with_meeting(session: AsyncSession, now: datetime, language: str | None) -> Person | None:
    """A newcomer without a chat who has a meeting in the coming days and has not answered yet; ``language``
    None: any. Somebody who was invited before is only taken when nobody else is left."""
    invited = exists().where(
        Invitation.person_id == Person.id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    found = (
        select(Person)
        .join(Enrolment, and_(Enrolment.person_id == Person.id, Enrolment.ended_at.is_(None)))
        .join(Course, Course.id == Enrolment.course_id)
        .join(Meeting, Meeting.course_id == Course.id)
        .outerjoin(
            Participation,
            and_(Participation.meeting_id == Meeting.id, Participation.person_id == Person.id),
        )
        .where(
            Person.role == "newcomer",
            ~exists().where(Chat.person_id == Person.id),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at.between(now + NOT_SOONER, now + SOON),
            Participation.answer.is_(None),
        )
        # The participation statement has the most to show: half-days, an interpreter, what to bring.
        .order_by(
            case((invited, 1), else_=0),
            case((Course.kind == PARTICIPATION_STATEMENT, 0), else_=1),
            Meeting.starts_at,
            Person.id,
        )
        .limit(1)
    )
    if language is not None:
        found = found.where(Person.language == language)
    return await session.scalar(found)


async def _write_people(session: AsyncSession, town: Town) -> list[Person]:
    volunteers = [
        Person(reference=f"V-{number:03}", name=name, role="volunteer", contact="vluchtelingenwerk")
        for number, name in enumerate(town.volunteers, 1)
    ]
    staff = [
        Person(reference=f"M-{number:03}", name=name, role="staff", contact=None)
        for number, name in enumerate(town.staff, 1)
    ]
    newcomers = [Person(**row) for row in rows(town.newcomers)]
    session.add_all([*newcomers, *volunteers, *staff])
    await session.flush()
    return [*newcomers, *volunteers, *staff]


async def _write_groups(session: AsyncSession, groups: Iterable[Group], now: datetime) -> list[Meeting]:
    courses = [
        Course(
            reference=group.reference,
            kind=group.kind,
            title=group.title,
            organisation=group.organisation,
            capacity=group.capacity,
        )
        for group in groups
    ]
    session.add_all(courses)
    await session.flush()
    meetings = [
        Meeting(
            reference=gathering.reference,
            course_id=course.id,
            part=gathering.part,
            starts_at=gathering.starts_at,
            ends_at=gathering.ends_at,
            place=group.spot.place,
            address=group.spot.address,
            latitude=group.spot.latitude,
            longitude=group.spot.longitude,
            room=group.room,
            interpreter=group.interpreter,
            bring=group.bring,
            changed_at=min(now, gathering.starts_at - PLANNED_BEFORE),
        )
        for course, group in zip(courses, groups, strict=True)
        for gathering in group.gatherings
    ]
    session.add_all(meetings)
    await session.flush()
    return meetings


async def _write_members(session: AsyncSession, groups: Iterable[Group], people: Mapping[str, int]) -> None:
    found = await session.execute(select(Course.reference, Course.id))
    courses = {course: number for course, number in found}
    enrolled = [
        {
            "course_id": courses[group.reference],
            "person_id": people[reference(member.person)],
            "enrolled_at": member.since,
            "ended_at": member.until,
        }
        for group in groups
        for member in group.members
    ]
    await session.execute(insert(Enrolment), enrolled)


async def _write_known(
    session: AsyncSession, known: Iterable[Known], people: Mapping[str, int], meetings: Mapping[str, int]
) -> None:
    noted: list[dict[str, Any]] = [
        {
            "meeting_id": meetings[each.gathering],
            "person_id": people[reference(each.person)],
            "guest": each.guest,
            "instead_of": meetings[each.instead_of] if each.instead_of is not None else None,
            "answer": each.answer,
            "reason": each.reason,
            "answered_at": each.answered_at,
            "presence": each.presence,
        }
        for each in known
    ]
    await session.execute(insert(Participation), noted)


async def _invite_some(session: AsyncSession, now: datetime) -> list[tuple[str, str, str]]:
    chosen = [await newcomer_with_meeting(session, now, language) for language in ("ti", "ar")]
    chosen.append(await people.person_by_reference(session, "V-001"))
    return [
        (person.role, person.name, await people.invite(session, person, now, INVITED_FOR))
        for person in chosen
        if person is not None
    ]
