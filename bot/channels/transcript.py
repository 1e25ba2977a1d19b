"""What a web chat shows: the lines of one talk, from both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channels.contract import Outgoing
from nlu.contract import Language


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the talk.

    ``outgoing`` is what the bot said; it is None for the person's own line, whose words are ``said``
    (None where they were not kept). ``number`` grows with every line of the bot, and is that of the
    last one before it for an own line; ``at`` is aware.
    """

    number: int
    at: datetime
    outgoing: Outgoing | None = None
    said: str | None = None


class Transcript(Protocol):
    """Read access to the talks of the web chat. An address that is not known has no lines."""

    async def lines(self, address: str) -> Sequence[Line]:
        """The whole talk, oldest first, as far as it is kept."""
        ...

    async def bot_lines_after(self, address: str, number: int) -> Sequence[Line]:
        """What the bot said after the line with this number, oldest first."""
        ...

    async def language(self, address: str) -> Language | None:
        """The language of the chat, where it is known."""
        ...
