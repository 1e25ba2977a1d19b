"""``make compare``: both engines trained on everything and put before the development set, as one table.

Numbers of one run on one machine belong together; do not compare two runs. An epoch of Rasa's DIET takes a
minute and more, so this run has fewer than nlu/config.yml asks for, unless ``--epochs`` says otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot.settings import NLU
from bot.usecases.evaluate import evaluate, read_sentences
from nlu.contract import LANGUAGES, Understanding
from nlu.embedded import EmbeddedEngine, load_or_train
from nlu.evaluation import Figures, Sentence
from nlu.rasa_client import RasaClient
from tests.bench import SENTENCES, percentile
from tests.rasa.server import ENVIRONMENT, GET_RASA, RasaServer, resident

EPOCHS = 5
PATIENCE = 60.0  # seconds for one answer; here nothing stands in


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine. Times in seconds (parsing in milliseconds), memory in MB."""

    training: float
    loading: float
    memory: float
    parsing: Sequence[float]
    rate: float
    parts: dict[str, Figures]


def development_set() -> list[Sentence]:
    return read_sentences(sorted(SENTENCES.glob("*/*.jsonl")))


async def put_to(
    engine: Understanding, sentences: Sequence[Sentence]
) -> tuple[list[float], float, dict[str, Figures]]:
    """One sentence at a time for the clock, then all of them at once for the rate and the figures."""
    await engine.parse("hallo")  # the first answer of a fresh process is not the rule
    parsing = []
    for sentence in sentences:
        begin = time.perf_counter()
        await engine.parse(sentence.text)
        parsing.append((time.perf_counter() - begin) * 1000)
    begin = time.perf_counter()
    result, _ = await evaluate(engine, sentences)
    rate = len(sentences) / (time.perf_counter() - begin)
    return parsing, rate, {language: result.parts[language] for language in LANGUAGES}


def measure_embedded(cache: Path, training: float, begun: float) -> Measured:
    """In a process of its own, which was begun at ``begun`` (time.time)."""
    engine = load_or_train(NLU, cache)
    loading = time.time() - begun
    parsing, rate, parts = asyncio.run(put_to(engine, development_set()))
    return Measured(training, loading, resident(os.getpid()), parsing, rate, parts)


def in_own_process(cache: Path, training: float) -> Measured:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(measure_embedded, cache, training, time.time()).result()


def measure_rasa(folder: Path, embedded: EmbeddedEngine, epochs: int) -> Measured:
    server = RasaServer(folder)
    training = timed(lambda: server.train(epochs=epochs))
    loading = timed(server.start)
    try:
        parsing, rate, parts = asyncio.run(ask_server(server, embedded))
        return Measured(training, loading, server.memory(), parsing, rate, parts)
    finally:
        server.stop()


async def ask_server(
    server: RasaServer, embedded: EmbeddedEngine
) -> tuple[list[float], float, dict[str, Figures]]:
    client = RasaClient(server.url, PATIENCE, embedded.detector, embedded.intents, embedded.lexicons)
    try:
        return await put_to(client, development_set())
    finally:
        await client.aclose()


def timed(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def table(embedded: Measured, rasa: Measured, epochs: int, sentences: int) -> str:
    """Markdown, a row a measure."""
    rows = [("", "embedded", f"Rasa 3.6.21, DIET, {epochs} epochs"), ("---", "---:", "---:")]
    measures: list[tuple[str, Callable[[Figures], float | None]]] = [
        ("top-1", lambda figures: figures.lenient),
        ("top-3", lambda figures: figures.top3),
        ("out-of-scope recall", lambda figures: figures.scope_recall),
        ("false rejection", lambda figures: figures.false_rejection),
    ]
    for name, of in measures:
        for language in LANGUAGES:
            both = (of(engine.parts[language]) for engine in (embedded, rasa))
            rows.append((f"{name}, {language}", *("-" if one is None else f"{one:.1%}" for one in both)))
    numbers: list[tuple[str, Callable[[Measured], float], str]] = [
        ("training, s", lambda engine: engine.training, ".0f"),
        ("process start until ready, s", lambda engine: engine.loading, ".1f"),
        ("resident memory, MB", lambda engine: engine.memory, ".0f"),
        ("parse p50, ms", lambda engine: statistics.median(engine.parsing), ".1f"),
        ("parse p95, ms", lambda engine: percentile(engine.parsing, 0.95), ".1f"),
        ("messages a second", lambda engine: engine.rate, ".0f"),
    ]
    rows += [(name, *(f"{of(engine):{form}}" for engine in (embedded, rasa))) for name, of, form in numbers]
    about = f"{sentences} sentences of the development set, topics under 'also' counted as right; "
    about += f"one run on {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f}."
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", about])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of Rasa's DIET (default %(default)s)")
    epochs = parser.parse_args().epochs
    if not (ENVIRONMENT / "bin" / "rasa").exists():
        sys.exit(GET_RASA)
    with tempfile.TemporaryDirectory(prefix="wegwijs-compare-") as folder:
        cache = Path(folder) / "cache"
        training = timed(lambda: load_or_train(NLU, cache))
        print(f"embedded engine trained, {training:.0f} s", file=sys.stderr, flush=True)
        embedded = in_own_process(cache, training)
        rasa = measure_rasa(Path(folder), load_or_train(NLU, cache), epochs)
    print(table(embedded, rasa, epochs, len(development_set())))


if __name__ == "__main__":
    main()
