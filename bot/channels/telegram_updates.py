"""What an update of the Bot API means for us.

https://core.telegram.org/bots/api#update. An update is read as the JSON object that Telegram sent, so that
polling and the webhook share the reading and no update can be one that a library fails to build.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.contract import Arrival, ArrivalKind
from bot.channels.telegram_pieces import legible

CHANNEL = "telegram"

# What we ask Telegram for. Whatever else comes (queued before we asked) is passed over.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

# fmt: off
_MEDIA = frozenset({
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "invoice", "live_photo",
    "location", "paid_media", "photo", "poll", "sticker", "story", "venue", "video", "video_note",
    "voice",
})
# fmt: on
_GROUPS = ("group", "supergroup")
_IN_GROUP, _OUT_OF_GROUP = ("member", "administrator", "restricted"), ("left", "kicked")
_COMMAND = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?(?P<rest>.*)", re.DOTALL)

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GroupCall:
    """The bot was added to a group, or called there by a command."""

    address: int
    client_language: str | None


def read(update: Object, bot_name: str) -> Arrival | GroupCall | None:
    """The meaning of ``update``; None for what does not concern us. Never raises.

    ``bot_name`` is our user name without "@", "" while it is not known.
    """
    for kind, reader in _READERS.items():
        if isinstance(update.get(kind), Mapping):
            return reader(_Seen(str(update.get("update_id")), update[kind], bot_name))
    return None


def callback_to_answer(update: Object) -> str | None:
    """The id of the pressed button that waits for an answer, if ``update`` is one."""
    query = _object(update, "callback_query").get("id")
    return query if isinstance(query, str) else None


@dataclass(frozen=True, slots=True)
class _Seen:
    """One kind of content of an update. ``chat`` is that of the message, or of the button's message."""

    key: str
    content: Object
    bot_name: str

    @property
    def chat(self) -> Object:
        return _object(self.content, "chat") or _object(_object(self.content, "message"), "chat")

    @property
    def language(self) -> str | None:
        return legible(_string(_object(self.content, "from"), "language_code")) or None

    @property
    def private(self) -> bool:
        """A person wrote it, in a chat with us alone."""
        by_bot = _object(self.content, "from").get("is_bot") is True
        return self.chat.get("type") == "private" and self._has_id and not by_bot

    @property
    def group(self) -> bool:
        return self.chat.get("type") in _GROUPS and self._has_id

    @property
    def _has_id(self) -> bool:
        return isinstance(self.chat.get("id"), int)

    def arrival(self, kind: ArrivalKind, text: str = "", key: str = "") -> Arrival:
        return Arrival(CHANNEL, str(self.chat["id"]), key or self.key, kind, legible(text), self.language)

    def group_call(self) -> GroupCall:
        return GroupCall(self.chat["id"], self.language)


def _message(seen: _Seen) -> Arrival | GroupCall | None:
    text = _string(seen.content, "text")
    if seen.group:
        command = _COMMAND.fullmatch(text)
        return seen.group_call() if command and _is_ours(command["bot"], seen.bot_name) else None
    if not seen.private:
        return None
    if text:
        return _typed(seen, text)
    if _MEDIA.isdisjoint(seen.content):
        return None
    # The pictures of an album come one by one and deserve one answer.
    album = legible(_string(seen.content, "media_group_id"))
    return seen.arrival("media", key=f"album:{album[:64]}" if album else "")


def _typed(seen: _Seen, text: str) -> Arrival:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return seen.arrival("said", text)
    if command["name"].casefold() == "start":
        return seen.arrival("joined", command["rest"].strip())
    return seen.arrival("said", f"/{command['name']}{command['rest']}")


def _edited(seen: _Seen) -> Arrival | None:
    """A corrected question is a new question: the old answer was to other words."""
    text = _string(seen.content, "text")
    return seen.arrival("said", text) if seen.private and text else None


def _pressed(seen: _Seen) -> Arrival | None:
    data = _string(seen.content, "data")
    return seen.arrival("chose", data) if seen.private and data else None


def _membership(seen: _Seen) -> Arrival | GroupCall | None:
    before = _string(_object(seen.content, "old_chat_member"), "status")
    now = _string(_object(seen.content, "new_chat_member"), "status")
    if seen.group:
        return seen.group_call() if before in _OUT_OF_GROUP and now in _IN_GROUP else None
    if not seen.private:
        return None
    if now in _OUT_OF_GROUP:
        return seen.arrival("left", "blocked")
    return seen.arrival("joined") if now == "member" else None


_READERS: dict[str, Callable[[_Seen], Arrival | GroupCall | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _membership,
}


def _is_ours(addressed: str | None, bot_name: str) -> bool:
    return addressed is None or addressed.casefold() == bot_name.casefold()


def _object(parent: Object, key: str) -> Object:
    value = parent.get(key)
    return value if isinstance(value, Mapping) else {}


def _string(parent: Object, key: str) -> str:
    value = parent.get(key)
    return value if isinstance(value, str) else ""
