"""The talks of the web chat, read from the ledger and the arrivals."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Outgoing
from bot.channels.transcript import Line
from bot.store import chats
from bot.store.database import Database
from bot.store.tables import Arrival, Delivery
from nlu.contract import Language, as_language

CHANNEL = "web"
# The page shows this many lines of each side at the most.
MOST_LINES = 200


class StoredTranscript:
    """Reads the lines of a talk; see `bot.channels.transcript.Transcript`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(self, address: str) -> Sequence[Line]:
        """The whole talk, oldest first, as far as it is kept."""
        async with self._database.reading() as session:
            chat = await chats.chat_at(session, CHANNEL, address)
            if chat is None:
                return ()
            bot_lines = await _bot_lines(session, chat.id, 0)
            newest = select(Arrival).where(Arrival.chat_id == chat.id, Arrival.kind.in_(("said", "chose")))
            arrivals = (await session.scalars(newest.order_by(Arrival.id.desc()).limit(MOST_LINES))).all()
        labels = {
            button.data: button.label
            for line in bot_lines
            if line.outgoing
            for row in line.outgoing.rows
            for button in row
        }
        own_lines = [
            Line(0, arrival.received_at, said=_shown(arrival, labels))
            for arrival in arrivals
            if arrival.kind == "said" or arrival.words in labels
        ]
        # An answer is due in the very moment in which the question is handled, so at equal times the
        # person's line comes first.
        return sorted([*own_lines, *bot_lines], key=lambda line: (line.at, line.outgoing is not None))

    async def bot_lines_after(self, address: str, number: int) -> Sequence[Line]:
        """What the bot said after the line with this number, oldest first."""
        async with self._database.reading() as session:
            chat = await chats.chat_at(session, CHANNEL, address)
            return () if chat is None else await _bot_lines(session, chat.id, number)

    async def is_known(self, address: str) -> bool:
        """Whether a chat was opened at this address."""
        async with self._database.reading() as session:
            return await chats.chat_at(session, CHANNEL, address) is not None

    async def language(self, address: str) -> Language | None:
        """The language of the chat, where it is known."""
        async with self._database.reading() as session:
            chat = await chats.chat_at(session, CHANNEL, address)
            return None if chat is None else as_language(chat.language)


async def _bot_lines(session: AsyncSession, chat: int, after: int) -> list[Line]:
    sent = select(Delivery).where(Delivery.chat_id == chat, Delivery.status == "sent", Delivery.line > after)
    newest = (await session.scalars(sent.order_by(Delivery.line.desc()).limit(MOST_LINES))).all()
    return [
        Line(row.line or 0, row.done_at or row.due_at, outgoing=Outgoing.from_json(row.content))
        for row in reversed(newest)
        if row.content is not None
    ]


def _shown(arrival: Arrival, labels: dict[str, str]) -> str | None:
    if arrival.kind == "chose":
        return labels.get(arrival.words or "")
    return arrival.words
