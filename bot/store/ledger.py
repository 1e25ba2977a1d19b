"""The ledger of deliveries: what is due, who is sending it, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store.chats import chat_of
from bot.store.database import insert_into
from bot.store.tables import Chat, Delivery, Meeting

Kind = Literal["reply", "reminder", "deadline", "notice", "broadcast"]

# How a delivery can end.
End = Literal["sent", "failed", "unknown", "skipped"]

# The reason of a queued delivery that may have arrived already.
UNCERTAIN = "unknown"

# Written into the statement itself: only so can the databases use the small indexes on what is open.
QUEUED: ColumnElement[str] = literal("queued", literal_execute=True)
OPEN: list[ColumnElement[str]] = [QUEUED, literal("claimed", literal_execute=True)]

# Messages the bot sends by itself; a person can pause them.
PAUSABLE: tuple[Kind, ...] = ("reminder", "broadcast")
# Why what was paused is not sent.
PAUSED = "paused by the person"
# After an uncertain end these are sent again, marked as a possible repeat; the others never.
REPEATABLE: tuple[Kind, ...] = ("reply", "deadline", "notice")


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that this process has claimed. ``content`` is None where it must be worded first, from
    ``kind``, ``person``, ``meeting``, ``version`` and ``offset``."""

    id: int
    chat_id: int
    channel: str
    address: str
    kind: Kind
    content: dict[str, Any] | None
    attempts: int
    trace: str
    repeat: bool
    gone: str | None
    paused_until: datetime | None
    person: int | None = None
    meeting: int | None = None
    version: int | None = None
    offset: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """How many deliveries may be claimed: in ``all``, and how many of those in ``bulk``."""

    all: int
    bulk: int


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to be written; ``content`` is `Outgoing.as_json`."""

    key: str
    chat_id: int
    kind: Kind
    content: dict[str, Any]
    due_at: datetime
    trace: str


async def queue(session: AsyncSession, deliveries: Sequence[NewDelivery]) -> None:
    """Write deliveries; one whose key is there already is left as it is."""
    if not deliveries:
        return
    rows = [
        {
            "key": new.key,
            "chat_id": new.chat_id,
            "kind": new.kind,
            "content": new.content,
            "due_at": new.due_at,
            "trace": new.trace,
            "status": "queued",
            "attempts": 0,
        }
        for new in deliveries
    ]
    await session.execute(insert_into(session, Delivery).on_conflict_do_nothing(index_elements=["key"]), rows)


async def claim(
    session: AsyncSession, now: datetime, channel: str, most: Room, chat_pause: timedelta | None = None
) -> Sequence[Due]:
    """Take due deliveries of a channel, replies first, and of each chat only its first open one.

    A chat that was taken gets nothing more for ``chat_pause``.
    """
    replies = await _claim(session, now, channel, most.all, Delivery.kind == "reply")
    bulk = min(most.bulk, most.all - len(replies))
    ids = [*replies, *await _claim(session, now, channel, bulk, Delivery.kind != "reply")]
    if not ids:
        return ()
    rows = await session.execute(
        select(Delivery, Chat)
        .join(Chat, Chat.id == Delivery.chat_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
        .execution_options(populate_existing=True)
    )
    claimed = [_due(delivery, chat) for delivery, chat in rows]
    if chat_pause is not None:
        chats = [due.chat_id for due in claimed]
        await session.execute(update(Chat).where(Chat.id.in_(chats)).values(free_at=now + chat_pause))
    return claimed


async def _claim(
    session: AsyncSession, now: datetime, channel: str, most: int, which: ColumnElement[bool]
) -> Sequence[int]:
    if most <= 0:
        return ()
    due = (
        select(Delivery.id)
        .join(Chat, Chat.id == Delivery.chat_id)
        .where(
            which,
            Delivery.status == QUEUED,
            Delivery.due_at <= now,
            Chat.channel == channel,
            or_(Chat.free_at.is_(None), Chat.free_at <= now),
            ~_another_goes_first(now),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Delivery)
        # A subquery in the WHERE could be run again for every row, each time with the next rows that are
        # not locked, and so take more than its limit.
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    claimed = (
        update(Delivery)
        .where(Delivery.id.in_(select(due.c.id)))
        .values(status="claimed", claimed_at=now, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
    )
    return (await session.execute(claimed)).scalars().all()


def _another_goes_first(now: datetime) -> ColumnElement[bool]:
    """Whether the chat has one that is being sent, a reply before a message in bulk, or an older one."""
    other = aliased(Delivery)
    rank, other_rank = (case((kind == "reply", 0), else_=1) for kind in (Delivery.kind, other.kind))
    before = or_(other_rank < rank, and_(other_rank == rank, other.id < Delivery.id))
    # One that is tried again later keeps its place before the ones behind it.
    waits = and_(other.status == "queued", or_(other.due_at <= now, other.attempts > 0), before)
    is_open = other.status.in_(OPEN)
    return exists().where(other.chat_id == Delivery.chat_id, is_open, or_(other.status == "claimed", waits))


def _due(delivery: Delivery, chat: Chat) -> Due:
    return Due(
        id=delivery.id,
        chat_id=chat.id,
        channel=chat.channel,
        address=chat.address,
        kind=delivery.kind,  # type: ignore[arg-type]  # the column holds what `queue` wrote
        content=delivery.content,
        attempts=delivery.attempts,
        trace=delivery.trace,
        repeat=delivery.reason == UNCERTAIN,
        gone=chat.gone,
        paused_until=chat.paused_until,
        person=delivery.person_id,
        meeting=delivery.meeting_id,
        version=delivery.version,
        offset=delivery.offset,
    )


async def finish(
    session: AsyncSession,
    delivery: int,
    status: End,
    now: datetime,
    reason: str | None = None,
    external: str | None = None,
    content: dict[str, Any] | None = None,
) -> None:
    """Record how a claimed delivery ended; ``content`` where it was worded only now."""
    ended: dict[str, Any] = {"status": status, "reason": reason, "done_at": now, "external": external}
    if content is not None:
        ended["content"] = content
    if status == "sent":
        # Of one chat only one is being sent at a time, so nobody else takes this number.
        other, chat = aliased(Delivery), aliased(Delivery)
        own_chat = select(chat.chat_id).where(chat.id == delivery).scalar_subquery()
        lines = select(func.coalesce(func.max(other.line), 0) + 1).where(
            other.chat_id == own_chat, other.line.is_not(None)
        )
        ended["line"] = lines.scalar_subquery()
    await session.execute(
        update(Delivery).where(Delivery.id == delivery, Delivery.status == "claimed").values(**ended)
    )


async def put_back(
    session: AsyncSession, delivery: int, due_at: datetime, reason: str | None, attempted: bool = True
) -> None:
    """Give a claimed delivery back to the queue. ``attempted`` False: it was not even tried."""
    attempts = Delivery.attempts if attempted else Delivery.attempts - 1
    await session.execute(
        update(Delivery)
        .where(Delivery.id == delivery, Delivery.status == "claimed")
        .values(status="queued", due_at=due_at, reason=reason, attempts=attempts)
    )


async def mark_gone(session: AsyncSession, chat: int, reason: str, now: datetime) -> None:
    """Nobody is there any more: nothing queued for this chat will be sent."""
    await session.execute(update(Chat).where(Chat.id == chat).values(gone=reason))
    await session.execute(
        update(Delivery)
        .where(Delivery.chat_id == chat, Delivery.status == "queued")
        .values(status="skipped", reason=f"gone: {reason}", done_at=now)
    )


async def take_up_again(
    session: AsyncSession, meetings: Sequence[int], people: Sequence[int], reason: str
) -> None:
    """Queue what was skipped for this reason about the present version of meetings, for the chat in which
    each person is found now."""
    present = select(Meeting.version).where(Meeting.id == Delivery.meeting_id).scalar_subquery()
    await session.execute(
        update(Delivery)
        .where(
            Delivery.meeting_id.in_(meetings),
            Delivery.person_id.in_(people),
            Delivery.version == present,
            Delivery.status == "skipped",
            Delivery.reason == reason,
        )
        .values(
            status="queued",
            reason=None,
            done_at=None,
            chat_id=func.coalesce(chat_of(Delivery.person_id), Delivery.chat_id),
        )
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody may have been told of a meeting as it was in this version."""

    meeting: int
    version: int
    person: int


