"""Prompts: the moments at which something must be said, and how they become rows of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    delete,
    exists,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.store.database import insert_into
from bot.store.meetings import lock
from bot.store.tables import Chat, Delivery, Enrolment, Meeting, Participation, Prompt
from flows import reminders
from flows.schedule import Point

Kind = Literal["reminder", "deadline", "notice", "makeup"]

# What a tick leaves as the trace of a delivery.
TRACE = "tick"
WRITTEN = (
    "key",
    "chat_id",
    "person_id",
    "meeting_id",
    "version",
    "offset",
    "kind",
    "status",
    "reason",
    "due_at",
    "done_at",
    "attempts",
    "trace",
)  # fmt: skip


def reminder_rows(
    meeting: int, version: int, points: Iterable[Point], person: int | None = None
) -> list[dict[str, Any]]:
    """The reminders of a meeting, for everybody or for one person."""
    own = f":{person}" if person is not None else ""
    return [
        _row("reminder", f"reminder:{meeting}:{version}:{point.offset}{own}", version, point)
        | {"meeting_id": meeting, "person_id": person}
        for point in points
    ]


def deadline_rows(person: int, version: int, points: Iterable[Point]) -> list[dict[str, Any]]:
    """The reminders of a last date; ``version`` is its proleptic Gregorian ordinal."""
    return [
        _row("deadline", f"deadline:{person}:{version}:{point.offset}", version, point)
        | {"meeting_id": None, "person_id": person}
        for point in points
    ]


def notice_row(meeting: int, version: int, at: datetime, person: int | None = None) -> dict[str, Any]:
    """The notice of a change, for everybody who was told something else, or for one person."""
    own = f":{person}" if person is not None else ""
    point = Point(reminders.CHANGED, at, at)
    row = _row("notice", f"notice:{meeting}:{version}{own}", version, point)
    return row | {"meeting_id": meeting, "person_id": person}


def make_up_row(meeting: int, person: int, attempt: int, at: datetime) -> dict[str, Any]:
    """The offer to make up for a missed half-day; ``attempt`` counts the offers."""
    point = Point(reminders.MAKE_UP, at, at)
    row = _row("makeup", f"makeup:{meeting}:{attempt}:{person}", attempt, point)
    return row | {"meeting_id": meeting, "person_id": person}


def _row(kind: Kind, key: str, version: int, point: Point) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "version": version,
        "offset": point.offset,
        "planned_at": point.planned_at,
        "due_at": point.due_at,
        "done_at": None,
    }


async def plan(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write prompts; one whose key is there already stays as it is."""
    if rows:
        insert = insert_into(session, Prompt).on_conflict_do_nothing(index_elements=["key"])
        await session.execute(insert, list(rows))


async def forget(session: AsyncSession, *, meetings: Sequence[int] = (), people: Sequence[int] = ()) -> None:
    """Take back what is not done yet: the reminders of meetings, the last dates of people."""
    if meetings:
        of_meetings = and_(Prompt.meeting_id.in_(meetings), Prompt.kind == "reminder")
        await session.execute(delete(Prompt).where(of_meetings, Prompt.done_at.is_(None)))
    if people:
        of_people = and_(Prompt.person_id.in_(people), Prompt.kind == "deadline")
        await session.execute(delete(Prompt).where(of_people, Prompt.done_at.is_(None)))


async def next_due(session: AsyncSession) -> datetime | None:
    """When the earliest prompt is due that is not done."""
    open_ones = select(Prompt.due_at).where(Prompt.done_at.is_(None))
    return await session.scalar(open_ones.order_by(Prompt.due_at).limit(1))


async def take(session: AsyncSession, now: datetime, most: int) -> Sequence[Prompt]:
    """Due prompts, oldest first, that no other process is at and whose meeting nobody is changing; they
    are taken until the transaction ends."""
    due = select(Prompt.id, Prompt.meeting_id).where(Prompt.done_at.is_(None), Prompt.due_at <= now)
    found = (await session.execute(due.order_by(Prompt.due_at, Prompt.id).limit(most))).all()
    # The meetings first: whoever changes one holds it while taking back its prompts.
    meetings = await lock(session, sorted({row.meeting_id for row in found if row.meeting_id}), wait=False)
    taken = (
        select(Prompt)
        .where(
            Prompt.id.in_([row.id for row in found]),
            Prompt.done_at.is_(None),
            or_(Prompt.meeting_id.is_(None), Prompt.meeting_id.in_(meetings)),
        )
        .order_by(Prompt.due_at, Prompt.id)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(taken)).all()


async def missed_by(session: AsyncSession, meetings: Sequence[int], now: datetime) -> Sequence[Prompt]:
    """The reminders of everybody in these meetings, of their present version, that have been due."""
    past = (
        select(Prompt)
        .join(Meeting, and_(Meeting.id == Prompt.meeting_id, Meeting.version == Prompt.version))
        .where(
            Prompt.meeting_id.in_(meetings),
            Prompt.kind == "reminder",
            Prompt.person_id.is_(None),
            or_(Prompt.done_at.is_not(None), Prompt.due_at <= now),
        )
        .order_by(Prompt.planned_at)
    )
    return (await session.scalars(past)).all()


