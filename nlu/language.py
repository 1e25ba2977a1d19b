"""Which language a text is written in: the script first, then its words and letters.

No detector on the shelf knows Tigrinya, romanised Tigrinya or Arabizi, so this one is learned from our own
training sentences and, for the languages that are not ours, from the words and sentences in
``data/languages/<code>.yml``. Official Dutch words are taken out first: they stand in every language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml

from nlu.contract import LANGUAGES, Language
from nlu.entities import Lexicon, load_lexicons
from nlu.features import WORD, runs
from nlu.folding import Folded, fold
from nlu.linear import LinearModel, fit_svm, keys_of, softmax, train
from nlu.training import Example, load_training

Script = Literal["Ethi", "Arab", "Latn", "none"]
SCRIPTS: tuple[Script, ...] = ("Ethi", "Arab", "Latn", "none")

# How much one letter says about the language of the writer. A syllable sign holds two sounds, and people
# borrow Dutch words into Tigrinya and Arabic, hardly ever the other way round.
_LETTER_WEIGHT = {"Ethi": 3.0, "Arab": 1.5, "Latn": 1.0, "none": 1.0}

# Scores are margins of a linear classifier: 1 is a clear difference. Chosen by cross-validation (nlu.report).
_TEMPERATURE = 0.3
_PRIOR_BONUS = 0.35  # for the language of the chat
_FOREIGN_HANDICAP = 0.25  # for a language that is not ours: most who write here write one of ours


BALANCE = (1.0, 1.0)  # of the views: words, letters
# Typed in every language, on every phone: they say nothing about the writer.
_INTERNATIONAL = frozenset({"ok", "oke", "okay", "okey", "oki", "hi", "hey", "haha", "lol"}) | frozenset(
    {"whatsapp", "google", "email", "internet", "wifi", "chatbot", "chatgpt", "leeuwarden"}
)
_PROFILE = {"name", "words", "sentences"}


@dataclass(frozen=True, slots=True)
class Detection:
    """``language`` is a code, ours or not; ``confidence`` 0..1, 0 where the text says nothing."""

    language: str
    confidence: float
    script: Script


@dataclass(frozen=True, slots=True)
class LanguageDetector:
    """One model for each script; ``official`` finds the words that belong to no language."""

    models: Mapping[Script, LinearModel]
    official: Lexicon

    def detect(self, text: str, prior: Language | None = None) -> Detection:
        """The language of ``text``; ``prior`` is the chat's language, used where the text leaves doubt."""
        return self.detect_folded(text, fold(text), prior)

    def detect_folded(self, text: str, folded: Folded, prior: Language | None = None) -> Detection:
        """The same for a text that is folded already."""
        script, words = _telling(text, folded, self.official)
        model = self.models.get(script)
        views = keys_of(views_of(words))
        if model is None or not model.knows(views):
            return Detection(prior or _likeliest(text), 0.0, script)
        scores = model.scores(views) + _leaning(model.classes, prior, single=len(words) == 1)
        probabilities = softmax(scores, _TEMPERATURE)
        best = int(np.argmax(probabilities))
        return Detection(model.classes[best], float(probabilities[best]), script)


def load_languages(root: Path) -> LanguageDetector:
    """Learn the detector from ``root/data``: about a second, needs scikit-learn.

    Raises TrainingDataError or ValueError with what is wrong in the data.
    """
    return learn(root, load_training(root).examples)


def learn(root: Path, examples: Iterable[Example]) -> LanguageDetector:
    """The detector from these training sentences and the word lists under ``root/data/languages``."""
    _, official = load_lexicons(root)
    samples: dict[Script, list[tuple[list[str], str]]] = {}
    texts = [(example.text, example.language) for example in examples] + read_profiles(root)
    for text, language in texts:
        script, words = _telling(text, fold(text), official)
        if words and script != "none":
            samples.setdefault(script, []).append((words, language))
    return LanguageDetector({script: _train(found) for script, found in samples.items()}, official)


def read_profiles(root: Path) -> list[tuple[str, str]]:
    """(text, language code) of each word and sentence in ``root/data/languages``; ValueError if malformed."""
    found = []
    for path in sorted((root / "data" / "languages").glob("*.yml")):
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not {"name", "words"} <= set(content) <= _PROFILE:
            raise ValueError(f"{path.name}: must hold name, words and perhaps sentences")
        lines = [line.removeprefix("- ") for line in content.get("sentences", "").splitlines()]
        found += [(text, path.stem) for text in (*dict.fromkeys(content["words"].split()), *lines) if text]
    return found


def own_words(text: str, folded: Folded, official: Lexicon) -> list[str]:
    """The words of ``text`` in lower case with their marks, without official and international words."""
    kept = list(text)
    for entity in official.find_folded(folded):
        kept[entity.start : entity.end] = " " * (entity.end - entity.start)
    words = WORD.findall(unicodedata.normalize("NFC", "".join(kept)).lower())
    return [word for word in words if word not in _INTERNATIONAL]


def script_of(word: str) -> Script:
    """By the first character that is a letter of one of our scripts."""
    for character in word:
        if "\u1200" <= character <= "\u139f":
            return "Ethi"
        if "\u0600" <= character <= "\u06ff" or "\u0750" <= character <= "\u077f":
            return "Arab"
        if character.isalpha():
            return "Latn" if character < "\u0250" or "\u1e00" <= character <= "\u1eff" else "none"
    return "none"


def main_script(words: Iterable[str]) -> Script:
    """The script that most letters of ``words`` are written in."""
    weights = dict.fromkeys(SCRIPTS, 0.0)
    for word in words:
        script = script_of(word)
        weights[script] += len(word) * _LETTER_WEIGHT[script]
    weights["none"] = 0.0
    return max(SCRIPTS, key=lambda script: weights[script]) if any(weights.values()) else "none"


def _telling(text: str, folded: Folded, official: Lexicon) -> tuple[Script, list[str]]:
    """The main script, and the words in it that tell the language."""
    words = own_words(text, folded, official)
    script = main_script(words)
    return script, [word for word in words if script_of(word) == script]


def views_of(words: Sequence[str]) -> list[list[str]]:
    """Words, and runs of one to four letters within their borders."""
    return [list(words), list(runs(words, 1, 4))]


def _likeliest(text: str) -> Language:
    """Who writes an official word, or nothing at all: told by the alphabet alone."""
    scripts: dict[Script, Language] = {"Ethi": "ti", "Arab": "ar"}
    return scripts.get(main_script(text.split()), "nl")


def _leaning(classes: Sequence[str], prior: Language | None, single: bool) -> np.ndarray:
    """What is added to the scores; one word alone proves no language that is not ours."""
    foreign = -np.inf if single and set(classes) & set(LANGUAGES) else -_FOREIGN_HANDICAP
    handicap = [0.0 if name in LANGUAGES else foreign for name in classes]
    bonus = [_PRIOR_BONUS if name == prior else 0.0 for name in classes]
    return np.asarray(handicap, np.float32) + np.asarray(bonus, np.float32)


def _train(samples: Sequence[tuple[list[str], str]]) -> LinearModel:
    sentences = [keys_of(views_of(words)) for words, _ in samples]
    return train(sentences, [language for _, language in samples], fit_svm, BALANCE)
