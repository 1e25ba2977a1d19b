"""Prompts: the moments at which something must be said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store import ledger
from bot.store.database import insert_into, is_among, is_sqlite
from bot.store.meetings import lock
from bot.store.tables import Meeting, Prompt
from flows import reminders
from flows.schedule import Point

Kind = Literal["reminder", "deadline", "notice", "makeup"]


def kind_in_ledger(kind: str) -> ledger.Kind:
    """The kind of delivery that a kind of prompt leads to."""
    return {"reminder": "reminder", "deadline": "deadline"}.get(kind, "notice")  # type: ignore[return-value]


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


def notice_row(
    meeting: int, version: int, at: datetime, by: datetime, person: int | None = None
) -> dict[str, Any]:
    """The notice of a change at ``at``, for everybody who was told something else, or for one person; who
    believes the old time must know it before ``by``, also where it is said late."""
    own = f":{person}" if person is not None else ""
    point = Point(reminders.CHANGED, by, at)
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


async def forget(
    session: AsyncSession, now: datetime, *, meetings: Sequence[int] = (), people: Sequence[int] = ()
) -> None:
    """Take back what is still to come: the reminders of meetings, the last dates of people. What is due
    already stays, so that the ledger says why it was not sent."""
    to_come = and_(Prompt.done_at.is_(None), Prompt.due_at > now)
    if meetings:
        of_meetings = and_(Prompt.meeting_id.in_(meetings), Prompt.kind == "reminder")
        await session.execute(delete(Prompt).where(of_meetings, to_come))
    if people:
        of_people = and_(Prompt.person_id.in_(people), Prompt.kind == "deadline")
        await session.execute(delete(Prompt).where(of_people, to_come))


@dataclass(frozen=True, slots=True)
class Due:
    """A prompt whose moment has come: the meeting or the person that it is about."""

    id: int
    meeting: int | None
    person: int | None


@dataclass(frozen=True, slots=True)
class Taken(Due):
    """A due prompt that this transaction has taken, and nobody else can."""

    kind: Kind
    version: int


async def due(session: AsyncSession, now: datetime, most: int) -> Sequence[Due]:
    """What is due and not done, oldest first."""
    found = (
        select(Prompt.id, Prompt.meeting_id, Prompt.person_id)
        .where(Prompt.done_at.is_(None), Prompt.due_at <= now)
        .order_by(Prompt.due_at, Prompt.id)
        .limit(most)
    )
    return [Due(*row) for row in await session.execute(found)]


async def take(session: AsyncSession, some: Sequence[Due], now: datetime) -> Sequence[Taken]:
    """Of these prompts those that no other process is at and whose meeting nobody is changing. From now on
    they count as done: what they lead to is written in the same transaction."""
    # The meetings first: whoever changes one holds it while taking back its prompts.
    meetings = await lock(session, sorted({each.meeting for each in some if each.meeting}), wait=False)
    given = {"prompts": [each.id for each in some], "meetings": list(meetings), "now": now}
    taken = await session.execute(_taking(is_sqlite(session)), given)
    return [Taken(*row) for row in taken]


@cache
def _taking(on_sqlite: bool) -> Any:
    free = (
        select(Prompt.id)
        .where(
            is_among(Prompt.id, "prompts", on_sqlite),
            Prompt.done_at.is_(None),
            or_(Prompt.meeting_id.is_(None), is_among(Prompt.meeting_id, "meetings", on_sqlite)),
        )
        .with_for_update(skip_locked=True)
        # See `bot.store.ledger`: a subquery could be run again for every row.
        .cte("free")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return (
        update(Prompt)
        .where(Prompt.id.in_(select(free.c.id)))
        .values(done_at=bindparam("now"))
        .returning(Prompt.id, Prompt.meeting_id, Prompt.person_id, Prompt.kind, Prompt.version)
        .execution_options(synchronize_session=False)
    )


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


async def is_overtaken(session: AsyncSession, due: ledger.Due, now: datetime) -> bool:
    """Whether a later reminder of the same meeting is due to the same person as well."""
    this, later = aliased(Prompt), aliased(Prompt)
    of_plan = [
        condition
        for each in (this, later)
        for condition in (
            each.kind == "reminder",
            each.meeting_id == due.meeting,
            each.version == due.version,
            or_(each.person_id.is_(None), each.person_id == due.person),
        )
    ]
    is_later = (this.offset == due.offset, later.planned_at > this.planned_at, later.due_at <= now)
    return bool(await session.scalar(select(exists().where(*of_plan, *is_later))))


async def must_know_by(
    session: AsyncSession, meeting: int, version: int, person: int | None
) -> datetime | None:
    """Before when a person must know that a meeting became this version; None where nobody needs to."""
    notices = select(func.min(Prompt.planned_at)).where(
        Prompt.meeting_id == meeting,
        Prompt.kind == "notice",
        Prompt.version == version,
        or_(Prompt.person_id.is_(None), Prompt.person_id == person),
    )
    return await session.scalar(notices)
