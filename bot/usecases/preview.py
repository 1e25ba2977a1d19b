"""Preview: what one person will be sent and when, what was sent, and why not. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.bidi import plain
from bot.channels.contract import Outgoing
from bot.store import ledger
from bot.store.chats import chat_of
from bot.store.database import Database
from bot.store.prompts import kind_in_ledger
from bot.store.tables import Chat, Delivery, Enrolment, Meeting, Participation, Person, Prompt
from bot.usecases.remind import Later, Remind, Useless
from flows import reminders
from flows.local_time import local
from nlu.contract import Language, as_language


@dataclass(frozen=True, slots=True)
class Line:
    """One message. ``due_at`` is ISO 8601 with the offset of Leeuwarden; ``status`` "planned" or as in the
    ledger; ``meeting`` its reference; ``text`` is None where nothing was or will be said."""

    due_at: str
    kind: str
    meeting: str | None
    language: Language
    text: str | None
    status: str
    reason: str | None

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


class Preview:
    """Reads the plan and the ledger of one person."""

    def __init__(self, database: Database, remind: Remind, now: Callable[[], datetime]) -> None:
        self._database = database
        self._remind = remind
        self._now = now

    async def of(self, person: Person, begin: datetime, end: datetime) -> Sequence[Line]:
        """Everything due from ``begin`` until before ``end``, in that order."""
        now = self._now()
        async with self._database.reading() as session:
            chat = await session.scalar(select(Chat).where(Chat.id == chat_of(person.id)))
            language = as_language(chat.language if chat else None) or as_language(person.language) or "nl"
            written = await _written(session, person.id, language, begin, end)
            prompts = await _prompts_of(session, person.id, now, end)
            planned = [
                line
                for prompt in prompts
                if (line := await self._planned(session, person, chat, language, prompt, prompts, now))
            ]
        lines = [(at, line) for at, line in (*written, *planned) if begin <= at < end]
        return [line for _, line in sorted(lines, key=lambda pair: pair[0])]

    async def _planned(
        self,
        session: AsyncSession,
        person: Person,
        chat: Chat | None,
        language: Language,
        prompt: Prompt,
        prompts: Sequence[Prompt],
        now: datetime,
    ) -> tuple[datetime, Line] | None:
        """What a prompt that is not done yet will lead to; None where that is no message to this person."""
        at = max(prompt.due_at, now)
        due = _as_due(prompt, person)
        useless = await _useless(session, prompt, prompts, person.id, at)
        decided = Useless(useless) if useless else await self._remind.decide(session, person, due, at)
        if isinstance(decided, Later):
            at = decided.at
            decided = await self._remind.decide(session, person, due, at)
        if isinstance(decided, Useless) and decided.reason in SILENT:
            return None
        reason = decided.reason if isinstance(decided, Useless) else _not_reached(chat, due.kind, at)
        text = None
        if not isinstance(decided, Useless | Later):
            text = _text(self._remind.words(decided, language))
        meeting = await session.get(Meeting, prompt.meeting_id) if prompt.meeting_id else None
        status = "skipped" if reason else "planned"
        reference = meeting.reference if meeting else None
        return at, Line(_iso(at), due.kind, reference, language, text, status, reason)


# Of these nothing is written into the ledger either: nobody was to be told.
SILENT = {reminders.KNOWS_ALREADY, reminders.NOBODY_ELSE_HAS_ROOM}


async def _written(
    session: AsyncSession, person: int, language: Language, begin: datetime, end: datetime
) -> list[tuple[datetime, Line]]:
    """What is in the ledger already."""
    rows = (
        select(Delivery, Meeting.reference)
        .outerjoin(Meeting, Meeting.id == Delivery.meeting_id)
        .where(
            Delivery.person_id == person,
            or_(Delivery.meeting_id.is_(None), Delivery.meeting_id.in_(_ever_of(person))),
            Delivery.due_at >= begin,
            Delivery.due_at < end,
        )
        .order_by(Delivery.due_at, Delivery.id)
    )
    lines = []
    for delivery, reference in await session.execute(rows):
        said = Outgoing.from_json(delivery.content) if delivery.content else None
        line = Line(
            _iso(delivery.due_at),
            delivery.kind,
            reference,
            said.language if said else language,
            _text(said) if said else None,
            delivery.status,
            delivery.reason,
        )
        lines.append((delivery.due_at, line))
    return lines


def _ever_of(person: int) -> Any:
    """The meetings that a person was ever told of: by these the ledger is found."""
    courses = select(Enrolment.course_id).where(Enrolment.person_id == person)
    known = select(Participation.meeting_id).where(Participation.person_id == person)
    return union(select(Meeting.id).where(Meeting.course_id.in_(courses)), known)


async def _prompts_of(session: AsyncSession, person: int, now: datetime, end: datetime) -> Sequence[Prompt]:
    """The prompts that concern a person and are not done."""
    courses = select(Enrolment.course_id).where(Enrolment.person_id == person, Enrolment.ended_at.is_(None))
    mine = select(Meeting.id).where(Meeting.course_id.in_(courses))
    known = select(Participation.meeting_id).where(
        Participation.person_id == person, or_(Participation.guest, Participation.told.is_not(None))
    )
    for_all = and_(Prompt.person_id.is_(None), or_(Prompt.meeting_id.in_(mine), Prompt.meeting_id.in_(known)))
    found = (
        select(Prompt)
        .where(or_(Prompt.person_id == person, for_all), Prompt.done_at.is_(None), Prompt.due_at < end)
        .order_by(Prompt.due_at, Prompt.planned_at)
    )
    return (await session.scalars(found)).all()


async def _useless(
    session: AsyncSession, prompt: Prompt, prompts: Sequence[Prompt], person: int, at: datetime
) -> str | None:
    """Why a prompt will be of no use when it is due; the rule of `bot.store.prompts` for one person."""
    if prompt.kind not in {"reminder", "deadline"}:
        return None
    for other in prompts:
        same = (other.kind, other.meeting_id, other.version) == (
            prompt.kind,
            prompt.meeting_id,
            prompt.version,
        )
        if same and other.planned_at > prompt.planned_at and other.due_at <= at:
            return reminders.LATER_ONE
    if prompt.kind == "reminder" and prompt.due_at > prompt.planned_at:
        known = await session.get(Participation, (prompt.meeting_id, person))
        if known is not None and known.told is not None:
            return reminders.NOTICE_SAYS_IT
    return None


def _as_due(prompt: Prompt, person: Person) -> ledger.Due:
    return ledger.Due(
        id=0,
        chat_id=0,
        channel="",
        address="",
        kind=kind_in_ledger(prompt.kind),
        content=None,
        attempts=0,
        trace="",
        repeat=False,
        gone=None,
        paused_until=None,
        person=person.id,
        meeting=prompt.meeting_id,
        version=prompt.version,
        offset=prompt.offset,
    )


def _not_reached(chat: Chat | None, kind: str, at: datetime) -> str | None:
    if chat is None:
        return reminders.NO_CHAT
    paused = chat.paused_until is not None and chat.paused_until > at
    return ledger.PAUSED if paused and kind in ledger.PAUSABLE else None


def _text(said: Outgoing) -> str:
    return plain(f"{said.title}\n\n{said.text}".strip())


def _iso(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")
