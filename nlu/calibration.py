"""How sure the model may say it is, and when it must say that nothing fits.

Both are learned from scores of sentences that the model had not seen (cross-validation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.contract import OUT_OF_SCOPE
from nlu.linear import Floats, softmax

# Of the sentences that belong to a topic, this share may be turned away as out of scope.
FALSE_REJECTIONS = 0.04


@dataclass(frozen=True, slots=True)
class Calibration:
    """``temperature`` turns scores into probabilities; ``head_start`` is added to out_of_scope before.

    The head start is the rejection threshold: out_of_scope leads the ranking exactly when it is rejected.
    """

    temperature: float
    head_start: float

    def probabilities(self, scores: Floats, classes: Sequence[str]) -> Floats:
        """Scores of shape (..., classes) as probabilities."""
        return softmax(_with_head_start(scores, classes, self.head_start), self.temperature)


def calibrate(scores: Floats, labels: NDArray[np.str_], classes: Sequence[str]) -> Calibration:
    """From scores (sentences, classes) of unseen sentences and their true ``labels``; classes are sorted."""
    head_start = _head_start(scores, labels, classes)
    adjusted = _with_head_start(scores, classes, head_start)
    true = np.searchsorted(np.asarray(classes), labels)
    rows = np.arange(len(true))
    temperatures = np.geomspace(0.05, 2.0, 50)
    losses = [-np.log(softmax(adjusted, t)[rows, true] + 1e-12).mean() for t in temperatures]
    return Calibration(float(temperatures[int(np.argmin(losses))]), head_start)


def _with_head_start(scores: Floats, classes: Sequence[str], head_start: float) -> Floats:
    adjusted = scores.copy()
    if OUT_OF_SCOPE in classes:
        adjusted[..., list(classes).index(OUT_OF_SCOPE)] += head_start
    return adjusted


def _head_start(scores: Floats, labels: NDArray[np.str_], classes: Sequence[str]) -> float:
    """As much as FALSE_REJECTIONS allows; zero where out_of_scope was not among the examples."""
    if OUT_OF_SCOPE not in classes:
        return 0.0
    nothing = list(classes).index(OUT_OF_SCOPE)
    deficits = np.delete(scores, nothing, axis=1).max(axis=1) - scores[:, nothing]
    return float(np.quantile(deficits[labels != OUT_OF_SCOPE], FALSE_REJECTIONS))
