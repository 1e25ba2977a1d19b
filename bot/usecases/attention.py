"""Attention: whom staff must phone, whose last date is not known, who stands where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import ledger
from bot.store.standings import paths
from bot.store.tables import Chat, Delivery, Enrolment, Meeting, Participation, Person
from flows.deadlines import Term, term
from flows.local_time import local
from flows.meetings import CourseType
from flows.participation import Path
from flows.reminders import NO_CHAT


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody expected at a meeting whom the program cannot reach, or not for sure. ``starts_at`` is ISO."""

    meeting: str
    starts_at: str
    place: str
    person: str
    name: str
    contact: str | None
    reason: str

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


async def unreachable(session: AsyncSession, begin: datetime, end: datetime) -> Sequence[Unreachable]:
    """Whom to phone about the meetings that start from ``begin`` until before ``end``, by meeting."""
    found = []
    for meeting, person, participation in await _expected(session, begin, end):
        if participation is not None and participation.answer is not None:
            # Who answered was reached.
            continue
        reason = await _why_not_reached(session, meeting, person, begin)
        if reason is not None:
            found.append(
                Unreachable(
                    meeting.reference,
                    local(meeting.starts_at).isoformat(timespec="minutes"),
                    meeting.place,
                    person.reference,
                    person.name,
                    person.contact,
                    reason,
                )
            )
    return found


async def _expected(
    session: AsyncSession, begin: datetime, end: datetime
) -> Sequence[tuple[Meeting, Person, Participation | None]]:
    enrolled = (
        select(Meeting.id.label("meeting"), Enrolment.person_id.label("person"))
        .join(Enrolment, and_(Enrolment.course_id == Meeting.course_id, Enrolment.ended_at.is_(None)))
        .where(Meeting.starts_at >= begin, Meeting.starts_at < end)
    )
    guests = select(Participation.meeting_id, Participation.person_id).where(Participation.guest)
    who = union(enrolled, guests).subquery()
    known = and_(Participation.meeting_id == who.c.meeting, Participation.person_id == who.c.person)
    rows = (
        select(Meeting, Person, Participation)
        .select_from(who)
        .join(Meeting, Meeting.id == who.c.meeting)
        .join(Person, Person.id == who.c.person)
        .outerjoin(Participation, known)
        .where(Meeting.starts_at >= begin, Meeting.starts_at < end, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id, Person.reference)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(rows)]


async def _why_not_reached(
    session: AsyncSession, meeting: Meeting, person: Person, now: datetime
) -> str | None:
    chats = (await session.scalars(select(Chat).where(Chat.person_id == person.id))).all()
    here = [chat for chat in chats if chat.gone is None]
    if not chats:
        return NO_CHAT
    if not here:
        return f"gone: {chats[-1].gone}"
    if all(chat.paused_until is not None and chat.paused_until > now for chat in here):
        return ledger.PAUSED
    newest = (
        select(Delivery)
        .where(
            Delivery.person_id == person.id,
            Delivery.meeting_id == meeting.id,
            Delivery.status.in_(("sent", "failed", "unknown")),
        )
        .order_by(Delivery.done_at.desc(), Delivery.id.desc())
        .limit(1)
    )
    last = await session.scalar(newest)
    return f"{last.status}: {last.reason}" if last is not None and last.status != "sent" else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands on the way to the participation statement. Dates are ISO; ``missing`` names the
    fact without which the last date is not known."""

    person: str
    name: str
    step: str
    attended: tuple[int, ...]
    regime: str
    deadline: str | None
    missing: str | None
    signed_on: str | None

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


async def standings(
    session: AsyncSession, types: Mapping[str, CourseType], only: Person | None = None
) -> Sequence[Standing]:
    """All newcomers, or one, by reference."""
    newcomers = select(Person).where(Person.role == "newcomer").order_by(Person.reference)
    people = [only] if only is not None else (await session.scalars(newcomers)).all()
    stands = await paths(session, people, types)
    return [_standing(person, stands[person.id]) for person in people]


def _standing(person: Person, path: Path) -> Standing:
    regime: Any = person.regime
    found = term(regime, person.settled_on, person.pip_on)
    known = isinstance(found, Term)
    return Standing(
        person=person.reference,
        name=person.name,
        step=path.step,
        attended=tuple(sorted(path.attended)),
        regime=person.regime,
        deadline=found.deadline.isoformat() if isinstance(found, Term) and not path.is_over else None,
        missing=None if known or path.is_over else str(found),
        signed_on=person.signed_on.isoformat() if person.signed_on else None,
    )
