"""How sure the model may say it is, and when it must say that nothing fits.

Everything here is learned from scores of sentences that the model had not seen (cross-validation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.contract import OUT_OF_SCOPE
from nlu.linear import ANYTHING, Floats, softmax

# Of the sentences that belong to a topic, this share may be turned away as out of scope, in each language.
# The final model, which has seen a third more, turns away about a fifth of that (docs/understanding.md).
FALSE_REJECTIONS = 0.035

_ANY = ""  # the language of a threshold for languages that have none of their own


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns scores into probabilities.

    ``temperature`` spreads the topics. ``judge`` weighs three pieces of evidence that nothing fits (see
    `_evidence`), with a constant at the end; it is empty where out_of_scope was not among the examples.
    ``thresholds`` holds the judge's threshold for each language.
    """

    temperature: float
    judge: tuple[float, ...]
    thresholds: Mapping[str, float]

    def probabilities(self, scores: Floats, classes: Sequence[str], language: str) -> dict[str, float]:
        """Scores of shape (classes,) as the probability of each intent."""
        topics = _topics(classes)
        spread = softmax(scores[topics], self.temperature)
        if not self.judge:
            return {classes[i]: float(p) for i, p in zip(topics, spread, strict=True)}
        weights = np.asarray(self.judge, np.float32)
        verdict = float(_evidence(scores[None], classes)[0] @ weights[:-1] + weights[-1])
        nothing = _sigmoid(verdict - self.thresholds.get(language, self.thresholds[_ANY]))
        found = {classes[i]: float(p) * (1 - nothing) for i, p in zip(topics, spread, strict=True)}
        return {**found, OUT_OF_SCOPE: nothing}


def calibrate(
    scores: Floats, labels: Sequence[str], languages: Sequence[str], classes: Sequence[str]
) -> Calibration:
    """From scores (sentences, classes) of unseen sentences, with their true labels and languages."""
    true, spoken = np.asarray(labels), np.asarray(languages)
    in_scope = true != OUT_OF_SCOPE
    topics = _topics(classes)
    temperature = _temperature(scores[in_scope][:, topics], true[in_scope], [classes[i] for i in topics])
    if in_scope.all():
        return Calibration(temperature, (), {_ANY: 0.0})
    judge = _judge(_evidence(scores, classes), ~in_scope)
    verdicts = _evidence(scores, classes) @ np.asarray(judge[:-1], np.float32) + judge[-1]
    best = softmax(scores[:, topics], temperature).max(axis=1)
    thresholds = {_ANY: _threshold(verdicts[in_scope], best[in_scope])}
    for language in np.unique(spoken[in_scope]).tolist():
        members = in_scope & (spoken == language)
        thresholds[language] = _threshold(verdicts[members], best[members])
    return Calibration(temperature, judge, thresholds)


def _topics(classes: Sequence[str]) -> list[int]:
    return [i for i, name in enumerate(classes) if name not in (OUT_OF_SCOPE, ANYTHING)]


def _evidence(scores: Floats, classes: Sequence[str]) -> Floats:
    """The best topic's score, that of out_of_scope, and that of the model for "any topic at all": (n, 3)."""
    columns = [scores[:, _topics(classes)].max(axis=1)]
    columns += [scores[:, classes.index(name)] for name in (OUT_OF_SCOPE, ANYTHING)]
    return np.stack(columns, axis=1)


def _judge(evidence: Floats, nothing_fits: NDArray[np.bool_]) -> tuple[float, ...]:
    from sklearn.linear_model import LogisticRegression  # only for training

    found = LogisticRegression(class_weight="balanced").fit(evidence, nothing_fits)
    return (*map(float, found.coef_[0]), float(found.intercept_[0]))


def _threshold(verdicts: Floats, best: Floats) -> float:
    """The lowest threshold that turns away at most FALSE_REJECTIONS of these in-scope sentences.

    A sentence is turned away when p > (1 - p) * best, where p = sigmoid(verdict - threshold).
    """
    return float(np.quantile(verdicts - np.log(best), 1 - FALSE_REJECTIONS))


def _temperature(scores: Floats, labels: NDArray[np.str_], classes: Sequence[str]) -> float:
    """The temperature under which the true labels are likeliest; ``classes`` are sorted."""
    rows, true = np.arange(len(labels)), np.searchsorted(np.asarray(classes), labels)
    candidates = np.geomspace(0.03, 2.0, 60)
    losses = [-np.log(softmax(scores, float(t))[rows, true] + 1e-12).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def _sigmoid(value: float) -> float:
    return float(0.5 * (1 + np.tanh(value / 2)))