async def done(session: AsyncSession, prompts: Sequence[int], now: datetime) -> None:
    """These prompts have become rows of the ledger."""
    await session.execute(update(Prompt).where(Prompt.id.in_(prompts)).values(done_at=now))


async def fan_out(session: AsyncSession, prompts: Sequence[int], now: datetime) -> None:
    """One delivery for everybody whom these prompts concern, in a few statements however many they are.

    What cannot be sent is written down as skipped, with the reason. What is there already stays as it is.
    """
    if not prompts:
        return
    for audience in (_members(prompts), _guests(prompts), _single(prompts)):
        rows = _rows(audience, now)
        insert = insert_into(session, Delivery).from_select(WRITTEN, rows, include_defaults=False)
        await session.execute(insert.on_conflict_do_nothing(index_elements=["key"]))


def _members(prompts: Sequence[int]) -> Subquery:
    """Everybody in the group of a meeting that is told."""
    return (
        select(Prompt.id, Enrolment.person_id, _key_for(Enrolment.person_id))
        .join(Meeting, Meeting.id == Prompt.meeting_id)
        .join(Enrolment, and_(Enrolment.course_id == Meeting.course_id, Enrolment.ended_at.is_(None)))
        .where(Prompt.id.in_(prompts), Prompt.person_id.is_(None), Prompt.kind == "reminder")
        .subquery()
    )


def _guests(prompts: Sequence[int]) -> Subquery:
    """Guests of a meeting that is told, and all who were told something of one that was changed."""
    told = or_(
        and_(Prompt.kind == "reminder", Participation.guest),
        and_(Prompt.kind == "notice", Participation.told.is_not(None)),
    )
    return (
        select(Prompt.id, Participation.person_id, _key_for(Participation.person_id))
        .join(Participation, Participation.meeting_id == Prompt.meeting_id)
        .where(Prompt.id.in_(prompts), Prompt.person_id.is_(None), told)
        .subquery()
    )


def _single(prompts: Sequence[int]) -> Subquery:
    """The one person a prompt is for."""
    one = select(Prompt.id, Prompt.person_id, Prompt.key)
    return one.where(Prompt.id.in_(prompts), Prompt.person_id.is_not(None)).subquery()


def _key_for(person: InstrumentedAttribute[int]) -> ColumnElement[str]:
    return Prompt.key + ":" + cast(person, String)


def _rows(who: Subquery, now: datetime) -> Select[Any]:
    """The rows to write, with the columns of `WRITTEN`."""
    row = _reached(who, now).c
    reason = case(
        (row.useless.is_not(None), row.useless), (row.chat.is_(None), reminders.NO_CHAT), else_=null()
    )
    is_skipped = reason.is_not(None)
    return select(
        row.key,
        row.chat,
        row.person,
        row.meeting_id,
        row.version,
        row.offset,
        case((row.kind == "makeup", "notice"), else_=row.kind),
        case((is_skipped, "skipped"), else_="queued"),
        reason,
        row.due_at,
        case((is_skipped, literal(now, Delivery.due_at.type)), else_=null()),
        literal(0),
        literal(TRACE),
        # SQLite takes an ON after a SELECT for a join unless a WHERE stands before it.
    ).where(true())


def _reached(who: Subquery, now: datetime) -> Subquery:
    """Whom a prompt concerns, through which chat they are reached, and why it may be of no use to them."""
    prompt_id, person, key = who.c
    # The phone before the browser, which may have been closed long ago; then the newest.
    chat = (
        select(Chat.id)
        .where(Chat.person_id == person, Chat.gone.is_(None))
        .order_by(case((Chat.channel == "web", 1), else_=0), Chat.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            key.label("key"),
            person.label("person"),
            chat.label("chat"),
            Prompt.meeting_id,
            Prompt.version,
            Prompt.offset,
            Prompt.kind,
            Prompt.due_at,
            _useless(person, now).label("useless"),
        )
        .select_from(who)
        .join(Prompt, Prompt.id == prompt_id)
        .outerjoin(Meeting, Meeting.id == Prompt.meeting_id)
        .subquery()
    )


def _useless(person: ColumnElement[int], now: datetime) -> ColumnElement[str | None]:
    """Why a prompt that is due is of no use any more; NULL when it is of use."""
    later = aliased(Prompt)
    another = exists().where(
        later.kind == Prompt.kind,
        later.version == Prompt.version,
        or_(
            later.meeting_id == Prompt.meeting_id, and_(Prompt.kind == "deadline", later.person_id == person)
        ),
        or_(later.person_id.is_(None), later.person_id == person),
        later.planned_at > Prompt.planned_at,
        later.due_at <= now,
    )
    was_told = exists().where(
        Participation.meeting_id == Prompt.meeting_id,
        Participation.person_id == person,
        Participation.told.is_not(None),
    )
    reminds = Prompt.kind == "reminder"
    return case(
        (and_(reminds, Meeting.starts_at <= now), reminders.BEGUN),
        (and_(Prompt.kind.in_(["reminder", "deadline"]), another), reminders.LATER_ONE),
        (and_(reminds, Prompt.due_at > Prompt.planned_at, was_told), reminders.NOTICE_SAYS_IT),
        else_=null(),
    )
