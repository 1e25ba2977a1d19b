"""Feeds: the secret addresses of calendars, and which meetings are told there."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import meetings
from bot.store.database import insert_into
from bot.store.tables import Chat, Course, Enrolment, Feed, Meeting, Participation, Person
from nlu.contract import Language, as_language

# 192 bits, 32 characters.
TOKEN_BYTES = 24


async def renew(
    session: AsyncSession, *, course: int | None = None, person: int | None = None, now: datetime
) -> str:
    """A new secret token for the calendar of one course or one person; the one before ends.

    It is shown once and only its hash is kept. Raises ValueError unless exactly one of both is given.
    """
    _one(course, person)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = {"token_hash": _hash(token), "made_at": now}
    feed = insert_into(session, Feed).values(course_id=course, person_id=person, **made)
    owner = "course_id" if course is not None else "person_id"
    await session.execute(feed.on_conflict_do_update(index_elements=[owner], set_=made))
    return token


async def by_token(session: AsyncSession, token: str) -> Feed | None:
    """The feed with this token."""
    return await session.scalar(select(Feed).where(Feed.token_hash == _hash(token)))


async def withdraw(session: AsyncSession, *, course: int | None = None, person: int | None = None) -> bool:
    """End the address of the calendar of one course or one person; False when there was none.

    Raises ValueError unless exactly one of both is given.
    """
    ended = delete(Feed).where(_one(course, person)).returning(Feed.id)
    return (await session.execute(ended)).first() is not None


def _one(course: int | None, person: int | None) -> ColumnElement[bool]:
    if (course is None) == (person is None):
        raise ValueError("a feed is of a course or of a person")
    return Feed.course_id == course if course is not None else Feed.person_id == person


def _hash(token: str) -> str:
    # Tokens are long and random, so a plain hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()


async def course_by_reference(session: AsyncSession, reference: str) -> Course | None:
    """The course with a reference."""
    return await session.scalar(select(Course).where(Course.reference == reference))


async def rows_of_course(session: AsyncSession, course: Course) -> Sequence[meetings.Row]:
    """All meetings of a course, in order."""
    return [(meeting, course, None, True) for meeting in await meetings.meetings_of(session, course.id)]


async def rows_of_person(session: AsyncSession, person: int, since: datetime) -> Sequence[meetings.Row]:
    """The meetings that a person is expected at, in the group or as a guest, from ``since``, in order."""
    groups = select(Enrolment.course_id).where(Enrolment.person_id == person, Enrolment.ended_at.is_(None))
    visits = select(Participation.meeting_id).where(Participation.person_id == person, Participation.guest)
    known = and_(Participation.meeting_id == Meeting.id, Participation.person_id == person)
    expected = (
        select(Meeting, Course, Participation)
        .join(Course, Course.id == Meeting.course_id)
        .outerjoin(Participation, known)
        .where(or_(Meeting.course_id.in_(groups), Meeting.id.in_(visits)), Meeting.starts_at >= since)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [(row[0], row[1], row[2], True) for row in await session.execute(expected)]


async def language_of(session: AsyncSession, person: Person) -> Language | None:
    """The language of the chat in which a person is reached, else that of the records; None: not known."""
    # The same chat that reminders go to: the phone before the browser, then the newest.
    spoken = (
        select(Chat.language)
        .where(Chat.person_id == person.id, Chat.gone.is_(None), Chat.language.is_not(None))
        .order_by(case((Chat.channel == "web", 1), else_=0), Chat.id.desc())
        .limit(1)
    )
    return as_language(await session.scalar(spoken)) or as_language(person.language)
