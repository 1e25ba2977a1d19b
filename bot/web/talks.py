"""One visitor's talk, the same for the page and for the JSON interface."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.channels.contract import Arrival, Attachment, OnArrival
from bot.channels.transcript import Line, Transcript
from bot.channels.webchat import WebChat
from bot.web.pages import Word
from bot.web.security import TooLarge, legible
from bot.web.visitors import address_of, arrival_key, likely_language
from nlu.contract import Language

MOST_CHARACTERS = 100_000
MOST_DATA = 64  # bytes of a button's data
MOST_CODE = 64

IsKnown = Callable[[str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class ChatTools:
    """What the chat needs; built once by the application.

    ``is_known`` tells whether a chat was opened at an address and is still kept. ``every`` is how often
    an open page looks for what another process sent, seconds. Files of attachments lie under ``media``.
    """

    on_arrival: OnArrival
    transcript: Transcript
    webchat: WebChat
    word: Word
    is_known: IsKnown
    now: Callable[[], datetime]
    media: Sequence[Path]
    every: float


class Talk:
    """The talk of whoever has the token. What arrives may raise NotStored or TooLarge."""

    def __init__(self, tools: ChatTools, token: str) -> None:
        self._tools = tools
        self.address = address_of(token)

    async def is_known(self) -> bool:
        """Was it opened, and is it still kept?"""
        return await self._tools.is_known(self.address)

    async def language(self, request: Request) -> Language:
        """Its language; while it has none, the likely one of whoever asks."""
        return await self._tools.transcript.language(self.address) or likely_language(request)

    async def join(self, code: str, client_language: str | None) -> None:
        """Open the talk, with an invitation code or with "". Once: opening it again does nothing."""
        await self._arrive("joined", legible(code).strip()[:MOST_CODE], "joined", code, client_language)

    async def say(self, text: str, submit: str, client_language: str | None) -> str:
        """Say something; returns it as it was said. Nothing but white space is not said at all."""
        if len(text) > MOST_CHARACTERS:
            raise TooLarge
        words = legible(text).replace("\r\n", "\n").strip()
        if words:
            await self._arrive("said", words, "submit", submit, client_language)
        return words

    async def choose(self, data: str, submit: str, client_language: str | None) -> None:
        """Press the button with this data."""
        if len(data.encode("utf-8", "replace")) > MOST_DATA:
            raise TooLarge
        await self._arrive("chose", legible(data), "submit", submit, client_language)

    async def _arrive(
        self,
        kind: Literal["joined", "said", "chose"],
        text: str,
        about: str,
        submit: str,
        client_language: str | None,
    ) -> None:
        key = arrival_key(self.address, about, submit)
        webchat = self._tools.webchat
        await self._tools.on_arrival(Arrival(webchat.name, self.address, key, kind, text, client_language))

    async def last_number(self) -> int:
        """The number of the bot's last line; 0 before its first."""
        lines = await self._tools.transcript.lines(self.address)
        return max((line.number for line in lines), default=0)

    def follow(self, after: int, patience: float | None = None) -> AsyncGenerator[Sequence[Line], None]:
        """The bot's lines behind ``after`` as they come; see `WebChat.follow`."""
        tools = self._tools
        return tools.webchat.follow(
            tools.transcript, self.address, after, every=tools.every, patience=patience
        )

    async def next_lines(self, after: int, patience: float) -> Sequence[Line]:
        """The bot's first lines behind ``after``; none when ``patience`` seconds have passed."""
        async with aclosing(self.follow(after, patience)) as batches:
            async for lines in batches:
                return lines
        return ()

    async def enclosed(self, number: str, index: str) -> Response:
        """The file that goes with a line; raises HTTPException (404)."""
        attachment = await self._attachment(as_number(number), as_number(index))
        if attachment is not None and attachment.kind == "document":
            return _download(attachment)
        path = _file_of(attachment, self._tools.media) if attachment is not None else None
        if path is None:
            raise HTTPException(404)
        return FileResponse(path)

    async def _attachment(self, number: int, index: int) -> Attachment | None:
        lines = await self._tools.transcript.bot_lines_after(self.address, number - 1)
        line = next((line for line in lines if line.number == number), None)
        attachments = line.outgoing.attachments if line is not None and line.outgoing is not None else ()
        return attachments[index] if index < len(attachments) else None


def as_number(digits: str | None) -> int:
    """The number of a line or of an attachment; 0 for anything else."""
    return int(digits) if digits and digits.isascii() and digits.isdigit() and len(digits) < 19 else 0


def _file_of(attachment: Attachment, media: Sequence[Path]) -> Path | None:
    """Where the file is; None for one that is not there or lies elsewhere."""
    path = Path(attachment.path).resolve()
    inside = bool(attachment.path) and any(path.is_relative_to(folder.resolve()) for folder in media)
    return path if inside and path.is_file() else None


def _download(attachment: Attachment) -> Response:
    kind = "application/json" if attachment.name.endswith(".json") else "text/plain; charset=utf-8"
    name = quote(attachment.name or "wegwijs.txt", safe="")
    disposition = f"attachment; filename*=utf-8''{name}"
    return Response(attachment.text, media_type=kind, headers={"Content-Disposition": disposition})
