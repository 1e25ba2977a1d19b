"""Taking updates from Telegram, by polling and by webhook."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import structlog
import uvicorn
from starlette.applications import Starlette

from bot.channels.contract import (
    Arrival,
    Channel,
    Gone,
    Pace,
    Sent,
)
from bot.channels.telegram import TelegramChannel
from tests.channels.telegram_kit import CHAT, SECRET, WORDS, Inbox, channel_on, running, said, until
from tests.fakes.bot_api import FakeBotApi


async def test_arrivals_come_in_order_and_are_acknowledged(api: FakeBotApi) -> None:
    inbox = Inbox()
    numbers = [*api.pending(), api.user_presses(CHAT, "go/menu", "ti"), api.user_types(8, "/start CODE")]
    async with running(channel_on(api, inbox)):
        await until(lambda: not api.pending() and api.answered_callbacks)
    assert inbox.arrivals == [
        Arrival("telegram", "7", str(numbers[0]), "said", "hello", "ti"),
        Arrival("telegram", "7", str(numbers[1]), "chose", "go/menu", "ti"),
        Arrival("telegram", "8", str(numbers[2]), "joined", "CODE"),
    ]


async def test_what_could_not_be_stored_is_asked_for_again(api: FakeBotApi) -> None:
    inbox = Inbox(refusals=3)
    api.user_types(CHAT, "and more")
    async with running(channel_on(api, inbox)):
        await until(lambda: inbox.refusals == 0 and not api.pending())
    assert inbox.texts == ["hello", "and more"]
    assert inbox.asked == 5


async def test_nothing_is_acknowledged_before_it_is_stored(api: FakeBotApi) -> None:
    seen: list[list[int]] = []
    api.user_types(CHAT, "and more")

    async def take(_: Arrival) -> None:
        seen.append(api.pending())

    inbox = Inbox()
    inbox.take = take  # type: ignore[method-assign]
    async with running(channel_on(api, inbox)):
        await until(lambda: not api.pending())
    assert [len(pending) for pending in seen] == [2, 2]


@pytest.mark.parametrize("died_at", [1, 2, 3])
async def test_a_process_that_dies_in_a_batch_loses_nothing(api: FakeBotApi, died_at: int) -> None:
    for text in ("two", "three"):
        api.user_types(CHAT, text)
    before, after = Inbox(), Inbox()
    asked = asyncio.Event()

    async def die(arrival: Arrival) -> None:
        if len(before.arrivals) + 1 == died_at:
            asked.set()
            await asyncio.Event().wait()
        await before.take(arrival)

    first = channel_on(api, before)
    first._on_arrival = die
    task = asyncio.create_task(first.run())
    await asked.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with running(channel_on(api, after)):
        await until(lambda: not api.pending())
    await first.close()
    assert after.texts == ["hello", "two", "three"]
    assert before.texts == after.texts[: died_at - 1]


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        *(
            ("getUpdates", kind)
            for kind in ("429", "500", "401", "409", "hang", "close", "nonsense", "shape")
        ),
        *((method, kind) for method in ("getMe", "deleteWebhook") for kind in ("502", "hang", "shape")),
    ],
)
async def test_polling_outlives_faults(
    api: FakeBotApi, method: str, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram_api.LONG_POLL", 0)
    inbox = Inbox()
    api.fail(method, kind, times=1, retry_after=1)
    async with running(channel_on(api, inbox, answer_timeout=0.3)):
        await until(lambda: not api.pending())
    assert inbox.texts == ["hello"]


async def test_an_update_of_an_unknown_form_stops_nothing(api: FakeBotApi) -> None:
    api.push(message={"chat": 5, "from": [], "text": {"surprise": 1}})
    api.push(something_new={"date": "tomorrow"})
    api.user_types(CHAT, "after it")
    inbox = Inbox()
    async with running(channel_on(api, inbox)):
        await until(lambda: not api.pending())
    assert inbox.texts == ["hello", "after it"]


async def test_what_on_arrival_was_not_to_raise_ends_the_run_and_loses_nothing(api: FakeBotApi) -> None:
    async def fail(_: Arrival) -> None:
        raise ZeroDivisionError

    channel = channel_on(api)
    channel._on_arrival = fail
    with pytest.raises(ZeroDivisionError):
        await channel.run()
    await channel.close()
    assert len(api.pending()) == 1


async def test_start_does_not_need_the_api(api: FakeBotApi) -> None:
    inbox = Inbox()
    api.fail("getMe", "500", times=4)
    async with running(channel_on(api, inbox)):
        await until(lambda: inbox.arrivals)
    assert api.called("getMe") == 5


async def test_stop_ends_a_waiting_poll_at_once(api: FakeBotApi) -> None:
    async with running(channel_on(api)) as task:
        await until(lambda: not api.pending())
    assert task.done()
    assert task.exception() is None


async def test_what_is_due_can_still_be_sent_after_the_stop(
    api: FakeBotApi, channel: TelegramChannel
) -> None:
    task = asyncio.create_task(channel.run())
    await until(lambda: not api.pending())
    await channel.stop()
    assert task.done()
    assert isinstance(await channel.send(str(CHAT), said()), Sent)


async def test_commands_are_set_per_language_and_a_failure_is_no_obstacle(api: FakeBotApi) -> None:
    api.fail("setMyCommands", "400")
    async with running(channel_on(api)):
        await until(lambda: not api.pending())
    assert api.commands == {"nl": [{"command": "menu", "description": "Het menu"}]}


async def test_a_button_is_answered_only_after_it_is_stored(api: FakeBotApi) -> None:
    inbox = Inbox(refusals=2)
    api.user_presses(CHAT, "go/menu")
    api.fail("answerCallbackQuery", "400")
    api.user_presses(CHAT, "go/other")
    async with running(channel_on(api, inbox)):
        await until(lambda: api.answered_callbacks)
    assert inbox.texts == ["hello", "go/menu", "go/other"]
    assert api.called("answerCallbackQuery") == 2


async def test_a_group_is_declined_once_in_the_language_of_who_called(api: FakeBotApi) -> None:
    inbox = Inbox()
    api.group_adds(-5, 8, "ar")
    api.group_types(-5, 8, "/start@WegwijsTestBot", "ar")
    api.group_types(-5, 8, "hello all")
    api.group_types(-6, 9, "/help@OtherBot")
    api.group_types(-6, 9, "/help", "nl")
    async with running(channel_on(api, inbox)):
        await until(lambda: api.sent_to(-6) and not api.pending())
    assert [message["text"] for message in api.sent_to(-5)] == ["only private (ar)"]
    assert [message["text"] for message in api.sent_to(-6)] == ["only private (nl)"]
    assert inbox.texts == ["hello"]


async def test_blocked_and_back(api: FakeBotApi) -> None:
    inbox = Inbox()
    channel = channel_on(api, inbox)
    api.user_blocks(CHAT)
    assert await channel.send(str(CHAT), said()) == Gone("blocked")
    api.user_returns(CHAT)
    async with running(channel):
        await until(lambda: not api.pending())
        assert isinstance(await channel.send(str(CHAT), said()), Sent)
    assert [(arrival.kind, arrival.text) for arrival in inbox.arrivals[1:]] == [
        ("left", "blocked"),
        ("joined", ""),
    ]


# webhook


@asynccontextmanager
async def webhook_of(api: FakeBotApi, inbox: Inbox) -> AsyncIterator[httpx.AsyncClient]:
    channel = channel_on(api, inbox, webhook_url="https://town.example/hook/x", webhook_secret=SECRET)
    transport = httpx.ASGITransport(Starlette(routes=[channel.webhook_route()]))
    async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
        yield client
    await channel.close()


def update(text: str = "hello") -> bytes:
    chat = {"id": CHAT, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": {"id": CHAT, "is_bot": False}, "text": text}
    return json.dumps({"update_id": 5, "message": message}).encode()


@pytest.mark.parametrize(
    ("body", "secret", "status", "stored"),
    [
        (update(), SECRET, 200, 1),
        (update(), "wrong", 403, 0),
        (update(), "ገ".encode(), 403, 0),
        (update(), "", 403, 0),
        (b"", SECRET, 400, 0),
        (b"not json", SECRET, 400, 0),
        (b"[]", SECRET, 400, 0),
        (b"[" * 100_000, SECRET, 400, 0),
        (b'{"update_id": "5"}', SECRET, 400, 0),
        (b'{"update_id": 5}', SECRET, 200, 0),
        (update("x" * 1_100_000), SECRET, 413, 0),
        (update("x" * 1_100_000), "wrong", 403, 0),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_webhook(api: FakeBotApi, body: bytes, secret: str | bytes, status: int, stored: int) -> None:
    inbox = Inbox()
    async with webhook_of(api, inbox) as client:
        headers = {
            b"X-Telegram-Bot-Api-Secret-Token": secret if isinstance(secret, bytes) else secret.encode()
        }
        answer = await client.post("/hook/x", content=body, headers=headers)
    assert answer.status_code == status
    assert len(inbox.arrivals) == stored


async def test_a_webhook_that_cannot_store_asks_for_another_try(api: FakeBotApi) -> None:
    inbox = Inbox(refusals=1)
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with webhook_of(api, inbox) as client:
        assert (await client.post("/hook/x", content=update(), headers=headers)).status_code == 503
        assert (await client.post("/hook/x", content=update(), headers=headers)).status_code == 200
    assert inbox.texts == ["hello"]


async def test_the_webhook_is_announced_again_until_telegram_hears(api: FakeBotApi) -> None:
    api.fail("setWebhook", "500", times=2)
    async with running(channel_on(api, webhook_url="https://town.example/hook/x", webhook_secret=SECRET)):
        await until(lambda: api.webhook)
    assert api.webhook["url"] == "https://town.example/hook/x"
    assert api.webhook["secret_token"] == SECRET
    assert api.webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert api.called("getUpdates") == 0


async def test_a_webhook_on_a_real_server(api: FakeBotApi) -> None:
    """What could not be stored is posted again, and nothing twice that was."""
    inbox = Inbox(refusals=2)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        channel = channel_on(api, inbox, webhook_url=url, webhook_secret=SECRET)
        app = Starlette(routes=[channel.webhook_route()])
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off"))
        serving = asyncio.create_task(server.serve([listening]))
        async with running(channel):
            api.user_types(CHAT, "more")
            await until(lambda: not api.pending())
        server.should_exit = True
        await serving
    assert inbox.texts == ["hello", "more"]


@pytest.mark.parametrize(
    "options",
    [
        {"webhook_url": "https://town.example/hook"},
        {"webhook_url": "https://town.example/hook", "webhook_secret": ""},
        {"webhook_url": "https://town.example/", "webhook_secret": SECRET},
    ],
)
def test_a_webhook_that_cannot_work(api: FakeBotApi, options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="webhook"):
        channel_on(api, **options)


async def test_there_is_no_webhook_without_an_address(channel: TelegramChannel) -> None:
    with pytest.raises(ValueError, match="webhook"):
        channel.webhook_route()


# the server of the tests in a process of its own


async def test_the_fake_server_can_be_a_program(api: FakeBotApi) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.bot_api", "--token", api.token, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    address = (await program.stdout.readline()).decode().strip()
    inbox = Inbox()
    async with httpx.AsyncClient(base_url=f"{address}/control", trust_env=False) as control:
        await control.post("/user_types", json={"chat_id": CHAT, "text": "hello", "language_code": "ti"})
        channel = channel_on(api, inbox, base_url=address)
        async with running(channel):
            await until(lambda: inbox.arrivals)
            assert isinstance(await channel.send(str(CHAT), said("Welcome")), Sent)
        (sent,) = (await control.post("/sent_to", json={"chat_id": CHAT})).json()["result"]
        assert (await control.post("/_chat")).status_code == 404
    program.terminate()
    await program.communicate()
    assert sent["text"] == "Welcome"


# the contract, and what may not be told


def test_it_is_a_channel(channel: TelegramChannel) -> None:
    typed: Channel = channel
    assert (typed.name, typed.pace) == ("telegram", Pace(30, 1))


async def test_no_log_holds_the_token_a_text_or_an_address(
    api: FakeBotApi, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("bot.channels.telegram_api.LONG_POLL", 0)
    chat = 987654321
    api.user_types(chat, WORDS)
    api.push(message={"text": WORDS, "chat": []})
    api.user_presses(chat, WORDS)
    for kind in ("400", "401", "hang", "close", "nonsense", "shape"):
        for method in ("getMe", "getUpdates", "answerCallbackQuery", "sendMessage", "setMyCommands"):
            api.fail(method, kind, description=f"{WORDS} {api.token}")  # type: ignore[arg-type]
    with structlog.testing.capture_logs() as ours:
        channel = channel_on(api, Inbox(refusals=1), answer_timeout=0.05)
        async with running(channel):
            for _ in range(7):
                await channel.send(str(chat), said(WORDS))
            await until(lambda: not api.pending())
    assert len(ours) > 10
    told = "\n".join([*map(str, ours), caplog.text])
    assert not any(secret in told for secret in (api.token, "secret-token", WORDS, str(chat)))
