"""Chats and what arrived in them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, case, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import insert_into
from bot.store.tables import Arrival, Chat, Invitation, Person, Question, Rating
from flows.facts import Kept

# Outcomes of an arrival.
LIMITED = "limited"
ANSWERED = "answered"
# The kind of the one arrival that stands for too many: it is answered with that word.
FLOOD = "flood"


@dataclass(frozen=True, slots=True)
class NewArrival:
    """An arrival to be stored; ``words`` is None where they must not be kept."""

    channel: str
    address: str
    key: str
    kind: str
    words: str | None
    danger: str | None
    redacted: bool
    client_language: str | None
    trace: str


def code_hash(code: str) -> str:
    """What is kept of an invitation code. Codes are long and random, so a plain hash is enough."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


async def chat_at(session: AsyncSession, channel: str, address: str) -> Chat | None:
    """The chat at an address."""
    return await session.scalar(select(Chat).where(Chat.channel == channel, Chat.address == address))


def chat_of(person: Any) -> ScalarSelect[int]:
    """The id of the chat in which a person (a column or a number) is told something: the phone before the
    browser, which may have been closed long ago; then the newest."""
    here = select(Chat.id).where(Chat.person_id == person, Chat.gone.is_(None))
    return here.order_by(case((Chat.channel == "web", 1), else_=0), Chat.id.desc()).limit(1).scalar_subquery()


async def open_chat(session: AsyncSession, new: NewArrival, now: datetime) -> Chat:
    """The chat at an address, made when it is the first time."""
    values = {"channel": new.channel, "address": new.address, "since": now, "version": 0}
    await session.execute(insert_into(session, Chat).values(values).on_conflict_do_nothing())
    chat = await chat_at(session, new.channel, new.address)
    assert chat is not None
    if new.client_language and chat.client_language != new.client_language:
        chat.client_language = new.client_language
    return chat


async def store_arrival(
    session: AsyncSession, chat: Chat, new: NewArrival, now: datetime, outcome: str | None = None
) -> int | None:
    """Store an arrival; None when the same one was stored before."""
    stored = await session.execute(
        insert_into(session, Arrival)
        .values(
            chat_id=chat.id,
            channel=new.channel,
            key=new.key,
            kind=new.kind,
            words=new.words,
            danger=new.danger,
            redacted=new.redacted,
            trace=new.trace,
            received_at=now,
            outcome=outcome,
        )
        .on_conflict_do_nothing()
        .returning(Arrival.id)
    )
    return stored.scalar_one_or_none()


async def kinds_since(session: AsyncSession, chat: int, since: datetime) -> Sequence[str]:
    """The kinds of what came in a chat since a moment, unread messages included."""
    recent = select(Arrival.kind).where(Arrival.chat_id == chat, Arrival.received_at > since)
    return (await session.scalars(recent)).all()


def without_words(new: NewArrival, kind: str) -> NewArrival:
    """The same arrival as ``kind``, with nothing of what was said."""
    return replace(new, kind=kind, words=None, redacted=False)


async def chats_with_open_arrivals(session: AsyncSession) -> Sequence[int]:
    """The chats in which something waits to be handled."""
    return (await session.scalars(select(Arrival.chat_id).where(Arrival.outcome.is_(None)).distinct())).all()


async def oldest_open(session: AsyncSession, chat: int) -> Arrival | None:
    """The next arrival of a chat that must be handled."""
    open_ones = select(Arrival).where(Arrival.chat_id == chat, Arrival.outcome.is_(None))
    return await session.scalar(open_ones.order_by(Arrival.id).limit(1))


async def take_turn(session: AsyncSession, chat: Chat, state: dict[str, Any] | None, now: datetime) -> bool:
    """Write the state of a chat, unless another process took a turn since ``chat`` was read."""
    taken = await session.execute(
        update(Chat)
        .where(Chat.id == chat.id, Chat.version == chat.version)
        .values(state=state, state_at=now if state else None, version=Chat.version + 1)
        .returning(Chat.id)
    )
    return taken.first() is not None


