"""How well an engine understands sentences whose meaning is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlu.contract import OUT_OF_SCOPE, Parse

BINS = 10  # of confidence, for the calibration error


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the topic it means; ``also`` are others that a fair judge would accept."""

    text: str
    intent: str
    lang: str = ""
    script: str = ""
    kind: str = ""
    also: tuple[str, ...] = ()

    @property
    def accepted(self) -> frozenset[str]:
        """Every topic that counts as right."""
        return frozenset((self.intent, *self.also))


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with what was understood."""

    sentence: Sentence
    parse: Parse

    @property
    def right(self) -> bool:
        """Right, with ``also``."""
        return self.parse.intent.name in self.sentence.accepted


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are 0..1; None where there was nothing to judge.

    ``strict`` and ``lenient``: the first topic is the one, or one of those accepted. ``top3``: an accepted
    one is among the first three of the ranking. ``scope_recall``: of what is out of scope, said to be so.
    ``false_rejection``: of what is in scope, said to be out. ``calibration_error``: how far confidence and
    the share of right answers lie apart (expected calibration error, ten bins).
    """

    sentences: int
    strict: float | None
    lenient: float | None
    top3: float | None
    scope_recall: float | None
    false_rejection: float | None
    macro_f1: float | None
    language: float | None
    calibration_error: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of all sentences and of each part, by ``language``, ``language/script`` and ``language/kind``;
    and which topics lose sentences to which, most first."""

    overall: Figures
    parts: Mapping[str, Figures]
    thefts: Sequence[tuple[str, str, int]] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "overall": _plain(self.overall),
            "parts": {name: _plain(figures) for name, figures in self.parts.items()},
            "thefts": [
                {"topic": topic, "thief": thief, "count": count} for topic, thief, count in self.thefts
            ],
        }


def report(judged: Sequence[Judged]) -> Report:
    """All figures of what was judged."""
    parts: dict[str, list[Judged]] = {}
    for one in judged:
        said = one.sentence
        if not said.lang:
            continue
        for name in (said.lang, f"{said.lang}/{said.script}", f"{said.lang}/{said.kind}"):
            parts.setdefault(name, []).append(one)
    thefts = Counter((one.sentence.intent, one.parse.intent.name) for one in judged if not one.right)
    return Report(
        figures(judged),
        {name: figures(parts[name]) for name in sorted(parts)},
        [(topic, thief, count) for (topic, thief), count in thefts.most_common()],
    )


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of some sentences."""
    inside = [one for one in judged if one.sentence.intent != OUT_OF_SCOPE]
    outside = [one for one in judged if one.sentence.intent == OUT_OF_SCOPE]
    named = [one for one in judged if one.sentence.lang]
    return Figures(
        sentences=len(judged),
        strict=_share(one.parse.intent.name == one.sentence.intent for one in inside),
        lenient=_share(one.right for one in inside),
        top3=_share(
            any(intent.name in one.sentence.accepted for intent in one.parse.ranking[:3]) for one in inside
        ),
        scope_recall=_share(one.parse.intent.name == OUT_OF_SCOPE for one in outside),
        false_rejection=_share(one.parse.intent.name == OUT_OF_SCOPE for one in inside),
        macro_f1=macro_f1([(one.sentence.intent, one.parse.intent.name) for one in judged]),
        language=_share(one.parse.language == one.sentence.lang for one in named),
        calibration_error=calibration_error([(one.parse.intent.confidence, one.right) for one in judged]),
    )


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """The mean over the true topics of the harmonic mean of precision and recall; pairs (true, given)."""
    if not pairs:
        return None
    true, given = Counter(t for t, _ in pairs), Counter(g for _, g in pairs)
    hits = Counter(t for t, g in pairs if t == g)
    return sum(2 * hits[topic] / (true[topic] + given[topic]) for topic in true) / len(true)


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Expected calibration error over (confidence, right)."""
    if not pairs:
        return None
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    gaps = (abs(sum(c for c, _ in one) - sum(r for _, r in one)) for one in bins.values())
    return sum(gaps) / len(pairs)


def _share(hits: Iterable[bool]) -> float | None:
    every = list(hits)
    return sum(every) / len(every) if every else None


def _plain(of: Figures) -> dict[str, Any]:
    named = ((name, getattr(of, name)) for name in Figures.__slots__)
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in named}
