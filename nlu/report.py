"""``python -m nlu.report``: how good the embedded engine is, by cross-validation on its own training data.

Each sentence is judged by an engine that was trained, calibrated and taught its languages without it.
Sentences written apart from the training data are judged by ``wegwijs evaluate``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlu.embedded import HERE, load_or_train, train
from nlu.evaluation import Figures, Judged, Sentence, report
from nlu.language import main_script
from nlu.linear import stratified_parts
from nlu.training import Example, TrainingData, load_training

_COLUMNS = {
    "sentences": "sentences",
    "strict": "top-1",
    "top3": "top-3",
    "scope_recall": "out of scope found",
    "false_rejection": "falsely rejected",
    "language": "language",
    "calibration_error": "calibration error",
}
_SHOWN_THEFTS = 15


def cross_validate(data: TrainingData, folds: int, root: Path = HERE) -> Iterator[Judged]:
    """Each training sentence, understood by an engine that never saw it."""
    labels = np.asarray([f"{example.language} {example.intent}" for example in data.examples])
    parts = stratified_parts(labels, folds).tolist()
    for fold in range(folds):
        seen = tuple(e for e, part in zip(data.examples, parts, strict=True) if part != fold)
        engine = train(replace(data, examples=seen), root)
        for example, part in zip(data.examples, parts, strict=True):
            if part == fold:
                yield Judged(_sentence(example), engine.understand(example.text))


def _sentence(example: Example) -> Sentence:
    script = main_script(example.text.lower().split()).lower()
    return Sentence(example.text, example.intent, example.language, script)


def as_table(judged: Sequence[Judged]) -> str:
    """A Markdown table, one line for each language and script, and the commonest confusions."""
    result = report(judged)
    parts = {name: figures for name, figures in result.parts.items() if not name.endswith("/")}
    lines = [["", *_COLUMNS.values()], ["---"] * (len(_COLUMNS) + 1)]
    lines += [[name, *_cells(figures)] for name, figures in {**parts, "all": result.overall}.items()]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    thefts = "\n".join(
        f"{n:4d} {topic} taken for {thief}" for topic, thief, n in result.thefts[:_SHOWN_THEFTS]
    )
    return f"{table}\n\n{thefts}"


def _cells(figures: Figures) -> Iterator[str]:
    for name in _COLUMNS:
        value = getattr(figures, name)
        if value is None:
            yield "-"
        elif isinstance(value, int):
            yield str(value)
        else:
            yield f"{value:.3f}" if name == "calibration_error" else f"{100 * value:.1f} %"


def speed(root: Path, texts: Sequence[str]) -> str:
    """Seconds to train, milliseconds to load and to parse, on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        load_or_train(root, Path(folder))
        trained = time.perf_counter()
        engine = load_or_train(root, Path(folder))
        loaded = time.perf_counter()
    took = []
    for text in texts:
        before = time.perf_counter()
        engine.understand(text)
        took.append(1000 * (time.perf_counter() - before))
    p50, p95 = np.quantile(took, (0.5, 0.95))
    return (
        f"train {trained - start:.1f} s, load {1000 * (loaded - trained):.0f} ms, "
        f"parse p50 {p50:.2f} ms, p95 {p95:.2f} ms"
    )


def main() -> None:
    """Print the report; about five minutes."""
    parser = argparse.ArgumentParser(
        prog="python -m nlu.report", description="Cross-validate the embedded engine."
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--speed-only", action="store_true")
    asked = parser.parse_args()
    data = load_training(HERE)
    if not asked.speed_only:
        sys.stdout.write(as_table(list(cross_validate(data, asked.folds))) + "\n\n")
    sys.stdout.write(speed(HERE, [example.text for example in data.examples[::7]]) + "\n")


if __name__ == "__main__":
    main()
