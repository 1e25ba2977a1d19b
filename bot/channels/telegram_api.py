"""The Bot API as we use it. The only file that knows python-telegram-bot.

Every failure leaves as a `Failed` with one of the outcomes of the contract. No failure and no log of ours
holds what the library or httpx says about it: their words contain the token and what people wrote.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.contract import (
    Attachment,
    Gone,
    Outcome,
    OutgoingButton,
    Refused,
    TryAgain,
    Unknown,
    Wait,
)
from bot.channels.telegram_pieces import CAPTION_LIMIT, Piece, legible, split
from bot.channels.telegram_updates import ALLOWED_UPDATES
from nlu.contract import Language

OFFICIAL_SERVER = "https://api.telegram.org"
LONG_POLL = 25  # seconds that Telegram may keep a question for updates open
TOKEN_REFUSED = TryAgain("token refused")

T = TypeVar("T")


class Failed(Exception):
    """The Bot API was not reached, did not answer or refused; ``outcome`` says what that means."""

    def __init__(self, outcome: Outcome, error: str) -> None:
        """``error`` is the name of the library's class of error."""
        super().__init__(error)
        self.outcome = outcome
        self.error = error


class TelegramApi:
    """One bot's Bot API. Every method raises Failed; those that send return Telegram's message id."""

    def __init__(self, token: str, base_url: str | None, answer_timeout: float) -> None:
        """``base_url`` is the root of a Bot API server, with or without "/bot"; seconds for an answer."""
        _tame_library()
        server = (base_url or OFFICIAL_SERVER).rstrip("/").removesuffix("/bot")
        # A proxy set in the environment is meant for the internet, not for a server on this machine.
        trust = not _is_this_machine(server)
        options = {"trust_env": trust, "verify": httpx.create_ssl_context(trust_env=trust)}
        self._requests = (
            _UpdatesRequest(connection_pool_size=1, read_timeout=answer_timeout, httpx_kwargs=options),
            _Request(read_timeout=answer_timeout, pool_timeout=5.0, httpx_kwargs=options),
        )
        polling, other = self._requests
        self._bot = Bot(token, f"{server}/bot", request=other, get_updates_request=polling)

    async def close(self) -> None:
        """Close the connections."""
        for request in self._requests:
            await request.shutdown()

    async def me(self) -> str:
        """The bot's user name, without "@"."""
        return (await _ask(self._bot.get_me())).username or ""

    async def use_webhook(self, url: str, secret: str) -> None:
        """Have updates posted to ``url``."""
        await _ask(self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))

    async def use_polling(self) -> None:
        """Have updates kept until they are asked for; those waiting for a webhook too."""
        await _ask(self._bot.delete_webhook(drop_pending_updates=False))

    async def set_commands(self, language: Language | None, commands: Sequence[tuple[str, str]]) -> None:
        """The commands with their descriptions for one language of the app, None for all others."""
        listed = [BotCommand(name, description) for name, description in commands]
        scope = BotCommandScopeAllPrivateChats()
        await _ask(self._bot.set_my_commands(listed, scope=scope, language_code=language))

    async def updates(self, offset: int | None) -> list[tuple[int, dict[str, Any]]]:
        """Wait for updates, as Telegram wrote them, with their numbers; acknowledges all below ``offset``."""
        asked = self._bot.get_updates(offset, timeout=LONG_POLL, allowed_updates=ALLOWED_UPDATES)
        return [(update.update_id, update.api_kwargs[_AS_WRITTEN]) for update in await _ask(asked)]

    async def answer_callback(self, callback: str) -> None:
        """Take away the clock on a pressed button."""
        await _ask(self._bot.answer_callback_query(callback))

    async def send_text(self, chat: int, piece: Piece, rows: Sequence[Sequence[OutgoingButton]] = ()) -> str:
        """Send a text with buttons under it."""
        bold = [MessageEntity(MessageEntity.BOLD, *piece.bold)] if piece.bold else None
        keyboard = [
            [InlineKeyboardButton(legible(b.label), callback_data=b.data) for b in row] for row in rows
        ]
        return await _sent(
            self._bot.send_message(
                chat,
                piece.text,
                entities=bold,
                reply_markup=InlineKeyboardMarkup(keyboard) if keyboard else None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )

    async def send_attachment(self, chat: int, attachment: Attachment, content: bytes) -> str:
        """Send an attachment; ``content`` is that of the file, empty for a place."""
        name, text = legible(attachment.name), legible(attachment.text)
        file = Path(attachment.path).name or name
        caption = split(text, CAPTION_LIMIT)[0] or None
        match attachment.kind:
            case "voice":
                sending = self._bot.send_voice(chat, content, caption=caption, filename=file)
            case "picture":
                sending = self._bot.send_photo(chat, content, caption=caption, filename=file)
            case "document":
                sending = self._bot.send_document(chat, content, filename=file)
            case "place":
                where = attachment.latitude, attachment.longitude
                sending = self._bot.send_venue(chat, *where, title=name, address=text or name)
        return await _sent(sending)


def outcome_of(error: TelegramError) -> Outcome:
    """What a failed call means for the message that was to be sent."""
    return next(meaning(error) for kind, meaning in _MEANINGS if isinstance(error, kind))


async def _sent(call: Awaitable[Message]) -> str:
    return str((await _ask(call)).message_id)


async def _ask(call: Awaitable[T]) -> T:
    try:
        return await call
    except TelegramError as error:
        raise Failed(outcome_of(error), type(error).__name__) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # The answer was not what the Bot API promises, and the library could not build its objects.
        raise Failed(_UNREADABLE, type(error).__name__) from None


def _wait(error: Any) -> Outcome:
    # An int or a timedelta, depending on the library's version and environment.
    after = error.retry_after
    return Wait(after.total_seconds() if isinstance(after, timedelta) else float(after))


def _worded(default: Outcome, *known: tuple[str, Outcome]) -> Callable[[Any], Outcome]:
    """The outcome that belongs to the words in Telegram's description."""

    def meaning(error: TelegramError) -> Outcome:
        said = error.message.casefold()
        return next((outcome for words, outcome in known if words in said), default)

    return meaning


def _lost_on_the_way(error: NetworkError) -> Outcome:
    cause = error.__cause__
    if isinstance(cause, _NEVER_LEFT):
        return TryAgain("not connected")
    if cause is None or isinstance(cause, TelegramError):
        return _of_status(error)  # the server did answer: with a status that has no class of its own
    return Unknown("no answer")


_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
    RuntimeError,  # the connections are closed already
)
_UNREADABLE = Unknown("unreadable answer")