async def handled(session: AsyncSession, arrival: int, outcome: str) -> None:
    """The arrival needs no more handling."""
    await session.execute(update(Arrival).where(Arrival.id == arrival).values(outcome=outcome))


async def erase_words(session: AsyncSession, arrival: int) -> None:
    """Do not keep the words of one arrival."""
    await session.execute(update(Arrival).where(Arrival.id == arrival).values(words=None))


async def erase_old_words(session: AsyncSession, before: datetime) -> int:
    """Erase the words of arrivals that were handled and are old; returns how many."""
    old = (Arrival.words.is_not(None), Arrival.received_at < before, Arrival.outcome.is_not(None))
    erased = await session.execute(update(Arrival).where(*old).values(words=None).returning(Arrival.id))
    return len(erased.all())


async def idle_chats(session: AsyncSession, before: datetime, most: int) -> Sequence[Chat]:
    """Chats whose conversation nobody went on with since ``before``."""
    idle = select(Chat).where(
        Chat.state_at < before, ~exists().where(Arrival.chat_id == Chat.id, Arrival.outcome.is_(None))
    )
    return (await session.scalars(idle.limit(most))).all()


async def person_of(session: AsyncSession, chat: Chat) -> Person | None:
    """The person a chat is linked to."""
    return None if chat.person_id is None else await session.get(Person, chat.person_id)


async def invitation_by_code(session: AsyncSession, code: str) -> tuple[Invitation, Person] | None:
    """The invitation with this code, and whom it invites."""
    return await _invitation(session, Invitation.code_hash == code_hash(code))


async def invitation_by_id(session: AsyncSession, number: int) -> tuple[Invitation, Person] | None:
    """The invitation with this number, and whom it invites."""
    return await _invitation(session, Invitation.id == number)


async def _invitation(session: AsyncSession, condition: Any) -> tuple[Invitation, Person] | None:
    found = select(Invitation, Person).join(Person, Person.id == Invitation.person_id).where(condition)
    row = (await session.execute(found)).first()
    return None if row is None else (row[0], row[1])


async def redeem(session: AsyncSession, invitation: int, chat: int, now: datetime) -> int | None:
    """Link the chat and use the code up; the person, or None when somebody else was faster."""
    used = await session.execute(
        update(Invitation)
        .where(Invitation.id == invitation, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(used_at=now)
        .returning(Invitation.person_id)
    )
    person = used.scalar_one_or_none()
    if person is not None:
        await session.execute(update(Chat).where(Chat.id == chat).values(person_id=person))
    return person


async def kept(session: AsyncSession, chat: Chat) -> Kept:
    """What is kept about a chat."""
    words = select(func.count()).where(Arrival.chat_id == chat.id, Arrival.words.is_not(None))
    questions = select(func.count()).where(Question.chat_id == chat.id)
    ratings = select(func.count()).where(Rating.chat_id == chat.id)
    return Kept(
        since=chat.since,
        messages=await session.scalar(words.where(Arrival.kind == "said")) or 0,
        questions=await session.scalar(questions) or 0,
        ratings=await session.scalar(ratings) or 0,
    )


async def change(session: AsyncSession, chat: int, values: dict[str, Any]) -> None:
    """Change what is known of a chat."""
    await session.execute(update(Chat).where(Chat.id == chat).values(values))


async def forget_arrivals(session: AsyncSession, chat: int, keep: int | None) -> None:
    """Delete what came in a chat. Of ``keep``, which is being handled, only the key stays: its update may
    be handed over again."""
    await session.execute(delete(Arrival).where(Arrival.chat_id == chat, Arrival.id != (keep or 0)))
    await session.execute(update(Arrival).where(Arrival.chat_id == chat).values(words=None))
