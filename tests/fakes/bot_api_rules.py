"""What the Bot API refuses, as far as this program could do it wrong.

https://core.telegram.org/bots/api; the descriptions are those that the real server gives.
"""

from __future__ import annotations

import re
from typing import Any

TEXT_LIMIT, CAPTION_LIMIT, DATA_LIMIT = 4096, 1024, 64


class Refusal(Exception):
    """An answer with ``ok`` false."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def units(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def check_text(text: str) -> None:
    """Refuse a text that is empty or too long."""
    if not text.strip():
        raise bad_request("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")


def check_caption(caption: str) -> None:
    """Refuse a caption that is too long."""
    if units(caption) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")


def check_entities(text: str, entities: list[dict[str, Any]]) -> None:
    """Refuse spans outside the text, empty ones, and those that cut a character in two."""
    encoded = text.encode("utf-16-le")
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if not 0 <= start < end <= units(text):
            raise bad_request("entity beyond the end of the message")
        try:
            encoded[2 * start : 2 * end].decode("utf-16-le")
        except UnicodeDecodeError:
            raise bad_request("entity cuts a character in two") from None


def check_keyboard(markup: dict[str, Any]) -> None:
    """Refuse buttons without a label, and data outside 1-64 bytes."""
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if not button.get("text", "").strip():
                raise bad_request("text buttons are unallowed in the inline keyboard")
            if not 1 <= len(button.get("callback_data", "").encode()) <= DATA_LIMIT:
                raise bad_request("BUTTON_DATA_INVALID")


def check_commands(commands: list[dict[str, str]]) -> None:
    """Refuse names and descriptions that a menu of commands does not take."""
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
