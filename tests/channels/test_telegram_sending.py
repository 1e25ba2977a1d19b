"""How sending through Telegram can end."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import telegram.error as errors
from telegram.warnings import PTBDeprecationWarning

from bot.channels import telegram_sending
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
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import outcome_of
from tests.channels.telegram_kit import CHAT, WORDS, channel_on, said
from tests.fakes.bot_api import FakeBotApi


@pytest.fixture(autouse=True)
def timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    monkeypatch.setattr(telegram_sending, "PAUSE", 0.01)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


OUTCOMES: list[tuple[Exception, Outcome]] = [
    (errors.ChatMigrated(-100), Gone("migrated")),
    (errors.Forbidden("Forbidden: bot was blocked by the user"), Gone("blocked")),
    (errors.Forbidden("Forbidden: user is deactivated"), Gone("deactivated")),
    (errors.Forbidden("Forbidden: bot was kicked from the group chat"), Gone("kicked")),
    (errors.Forbidden("Forbidden: bot can't initiate conversation with a user"), Gone("never started")),
    (errors.Forbidden("Forbidden: something new"), Gone("forbidden")),
    (errors.BadRequest("Bad Request: chat not found"), Gone("not found")),
    (errors.BadRequest("Bad Request: PEER_ID_INVALID"), Gone("not found")),
    (errors.BadRequest("Bad Request: user is deactivated"), Gone("deactivated")),
    (errors.BadRequest("Bad Request: message is too long"), Refused("too long")),
    (errors.BadRequest("Bad Request: BUTTON_DATA_INVALID"), Refused("buttons")),
    (errors.BadRequest(f"Bad Request: can't parse {WORDS}"), Refused("bad request")),
    (errors.InvalidToken("Unauthorized"), TryAgain("token refused")),
    (errors.EndPointNotFound("Not found"), TryAgain("unknown method")),
    (errors.Conflict("terminated by other getUpdates request"), TryAgain("conflict")),
    (caused(errors.TimedOut(), httpx.ConnectTimeout("")), TryAgain("not connected")),
    (caused(errors.TimedOut(), httpx.PoolTimeout("")), TryAgain("not connected")),
    (caused(errors.TimedOut(), httpx.ReadTimeout("")), Unknown("no answer")),
    (caused(errors.TimedOut(), httpx.WriteTimeout("")), Unknown("no answer")),
    (errors.TimedOut(), Unknown("no answer")),
    (caused(errors.NetworkError("x"), httpx.ConnectError("")), TryAgain("not connected")),
    (caused(errors.NetworkError("x"), httpx.ProxyError("")), TryAgain("not connected")),
    (caused(errors.NetworkError("x"), httpx.RemoteProtocolError("")), Unknown("no answer")),
    (caused(errors.NetworkError("x"), httpx.ReadError("")), Unknown("no answer")),
    (caused(errors.NetworkError("x"), httpx.WriteError("")), Unknown("no answer")),
    (caused(errors.NetworkError("Unknown error in HTTP implementation"), OSError()), Unknown("no answer")),
    (errors.NetworkError("Internal Server Error"), TryAgain("server error")),
    (caused(errors.NetworkError("Bad Gateway (502)"), errors.TelegramError("x")), TryAgain("server error")),
    (errors.NetworkError("Request Entity Too Large"), Refused("too large")),
    (errors.NetworkError("Too Many Requests"), Wait(5.0)),
    (errors.TelegramError("unreadable answer"), Unknown("unreadable answer")),
    (errors.PassportDecryptionError("x"), Unknown("unreadable answer")),
]


@pytest.mark.parametrize(("error", "outcome"), OUTCOMES, ids=lambda value: str(value)[:40])
def test_every_error_has_an_outcome(error: errors.TelegramError, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


def test_no_class_of_error_is_forgotten() -> None:
    listed = {type(error).__name__ for error, _ in OUTCOMES}
    assert listed | {"RetryAfter"} == set(errors.__all__)


@pytest.mark.parametrize(("after", "seconds"), [(3, 3.0), (timedelta(seconds=2.5), 2.5)])
def test_a_request_to_wait(after: int | timedelta, seconds: float) -> None:
    assert outcome_of(errors.RetryAfter(after)) == Wait(seconds)


def test_retry_after_may_still_be_an_int(monkeypatch: pytest.MonkeyPatch) -> None:
    error = errors.RetryAfter(4)
    monkeypatch.setenv("PTB_TIMEDELTA", "0")
    with pytest.warns(PTBDeprecationWarning):
        assert outcome_of(error) == Wait(4.0)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "429", "retry_after": 7}, Wait(7.0)),
        ({"kind": "500"}, TryAgain("server error")),
        ({"kind": "502"}, TryAgain("server error")),
        ({"kind": "401"}, TryAgain("token refused")),
        ({"kind": "403"}, Gone("blocked")),
        ({"kind": "400", "description": "Bad Request: chat not found"}, Gone("not found")),
        ({"kind": "400"}, Refused("bad request")),
        ({"kind": "hang"}, Unknown("no answer")),
        ({"kind": "hang", "after": True}, Unknown("no answer")),
        ({"kind": "close"}, Unknown("no answer")),
        ({"kind": "nonsense"}, Unknown("unreadable answer")),
        ({"kind": "shape"}, Unknown("unreadable answer")),
    ],
    ids=str,
)
async def test_faults_of_the_server(api: FakeBotApi, fault: dict[str, Any], outcome: Outcome) -> None:
    api.fail("sendMessage", **fault)
    channel = channel_on(api, answer_timeout=_patience(fault["kind"]))
    assert await channel.send(str(CHAT), said()) == outcome
    assert api.called("sendMessage") == 1
    await channel.close()


def _patience(kind: str) -> float:
    """Seconds: short where no answer comes, long enough for a busy machine where one does."""
    return 0.3 if kind == "hang" else 5.0


async def test_a_server_that_is_not_there(api: FakeBotApi) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = channel_on(api, base_url=f"http://127.0.0.1:{closed.getsockname()[1]}")
        assert await nowhere.send(str(CHAT), said()) == TryAgain("not connected")
        await nowhere.close()


async def test_a_proxy_of_the_environment_is_not_for_this_machine(
    api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    channel = channel_on(api, base_url=f"{api.address}/bot/")
    assert isinstance(await channel.send(str(CHAT), said()), Sent)
    await channel.close()


async def test_a_message_with_everything_people_see(api: FakeBotApi, channel: TelegramChannel) -> None:
    rows = ((OutgoingButton("☰ ዝርዝር", "go/menu"), OutgoingButton("x", "d" * 64)),)
    outcome = await channel.send(str(CHAT), said("سطر", title="🆘 ⁦112⁩", rows=rows, direction="rtl"))
    (message,) = api.sent_to(CHAT)
    assert outcome == Sent(str(message["message_id"]))
    assert message["text"] == "🆘 ⁦112⁩\n\nسطر"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 8}]
    labels = [[button["text"] for button in row] for row in message["reply_markup"]["inline_keyboard"]]
    assert labels == [["☰ ዝርዝር", "x"]]
    ((_, params),) = [call for call in api.calls if call[0] == "sendMessage"]
    assert json.loads(params["link_preview_options"]) == {"is_disabled": True}
    assert "parse_mode" not in params


async def test_a_long_message_comes_in_pieces_with_buttons_under_the_last(
    api: FakeBotApi, channel: TelegramChannel
) -> None:
    text = "A sentence of words. " * 500
    outcome = await channel.send(str(CHAT), said(text, rows=((OutgoingButton("Menu", "go/menu"),),)))
    sent = api.sent_to(CHAT)
    assert [bool(message["reply_markup"]) for message in sent] == [False, False, True]
    assert " ".join(message["text"] for message in sent) == text.strip()
    assert all(message["text"].endswith(".") for message in sent)
    assert outcome == Sent(str(sent[-1]["message_id"]))


ATTACHMENTS = (
    Attachment("voice", path="voice.ogg"),
    Attachment("picture", path="picture.png", text="A letter of DUO"),
    Attachment("document", name="export.txt", text="ሰላም"),
    Attachment("place", name="Stadskantoor", latitude=53.2, longitude=5.79),
)


@pytest.fixture
def attachments(tmp_path: Path) -> tuple[Attachment, ...]:
    for name in ("voice.ogg", "picture.png"):
        (tmp_path / name).write_bytes(b"content")
    return tuple(replace(a, path=str(tmp_path / a.path) if a.path else "") for a in ATTACHMENTS)


async def test_attachments(
    api: FakeBotApi, channel: TelegramChannel, attachments: tuple[Attachment, ...]
) -> None:
    outcome = await channel.send(str(CHAT), said(attachments=attachments))
    photo, text, voice, document, venue = api.sent_to(CHAT)
    assert photo["caption"] == "A letter of DUO"
    assert outcome == Sent(str(text["message_id"]))
    assert voice["voice"]["file_name"] == "voice.ogg"
    assert (document["document"]["file_name"], document["document"]["content"]) == ("export.txt", "ሰላም")
    assert venue["venue"]["title"] == venue["venue"]["address"] == "Stadskantoor"


async def test_a_text_does_not_wait_for_a_broken_attachment(
    api: FakeBotApi, channel: TelegramChannel, attachments: tuple[Attachment, ...]
) -> None:
    voice, picture, document, _ = attachments
    voice = replace(voice, path=voice.path + ".gone")
    api.fail("sendPhoto", "400", description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    outcome = await channel.send(str(CHAT), said(attachments=(voice, picture, document)))
    text, file = api.sent_to(CHAT)
    assert outcome == Sent(str(text["message_id"]))
    assert file["method"] == "sendDocument"


async def test_an_attachment_alone_is_the_message(
    api: FakeBotApi, channel: TelegramChannel, attachments: tuple[Attachment, ...]
) -> None:
    alone = said("", attachments=attachments[2:3])
    api.fail("sendDocument", "400")
    assert await channel.send(str(CHAT), alone) == Refused("bad request")
    outcome = await channel.send(str(CHAT), alone)
    assert outcome == Sent(str(api.sent_to(CHAT)[0]["message_id"]))


@pytest.mark.parametrize(
    ("address", "outgoing", "outcome"),
    [
        ("not a number", said(), Refused("address")),
        ("99", said(), Gone("not found")),
        (str(CHAT), said(rows=((OutgoingButton("x", "ሰ" * 22),),)), Refused("button data")),
        (str(CHAT), said(rows=((OutgoingButton("x", ""),),)), Refused("button data")),
        (str(CHAT), said(rows=((OutgoingButton("x", "\ud83d"),),)), Refused("button data")),
        (str(CHAT), said(rows=((OutgoingButton(" ", "x"),),)), Refused("buttons")),
        (str(CHAT), said(" \n"), Refused("empty")),
    ],
)
async def test_what_cannot_be_sent(
    channel: TelegramChannel, address: str, outgoing: Outgoing, outcome: Outcome
) -> None:
    assert await channel.send(address, outgoing) == outcome


async def test_a_text_with_half_a_character_is_sent(api: FakeBotApi, channel: TelegramChannel) -> None:
    assert isinstance(await channel.send(str(CHAT), said("a\ud83d")), Sent)
    assert api.sent_to(CHAT)[0]["text"] == "a\ufffd"


LONG = "A sentence of words. " * 300


@pytest.mark.parametrize(
    ("kind", "times", "outcome"),
    [
        ("500", 3, Unknown("partly sent", partly=True)),
        ("hang", 1, Unknown("partly sent", partly=True)),
        ("403", 1, Gone("blocked")),
        ("400", 1, Refused("bad request")),
        ("500", 2, None),
    ],
)
async def test_the_second_half_fails(api: FakeBotApi, kind: Any, times: int, outcome: Outcome | None) -> None:
    """The first half is sent once, whatever happens; None: the whole goes out in the end."""
    api.fail("sendMessage", kind, times=times, skip=1)
    channel = channel_on(api, answer_timeout=_patience(kind))
    got = await channel.send(str(CHAT), said(LONG))
    sent = [message["message_id"] for message in api.sent_to(CHAT)]
    assert len(sent) == (1 if outcome else 2)
    assert got == (outcome or Sent(str(sent[-1])))
    await channel.close()


async def test_the_second_half_waits_a_little_but_not_long(api: FakeBotApi, channel: TelegramChannel) -> None:
    api.fail("sendMessage", "429", skip=1, retry_after=60)
    assert await channel.send(str(CHAT), said(LONG)) == Unknown("partly sent", partly=True)
