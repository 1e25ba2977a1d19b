"""What every channel gives (an arrival) and takes (an outgoing message), and how sending can end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

from nlu.contract import Language

ArrivalKind = Literal["said", "chose", "joined", "left", "media"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came in through a channel.

    ``key`` is unique for the update within its channel, so that the same update handed over twice is
    handled once. ``text`` is what was typed, the data of the button that was pressed, or the
    invitation code of a ``joined``. ``client_language`` is the language tag of the person's app, if
    it says. ``left`` means that nothing can be sent any more; its text is the reason ("blocked",
    "deleted").
    """

    channel: str
    address: str
    key: str
    kind: ArrivalKind
    text: str = ""
    client_language: str | None = None


class NotStored(Exception):
    """The arrival could not be stored (the database is locked, full or away): hand it over again later."""


OnArrival = Callable[[Arrival], Awaitable[None]]
"""Returns once the arrival is stored and will not be lost; raises NotStored when it could not be."""


@dataclass(frozen=True, slots=True)
class OutgoingButton:
    """A button as it is shown, and what it says when it is pressed (at most 64 bytes)."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that goes with a message.

    ``voice`` and ``picture``: ``path`` of a file of ours, ``text`` is the caption or alternative.
    ``document``: ``text`` is the content, ``name`` the file name.
    ``place``: ``name``, ``text`` (the address), ``latitude`` and ``longitude`` in degrees.
    """

    kind: Literal["voice", "picture", "document", "place"]
    name: str = ""
    text: str = ""
    path: str = ""
    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message in words, ready to be sent.

    ``title`` is shown bold above ``text`` (paragraphs parted by an empty line); either may be empty.
    ``phones`` are the telephone numbers that occur in the text, for a channel that can make them
    callable. ``tone`` "alarm" is shown large.
    """

    text: str
    language: Language
    title: str = ""
    direction: Literal["ltr", "rtl"] = "ltr"
    tone: Literal["normal", "alarm"] = "normal"
    rows: tuple[tuple[OutgoingButton, ...], ...] = ()
    phones: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Outgoing:
        """The inverse of `as_json`."""
        rows = tuple(tuple(OutgoingButton(**button) for button in row) for row in stored["rows"])
        attachments = tuple(Attachment(**attachment) for attachment in stored["attachments"])
        phones = tuple(stored["phones"])
        return cls(**{**stored, "rows": rows, "attachments": attachments, "phones": phones})


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it; ``external`` is its own id of the message."""

    external: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is there any more: blocked, deleted, deactivated. Nothing more is sent to this chat."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The channel asks to wait this long, seconds; nobody sends through it until then."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TryAgain:
    """It did not leave, or the channel says that it failed: it may be sent again later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It left, and no answer came: it may or may not have arrived. ``partly``: the first part of it has."""

    reason: str
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel will never take this message: our mistake."""

    reason: str


Outcome = Sent | Gone | Wait | TryAgain | Unknown | Refused


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a channel may be used: messages a second in all, and to one chat."""

    per_second: float
    per_chat_per_second: float


class Channel(Protocol):
    """A way in and out."""

    name: str
    pace: Pace | None

    async def send(self, address: str, outgoing: Outgoing) -> Outcome:
        """Send one message; every failure is one of the outcomes, none is raised."""
        ...
