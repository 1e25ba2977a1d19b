"""Deliver: the only sender. It claims what is due, keeps the pace, sends, and records how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.channels.contract import (
    Channel,
    Gone,
    Outcome,
    Outgoing,
    Refused,
    Sent,
    TryAgain,
    Unknown,
    Wait,
)
from bot.store import ledger, paces
from bot.store.database import Database
from bot.usecases.converse import STORE_TROUBLE
from bot.wording import Wording
from flows import texts

log = structlog.get_logger(__name__)

# How many deliveries one process sends at the same time.
BATCH = 32
# A claim that is older than this belongs to a process that died; no send takes that long.
LEASE = timedelta(minutes=2)
# Waiting times grow from one second to five minutes; the attempts then last for about a day.
LONGEST_PAUSE = 300.0
MOST_ATTEMPTS = 290
# An uncertain delivery is repeated this often, then left as unknown.
MOST_REPEATS = 3
# The share of a channel's budget that bulk messages may use; the rest is kept for live replies.
BULK_SHARE = 0.8
# How many messages may leave at once: together with the even flow they stay below the limit of any second.
CHANNEL_BURST = 5


@dataclass(frozen=True, slots=True)
class Sender:
    """What delivering needs; built once by the application."""

    database: Database
    channels: Mapping[str, Channel]
    wording: Wording
    now: Callable[[], datetime]


class Deliver:
    """Sends what is due. Several processes may run one each: the ledger keeps them apart."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._due = asyncio.Event()
        self._lock = asyncio.Lock()

    def soon(self) -> None:
        """Something became due."""
        self._due.set()

    async def run(self) -> None:
        """Send whenever something became due, until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self.everything_due()
            except STORE_TROUBLE as error:
                # Nothing is lost: what was claimed is settled by `recover`, the rest is still queued.
                log.warning("deliver.postponed", error=type(error).__name__)
            except Exception:
                log.exception("deliver.failed")

    async def everything_due(self) -> int:
        """Send until nothing is due; returns how many deliveries were looked at."""
        count = 0
        async with self._lock:
            while batch := await self._claim():
                await asyncio.gather(*(self._deliver(due) for due in batch))
                count += len(batch)
        return count

    async def tick(self) -> None:
        """Look whether something became due by itself. Only reads, so that an idle program writes nothing."""
        async with self._sender.database.reading() as session:
            due_at = await ledger.next_due(session)
        if due_at is not None and due_at <= self._sender.now():
            self.soon()

    async def recover(self, lease: timedelta | None = None) -> int:
        """Settle what processes that died had claimed longer ago than ``lease`` (`LEASE` by default)."""
        safe = [name for name, channel in self._sender.channels.items() if channel.pace is None]
        async with self._sender.database.writing() as session:
            return await ledger.recover(session, self._sender.now(), LEASE if lease is None else lease, safe)

    async def _claim(self) -> list[ledger.Due]:
        async with self._sender.database.writing() as session:
            names = list(self._sender.channels)
            return list(await ledger.claim(session, self._sender.now(), BATCH, names))

    async def _deliver(self, due: ledger.Due) -> None:
        reason = self._why_not(due)
        if reason is not None:
            await self._finish(due, "skipped", reason)
            return
        channel = self._sender.channels[due.channel]
        if channel.pace is not None and not await self._slot(due, channel):
            return
        outcome = await channel.send(due.address, self._content(due))
        await self._record(due, outcome)

    def _why_not(self, due: ledger.Due) -> str | None:
        if due.gone is not None:
            return f"gone: {due.gone}"
        paused = due.paused_until is not None and due.paused_until > self._sender.now()
        return "paused by the person" if paused and due.kind in ledger.PAUSABLE else None

    def _content(self, due: ledger.Due) -> Outgoing:
        outgoing = Outgoing.from_json(due.content)
        if not due.repeat or self._sender.channels[due.channel].pace is None:
            return outgoing
        note = self._sender.wording.word(texts.POSSIBLY_REPEATED, outgoing.language)
        return replace(outgoing, text=f"{outgoing.text}\n\n({note})")

    async def _slot(self, due: ledger.Due, channel: Channel) -> bool:
        """Reserve a send slot; gives the delivery back to the queue when none is free."""
        assert channel.pace is not None
        flow = channel.pace.per_second - CHANNEL_BURST
        live = paces.Rate(channel.name, flow, CHANNEL_BURST)
        bulk = paces.Rate(f"{channel.name}:bulk", flow * BULK_SHARE, 1)
        chat = paces.Rate(f"{channel.name}:chat:{due.chat_id}", channel.pace.per_chat_per_second, 1)
        rates = (chat, live) if due.kind == "reply" else (chat, bulk, live)
        now = self._sender.now()
        async with self._sender.database.writing() as session:
            for rate in rates:
                if not await paces.reserve(session, rate, now):
                    free = max(await paces.free_at(session, rate), now + timedelta(milliseconds=10))
                    break
            else:
                return True
            # A slot that was taken and is not used only makes this process a little slower.
            await ledger.put_back(session, due.id, free, "waits for a send slot", attempted=False)
        asyncio.get_running_loop().call_later((free - now).total_seconds(), self.soon)
        return False

    async def _record(self, due: ledger.Due, outcome: Outcome) -> None:
        match outcome:
            case Sent(external):
                await self._finish(due, "sent", None, external)
            case Gone(reason):
                await self._finish(due, "failed", f"gone: {reason}")
                async with self._sender.database.writing() as session:
                    await ledger.mark_gone(session, due.chat_id, reason, self._sender.now())
            case Wait(seconds):
                await self._wait(due, seconds)
            case TryAgain(reason):
                await self._again_or(due, reason, MOST_ATTEMPTS, "failed")
            case Unknown(reason):
                # Once more may show it twice, which a reply can bear and a broadcast cannot.
                most = MOST_REPEATS if due.kind in ledger.REPEATABLE else 0
                await self._again_or(due, reason, most, "unknown")
            case Refused(reason):
                await self._finish(due, "failed", f"refused: {reason}")

    async def _again_or(self, due: ledger.Due, reason: str, most: int, end: ledger.End) -> None:
        if due.attempts >= most:
            await self._finish(due, end, reason)
            return
        pause = min(2.0 ** min(due.attempts - 1, 20), LONGEST_PAUSE)
        until = self._sender.now() + timedelta(seconds=pause)
        why = ledger.UNCERTAIN if end == "unknown" else reason
        async with self._sender.database.writing() as session:
            await ledger.put_back(session, due.id, until, why)
        log.warning("delivery.again", reason=reason, seconds=pause, channel=due.channel, trace=due.trace)
        asyncio.get_running_loop().call_later(pause, self.soon)

    async def _finish(
        self, due: ledger.Due, status: ledger.End, reason: str | None, external: str | None = None
    ) -> None:
        async with self._sender.database.writing() as session:
            await ledger.finish(session, due.id, status, self._sender.now(), reason, external)
        log.info(
            "delivery", status=status, reason=reason, kind=due.kind, channel=due.channel, trace=due.trace
        )

    async def _wait(self, due: ledger.Due, seconds: float) -> None:
        now = self._sender.now()
        until = now + timedelta(seconds=seconds)
        async with self._sender.database.writing() as session:
            await paces.wait_until(session, due.channel, until, now)
            await ledger.put_back(session, due.id, until, "the channel asks to wait", attempted=False)
        log.warning("delivery.wait", seconds=seconds, channel=due.channel, trace=due.trace)
