"""Deliver: the only sender. It claims what is due, keeps the pace, sends, and records how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.contract import (
    Channel,
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
from bot.store.database import STORE_TROUBLE, Database
from bot.usecases.remind import QUIET, Later, Remind, Useless
from bot.wording import Wording
from flows import texts
from flows.reminders import LEFT

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
    remind: Remind


@dataclass(frozen=True, slots=True)
class _Worded:
    """A claimed delivery with its words. ``fresh``: they were found only now, and tell ``told``."""

    due: ledger.Due
    content: dict[str, Any]
    fresh: bool = False
    told: str | None = None


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
        """Send until nothing more may be sent now; returns how many deliveries were looked at."""
        count = 0
        async with self._lock:
            for channel in self._sender.channels.values():
                while batch := await self._claim(channel):
                    await asyncio.gather(*(self._deliver(due, channel) for due in batch))
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
            lost = await ledger.recover(session, self._sender.now(), LEASE if lease is None else lease, safe)
            for told in lost.told:
                await self._sender.remind.perhaps_told(session, told, self._sender.now())
        return lost.count

    async def _claim(self, channel: Channel) -> Sequence[ledger.Due]:
        """Take what is due and may leave now. Where the pace holds something back, come again in time."""
        now = self._sender.now()
        async with self._sender.database.writing() as session:
            if channel.pace is None:
                return await ledger.claim(session, now, channel.name, ledger.Room(BATCH, BATCH))
            live, bulk = _rates(channel.name, channel.pace)
            room = ledger.Room(
                min(BATCH, await paces.slots(session, live, now)),
                min(BATCH, await paces.slots(session, bulk, now)),
            )
            pause = timedelta(seconds=1 / channel.pace.per_chat_per_second)
            batch = await ledger.claim(session, now, channel.name, room, pause)
            await paces.spend(session, live, now, len(batch))
            await paces.spend(session, bulk, now, sum(due.kind != "reply" for due in batch))
            free_at = await paces.free_at(session, bulk)
        self._again_in(max(free_at - now, timedelta(0)) if batch else None, pause)
        return batch

    def _again_in(self, *pauses: timedelta | None) -> None:
        for pause in pauses:
            if pause is not None:
                asyncio.get_running_loop().call_later(pause.total_seconds() + 0.001, self.soon)

    async def _deliver(self, due: ledger.Due, channel: Channel) -> None:
        reason = self._why_not(due)
        if reason is not None:
            await self._finish(due, "skipped", reason)
            return
        worded = await self._worded(due)
        if worded is not None:
            await self._record(worded, await channel.send(due.address, self._content(worded, channel)))

    async def _worded(self, due: ledger.Due) -> _Worded | None:
        """The delivery with its words; None when there is nothing to say, or not now."""
        if due.content is not None:
            return _Worded(due, due.content)
        composed = await self._sender.remind.compose(due, self._sender.now())
        if isinstance(composed, Useless):
            await self._skip(due, composed.reason)
            return None
        if isinstance(composed, Later):
            async with self._sender.database.writing() as session:
                await ledger.put_back(session, due.id, composed.at, QUIET, attempted=False)
            return None
        return _Worded(due, composed.outgoing.as_json(), fresh=True, told=composed.told)

    async def _skip(self, due: ledger.Due, reason: str) -> None:
        async with self._sender.database.writing() as session:
            is_back = reason == LEFT and await self._sender.remind.is_expected(session, due)
            if is_back:
                # Enrolled again in this very moment, which did not see what was claimed.
                await ledger.put_back(session, due.id, self._sender.now(), None, attempted=False)
        if not is_back:
            await self._finish(due, "skipped", reason)

    def _why_not(self, due: ledger.Due) -> str | None:
        if due.gone is not None:
            return f"gone: {due.gone}"
        paused = due.paused_until is not None and due.paused_until > self._sender.now()
        return ledger.PAUSED if paused and due.kind in ledger.PAUSABLE else None

    def _content(self, worded: _Worded, channel: Channel) -> Outgoing:
        outgoing = Outgoing.from_json(worded.content)
        if not worded.due.repeat or channel.pace is None:
            return outgoing
        note = self._sender.wording.word(texts.POSSIBLY_REPEATED, outgoing.language)
        return replace(outgoing, text=f"{outgoing.text}\n\n({note})")

    async def _record(self, worded: _Worded, outcome: Outcome) -> None:
        due = worded.due
        match outcome:
            case Sent(external):
                await self._finish(due, "sent", None, external, worded)
            case Gone(reason):
                await self._finish(due, "failed", f"gone: {reason}")
                async with self._sender.database.writing() as session:
                    await ledger.mark_gone(session, due.chat_id, reason, self._sender.now())
            case Wait(seconds):
                await self._wait(due, seconds)
            case TryAgain(reason):
                await self._again_or(worded, reason, MOST_ATTEMPTS, "failed")
            case Unknown(reason, partly):
                # Once more may show it twice, which a reply can bear and a broadcast cannot.
                most = MOST_REPEATS if due.kind in ledger.REPEATABLE and not partly else 0
                await self._again_or(worded, reason, most, "unknown")
            case Refused(reason):
                await self._finish(due, "failed", f"refused: {reason}")

    async def _again_or(self, worded: _Worded, reason: str, most: int, end: ledger.End) -> None:
        due = worded.due
        if due.attempts >= most:
            # What may have arrived may have been read.
            await self._finish(due, end, reason, worded=worded if end == "unknown" else None)
            return
        pause = min(2.0 ** min(due.attempts - 1, 20), LONGEST_PAUSE)
        until = self._sender.now() + timedelta(seconds=pause)
        why = ledger.UNCERTAIN if end == "unknown" else reason
        async with self._sender.database.writing() as session:
            await ledger.put_back(session, due.id, until, why)
        log.warning("delivery.again", reason=reason, seconds=pause, channel=due.channel, trace=due.trace)
        self._again_in(timedelta(seconds=pause))

    async def _finish(
        self,
        due: ledger.Due,
        status: ledger.End,
        reason: str | None,
        external: str | None = None,
        worded: _Worded | None = None,
    ) -> None:
        now = self._sender.now()
        content = worded.content if worded is not None and worded.fresh else None
        async with self._sender.database.writing() as session:
            if worded is not None and worded.told is not None:
                await self._sender.remind.told(session, due, worded.told, now)
            await ledger.finish(session, due.id, status, now, reason, external, content)
        log.info(
            "delivery", status=status, reason=reason, kind=due.kind, channel=due.channel, trace=due.trace
        )

    async def _wait(self, due: ledger.Due, seconds: float) -> None:
        pace = self._sender.channels[due.channel].pace or Pace(1, 1)
        now = self._sender.now()
        until = now + timedelta(seconds=seconds)
        async with self._sender.database.writing() as session:
            for rate in _rates(due.channel, pace):
                await paces.wait_until(session, rate.name, until, now)
            await ledger.put_back(session, due.id, until, "the channel asks to wait", attempted=False)
        log.warning("delivery.wait", seconds=seconds, channel=due.channel, trace=due.trace)


def _rates(channel: str, pace: Pace) -> tuple[paces.Rate, paces.Rate]:
    """The budget of a channel: for everything, and the part that bulk messages may use."""
    flow = pace.per_second - CHANNEL_BURST
    return paces.Rate(channel, flow, CHANNEL_BURST), paces.Rate(f"{channel}:bulk", flow * BULK_SHARE, 1)
