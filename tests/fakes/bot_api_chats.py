"""The chats of the fake Bot API server: who wrote what, what was sent to whom, and the queue of updates."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import Any

from tests.fakes import bot_api_rules as rules
from tests.fakes.bot_api_rules import Refusal, bad_request

Params = dict[str, Any]


class Chats:
    """Chats with positive numbers are private, those with negative ones are groups."""

    def __init__(self, username: str) -> None:
        self.me = {"id": 123456, "is_bot": True, "first_name": "Wegwijs", "username": username}
        self._updates: list[dict[str, Any]] = []
        self._chats: dict[int, dict[str, Any]] = {}
        self._blocked: set[int] = set()
        self._sent: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        self._callbacks: set[str] = set()
        self._ids = iter(range(1000, 10**9))
        self._lock = threading.Lock()

    # what users do

    def push(self, **content: Any) -> int:
        """Queue an update with this content; its number."""
        with self._lock:
            update = {"update_id": next(self._ids), **content}
            self._updates.append(update)
        return int(update["update_id"])

    def user_types(self, chat_id: int, text: str, language_code: str | None = None) -> int:
        """A person writes a text in the private chat."""
        return self.user_sends(chat_id, language_code, text=text)

    def user_sends(self, chat_id: int, language_code: str | None = None, **content: Any) -> int:
        """A person sends anything in the private chat, say ``photo=[...]``."""
        return self.push(message=self._message(chat_id, language_code, **content))

    def user_edits(self, chat_id: int, text: str, language_code: str | None = None) -> int:
        """A person changes a text sent before."""
        return self.push(edited_message=self._message(chat_id, language_code, text=text))

    def user_presses(self, chat_id: int, data: str, language_code: str | None = None) -> int:
        """A person presses a button (not necessarily one that was sent)."""
        query = {"id": str(next(self._ids)), "chat_instance": "1", "data": data}
        self._callbacks.add(query["id"])
        message = self._message(chat_id) | {"from": self.me, "text": "-"}
        return self.push(callback_query=query | {"from": _user(chat_id, language_code), "message": message})

    def user_blocks(self, chat_id: int) -> int:
        """A person blocks the bot: nothing can be sent any more."""
        self._blocked.add(chat_id)
        return self._membership(self._chat(chat_id), chat_id, "member", "kicked")

    def user_returns(self, chat_id: int) -> int:
        """A person lets the bot in again."""
        self._blocked.discard(chat_id)
        return self._membership(self._chat(chat_id), chat_id, "kicked", "member")

    def group_adds(self, chat_id: int, user_id: int, language_code: str | None = None) -> int:
        """Somebody adds the bot to a group."""
        return self._membership(self._chat(chat_id), user_id, "left", "member", language_code)

    def group_types(self, chat_id: int, user_id: int, text: str, language_code: str | None = None) -> int:
        """Somebody writes in a group."""
        message = self._message(chat_id, text=text) | {"from": _user(user_id, language_code)}
        return self.push(message=message)

    # what can be seen

    def sent_to(self, chat_id: int) -> list[dict[str, Any]]:
        """What the bot sent to a chat, oldest first: messages with the ``method`` that sent them."""
        return list(self._sent[chat_id])

    def pending(self) -> list[int]:
        """The numbers of the updates that were not acknowledged."""
        return [update["update_id"] for update in self._updates]

    # for the server

    def _acknowledge(self, offset: int) -> None:
        """A negative offset keeps only the last ones, as Telegram does."""
        with self._lock:
            if offset < 0:
                self._updates = self._updates[offset:]
            else:
                self._updates = [update for update in self._updates if update["update_id"] >= offset]

    def _reachable(self, params: Params) -> int:
        chat = int(params["chat_id"])
        if chat not in self._chats:
            raise bad_request("chat not found")
        if chat in self._blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return chat

    def _keep(self, chat: int, method: str, params: Params, **content: Any) -> dict[str, Any]:
        markup = params.get("reply_markup") or {}
        rules.check_keyboard(markup)
        message = self._message(chat, **content) | {"from": self.me}
        self._sent[chat].append(message | {"method": method, "reply_markup": markup})
        return message | ({"reply_markup": markup} if markup else {})

    def _chat(self, chat_id: int) -> dict[str, Any]:
        new = {"id": chat_id, "type": "private" if chat_id > 0 else "group", "title": "A chat"}
        return self._chats.setdefault(chat_id, new)

    def _message(self, chat_id: int, language_code: str | None = None, **content: Any) -> dict[str, Any]:
        now = int(time.time())
        head = {"message_id": next(self._ids), "date": now, "chat": self._chat(chat_id)}
        return head | {"from": _user(chat_id, language_code)} | content

    def _membership(
        self, chat: dict[str, Any], user_id: int, before: str, now: str, language_code: str | None = None
    ) -> int:
        change = {"chat": chat, "from": _user(user_id, language_code), "date": int(time.time())}
        states = {"old_chat_member": before, "new_chat_member": now}
        member = {which: {"user": self.me, "status": status} for which, status in states.items()}
        return self.push(my_chat_member=change | member)


def _user(user_id: int, language_code: str | None) -> dict[str, Any]:
    user = {"id": user_id, "is_bot": False, "first_name": "Somebody"}
    return user | ({"language_code": language_code} if language_code else {})
