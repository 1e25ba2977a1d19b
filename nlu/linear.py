"""A linear model on hashed n-grams that needs nothing but numpy and plain arrays at run time.

Training and use share `Vocabulary.row`, so a sentence can never look different to the two. N-grams are
known by their CRC-32: 100,000 of them collide about once, and no strings have to be kept or loaded.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlu.contract import OUT_OF_SCOPE

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# A class that is no intent: the score that a sentence belongs to any topic at all.
ANYTHING = "any topic"

Floats = NDArray[np.float32]
Keys = NDArray[np.uint32]
# One list of n-grams for each view of a sentence (words, letters, sounds).
Views = Sequence[Sequence[str]]


def keys_of(views: Views) -> list[Counter[int]]:
    """The CRC-32 of each n-gram with its count, one counter a view."""
    return [Counter(crc32(gram.encode(), view) for gram in grams) for view, grams in enumerate(views)]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Known n-grams: ``keys`` sorted, shape (n,), with ``idf`` beside them, the rarer the heavier.

    ``balance`` is the length of each view's part of a row.
    """

    keys: Keys
    idf: Floats
    balance: tuple[float, ...]

    @classmethod
    def of(cls, sentences: Sequence[Sequence[Counter[int]]], balance: tuple[float, ...]) -> Vocabulary:
        """Every n-gram of ``sentences``, with smoothed inverse document frequencies."""
        seen = Counter(key for views in sentences for grams in views for key in grams)
        keys = np.fromiter(seen.keys(), np.uint32, len(seen))
        counts = np.fromiter(seen.values(), np.float32, len(seen))
        order = np.argsort(keys)
        idf = np.log((1 + len(sentences)) / (1 + counts[order])) + 1
        return cls(keys[order], idf.astype(np.float32), balance)

    def row(self, views: Sequence[Counter[int]]) -> tuple[NDArray[np.intp], Floats]:
        """Indices and weights of one sentence: sublinear counts times idf, each view at its length."""
        indices, weights = [], []
        for grams, length in zip(views, self.balance, strict=True):
            wanted = np.fromiter(grams.keys(), np.uint32, len(grams))
            tf = np.fromiter((1 + math.log(count) for count in grams.values()), np.float32, len(grams))
            at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            known = self.keys[at] == wanted
            at, weight = at[known], tf[known] * self.idf[at[known]]
            indices.append(at)
            weights.append(weight * (length / max(float(np.sqrt(weight @ weight)), 1e-9)))
        return np.concatenate(indices), np.concatenate(weights)

    def matrix(self, sentences: Iterable[Sequence[Counter[int]]]) -> csr_matrix:
        """All rows as one sparse matrix, shape (sentences, n)."""
        from scipy.sparse import csr_matrix  # only for training: a warm start does without

        rows = [self.row(views) for views in sentences]
        ends = np.cumsum([0] + [len(indices) for indices, _ in rows])
        indices = np.concatenate([indices for indices, _ in rows])
        weights = np.concatenate([weights for _, weights in rows])
        matrix = csr_matrix((weights, indices, ends), shape=(len(rows), len(self.keys)))
        matrix.sum_duplicates()
        return matrix


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Scores for each of ``classes``; ``weights`` has shape (n + 1, classes), the bias in its last row.

    Half precision: scores change in the third decimal, and the model takes half the memory.
    """

    vocabulary: Vocabulary
    weights: NDArray[np.float16]
    classes: tuple[str, ...]

    def knows(self, views: Sequence[Counter[int]]) -> bool:
        """Whether at least one n-gram of ``views`` was seen in training."""
        return len(self.vocabulary.row(views)[0]) > 0

    def scores(self, views: Sequence[Counter[int]]) -> Floats:
        """One score a class, shape (classes,); the bias alone where no n-gram is known."""
        indices, values = self.vocabulary.row(views)
        found: Floats = values @ self.weights[indices].astype(np.float32) + self.weights[-1]
        return found


Fit = Callable[["csr_matrix", NDArray[np.str_]], tuple[Floats, tuple[str, ...]]]


def train(
    sentences: Sequence[Sequence[Counter[int]]],
    labels: Sequence[str],
    fit: Fit,
    balance: tuple[float, ...],
) -> LinearModel:
    """Learn a model from hashed sentences; the same data gives the same model."""
    vocabulary = Vocabulary.of(sentences, balance)
    weights, classes = fit(vocabulary.matrix(sentences), np.asarray(labels))
    return LinearModel(vocabulary, weights.astype(np.float16), classes)


def fit_svm(
    rows: csr_matrix, labels: NDArray[np.str_], strength: float = 1.0
) -> tuple[Floats, tuple[str, ...]]:
    """One linear support vector machine a class, classes balanced."""
    from sklearn.svm import LinearSVC  # only for training: a warm start does without

    classifier = LinearSVC(C=strength, class_weight="balanced", random_state=0).fit(rows, labels)
    weights, bias = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return np.vstack([weights.T, bias]).astype(np.float32), tuple(map(str, classifier.classes_))


def fit_topics(rows: csr_matrix, labels: NDArray[np.str_]) -> tuple[Floats, tuple[str, ...]]:
    """As `fit_svm`, with one column more, ANYTHING: all topics together against out_of_scope."""
    weights, classes = fit_svm(rows, labels, strength=0.5)
    nothing = labels == OUT_OF_SCOPE
    if not nothing.any() or nothing.all():
        return weights, classes
    against, _ = fit_svm(rows, np.where(nothing, "0", "1"))
    return np.hstack([weights, against[:, 1:]]), (*classes, ANYTHING)


def cross_scores(
    sentences: Sequence[Sequence[Counter[int]]],
    labels: Sequence[str],
    classes: Sequence[str],
    fit: Fit,
    balance: tuple[float, ...],
    parts: int = 3,
) -> Floats:
    """Scores (sentences, classes) of each sentence by a model that was trained without it.

    A class that such a model did not see scores -1.
    """
    part_of = stratified_parts(np.asarray(labels), parts)
    scores = np.full((len(labels), len(classes)), -1.0, np.float32)
    for part in range(parts):
        seen = np.flatnonzero(part_of != part).tolist()
        model = train([sentences[i] for i in seen], [labels[i] for i in seen], fit, balance)
        columns = [classes.index(name) for name in model.classes]
        for i in np.flatnonzero(part_of == part).tolist():
            scores[i, columns] = model.scores(sentences[i])
    return scores


def stratified_parts(labels: NDArray[np.str_], parts: int, seed: int = 0) -> NDArray[np.intp]:
    """A part 0..parts-1 for each label, every class spread evenly; the same for the same input."""
    order = np.random.default_rng(seed).permutation(len(labels))
    part_of = np.empty(len(labels), np.intp)
    for name in np.unique(labels):
        members = order[labels[order] == name]
        part_of[members] = np.arange(len(members)) % parts
    return part_of


def softmax(scores: Floats, temperature: float = 1.0) -> Floats:
    """Probabilities along the last axis."""
    exponents = np.exp((scores - scores.max(axis=-1, keepdims=True)) / temperature)
    total: Floats = exponents / exponents.sum(axis=-1, keepdims=True)
    return total
