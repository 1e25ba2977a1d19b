"""What came in, as a conversation sees it."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.contract import DangerKind, Parse


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody typed. ``parse`` is None where a free-text step waits for the words themselves.

    ``option`` is the key of the waiting step's option whose label was typed. ``arrival`` names the
    stored message; ``redacted`` says that a BSN was taken out of it.
    """

    text: str
    arrival: int = 0
    parse: Parse | None = None
    option: str | None = None
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """Somebody typed about danger; the words are not kept."""

    kind: DangerKind
    acute: bool


@dataclass(frozen=True, slots=True)
class Chose:
    """A button was pressed."""

    data: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The chat was opened, with or without an invitation code."""

    coded: bool = False


@dataclass(frozen=True, slots=True)
class SentMedia:
    """A photo, voice message, sticker or document came, which cannot be read."""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """More messages came in a short time than can be answered."""


Heard = Said | Alarm | Chose | Joined | SentMedia | TooMuch
