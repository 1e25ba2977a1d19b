"""How sure the model may say it is, and when it must say that nothing fits.

Both are learned from scores of sentences that the model had not seen (cross-validation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.contract import OUT_OF_SCOPE
from nlu.linear import Floats, softmax

# Of the sentences that belong to a topic, this share may be turned away as out of scope, in each language.
FALSE_REJECTIONS = 0.045

_ANY = ""  # the head start for a language that has none of its own


@dataclass(frozen=True, slots=True)
class Calibration:
    """``temperature`` turns scores into probabilities; a head start is added to out_of_scope before.

    The head start is the rejection threshold, one a language: out_of_scope leads the ranking exactly when
    the text is rejected. The key "" stands for any other language.
    """

    temperature: float
    head_starts: Mapping[str, float]

    def probabilities(self, scores: Floats, classes: Sequence[str], language: str) -> Floats:
        """Scores of shape (classes,) as probabilities."""
        adjusted = scores.copy()
        if OUT_OF_SCOPE in classes:
            head_start = self.head_starts.get(language, self.head_starts[_ANY])
            adjusted[classes.index(OUT_OF_SCOPE)] += head_start
        return softmax(adjusted, self.temperature)


def calibrate(
    scores: Floats, labels: Sequence[str], languages: Sequence[str], classes: Sequence[str]
) -> Calibration:
    """From scores (sentences, classes) of unseen sentences, their true labels and languages.

    ``classes`` are sorted, as the columns are.
    """
    true, spoken = np.asarray(labels), np.asarray(languages)
    if OUT_OF_SCOPE not in classes:
        return Calibration(_temperature(scores, true, classes), {_ANY: 0.0})
    nothing = classes.index(OUT_OF_SCOPE)
    lag = np.delete(scores, nothing, axis=1).max(axis=1) - scores[:, nothing]
    in_scope = true != OUT_OF_SCOPE
    head_starts = {_ANY: float(np.quantile(lag[in_scope], FALSE_REJECTIONS))}
    for language in np.unique(spoken[in_scope]).tolist():
        members = lag[in_scope & (spoken == language)]
        head_starts[language] = float(np.quantile(members, FALSE_REJECTIONS))
    adjusted = scores.copy()
    adjusted[:, nothing] += [head_starts[language] for language in languages]
    return Calibration(_temperature(adjusted, true, classes), head_starts)


def _temperature(scores: Floats, labels: NDArray[np.str_], classes: Sequence[str]) -> float:
    """The temperature under which the true labels are likeliest."""
    rows, true = np.arange(len(labels)), np.searchsorted(np.asarray(classes), labels)
    candidates = np.geomspace(0.03, 2.0, 60)
    losses = [-np.log(softmax(scores, float(t))[rows, true] + 1e-12).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])
