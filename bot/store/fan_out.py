"""From prompts that are due to rows of the ledger: one for everybody concerned, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Exists,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store.chats import chat_of
from bot.store.database import insert_on, is_among, is_sqlite
from bot.store.tables import Delivery, Enrolment, Meeting, Participation, Prompt
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


async def fan_out(session: AsyncSession, prompts: Sequence[int], now: datetime) -> None:
    """Write down what these prompts lead to. What cannot be sent is skipped, with the reason; what is there
    already stays as it is."""
    if prompts:
        await session.execute(_writing(is_sqlite(session)), {"prompts": list(prompts), "now": now})


@cache
def _writing(on_sqlite: bool) -> Any:
    """The statement for the list ``prompts`` at the moment ``now``."""
    # The table itself: an INSERT ... SELECT of a mapped class takes the parameters for its values.
    insert = insert_on(on_sqlite, Delivery.__table__)
    rows = insert.from_select(WRITTEN, _rows(on_sqlite), include_defaults=False)
    return rows.on_conflict_do_nothing(index_elements=["key"])


def _rows(on_sqlite: bool) -> Select[Any]:
    """The rows to write, with the columns of `WRITTEN`."""
    # Materialised, or PostgreSQL looks for the chat again wherever it is named below.
    row = _reached(_due(on_sqlite)).c
    why = _why_skipped(row)
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
        case((is_skipped, _now()), else_=null()),
        literal(0),
        literal(TRACE),
        # SQLite takes an ON after a SELECT for a join unless something stands before it. The notice of a
        # change goes before the reminders that were planned with it.
    ).order_by(row.prompt)


def _now() -> Any:
    return bindparam("now", type_=Delivery.due_at.type)


def _due(on_sqlite: bool) -> CTE:
    """The prompts, each with the reason why it is of no use to anybody any more."""
    useless = case(
        (and_(Prompt.kind == "reminder", Meeting.starts_at <= _now()), reminders.BEGUN),
        (and_(Prompt.kind == "reminder", _later_one("meeting_id")), reminders.LATER_ONE),
        (and_(Prompt.kind == "deadline", _later_one("person_id")), reminders.LATER_ONE),
        else_=null(),
    )
    is_late = and_(Prompt.kind == "reminder", Prompt.due_at > Prompt.planned_at)
    return (
        select(
            Prompt.id,
            Prompt.key,
            Prompt.kind,
            Prompt.meeting_id,
            Prompt.person_id,
            Prompt.version,
            Prompt.offset,
            Prompt.due_at,
            Meeting.course_id,
            useless.label("useless"),
            is_late.label("is_late"),
        )
        .outerjoin(Meeting, Meeting.id == Prompt.meeting_id)
        .where(is_among(Prompt.id, "prompts", on_sqlite))
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def _later_one(about: str) -> Exists:
    """Whether a later moment of the same plan is due as well. What everybody is told concerns the one person
    too, but not the other way round."""
    later = aliased(Prompt)
    return exists().where(
        getattr(later, about) == getattr(Prompt, about),
        later.kind == Prompt.kind,
        later.version == Prompt.version,
        or_(later.person_id.is_(None), later.person_id == Prompt.person_id),
        later.planned_at > Prompt.planned_at,
        later.due_at <= _now(),
    )


def _reached(due: CTE) -> CTE:
    """Everybody concerned, with the chat in which the person is found."""
    for_all = due.c.person_id.is_(None)
    at_meeting = Participation.meeting_id == due.c.meeting_id
    in_group = and_(Enrolment.course_id == due.c.course_id, Enrolment.ended_at.is_(None))
    of_group = and_(for_all, due.c.kind == "reminder")
    concerned = union_all(
        _told(due, Enrolment.person_id).join(Enrolment, in_group).where(of_group),
        _told(due, Participation.person_id)
        .join(Participation, at_meeting)
        .where(of_group, Participation.guest),
        _told(due, Participation.person_id)
        .join(Participation, at_meeting)
        .where(for_all, due.c.kind == "notice", Participation.told.is_not(None)),
        _columns(due, due.c.person_id, due.c.key).where(due.c.person_id.is_not(None)),
    ).subquery("concerned")
    reached = select(concerned, chat_of(concerned.c.person).label("chat")).cte("reached")
    return reached.prefix_with("MATERIALIZED", dialect="postgresql")


def _told(due: CTE, person: Any) -> Select[Any]:
    return _columns(due, person, due.c.key + ":" + cast(person, String))


def _columns(due: CTE, person: Any, key: Any) -> Select[Any]:
    return select(
        key.label("key"),
        person.label("person"),
        due.c.id.label("prompt"),
        due.c.meeting_id,
        due.c.version,
        due.c.offset,
        due.c.kind,
        due.c.due_at,
        due.c.useless,
        due.c.is_late,
    ).select_from(due)


def _why_skipped(row: Any) -> ColumnElement[Any]:
    was_told = exists().where(
        Participation.meeting_id == row.meeting_id,
        Participation.person_id == row.person,
        Participation.told.is_not(None),
    )
    return case(
        (row.useless.is_not(None), row.useless),
        (and_(row.is_late, was_told), reminders.NOTICE_SAYS_IT),
        (row.chat.is_(None), reminders.NO_CHAT),
        else_=null(),
    )
