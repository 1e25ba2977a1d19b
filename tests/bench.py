"""``make bench`` prints speed and memory and judges nothing: compare within one run, not two machines."""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.app import Foundation, lay_foundation
from bot.channels.contract import Arrival, Outcome, Outgoing, Pace, Sent
from bot.clock import system_now
from bot.logs import set_up_logs
from bot.settings import ROOT, Settings
from bot.store.database import Database, async_url
from bot.store.migration import migrate
from bot.usecases.converse import Converse, Tools
from bot.usecases.deliver import Deliver, Sender
from bot.usecases.remind import Remind
from nlu.contract import LANGUAGES, as_language
from tests.needs import postgres_url

SENTENCES = ROOT / "tests" / "nlu" / "sentences"
CHATS = 200


class Counter:
    """A channel that only notes when a message reached it."""

    name = "bench"
    pace: Pace | None = None

    def __init__(self) -> None:
        self.reached: dict[str, asyncio.Future[float]] = defaultdict(asyncio.get_running_loop().create_future)

    async def send(self, address: str, outgoing: Outgoing) -> Outcome:
        """See `bot.channels.contract.Channel`."""
        if not self.reached[address].done():
            self.reached[address].set_result(time.perf_counter())
        return Sent()


def show(name: str, value: float, unit: str) -> None:
    print(f"{name:<52} {value:>10.2f} {unit}", flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def sentences() -> list[tuple[str, str]]:
    """(language, text) of the development set."""
    return [
        (item["lang"], item["text"])
        for path in sorted(SENTENCES.glob("*/*.jsonl"))
        for item in map(json.loads, path.read_text("utf-8").splitlines())
    ]


async def bench_parsing(foundation: Foundation) -> None:
    texts = sentences()
    taken: dict[str, list[float]] = {language: [] for language in LANGUAGES}
    for language, text in texts:
        begin = time.perf_counter()
        await foundation.understanding.parse(text, as_language(language))
        taken[language].append((time.perf_counter() - begin) * 1000)
    every = [value for values in taken.values() for value in values]
    show(f"parse, p50 ({len(every)} sentences)", statistics.median(every), "ms")
    show("parse, p95", percentile(every, 0.95), "ms")
    for language, values in taken.items():
        show(f"parse, p95, {language}", percentile(values, 0.95), "ms")
    begin = time.perf_counter()
    for _, text in texts:
        foundation.detect_danger(text)
    show("danger, mean", (time.perf_counter() - begin) * 1000 / len(texts), "ms")


async def bench_whole_way(foundation: Foundation, url: str, name: str) -> None:
    """From an arrival at the door to the reply in the channel's hands, everything stored on the way."""
    database, channel = Database(async_url(url)), Counter()
    await migrate(database)
    remind = Remind(database, foundation.wording, foundation.course_types)
    deliver = Deliver(Sender(database, {channel.name: channel}, foundation.wording, system_now, remind))
    converse = Converse(
        Tools(
            database,
            foundation.understanding,
            foundation.detect_danger,
            foundation.wording,
            foundation.content.catalogue,
            foundation.course_types,
            system_now,
            deliver.soon,
        )
    )
    sending = asyncio.create_task(deliver.run())
    texts = [text for _, text in sentences()][: CHATS * 3]

    async def ask(number: int) -> float:
        address = f"chat-{number}"
        begin = time.perf_counter()
        await converse.accept(Arrival(channel.name, address, f"{number}", "said", texts[number % len(texts)]))
        return (await channel.reached[address] - begin) * 1000

    alone = [await ask(number) for number in range(50)]
    show(f"{name}: question to answer, one at a time, p50", statistics.median(alone), "ms")
    show(f"{name}: question to answer, one at a time, p95", percentile(alone, 0.95), "ms")
    begin = time.perf_counter()
    at_once = await asyncio.gather(*(ask(number) for number in range(50, 50 + CHATS)))
    show(f"{name}: {CHATS} questions at once, p95", percentile(at_once, 0.95), "ms")
    show(f"{name}: throughput over the whole way", CHATS / (time.perf_counter() - begin), "answers/s")
    await idle_tick(deliver, name)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await converse.settle()
    await database.close()


async def idle_tick(deliver: Deliver, name: str) -> None:
    async def tick() -> None:
        await deliver.tick()

    show(f"{name}: a tick with nothing due", await timed(tick), "ms")


async def timed(act: Callable[[], Awaitable[None]], times: int = 50) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        await act()
    return (time.perf_counter() - begin) * 1000 / times


def bench_start(folder: str) -> None:
    """A second start of the whole program, until it says that it is ready; and what it then holds."""
    environment = {
        **os.environ,
        "WEGWIJS_DATABASE_URL": f"sqlite:///{folder}/start.db",
        "WEGWIJS_PORT": "0",
    }
    for which in ("first start, with the demo town", "second start"):
        begin = time.perf_counter()
        program = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert program.stdout is not None
        for line in program.stdout:
            if "ready" in line:
                break
        show(f"{which}, trained engine in the cache", time.perf_counter() - begin, "s")
        status = Path(f"/proc/{program.pid}/status")
        if status.exists():
            found = re.search(r"VmRSS:\s+(\d+)", status.read_text())
            show("resident memory", int(found[1]) / 1024 if found else 0, "MB")
        program.terminate()
        program.wait(20)


def bench_reminders() -> None:
    """A hundred thousand people with ten meetings each, and a tenth of them, to see that it is linear."""
    with postgres_url() as url:
        for people in (10_000, 100_000):
            command = [sys.executable, "-m", "tests.bench_reminders", url, str(people)]
            subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    set_up_logs("error", "text")
    settings = Settings()
    begin = time.perf_counter()
    foundation = lay_foundation(settings)
    show("content and engine, from the cache or trained", time.perf_counter() - begin, "s")
    asyncio.run(bench_parsing(foundation))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(bench_whole_way(foundation, f"sqlite:///{folder}/bench.db", "SQLite"))
        postgres = os.environ.get("WEGWIJS_TEST_POSTGRES")
        if postgres:
            asyncio.run(bench_whole_way(foundation, postgres, "PostgreSQL"))
        bench_start(folder)
    bench_reminders()


if __name__ == "__main__":
    main()
