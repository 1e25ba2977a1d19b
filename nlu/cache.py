"""Trained models on disk: plain arrays and JSON in one file, never pickled objects.

The file is written beside its place and moved there in one step, so a reader sees the old one or the new one.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.linear import LinearModel, Vocabulary

# What reading a damaged, foreign or outdated file can raise.
BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class Stored:
    """Linear models by name, and whatever JSON belongs to them."""

    models: Mapping[str, LinearModel]
    about: Mapping[str, Any]


def write(stored: Stored, path: Path) -> None:
    """Write to ``path``, readable by its owner only (mode 0600); OSError when that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = dict(part for name, model in stored.models.items() for part in _parts(name, model))
    shapes = {
        name: {"classes": model.classes, "balance": model.vocabulary.balance}
        for name, model in stored.models.items()
    }
    header = json.dumps({"models": shapes, "about": dict(stored.about)})
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".understanding-")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, header=np.array(header), **arrays)
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def read(path: Path) -> Stored:
    """Read what `write` wrote; raises one of BROKEN for anything else."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        header: dict[str, Any] = json.loads(str(arrays["header"]))
        models = {name: _model(arrays, name, **shape) for name, shape in header["models"].items()}
    return Stored(models, header["about"])


def _parts(name: str, model: LinearModel) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{name}.keys", model.vocabulary.keys
    yield f"{name}.idf", model.vocabulary.idf
    yield f"{name}.weights", model.weights


def _model(
    arrays: Mapping[str, NDArray[Any]], name: str, classes: list[str], balance: list[float]
) -> LinearModel:
    keys, idf, weights = (arrays[f"{name}.{part}"] for part in ("keys", "idf", "weights"))
    if idf.shape != keys.shape or weights.shape != (len(keys) + 1, len(classes)):
        raise ValueError(f"{name}: arrays do not fit each other")
    return LinearModel(Vocabulary(keys, idf, tuple(balance)), weights, tuple(classes))