_of_status = _worded(
    TryAgain("server error"),
    ("too many requests", Wait(5.0)),
    ("too large", Refused("too large")),
    ("timed out", Unknown("no answer")),
)
_of_forbidden = _worded(
    Gone("forbidden"),
    ("blocked", Gone("blocked")),
    ("deactivated", Gone("deactivated")),
    ("kicked", Gone("kicked")),
    ("not a member", Gone("kicked")),
    ("initiate conversation", Gone("never started")),
)
# Descriptions: https://github.com/tdlib/telegram-bot-api, Client.cpp; ours say nothing of what was sent.
_of_bad_request = _worded(
    Refused("bad request"),
    ("chat not found", Gone("not found")),
    ("user not found", Gone("not found")),
    ("peer_id_invalid", Gone("not found")),
    ("deactivated", Gone("deactivated")),
    ("chat was deleted", Gone("deleted")),
    ("too long", Refused("too long")),
    ("text is empty", Refused("empty")),
    ("button", Refused("buttons")),
    ("entit", Refused("entities")),
    ("voice_messages_forbidden", Refused("voice not accepted")),
    ("photo", Refused("file")),
    ("file", Refused("file")),
)

# The first that fits: BadRequest and TimedOut are NetworkErrors too.
_MEANINGS: tuple[tuple[type[TelegramError], Callable[[Any], Outcome]], ...] = (
    (RetryAfter, _wait),
    (ChatMigrated, lambda _: Gone("migrated")),
    (Forbidden, _of_forbidden),
    (BadRequest, _of_bad_request),
    (InvalidToken, lambda _: TOKEN_REFUSED),
    (EndPointNotFound, lambda _: TryAgain("unknown method")),
    (Conflict, lambda _: TryAgain("conflict")),
    (NetworkError, _lost_on_the_way),
    (TelegramError, lambda _: _UNREADABLE),
)


# What the library needs of a message to make one.
_OF_A_MESSAGE = ("message_id", "date", "chat")


class _Request(HTTPXRequest):
    """Reads answers, without writing those that cannot be read to the log as the library does.

    Of a sent message only the head is kept: one that went out must not count as failed because the library
    cannot make an object of some part that we never look at.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("unreadable answer")
        result = answer.get("result")
        if isinstance(result, dict) and "message_id" in result:
            answer["result"] = {key: result[key] for key in _OF_A_MESSAGE if key in result}
        return answer


_AS_WRITTEN = "as_written"


class _UpdatesRequest(_Request):
    """Hands updates to the library sealed, so that it builds no objects from them.

    One update that it could not build would fail the whole batch, again and again.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        answer = _Request.parse_json_payload(payload)
        if answer.get("ok") is True:
            sealed = [{"update_id": int(u["update_id"]), _AS_WRITTEN: u} for u in answer["result"]]
            return {"ok": True, "result": sealed}
        return answer


def _tame_library() -> None:
    """Neither the token nor what people write may reach a log; and times are asked for as timedelta."""
    for logger in ("telegram", "httpx", "httpcore"):
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    os.environ.setdefault("PTB_TIMEDELTA", "1")


def _is_this_machine(server: str) -> bool:
    host = urlsplit(server).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
