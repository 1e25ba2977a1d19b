"""The embedded engine: understands a text with one joint linear model for all four languages.

Trained in seconds from the same files that a Rasa server reads, or loaded from a cache in less than one. At
run time it needs numpy alone.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import cast

import numpy as np

from nlu import cache
from nlu.calibration import Calibration, calibrate
from nlu.contract import OUT_OF_SCOPE, Intent, Language, Parse
from nlu.entities import Lexicon, find_entities, load_lexicons
from nlu.features import BALANCE, romanisation, views_of
from nlu.folding import fold
from nlu.language import LanguageDetector, Script, learn
from nlu.linear import LinearModel, cross_scores, fit_svm, keys_of
from nlu.linear import train as train_model
from nlu.training import TrainingData, fingerprint, load_training

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent  # the Rasa project: domain.yml, config.yml and data/

MOST_CHARACTERS = 2000  # of a text are read: a question fits, and a pasted book costs no time
RANKED = 10  # intents in a ranking, as many as Rasa gives

# How closely the model follows its examples; chosen by cross-validation (docs/understanding.md).
_fit = partial(fit_svm, strength=0.5)

_INTENT = "intent"
_LANGUAGE = "language-"


@dataclass(frozen=True, slots=True)
class EmbeddedEngine:
    """Understanding in this process. Build it with `train` or `load_or_train`."""

    model: LinearModel
    calibration: Calibration
    detector: LanguageDetector
    lexicons: tuple[Lexicon, Lexicon]
    romanisation: Mapping[str, str]

    async def parse(self, text: str, prior: Language | None = None) -> Parse:
        """Understand ``text``; offsets of entities are those of ``text`` as given."""
        return self.understand(text, prior)

    def understand(self, text: str, prior: Language | None = None) -> Parse:
        """The same without an event loop: about a millisecond of work, nothing waits."""
        read = text[:MOST_CHARACTERS]
        folded = fold(read)
        language = self.detector.detect_folded(read, folded, prior).language
        ranking = self.rank(folded.text, language)
        return Parse(
            text=text,
            language=language,
            intent=ranking[0],
            ranking=ranking,
            entities=find_entities(self.lexicons, folded),
        )

    def rank(self, folded: str, language: str) -> tuple[Intent, ...]:
        """The likeliest intents of a folded text, best first; out_of_scope first when it is rejected."""
        views = keys_of(views_of(folded, self.romanisation))
        if not self.model.knows(views):
            return (Intent(OUT_OF_SCOPE, 1.0),)
        scores = self.model.scores(views)
        probabilities = self.calibration.probabilities(scores, self.model.classes, language)
        best = np.argsort(-probabilities, kind="stable")[:RANKED]
        return tuple(Intent(self.model.classes[i], float(probabilities[i])) for i in best)


def train(data: TrainingData, root: Path = HERE) -> EmbeddedEngine:
    """Learn from ``data``; the lists of days, official words and languages come from ``root/data``.

    About half a minute for 9,000 sentences on two cores. The same data gives the same engine.
    """
    table = romanisation()
    sentences = [keys_of(views_of(fold(example.text).text, table)) for example in data.examples]
    labels = [example.intent for example in data.examples]
    languages = [example.language for example in data.examples]
    model = train_model(sentences, labels, _fit, BALANCE)
    unseen = cross_scores(sentences, labels, _fit, BALANCE)
    return EmbeddedEngine(
        model=model,
        calibration=calibrate(unseen, labels, languages, model.classes),
        detector=learn(root, data.examples),
        lexicons=load_lexicons(root),
        romanisation=table,
    )


def load_or_train(root: Path, cache_dir: Path) -> EmbeddedEngine:
    """The engine for the Rasa project in ``root``, from ``cache_dir`` unless anything it is made of changed.

    A broken cache is trained anew with a warning. Raises TrainingDataError for bad data, OSError when the
    cache folder cannot be written.
    """
    path = cache_dir / f"understanding-{_origin(root)}.npz"
    if path.is_file():
        try:
            return _thaw(cache.read(path), root)
        except cache.BROKEN as error:
            logger.warning("cache of the understanding is broken (%s), training anew", type(error).__name__)
    logger.info("training the embedded understanding")
    engine = train(load_training(root), root)
    cache.write(_freeze(engine), path)
    for old in cache_dir.glob("understanding-*.npz"):
        if old != path:
            old.unlink(missing_ok=True)
    return engine


def _freeze(engine: EmbeddedEngine) -> cache.Stored:
    languages = {_LANGUAGE + script: model for script, model in engine.detector.models.items()}
    about = {"calibration": asdict(engine.calibration), "romanisation": dict(engine.romanisation)}
    return cache.Stored({_INTENT: engine.model, **languages}, about)


def _thaw(stored: cache.Stored, root: Path) -> EmbeddedEngine:
    lexicons = load_lexicons(root)
    languages = {
        cast("Script", name.removeprefix(_LANGUAGE)): model
        for name, model in stored.models.items()
        if name.startswith(_LANGUAGE)
    }
    return EmbeddedEngine(
        model=stored.models[_INTENT],
        calibration=Calibration(**stored.about["calibration"]),
        detector=LanguageDetector(languages, lexicons[1]),
        lexicons=lexicons,
        romanisation=stored.about["romanisation"],
    )


def _origin(root: Path) -> str:
    """A name that changes with the data, the word lists, the code of this package and scikit-learn."""
    digest = hashlib.sha256(f"{fingerprint(root)} {version('scikit-learn')}".encode())
    words = (root / "data" / "days.yml", root / "data" / "official_words.yml")
    profiles = sorted((root / "data" / "languages").glob("*.yml"))
    for path in (*words, *profiles, *sorted(HERE.glob("*.py"))):
        digest.update(f"{path.name}:".encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()[:20]
