"""From prompts that are due to rows of the ledger: one for everybody concerned, in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import insert_into
from bot.store.tables import Chat, Delivery, Enrolment, Meeting, Participation, Prompt
from flows import reminders

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


async def fan_out(session: AsyncSession, prompts: Sequence[Prompt], now: datetime) -> None:
    """Write down what these prompts lead to. What cannot be sent is skipped, with the reason; what is there
    already stays as it is."""
    useless = await _useless(session, prompts, now)
    alike: defaultdict[tuple[str | None, bool], list[Prompt]] = defaultdict(list)
    for prompt in prompts:
        is_late = prompt.kind == "reminder" and prompt.due_at > prompt.planned_at
        alike[useless[prompt.id], is_late].append(prompt)
    for (reason, is_late), some in alike.items():
        for audience in _audiences(some):
            rows = _rows(audience, reason, is_late, now)
            insert = insert_into(session, Delivery).from_select(WRITTEN, rows, include_defaults=False)
            await session.execute(insert.on_conflict_do_nothing(index_elements=["key"]))


async def _useless(session: AsyncSession, prompts: Sequence[Prompt], now: datetime) -> dict[int, str | None]:
    """For each prompt why it is of no use to anybody any more; None where it may be."""
    meetings = {prompt.meeting_id for prompt in prompts if prompt.kind == "reminder"}
    people = {prompt.person_id for prompt in prompts if prompt.kind == "deadline"}
    starts = {
        row.id: row.starts_at
        for row in await session.execute(
            select(Meeting.id, Meeting.starts_at).where(Meeting.id.in_(meetings))
        )
    }
    due = select(Prompt.kind, Prompt.meeting_id, Prompt.person_id, Prompt.version, Prompt.planned_at).where(
        Prompt.due_at <= now,
        or_(
            and_(Prompt.kind == "reminder", Prompt.meeting_id.in_(meetings)),
            and_(Prompt.kind == "deadline", Prompt.person_id.in_(people)),
        ),
    )
    latest: dict[tuple[Any, ...], datetime] = {}
    for row in await session.execute(due):
        plan = (row.kind, row.meeting_id, row.version, row.person_id)
        latest[plan] = max(latest.get(plan, row.planned_at), row.planned_at)
    return {prompt.id: _why(prompt, starts, latest, now) for prompt in prompts}


def _why(
    prompt: Prompt,
    starts: dict[int, datetime],
    latest: dict[tuple[Any, ...], datetime],
    now: datetime,
) -> str | None:
    if prompt.kind == "reminder" and starts[prompt.meeting_id or 0] <= now:
        return reminders.BEGUN
    # What everybody was told later concerns the one person too, but not the other way round.
    plan = (prompt.kind, prompt.meeting_id, prompt.version)
    last = max(
        latest.get((*plan, None), prompt.planned_at), latest.get((*plan, prompt.person_id), prompt.planned_at)
    )
    return reminders.LATER_ONE if last > prompt.planned_at else None


def _audiences(prompts: Sequence[Prompt]) -> list[Select[Any]]:
    """For each way to be concerned by a prompt: prompt, person, and the key of the delivery."""
    groups = [prompt.id for prompt in prompts if prompt.person_id is None and prompt.kind == "reminder"]
    changed = [prompt.id for prompt in prompts if prompt.person_id is None and prompt.kind == "notice"]
    single = [prompt.id for prompt in prompts if prompt.person_id is not None]
    found: list[Any] = []
    if groups:
        in_group = and_(Enrolment.course_id == Meeting.course_id, Enrolment.ended_at.is_(None))
        members = _concerned(Enrolment.person_id).join(Meeting, Meeting.id == Prompt.meeting_id)
        found.append(members.join(Enrolment, in_group).where(Prompt.id.in_(groups)))
    at_meeting = Participation.meeting_id == Prompt.meeting_id
    if groups:
        guests = _concerned(Participation.person_id).join(Participation, at_meeting)
        found.append(guests.where(Prompt.id.in_(groups), Participation.guest))
    if changed:
        told = _concerned(Participation.person_id).join(Participation, at_meeting)
        found.append(told.where(Prompt.id.in_(changed), Participation.told.is_not(None)))
    if single:
        one = _columns(Prompt.person_id, Prompt.key)
        found.append(one.where(Prompt.id.in_(single)))
    return found


def _concerned(person: Any) -> Any:
    return _columns(person, Prompt.key + ":" + cast(person, String))


def _columns(person: Any, key: Any) -> Any:
    # The phone before the browser, which may have been closed long ago; then the newest.
    chat = (
        select(Chat.id)
        .where(Chat.person_id == person, Chat.gone.is_(None))
        .order_by(case((Chat.channel == "web", 1), else_=0), Chat.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        key.label("key"),
        person.label("person"),
        chat.label("chat"),
        Prompt.meeting_id,
        Prompt.version,
        Prompt.offset,
        Prompt.kind,
        Prompt.due_at,
    ).select_from(Prompt)


def _rows(audience: Any, reason: str | None, is_late: bool, now: datetime) -> Select[Any]:
    """The rows to write, with the columns of `WRITTEN`."""
    # Materialised, or PostgreSQL looks for the chat again wherever it is named below.
    reached: CTE = audience.cte("reached").prefix_with("MATERIALIZED", dialect="postgresql")
    row = reached.c
    why = _why_skipped(row, reason, is_late)
    is_skipped = why.is_not(None)
    return select(
        row.key,
        row.chat,
        row.person,
        row.meeting_id,
        row.version,
        row.offset,
        case((row.kind == "makeup", "notice"), else_=row.kind),
        case((is_skipped, "skipped"), else_="queued"),
        why,
        row.due_at,
        case((is_skipped, literal(now, Delivery.due_at.type)), else_=null()),
        literal(0),
        literal(TRACE),
        # SQLite takes an ON after a SELECT for a join unless a WHERE stands before it.
    ).where(true())


def _why_skipped(row: Any, reason: str | None, is_late: bool) -> ColumnElement[Any]:
    if reason is not None:
        return literal(reason)
    without_chat = (row.chat.is_(None), reminders.NO_CHAT)
    if not is_late:
        return case(without_chat, else_=null())
    was_told = exists().where(
        Participation.meeting_id == row.meeting_id,
        Participation.person_id == row.person,
        Participation.told.is_not(None),
    )
    return case((was_told, reminders.NOTICE_SAYS_IT), without_chat, else_=null())
