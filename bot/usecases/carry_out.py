"""Carry out a turn: its effects, the new state and the replies, in one commit."""

from __future__ import annotations

import json
from datetime import datetime
from functools import singledispatchmethod
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Attachment, Outgoing
from bot.store import chats, ledger, meetings
from bot.store.database import insert_into
from bot.store.tables import Arrival, Chat, ContactRequest, Delivery, Question, Rating
from bot.wording import Wording
from flows import effects as decided
from flows import texts
from flows.dialogue import Turn
from flows.facts import Facts
from flows.message import Message
from nlu.contract import Language


class TurnLost(Exception):
    """Another process took a turn in this chat first; decide again from what it wrote."""


class _Ongoing:
    """A turn while it is carried out: the language changes on the way, replies are collected."""

    def __init__(self, session: AsyncSession, chat: Chat, arrival: Arrival | None, facts: Facts) -> None:
        self.session = session
        self.chat = chat
        self.arrival = arrival
        self.now: datetime = facts.now
        self.language: Language = facts.language
        self.person = chat.person_id
        self.replies: list[Outgoing] = []
        self.changes: dict[str, Any] = {}


class CarryOut:
    """Knows for each effect what to write."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    async def turn(
        self, session: AsyncSession, chat: Chat, arrival: Arrival | None, facts: Facts, turn: Turn
    ) -> None:
        """Write everything; raises TurnLost when another process was faster.

        ``arrival`` is None for a turn that the clock began.
        """
        if not await chats.take_turn(session, chat, turn.state.as_json() if turn.state else None, facts.now):
            raise TurnLost
        ongoing = _Ongoing(session, chat, arrival, facts)
        for effect in turn.effects:
            await self._do(effect, ongoing)
        if ongoing.changes:
            await chats.change(session, chat.id, ongoing.changes)
        await self._queue_replies(ongoing)
        if arrival is not None:
            await chats.handled(session, arrival.id, chats.ANSWERED)

    async def _queue_replies(self, ongoing: _Ongoing) -> None:
        arrival, chat = ongoing.arrival, ongoing.chat
        cause = f"reply:{arrival.id}" if arrival else f"notice:{chat.id}:{chat.version}"
        trace = arrival.trace if arrival else f"chat-{chat.id}"
        await ledger.queue(
            ongoing.session,
            [
                ledger.NewDelivery(
                    key=f"{cause}:{number}",
                    chat_id=chat.id,
                    kind="reply" if arrival else "notice",
                    content=outgoing.as_json(),
                    due_at=ongoing.now,
                    trace=trace,
                )
                for number, outgoing in enumerate(ongoing.replies)
            ],
        )

    @singledispatchmethod
    async def _do(self, effect: decided.Effect, ongoing: _Ongoing) -> None:
        raise TypeError(f"cannot carry out a {type(effect).__name__}")

    @_do.register
    async def _(self, effect: decided.Say, ongoing: _Ongoing) -> None:
        ongoing.replies.append(self._wording.outgoing(effect.message, ongoing.language))

    @_do.register
    async def _(self, effect: decided.SetLanguage, ongoing: _Ongoing) -> None:
        ongoing.language = effect.language
        ongoing.changes["language"] = effect.language

    @_do.register
    async def _(self, effect: decided.LeaveConversation, ongoing: _Ongoing) -> None:
        """The state was dropped by the turn itself."""

    @_do.register
    async def _(self, effect: decided.RedeemInvitation, ongoing: _Ongoing) -> None:
        person = await chats.redeem(ongoing.session, effect.invitation, ongoing.chat.id, ongoing.now)
        if person is None:
            raise TurnLost
        ongoing.person = person

    @_do.register
    async def _(self, effect: decided.KeepQuestion, ongoing: _Ongoing) -> None:
        asked = await ongoing.session.get(Arrival, effect.arrival)
        if asked is None or asked.chat_id != ongoing.chat.id or not asked.words:
            return
        question = {
            "chat_id": ongoing.chat.id,
            "arrival_id": asked.id,
            "language": ongoing.language,
            "words": asked.words,
            "topic": effect.topic,
            "reason": effect.reason,
            "asked_at": asked.received_at,
        }
        await ongoing.session.execute(
            insert_into(ongoing.session, Question).values(question).on_conflict_do_nothing()
        )

    @_do.register
    async def _(self, effect: decided.EraseWords, ongoing: _Ongoing) -> None:
        await chats.erase_words(ongoing.session, effect.arrival)

    @_do.register
    async def _(self, effect: decided.RateAnswer, ongoing: _Ongoing) -> None:
        ongoing.session.add(
            Rating(
                chat_id=ongoing.chat.id,
                topic=effect.topic,
                language=ongoing.language,
                helpful=effect.helpful,
                rated_at=ongoing.now,
            )
        )

    @_do.register
    async def _(self, effect: decided.Pause, ongoing: _Ongoing) -> None:
        ongoing.changes["paused_until"] = effect.until

    @_do.register
    async def _(self, effect: decided.Resume, ongoing: _Ongoing) -> None:
        ongoing.changes["paused_until"] = None

    @_do.register
    async def _(self, effect: decided.RequestContact, ongoing: _Ongoing) -> None:
        if ongoing.person is not None:
            ongoing.session.add(
                ContactRequest(
                    person_id=ongoing.person,
                    contact=effect.contact,
                    meeting_id=effect.meeting,
                    asked_at=ongoing.now,
                )
            )

    @_do.register
    async def _(self, effect: decided.AnswerMeeting, ongoing: _Ongoing) -> None:
        if ongoing.person is not None:
            await meetings.answer(ongoing.session, effect.meeting, ongoing.person, effect.answer, ongoing.now)

    @_do.register
    async def _(self, effect: decided.GiveReason, ongoing: _Ongoing) -> None:
        if ongoing.person is not None:
            await meetings.note(ongoing.session, effect.meeting, ongoing.person, reason=effect.reason)

    @_do.register
    async def _(self, effect: decided.SwapMeeting, ongoing: _Ongoing) -> None:
        if ongoing.person is None:
            return
        taken = await meetings.take_place(
            ongoing.session, effect.missed, effect.other, ongoing.person, ongoing.now
        )
        if not taken:
            raise TurnLost

    @_do.register
    async def _(self, effect: decided.ToldMeetings, ongoing: _Ongoing) -> None:
        if ongoing.person is not None:
            for meeting, fingerprint in effect.told:
                await meetings.told(ongoing.session, meeting, ongoing.person, fingerprint)

    @_do.register
    async def _(self, effect: decided.ExportData, ongoing: _Ongoing) -> None:
        message = self._wording.outgoing(Message((texts.EXPORT_READY,)), ongoing.language)
        everything = json.dumps(
            await _everything(ongoing.session, ongoing.chat), ensure_ascii=False, indent=2
        )
        file = Attachment("document", name="wegwijs.json", text=everything)
        ongoing.replies.append(
            Outgoing(message.text, message.language, direction=message.direction, attachments=(file,))
        )

    @_do.register
    async def _(self, effect: decided.ForgetChat, ongoing: _Ongoing) -> None:
        await forget(ongoing.session, ongoing.chat, ongoing.arrival)
        ongoing.changes = {
            "language": None,
            "client_language": None,
            "person_id": None,
            "paused_until": None,
            "since": ongoing.now,
        }
        ongoing.replies.append(self._wording.outgoing(effect.farewell, ongoing.language))


async def forget(session: AsyncSession, chat: Chat, arrival: Arrival | None) -> None:
    """Delete all rows that hang on a chat. The chat itself stays as an empty shell, so that the farewell
    can be sent and an update that is handed over again is known; its arrivals keep only their keys."""
    for table in (Question, Rating):
        await session.execute(delete(table).where(table.chat_id == chat.id))
    await session.execute(delete(Delivery).where(Delivery.chat_id == chat.id))
    await chats.forget_arrivals(session, chat.id, keep=arrival.id if arrival else None)


async def _everything(session: AsyncSession, chat: Chat) -> dict[str, Any]:
    """All that is kept about a chat, as plain data."""
    arrivals = await session.scalars(select(Arrival).where(Arrival.chat_id == chat.id).order_by(Arrival.id))
    questions = await session.scalars(select(Question).where(Question.chat_id == chat.id))
    ratings = await session.scalars(select(Rating).where(Rating.chat_id == chat.id))
    sent = await session.scalars(select(Delivery).where(Delivery.chat_id == chat.id).order_by(Delivery.id))
    person = await chats.person_of(session, chat)
    return {
        "channel": chat.channel,
        "since": chat.since.isoformat(),
        "language": chat.language,
        "linked_as": person.name if person else None,
        "paused_until": chat.paused_until.isoformat() if chat.paused_until else None,
        "from_you": [
            {"at": row.received_at.isoformat(), "kind": row.kind, "words": row.words} for row in arrivals
        ],
        "to_you": [
            {
                "at": row.due_at.isoformat(),
                "status": row.status,
                "text": row.content["text"] if row.content else None,
            }
            for row in sent
        ],
        "questions_for_staff": [{"words": row.words, "topic": row.topic} for row in questions],
        "ratings": [{"topic": row.topic, "helpful": row.helpful} for row in ratings],
    }
