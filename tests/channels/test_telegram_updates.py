"""What each kind of update means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.contract import Arrival
from bot.channels.telegram_updates import GroupCall, callback_to_answer, read

PERSON = {"id": 7, "is_bot": False, "first_name": "S", "language_code": "ti"}
PRIVATE = {"id": 7, "type": "private"}
GROUP = {"id": -5, "type": "supergroup", "title": "Friends"}

NAME = "WegwijsBot"


def message(kind: str = "message", chat: Any = None, sender: Any = None, **content: Any) -> dict[str, Any]:
    head = {"message_id": 1, "date": 1, "chat": chat or PRIVATE, "from": sender or PERSON}
    return {"update_id": 31, kind: head | content}


def arrival(kind: Any, text: str = "", key: str = "31") -> Arrival:
    return Arrival("telegram", "7", key, kind, text, "ti")


def member(before: str, now: str, chat: Any = None) -> dict[str, Any]:
    change = {"old_chat_member": {"status": before}, "new_chat_member": {"status": now}}
    return message("my_chat_member", chat, **change)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ሰላም", arrival("said", "ሰላም")),
        ("two\nlines /menu", arrival("said", "two\nlines /menu")),
        ("/start", arrival("joined")),
        ("/start ABC-123", arrival("joined", "ABC-123")),
        ("/start@WegwijsBot  ABC-123 ", arrival("joined", "ABC-123")),
        ("/menu", arrival("said", "/menu")),
        ("/menu@WegwijsBot please", arrival("said", "/menu please")),
        ("/", arrival("said", "/")),
        ("/ start", arrival("said", "/ start")),
        ("half \ud83d and \x00", arrival("said", "half \ufffd and \ufffd")),
    ],
)
def test_text(text: str, expected: Arrival) -> None:
    assert read(message(text=text), NAME) == expected


@pytest.mark.parametrize(
    "kind",
    [
        "photo", "sticker", "voice", "video", "document", "location", "contact", "poll", "animation", "venue",
        "video_note", "dice", "audio", "story", "game",
    ],
)  # fmt: skip
def test_media(kind: str) -> None:
    assert read(message(**{kind: {}}, caption="What is this letter?"), NAME) == arrival("media")


def test_an_album_is_one_arrival() -> None:
    pictures = [message(photo=[], media_group_id="99") | {"update_id": number} for number in (1, 2)]
    assert {read(picture, NAME) for picture in pictures} == {arrival("media", key="album:99")}


def test_an_edited_text_is_said_again_and_an_edited_picture_is_nothing() -> None:
    assert read(message("edited_message", text="/start X"), NAME) == arrival("said", "/start X")
    assert read(message("edited_message", location={}), NAME) is None


def test_a_pressed_button() -> None:
    query = {"id": "q1", "from": PERSON, "data": "go/menu", "message": {"chat": PRIVATE, "message_id": 3}}
    update = {"update_id": 31, "callback_query": query}
    assert read(update, NAME) == arrival("chose", "go/menu")
    assert callback_to_answer(update) == "q1"


def test_a_pressed_button_in_a_group_is_nothing() -> None:
    query = {"id": "q1", "from": PERSON, "data": "go/menu", "message": {"chat": GROUP, "message_id": 3}}
    assert read({"update_id": 31, "callback_query": query}, NAME) is None


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (member("member", "kicked"), arrival("left", "blocked")),
        (member("member", "left"), arrival("left", "blocked")),
        (member("kicked", "member"), arrival("joined")),
        (member("member", "strange"), None),
        (member("left", "member", GROUP), GroupCall(-5, "ti")),
        (member("kicked", "administrator", GROUP), GroupCall(-5, "ti")),
        (member("member", "administrator", GROUP), None),
        (member("member", "kicked", GROUP), None),
        (member("left", "administrator", {"id": -9, "type": "channel"}), None),
    ],
)
def test_membership(update: dict[str, Any], expected: Any) -> None:
    assert read(update, NAME) == expected


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("/start", True),
        ("/help@wegwijsbot", True),
        ("/help@OtherBot", False),
        ("hello", False),
        ("see /help", False),
    ],
)
def test_a_group_is_heard_only_when_it_calls(text: str, called: bool) -> None:
    assert read(message(chat=GROUP, text=text), NAME) == (GroupCall(-5, "ti") if called else None)


@pytest.mark.parametrize(
    "update",
    [
        message(sender=PERSON | {"is_bot": True}, text="I am a bot"),
        message("channel_post", {"id": -9, "type": "channel"}, text="news"),
        message(chat={"id": -9, "type": "channel"}, text="news"),
        message(pinned_message={}),
        message("message_reaction"),
        {"update_id": 31},
        {"update_id": 31, "message": None},
        {"update_id": 31, "message": {"text": "no chat"}},
        {"update_id": 31, "message": {"text": "odd chat", "chat": {"id": "7", "type": "private"}}},
        {"update_id": 31, "callback_query": {"id": "q", "from": PERSON, "inline_message_id": "3"}},
    ],
)
def test_passed_over(update: dict[str, Any]) -> None:
    assert read(update, NAME) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["private", "group", "/start", "\ud83d"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["chat", "from", "id", "type", "text", "data", "message"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]), JSON)
)
def test_no_update_is_too_strange(update: dict[str, Any]) -> None:
    assert isinstance(read(update, NAME), Arrival | GroupCall | None)
    assert isinstance(callback_to_answer(update), str | None)
