"""The ledger: nothing lost, nothing sent twice, every end with its reason; on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from bot.channels.contract import (
    Gone,
    Outcome,
    Outgoing,
    Pace,
    Refused,
    Sent,
    TryAgain,
    Unknown,
    Wait,
)
from bot.store import ledger, paces
from bot.store.tables import Chat, Delivery
from bot.usecases.deliver import LEASE, MOST_ATTEMPTS, MOST_REPEATS, Deliver, Sender
from tests.fakes.channel import FakeChannel
from tests.usecases.conftest import World

keys = count(1)


async def a_chat(world: World, address: str = "1") -> int:
    async with world.database.writing() as session:
        chat = Chat(
            channel=world.channel.name, address=address, language="nl", since=world.clock(), version=0
        )
        session.add(chat)
        await session.flush()
        return chat.id


async def due(
    world: World, chat: int, text: str = "hallo", kind: ledger.Kind = "reply", key: str = "", **later: float
) -> None:
    content = Outgoing(text, "nl").as_json()
    at = world.clock() + timedelta(**later)
    async with world.database.writing() as session:
        await ledger.queue(
            session, [ledger.NewDelivery(key or f"k{next(keys)}", chat, kind, content, at, "trace")]
        )


async def ended(world: World) -> list[tuple[str, str | None]]:
    async with world.database.reading() as session:
        rows = await session.scalars(select(Delivery).order_by(Delivery.id))
        return [(row.status, row.reason) for row in rows]


def texts(world: World) -> list[str]:
    return [said.text for _, said in world.channel.sent]


async def test_a_key_is_delivered_once_however_often_it_is_written(world: World) -> None:
    chat = await a_chat(world)
    for _ in range(3):
        await due(world, chat, key="reminder:1:1:week:1")
    await world.deliver.everything_due()
    await world.deliver.everything_due()
    assert texts(world) == ["hallo"]


async def test_nothing_is_sent_before_it_is_due(world: World) -> None:
    await due(world, await a_chat(world), minutes=5)
    await world.deliver.everything_due()
    assert texts(world) == []
    world.clock.move(minutes=5)
    await world.deliver.tick()
    await world.deliver.everything_due()
    assert texts(world) == ["hallo"]


async def test_the_messages_of_a_chat_keep_their_order_also_after_a_failure(world: World) -> None:
    chat = await a_chat(world)
    for text in ("een", "twee", "drie"):
        await due(world, chat, text)
    world.channel.fail_with(TryAgain("no network"))
    await world.deliver.everything_due()
    assert texts(world) == []
    world.clock.move(seconds=2)
    await world.deliver.everything_due()
    assert texts(world) == ["een", "twee", "drie"]


@pytest.mark.parametrize(
    ("outcome", "status", "reason"),
    [
        (Sent("5"), "sent", None),
        (Refused("too long"), "failed", "refused: too long"),
        (Gone("blocked"), "failed", "gone: blocked"),
    ],
)
async def test_an_end_is_recorded_with_its_reason(
    world: World, outcome: Outcome, status: str, reason: str | None
) -> None:
    await due(world, await a_chat(world))
    world.channel.fail_with(outcome)
    await world.deliver.everything_due()
    assert await ended(world) == [(status, reason)]


async def test_a_chat_that_is_gone_gets_nothing_more_and_it_is_said_why(world: World) -> None:
    chat = await a_chat(world)
    await due(world, chat)
    await due(world, chat, kind="reminder", hours=1)
    world.channel.fail_with(Gone("blocked"))
    await world.deliver.everything_due()
    assert await ended(world) == [("failed", "gone: blocked"), ("skipped", "gone: blocked")]


async def test_wait_is_obeyed_by_every_process(world: World) -> None:
    world.channel.pace = Pace(30, 1)
    other = Deliver(Sender(world.database, {"fake": world.channel}, world.wording, world.clock, world.remind))
    await due(world, await a_chat(world, "1"))
    await due(world, await a_chat(world, "2"))
    world.channel.fail_with(Wait(30.0), Wait(30.0))
    await world.deliver.everything_due()
    world.clock.move(seconds=29)
    await other.everything_due()
    assert texts(world) == []
    world.clock.move(seconds=2)
    await other.everything_due()
    assert len(texts(world)) == 2


async def test_no_network_for_an_hour_loses_nothing(world: World) -> None:
    await due(world, await a_chat(world))
    for _ in range(60):
        world.channel.outcomes.clear()
        world.channel.fail_with(TryAgain("no network"))
        await world.deliver.everything_due()
        world.clock.move(minutes=1)
    world.channel.outcomes.clear()
    world.clock.move(minutes=5)
    await world.deliver.everything_due()
    assert texts(world) == ["hallo"]


async def test_after_about_a_day_it_gives_up_and_says_so(world: World) -> None:
    await due(world, await a_chat(world))
    async with world.database.writing() as session:
        # A day of attempts, five minutes apart, lies behind it.
        await session.execute(update(Delivery).values(attempts=MOST_ATTEMPTS - 2))
    world.channel.fail_with(*[TryAgain("no network")] * 2)
    await world.deliver.everything_due()
    assert await ended(world) == [("queued", "no network")]
    world.clock.move(minutes=6)
    await world.deliver.everything_due()
    assert await ended(world) == [("failed", "no network")]


async def test_an_uncertain_reply_is_repeated_and_marked(world: World) -> None:
    world.channel.pace = Pace(30, 1)
    await due(world, await a_chat(world))
    world.channel.fail_with(Unknown("no answer"))
    await world.deliver.everything_due()
    world.clock.move(seconds=2)
    await world.deliver.everything_due()
    (text,) = texts(world)
    assert text.startswith("hallo")
    assert "twee keer" in text


async def test_an_uncertain_reply_is_not_repeated_for_ever(world: World) -> None:
    await due(world, await a_chat(world))
    world.channel.fail_with(*[Unknown("no answer")] * 10)
    for _ in range(10):
        await world.deliver.everything_due()
        world.clock.move(minutes=6)
    assert await ended(world) == [("unknown", "no answer")]
    assert len(world.channel.outcomes) == 10 - MOST_REPEATS


async def test_an_uncertain_broadcast_is_never_repeated(world: World) -> None:
    await due(world, await a_chat(world), kind="broadcast")
    world.channel.fail_with(Unknown("no answer"))
    await world.deliver.everything_due()
    world.clock.move(hours=1)
    await world.deliver.everything_due()
    assert await ended(world) == [("unknown", "no answer")]
    assert texts(world) == []


async def test_what_a_dead_process_had_claimed_is_settled_by_its_kind(world: World) -> None:
    world.channel.pace = Pace(30, 1)
    await due(world, await a_chat(world, "1"))
    await due(world, await a_chat(world, "2"), kind="broadcast")
    async with world.database.writing() as session:
        claimed = await ledger.claim(session, world.clock(), "fake", ledger.Room(10, 10))
    assert len(claimed) == 2
    assert await world.deliver.recover() == 0
    world.clock.move(seconds=LEASE.total_seconds() + 1)
    assert await world.deliver.recover() == 2
    await world.deliver.everything_due()
    assert [status for status, _ in await ended(world)] == ["sent", "unknown"]
    assert "twee keer" in texts(world)[0]


async def test_a_pause_holds_reminders_back_and_lets_replies_through(world: World) -> None:
    chat = await a_chat(world)
    async with world.database.writing() as session:
        stored = await session.get(Chat, chat)
        assert stored is not None
        stored.paused_until = world.clock() + timedelta(days=7)
    await due(world, chat, "antwoord")
    await due(world, chat, "herinnering", "reminder")
    await due(world, chat, "boete dreigt", "deadline")
    await world.deliver.everything_due()
    assert texts(world) == ["antwoord", "boete dreigt"]
    assert ("skipped", "paused by the person") in await ended(world)


async def test_two_processes_send_nothing_twice(world: World) -> None:
    for number in range(40):
        await due(world, await a_chat(world, str(number)), f"bericht {number}")
    other = Deliver(Sender(world.database, {"fake": world.channel}, world.wording, world.clock, world.remind))
    await asyncio.gather(world.deliver.everything_due(), other.everything_due())
    assert sorted(texts(world)) == sorted(f"bericht {number}" for number in range(40))


async def test_no_second_has_more_messages_than_the_channel_allows(world: World) -> None:
    world.channel.pace = Pace(30, 1)
    for number in range(70):
        await due(world, await a_chat(world, str(number)), "nieuws", "broadcast")
    sent_at: list[float] = []
    start = world.clock()
    while len(sent_at) < 70:
        before = len(world.channel.sent)
        await world.deliver.everything_due()
        elapsed = (world.clock() - start).total_seconds()
        sent_at += [elapsed] * (len(world.channel.sent) - before)
        world.clock.move(milliseconds=50)
    for at in sent_at:
        assert sum(1 for other in sent_at if at <= other < at + 1) <= 30
    # Bulk leaves a fifth of the budget to live replies.
    assert max(sent_at) >= 70 / (30 * 0.8) - 1


async def test_one_chat_gets_one_message_a_second(world: World) -> None:
    world.channel.pace = Pace(30, 1)
    chat = await a_chat(world)
    for number in range(3):
        await due(world, chat, str(number))
    await world.deliver.everything_due()
    assert texts(world) == ["0"]
    world.clock.move(milliseconds=900)
    await world.deliver.everything_due()
    assert texts(world) == ["0"]
    world.clock.move(milliseconds=200)
    await world.deliver.everything_due()
    assert texts(world) == ["0", "1"]


async def test_replies_go_before_bulk(world: World) -> None:
    for number in range(5):
        await due(world, await a_chat(world, f"b{number}"), "nieuws", "broadcast")
    await due(world, await a_chat(world, "r"), "antwoord")
    async with world.database.writing() as session:
        (first,) = await ledger.claim(session, world.clock(), "fake", ledger.Room(1, 1))
    assert first.kind == "reply"


async def test_a_channel_that_does_not_run_here_keeps_its_deliveries(world: World) -> None:
    await due(world, await a_chat(world))
    channels = {"other": FakeChannel("other")}
    elsewhere = Deliver(Sender(world.database, channels, world.wording, world.clock, world.remind))
    assert await elsewhere.everything_due() == 0
    await world.deliver.everything_due()
    assert texts(world) == ["hallo"]


async def test_idle_paces_are_forgotten(world: World) -> None:
    async with world.database.writing() as session:
        assert await paces.slots(session, paces.Rate("x", 1), world.clock()) == 1
        await paces.spend(session, paces.Rate("x", 1), world.clock(), 1)
        assert await paces.slots(session, paces.Rate("x", 1), world.clock()) == 0
    world.clock.move(minutes=1)
    await world.retire.run()
    async with world.database.writing() as session:
        assert await paces.free_at(session, paces.Rate("x", 1)) == paces.EPOCH


async def test_a_message_of_which_a_part_arrived_is_not_sent_again(world: World) -> None:
    await due(world, await a_chat(world))
    world.channel.fail_with(Unknown("partly sent", partly=True))
    await world.deliver.everything_due()
    world.clock.move(minutes=10)
    await world.deliver.everything_due()
    assert await ended(world) == [("unknown", "partly sent")]
