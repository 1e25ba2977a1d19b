"""Evaluate: put an engine before sentences whose meaning is known, and say how well it did."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.problems import ProblemsError
from nlu.contract import Understanding
from nlu.embedded import train
from nlu.evaluation import Figures, Judged, Report, Sentence, report
from nlu.rejection import Rejecting, best_threshold
from nlu.training import TrainingDataError, load_rasa_file

OURS = {"text", "intent"}
KNOWN = OURS | {"lang", "script", "kind", "also"}
WORST = 15
# A Rasa server answers several at a time; the embedded engine answers at once.
AT_ONCE = 8

COLUMNS = (
    ("sentences", "n"),
    ("strict", "top-1"),
    ("lenient", "lenient"),
    ("top3", "top-3"),
    ("scope_recall", "out-of-scope"),
    ("false_rejection", "rejected"),
    ("macro_f1", "macro F1"),
    ("language", "language"),
    ("calibration_error", "calibration"),
)


def read_sentences(files: Sequence[Path]) -> list[Sentence]:
    """JSON lines of ``{"lang", "script", "kind", "text", "intent", "also"}``; raises ProblemsError."""
    problems: list[str] = []
    sentences: list[Sentence] = []
    for path in files:
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path}: : cannot be read ({type(error).__name__})")
            continue
        for number, line in enumerate(lines, 1):
            if line.strip():
                read = _sentence(line)
                if isinstance(read, Sentence):
                    sentences.append(read)
                else:
                    problems.append(f"{path}:{number}: {read}")
    if not problems and not sentences:
        problems.append(f"{', '.join(map(str, files))}: : no sentences")
    if problems:
        raise ProblemsError(problems)
    return sentences


def _sentence(line: str) -> Sentence | str:
    """The sentence of a line, or ``field: problem``."""
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        return f": not JSON ({error.msg})"
    if not isinstance(data, dict):
        return ": not a JSON object"
    if missing := OURS - data.keys():
        return f"{sorted(missing)[0]}: missing"
    if unknown := data.keys() - KNOWN:
        return f"{sorted(unknown)[0]}: unknown field"
    also = data.get("also") or []
    words = [data.get(name, "") for name in ("text", "intent", "lang", "script", "kind")]
    if not isinstance(also, list) or not all(isinstance(word, str) for word in [*words, *also]):
        return "fields: must be text, and also a list of texts"
    text, intent, lang, script, kind = words
    return Sentence(text, intent, lang, script, kind, tuple(also))


async def evaluate(
    understanding: Understanding, sentences: Sequence[Sentence]
) -> tuple[Report, list[Judged]]:
    """Every sentence put to the engine, which is not told the language."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def judge(sentence: Sentence) -> Judged:
        async with gate:
            return Judged(sentence, await understanding.parse(sentence.text))

    judged = await asyncio.gather(*(judge(sentence) for sentence in sentences))
    return report(judged), list(judged)


def trained_on(path: Path) -> Understanding:
    """The embedded engine, trained on any Rasa NLU file; raises ProblemsError when that is not one."""
    try:
        return train(load_rasa_file(path))
    except TrainingDataError as error:
        raise ProblemsError(error.problems) from error


async def evaluate_with_threshold(
    understanding: Understanding, sentences: Sequence[Sentence], chosen_on: Sequence[Sentence]
) -> tuple[Report, list[Judged]]:
    """Evaluate, with the rejection threshold that is best on the sentences ``chosen_on`` (none: as it is)."""
    if chosen_on:
        _, judged = await evaluate(understanding, chosen_on)
        understanding = Rejecting(understanding, best_threshold(judged))
    return await evaluate(understanding, sentences)


def as_table(result: Report) -> str:
    """The report for a human."""
    width = max(len(name) for name in ("all together", *result.parts))
    head = f"{'':<{width}}" + "".join(f"{title:>14}" for _, title in COLUMNS)
    rows = [_row("all together", result.overall, width)]
    rows += [_row(name, figures, width) for name, figures in result.parts.items()]
    worst = [f"  {count:>3}  {topic} taken by {thief}" for topic, thief, count in result.thefts[:WORST]]
    return "\n".join([head, *rows, "", "Topics that lose most, and to which:", *worst])


def _row(name: str, of: Figures, width: int) -> str:
    return f"{name:<{width}}" + "".join(f"{_cell(getattr(of, field)):>14}" for field, _ in COLUMNS)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
