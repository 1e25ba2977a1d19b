"""Converse: store what arrives, then answer it, chat by chat and in order."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Arrival, NotStored
from bot.store import chats, ledger, meetings
from bot.store.database import STORE_TROUBLE, Database
from bot.store.tables import Arrival as StoredArrival
from bot.store.tables import Chat as StoredChat
from bot.store.tables import Invitation as StoredInvitation
from bot.store.tables import Person
from bot.usecases.carry_out import CarryOut, TurnLost
from bot.wording import Wording
from flows import texts
from flows.conversation import Choose, State
from flows.dialogue import Turn, respond, waiting_step, waits_for_words
from flows.effects import Say
from flows.facts import Catalogue, Chat, Contact, Facts, Invitation
from flows.heard import Alarm, Chose, Heard, Joined, Said, SentMedia, TooMuch
from flows.meetings import CourseType, Timetable
from flows.message import Message
from flows.onboarding import INVITATION
from nlu.contract import MOST_CHARACTERS, Danger, Understanding, as_language
from nlu.folding import fold_text
from nlu.redaction import redact

log = structlog.get_logger(__name__)

# More messages than this within the window are not read; the person is told once.
MOST_AT_ONCE = 12
WINDOW = timedelta(seconds=10)
START = re.compile(r"\s*/start(?:\s+([A-Za-z0-9]{1,64}))?\s*")


@dataclass(frozen=True, slots=True)
class Tools:
    """What conversing needs; built once by the application."""

    database: Database
    understanding: Understanding
    detect_danger: Callable[[str], Danger | None]
    wording: Wording
    catalogue: Catalogue
    types: Mapping[str, CourseType]
    now: Callable[[], datetime]
    deliver_soon: Callable[[], None]


class Converse:
    """Handles the arrivals of one chat in order, and different chats side by side."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._carry_out = CarryOut(tools.wording)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()

    async def accept(self, arrival: Arrival) -> None:
        """Store an arrival and start to handle it; raises NotStored when it could not be stored."""
        try:
            chat = await self._store(arrival)
        except STORE_TROUBLE as error:
            log.warning("arrival.not_stored", channel=arrival.channel, error=type(error).__name__)
            raise NotStored from error
        if chat is not None:
            self.wake(chat)

    def wake(self, chat: int) -> None:
        """Handle what waits in a chat."""
        self._again.add(chat)
        if chat not in self._tasks:
            self._tasks[chat] = asyncio.create_task(self._drain(chat))

    async def wake_all(self) -> int:
        """Handle what waits anywhere: after a start, and what failed before. Returns how many chats."""
        async with self._tools.database.reading() as session:
            waiting = await chats.chats_with_open_arrivals(session)
        for chat in waiting:
            self.wake(chat)
        return len(waiting)

    async def settle(self) -> None:
        """Wait until nothing is being handled any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _store(self, arrival: Arrival) -> int | None:
        """Store it; the chat's number, or None when there is nothing to handle."""
        now = self._tools.now()
        new, danger = self._to_store(arrival)
        async with self._tools.database.writing() as session:
            chat = await chats.open_chat(session, new, now)
            if arrival.kind == "left":
                await ledger.mark_gone(session, chat.id, arrival.text or "left", now)
                await chats.store_arrival(session, chat, new, now, chats.ANSWERED)
                return None
            chat.gone = None
            new, outcome = await self._limited(session, chat, new, danger, now)
            number = await chats.store_arrival(session, chat, new, now, outcome)
        log.info("arrival", kind=new.kind, channel=new.channel, trace=new.trace, new=number is not None)
        return chat.id if outcome is None else None

    def _to_store(self, arrival: Arrival) -> tuple[chats.NewArrival, Danger | None]:
        """Danger and BSN are looked for before anything is written: their words are not kept."""
        arrival = _as_joined(arrival)
        said = arrival.kind == "said"
        text = arrival.text[:MOST_CHARACTERS].replace("\x00", "") if said else arrival.text[:MOST_CHARACTERS]
        danger = self._tools.detect_danger(arrival.text) if said else None
        redacted = redact(text) if said else None
        words: str | None = redacted.text if redacted else text
        tag = (arrival.client_language or "").split("-")[0].casefold()
        return (
            chats.NewArrival(
                channel=arrival.channel,
                address=arrival.address,
                key=arrival.key,
                kind=arrival.kind,
                words=None if danger else words,
                danger=f"{danger.kind}:{'acute' if danger.acute else 'told'}" if danger else None,
                redacted=bool(redacted and redacted.kinds),
                client_language=as_language(tag),
                trace=secrets.token_hex(4),
            ),
            danger,
        )

    async def _limited(
        self,
        session: AsyncSession,
        chat: StoredChat,
        new: chats.NewArrival,
        danger: Danger | None,
        now: datetime,
    ) -> tuple[chats.NewArrival, str | None]:
        """Too many at once are not read: one is answered with that word, the rest are only counted.
        Danger is always heard."""
        if danger is not None:
            return new, None
        recent = await chats.kinds_since(session, chat.id, now - WINDOW)
        if len(recent) < MOST_AT_ONCE:
            return new, None
        told = chats.FLOOD in recent
        silenced = chats.without_words(new, new.kind if told else chats.FLOOD)
        return silenced, chats.LIMITED if told else None

    async def _drain(self, chat: int) -> None:
        try:
            while chat in self._again:
                self._again.discard(chat)
                while await self._turn(chat):
                    pass
        except STORE_TROUBLE as error:
            # The arrival stays open; the clock wakes this chat again.
            log.warning("turn.postponed", error=type(error).__name__)
        finally:
            del self._tasks[chat]
            if chat in self._again:
                self.wake(chat)

    async def _turn(self, number: int) -> bool:
        """Handle the oldest open arrival of a chat; False when there is none."""
        tools = self._tools
        async with tools.database.reading() as session:
            arrival = await chats.oldest_open(session, number)
            chat = await session.get(StoredChat, number)
            if arrival is None or chat is None:
                return False
            facts = await self._facts(session, chat, arrival)
        state = State.from_json(chat.state) if chat.state else None
        structlog.contextvars.bind_contextvars(trace=arrival.trace)
        try:
            turn = respond(facts, state, await self._heard(facts, state, arrival))
        except Exception:
            # One arrival that cannot be answered must not silence the chat for ever: say so, go on.
            log.exception("turn.failed", kind=arrival.kind)
            turn = Turn(state, (Say(Message((texts.SOMETHING_WENT_WRONG,))),))
        try:
            async with tools.database.writing() as session:
                await self._carry_out.turn(session, chat, arrival, facts, turn)
        except TurnLost:
            log.info("turn.repeated")
            return True
        tools.deliver_soon()
        return True

    async def _heard(self, facts: Facts, state: State | None, arrival: StoredArrival) -> Heard:
        if arrival.danger is not None:
            kind, _, how = arrival.danger.partition(":")
            return Alarm(kind, acute=how == "acute")  # type: ignore[arg-type]  # written by _to_store
        words = arrival.words or ""
        if arrival.kind == "chose":
            return Chose(words)
        if arrival.kind == "joined":
            return Joined(coded=bool(words.strip()))
        if arrival.kind == "said":
            return await self._said(facts, state, arrival, words)
        return TooMuch() if arrival.kind == chats.FLOOD else SentMedia()

    async def _said(self, facts: Facts, state: State | None, arrival: StoredArrival, words: str) -> Said:
        said = Said(words, arrival.id, redacted=arrival.redacted)
        readable = any(character.isalnum() for character in words)
        if not readable or words.startswith("/") or waits_for_words(facts, state):
            return said
        option = self._typed_option(facts, state, words)
        if option is not None:
            return Said(words, arrival.id, option=option, redacted=arrival.redacted)
        parse = await self._tools.understanding.parse(
            words, facts.chat.language or facts.chat.client_language
        )
        return Said(words, arrival.id, parse, redacted=arrival.redacted)

    def _typed_option(self, facts: Facts, state: State | None, words: str) -> str | None:
        """Who types what stands on a button means the button."""
        waiting = waiting_step(facts, state)
        if waiting is None or not isinstance(waiting.step, Choose):
            return None
        typed = fold_text(words)
        for option in waiting.step.options:
            if fold_text(self._tools.wording.word(option.label, facts.language)) == typed:
                return option.key
        return None

    async def _facts(self, session: AsyncSession, chat: StoredChat, arrival: StoredArrival) -> Facts:
        person = await chats.person_of(session, chat)
        now = self._tools.now()
        invited = await self._invited(session, chat, arrival)
        invitation = self._invitation(*invited, now) if invited else None
        # Whoever is about to be linked is shown the own appointments in the same breath.
        known = invited[1] if invitation and invited and invitation.usable else person
        contacts = (Contact(person.contact, person.contact),) if person and person.contact else ()
        return Facts(
            now=now,
            chat=Chat(
                language=as_language(chat.language),
                client_language=as_language(chat.client_language),
                role=person.role if person else "guest",  # type: ignore[arg-type]  # checked when stored
                name=person.name if person else None,
                paused_until=chat.paused_until,
                contacts=contacts,
            ),
            catalogue=self._tools.catalogue,
            kept=await chats.kept(session, chat),
            invitation=invitation,
            timetable=await self._timetable(session, known, now),
        )

    async def _timetable(self, session: AsyncSession, person: Person | None, now: datetime) -> Timetable:
        if person is None or person.role != "newcomer":
            return Timetable()
        return await meetings.timetable(session, person, now, self._tools.types)

    async def _invited(
        self, session: AsyncSession, chat: StoredChat, arrival: StoredArrival
    ) -> tuple[StoredInvitation, Person] | None:
        if arrival.kind == "joined" and arrival.words:
            return await chats.invitation_by_code(session, arrival.words)
        if chat.state and (opened := chat.state["opening"].get(INVITATION)):
            return await chats.invitation_by_id(session, int(opened))
        return None

    def _invitation(self, invitation: StoredInvitation, person: Person, now: datetime) -> Invitation:
        usable = invitation.used_at is None and invitation.expires_at > now
        return Invitation(invitation.id, person.name, usable)


def _as_joined(arrival: Arrival) -> Arrival:
    """Who types ``/start CODE`` joins, on every channel; Telegram's own button does the same."""
    typed = START.fullmatch(arrival.text) if arrival.kind == "said" else None
    return replace(arrival, kind="joined", text=typed[1] or "") if typed else arrival
