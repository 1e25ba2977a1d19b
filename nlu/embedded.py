"""The embedded engine: understands a text with one joint linear model for all four languages.

Trained in seconds from the same files that a Rasa server reads, or loaded from a cache in less than one. At
run time it needs numpy alone.
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import cast

from nlu import cache
from nlu.calibration import Calibration, calibrate
from nlu.concepts import Concepts, load_concepts
from nlu.contract import MOST_CHARACTERS, OUT_OF_SCOPE, Intent, Language, Parse
from nlu.contrast import Contrast, load_contrast
from nlu.entities import Lexicon, find_entities, load_lexicons
from nlu.features import BALANCE, romanisation, views_of
from nlu.folding import fold
from nlu.language import LanguageDetector, Script, learn
from nlu.linear import ANYTHING, LinearModel, cross_scores, fit_topics, keys_of
from nlu.linear import train as train_model
from nlu.training import TrainingData, fingerprint, load_training

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent  # the Rasa project: domain.yml, config.yml and data/

# The modules that decide what a trained engine is: a change in one of them trains anew.
CODE = (
    "cache",
    "calibration",
    "concepts",
    "contract",
    "contrast",
    "datafiles",
    "embedded",
    "entities",
    "features",
    "folding",
    "language",
    "linear",
    "training",
    "wordforms",
)
RANKED = 10  # intents in a ranking, as many as Rasa gives

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
    concepts: Concepts
    contrast: Contrast

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that it knows, sorted."""
        return tuple(name for name in self.model.classes if name != ANYTHING)

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
        """The likeliest intents of a folded text, best first.

        out_of_scope stands first when the text is rejected and nowhere else, as Rasa's fallback does.
        """
        said = self.contrast.affirmed(folded)
        views = keys_of(views_of(said, language, self.romanisation, self.concepts))
        if not self.model.knows(views):
            return (Intent(OUT_OF_SCOPE, 1.0),)
        scores = self.model.scores(views)
        probabilities = self.calibration.probabilities(scores, self.model.classes, language)
        best = sorted(probabilities, key=lambda name: -probabilities[name])
        named = [name for name in best if name != OUT_OF_SCOPE or name == best[0]][:RANKED]
        return tuple(Intent(name, probabilities[name]) for name in named)


def train(data: TrainingData, root: Path = HERE) -> EmbeddedEngine:
    """Learn from ``data``; the lists of days, official words and languages come from ``root/data``.

    About half a minute for 9,000 sentences on two cores. The same data gives the same engine.
    """
    table, concepts, contrast = romanisation(), load_concepts(root), load_contrast(root)
    sentences = [
        keys_of(views_of(contrast.affirmed(fold(example.text).text), example.language, table, concepts))
        for example in data.examples
    ]
    labels = [example.intent for example in data.examples]
    languages = [example.language for example in data.examples]
    model = train_model(sentences, labels, fit_topics, BALANCE)
    unseen = cross_scores(sentences, labels, model.classes, fit_topics, BALANCE)
    return EmbeddedEngine(
        model=model,
        calibration=calibrate(unseen, labels, languages, model.classes),
        detector=learn(root, data.examples),
        lexicons=load_lexicons(root),
        romanisation=table,
        concepts=concepts,
        contrast=contrast,
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
    cache_dir.mkdir(parents=True, exist_ok=True)  # before a long training that nobody could keep
    data = load_training(root)  # here, so that bad data is refused as itself and not as a broken child
    logger.info("training the embedded understanding on %d sentences", len(data.examples))
    _train_apart(data, root, path)
    for old in cache_dir.glob("understanding-*.npz"):
        if old != path:
            old.unlink(missing_ok=True)
    return _thaw(cache.read(path), root)


def _train_apart(data: TrainingData, root: Path, path: Path) -> None:
    """Train in a process of its own: training takes 500 MB that this process would not give back."""
    command = [sys.executable, "-m", "nlu.embedded", str(root), str(path)]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    if subprocess.run(command, env=here, check=False).returncode != 0 or not path.is_file():
        logger.warning("training in a process of its own failed, training here")
        cache.write(_freeze(train(data, root)), path)


def _freeze(engine: EmbeddedEngine) -> cache.Stored:
    languages = {_LANGUAGE + script: model for script, model in engine.detector.models.items()}
    about = {"calibration": asdict(engine.calibration), "romanisation": dict(engine.romanisation)}
    return cache.Stored({_INTENT: engine.model, **languages}, about)


def _thaw(stored: cache.Stored, root: Path) -> EmbeddedEngine:
    lexicons = load_lexicons(root)
    calibration = stored.about["calibration"]
    languages = {
        cast("Script", name.removeprefix(_LANGUAGE)): model
        for name, model in stored.models.items()
        if name.startswith(_LANGUAGE)
    }
    return EmbeddedEngine(
        model=stored.models[_INTENT],
        calibration=Calibration(
            temperature=calibration["temperature"],
            judge=tuple(calibration["judge"]),
            thresholds=calibration["thresholds"],
        ),
        detector=LanguageDetector(languages, lexicons[1]),
        lexicons=lexicons,
        romanisation=stored.about["romanisation"],
        concepts=load_concepts(root),
        contrast=load_contrast(root),
    )


def _origin(root: Path) -> str:
    """A name that changes with the data, the word lists, the code that reads them and scikit-learn."""
    digest = hashlib.sha256(f"{fingerprint(root)} {version('scikit-learn')}".encode())
    words = (root / "data" / name for name in ("days.yml", "official_words.yml", "contrast.yml"))
    profiles = sorted((root / "data" / "languages").glob("*.yml"))
    lexicons = sorted((root / "data" / "concepts").glob("*.yml"))
    for path in (*words, *profiles, *lexicons, *(HERE / f"{name}.py" for name in CODE)):
        digest.update(f"{path.name}:".encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()[:20]


if __name__ == "__main__":
    cache.write(_freeze(train(load_training(Path(sys.argv[1])), Path(sys.argv[1]))), Path(sys.argv[2]))