@dataclass(frozen=True, slots=True)
class Lost:
    """What processes that died had claimed: how many, and what may have been told by those whose end stays
    unknown."""

    count: int
    told: Sequence[Told]


async def recover(session: AsyncSession, now: datetime, lease: timedelta, safe: Sequence[str]) -> Lost:
    """Settle what a process that died had claimed: its end is unknown.

    Repeatable kinds go back to the queue, marked; so does everything of a channel in ``safe``, where
    sending twice shows nothing twice. The rest is ``unknown``.
    """
    lost = (Delivery.status == "claimed", Delivery.claimed_at <= now - lease)
    in_safe = Delivery.chat_id.in_(select(Chat.id).where(Chat.channel.in_(safe)))
    again = update(Delivery).where(*lost, or_(Delivery.kind.in_(REPEATABLE), in_safe))
    requeued = await session.execute(again.values(status="queued", reason=UNCERTAIN).returning(Delivery.id))
    ended = await session.execute(
        update(Delivery)
        .where(*lost)
        .values(status="unknown", reason="the sender stopped while sending", done_at=now)
        .returning(Delivery.meeting_id, Delivery.version, Delivery.person_id)
    )
    unknown = ended.all()
    told = [
        Told(row.meeting_id, row.version or 0, row.person_id)
        for row in unknown
        if row.meeting_id and row.person_id
    ]
    return Lost(len(requeued.all()) + len(unknown), told)


async def next_due(session: AsyncSession) -> datetime | None:
    """When the earliest queued delivery is due."""
    return await session.scalar(
        select(Delivery.due_at).where(Delivery.status == QUEUED).order_by(Delivery.due_at).limit(1)
    )
