"""People, their invitations, and what they left for staff."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.chats import code_hash
from bot.store.tables import ContactRequest, Course, Invitation, Meeting, Participation, Person, Question

# Without letters and digits that are mistaken for each other.
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 10
VALID_FOR = timedelta(days=14)


async def invite(
    session: AsyncSession, person: Person, now: datetime, valid_for: timedelta = VALID_FOR
) -> str:
    """A new invitation code for a person; it is shown once and only its hash is kept."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    session.add(Invitation(code_hash=code_hash(code), person_id=person.id, expires_at=now + valid_for))
    return code


async def person_by_reference(session: AsyncSession, reference: str) -> Person | None:
    """The person with a case reference."""
    return await session.scalar(select(Person).where(Person.reference == reference))


async def kept_questions(session: AsyncSession) -> Sequence[Question]:
    """The questions that were kept for staff, oldest first."""
    return (await session.scalars(select(Question).order_by(Question.id))).all()


async def open_requests(session: AsyncSession) -> Sequence[tuple[ContactRequest, Person, Meeting | None]]:
    """Who asked to be contacted and still waits, perhaps about a meeting, oldest first."""
    waiting = (
        select(ContactRequest, Person, Meeting)
        .join(Person, Person.id == ContactRequest.person_id)
        .outerjoin(Meeting, Meeting.id == ContactRequest.meeting_id)
        .where(ContactRequest.done_at.is_(None))
        .order_by(ContactRequest.id)
    )
    return [(row[0], row[1], row[2]) for row in (await session.execute(waiting)).all()]


async def cannot_come(
    session: AsyncSession, now: datetime
) -> Sequence[tuple[Participation, Person, Meeting, Course]]:
    """Who said not to come to a meeting ahead, for its organiser, in the order in which it was said."""
    said = (
        select(Participation, Person, Meeting, Course)
        .join(Person, Person.id == Participation.person_id)
        .join(Meeting, Meeting.id == Participation.meeting_id)
        .join(Course, Course.id == Meeting.course_id)
        .where(Participation.answer == "cannot", Meeting.starts_at > now, Meeting.cancelled_at.is_(None))
        .order_by(Participation.answered_at, Meeting.starts_at, Person.reference)
    )
    return [(row[0], row[1], row[2], row[3]) for row in (await session.execute(said)).all()]
