"""One message out: what Telegram has to be asked for, in which order, and how the whole of it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from bot.channels.contract import (
    Attachment,
    Gone,
    Outcome,
    Outgoing,
    OutgoingButton,
    Refused,
    Sent,
    TryAgain,
    Unknown,
    Wait,
)
from bot.channels.telegram_api import Failed, TelegramApi
from bot.channels.telegram_pieces import legible, pieces

_log = structlog.get_logger(__name__)

DATA_LIMIT = 64  # bytes of what a button says
PARTLY_SENT = Unknown("partly sent", partly=True)

# The rest of a message whose beginning has gone out is tried this often, and waits this long (seconds).
ATTEMPTS = 3
PAUSE = 1.0
LONGEST_PAUSE = 5.0


async def send(api: TelegramApi, address: str, outgoing: Outgoing) -> Outcome:
    """Send a picture, then the text in as many pieces as it needs, then the other attachments.

    The buttons are under the last piece of text, whose id is that of the message. An attachment that
    cannot go with a text (its file is gone, the person takes no voice messages) is left out.
    ``Unknown("partly sent")``: the beginning went out, the rest did not.
    """
    if not address.removeprefix("-").isdecimal():
        return Refused("address")
    if not all(_fits(button) for row in outgoing.rows for button in row):
        return Refused("button data")
    external = ""
    for part in _parts(api, int(address), outgoing):
        outcome = await _attempt(part, ATTEMPTS if external else 1)
        if isinstance(outcome, Sent):
            external = outcome.external if part.essential or not external else external
        elif part.essential or not isinstance(outcome, Refused):
            final = not external or isinstance(outcome, Gone | Refused)
            return outcome if final else PARTLY_SENT
    return Sent(external) if external else Refused("empty")


@dataclass(frozen=True, slots=True)
class _Part:
    """A call of the Bot API that sends something and gives its id. What is not essential can be left out."""

    send: Callable[[], Awaitable[str]]
    essential: bool


def _parts(api: TelegramApi, chat: int, outgoing: Outgoing) -> list[_Part]:
    texts = pieces(outgoing.title, outgoing.text, alarm=outgoing.tone == "alarm")
    rows = [()] * (len(texts) - 1) + [outgoing.rows]
    words = [
        _Part(partial(api.send_text, chat, piece, under), essential=True)
        for piece, under in zip(texts, rows, strict=False)
    ]
    above, below = (
        [
            _Part(partial(_send_attachment, api, chat, attachment), essential=not texts)
            for attachment in outgoing.attachments
            if (attachment.kind == "picture") is first
        ]
        for first in (True, False)
    )
    return [*above, *words, *below]


async def _attempt(part: _Part, attempts: int) -> Outcome:
    for attempt in range(1, attempts + 1):
        try:
            return Sent(await part.send())
        except Failed as failed:
            outcome = failed.outcome
            _log.info(
                "telegram.not_sent", error=failed.error, outcome=type(outcome).__name__, attempt=attempt
            )
        pause = _pause(outcome)
        if pause is None or attempt == attempts:
            break
        await asyncio.sleep(pause)
    return outcome


def _pause(outcome: Outcome) -> float | None:
    """Seconds after which another attempt makes sense, None if none does within one message."""
    if isinstance(outcome, Wait) and outcome.seconds <= LONGEST_PAUSE:
        return outcome.seconds
    return PAUSE if isinstance(outcome, TryAgain) else None


async def _send_attachment(api: TelegramApi, chat: int, attachment: Attachment) -> str:
    content = attachment.text.encode("utf-8", "replace")
    if attachment.kind in ("voice", "picture"):
        try:
            content = await asyncio.to_thread(Path(attachment.path).read_bytes)
        except OSError as error:
            _log.error("telegram.attachment_unreadable", kind=attachment.kind, error=type(error).__name__)
            raise Failed(Refused("file"), type(error).__name__) from None
    return await api.send_attachment(chat, attachment, content)


def _fits(button: OutgoingButton) -> bool:
    return legible(button.data) == button.data and 1 <= len(button.data.encode()) <= DATA_LIMIT
