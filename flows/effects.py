"""What a conversation decided; the use case carries it out, in order, in one commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.meetings import Answer
from flows.message import Message
from nlu.contract import Language


@dataclass(frozen=True, slots=True)
class Say:
    """Say something in this chat."""

    message: Message


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """From here on this chat speaks ``language``."""

    language: Language


@dataclass(frozen=True, slots=True)
class Begin:
    """Start a conversation; the one that was going on is dropped."""

    conversation: str
    opening: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeaveConversation:
    """Drop the conversation that is going on, if its name begins with ``named``."""

    named: str = ""


@dataclass(frozen=True, slots=True)
class RedeemInvitation:
    """Tie this chat to the person of the invitation and make the code unusable."""

    invitation: int


@dataclass(frozen=True, slots=True)
class KeepQuestion:
    """Keep a question for staff. ``arrival`` names the message it was asked in."""

    arrival: int
    reason: Literal["unanswered", "unhelpful"]
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class EraseWords:
    """Do not keep the words of this arrival, not even for the day that words are kept."""

    arrival: int


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """Count a thumb under an answer."""

    topic: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """No reminders and broadcasts until ``until``."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Resume:
    """Reminders and broadcasts again."""


@dataclass(frozen=True, slots=True)
class RequestContact:
    """Ask ``contact`` to get in touch with this person, perhaps about a meeting."""

    contact: str
    meeting: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerMeeting:
    """The person comes to a meeting, or cannot. Who comes after all gives back the place in another group."""

    meeting: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class GiveReason:
    """Why the person cannot come to a meeting."""

    meeting: int
    reason: str


@dataclass(frozen=True, slots=True)
class SwapMeeting:
    """Come to ``other``, with another group, instead of ``missed``."""

    missed: int
    other: int


@dataclass(frozen=True, slots=True)
class ToldMeetings:
    """The person was told when and where these are: (meeting, fingerprint)."""

    told: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ExportData:
    """Give the person a file with everything that is kept about the chat."""


@dataclass(frozen=True, slots=True)
class ForgetChat:
    """Delete everything that is kept about the chat, then say ``farewell``."""

    farewell: Message


Effect = (
    Say
    | SetLanguage
    | Begin
    | LeaveConversation
    | RedeemInvitation
    | KeepQuestion
    | EraseWords
    | RateAnswer
    | Pause
    | Resume
    | RequestContact
    | AnswerMeeting
    | GiveReason
    | SwapMeeting
    | ToldMeetings
    | ExportData
    | ForgetChat
)
Effects = tuple[Effect, ...]
