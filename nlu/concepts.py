"""Meanings that the four languages share: words of each are mapped to the same few hundred concepts.

``data/concepts/<lang>.yml`` has Rasa ``lookup`` sections, so that a Rasa server's RegexFeaturizer can read
them too. An entry is a word, a phrase of two or three words, or a stem with ``*`` at an end.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.contract import LANGUAGES, Language
from nlu.datafiles import DataError, SafeLoader
from nlu.folding import fold_text
from nlu.wordforms import Vocabulary, root

# Who writes one language in Latin letters mixes in Dutch words, and newcomers English ones too.
LEXICONS: dict[str, tuple[Language, ...]] = {
    "nl": ("nl",),
    "en": ("en", "nl"),
    "ti": ("ti", "nl", "en"),
    "ar": ("ar", "nl", "en"),
}
# Tigrinya and Arabic in Latin letters have no standard spelling: they are met by ear.
BY_EAR: frozenset[Language] = frozenset(("ti", "ar"))
_ETHIOPIC = re.compile("[\u1200-\u137f]+")
# With fewer consonants too many words are alike. Tried on the development set: +0.6 points top-1, +0.8 top-3.
_FEWEST_CONSONANTS = 3
_REMEMBERED = 20_000  # words whose meanings are kept at hand


class ConceptDataError(DataError):
    """The lexicon cannot be used; ``problems`` lists every reason as ``path: field: problem``."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """The words that must follow the first one, and what all of them mean."""

    following: tuple[int, ...]
    concept: str


class Lexicon:
    """The concepts of one language."""

    def __init__(self, language: Language, concepts: dict[str, Sequence[str]]) -> None:
        """``concepts`` has the entries of each concept."""
        self._vocabulary = Vocabulary()
        self._words: defaultdict[int, set[str]] = defaultdict(set)
        self._phrases: defaultdict[int, list[_Phrase]] = defaultdict(list)
        for concept, entries in concepts.items():
            for entry in entries:
                self._add(entry, concept, heard=language in BY_EAR and entry.isascii())
        self._numbers = lru_cache(_REMEMBERED)(self._vocabulary.numbers)

    def _add(self, entry: str, concept: str, heard: bool) -> None:
        first, *rest = (self._number(word, heard) for word in entry.split())
        if rest:
            self._phrases[first].append(_Phrase(tuple(rest), concept))
        else:
            self._words[first].add(concept)
            self._add_root(entry, concept)

    def _add_root(self, entry: str, concept: str) -> None:
        """Tigrinya verbs and nouns change their vowels with every form, so a word that has enough consonants
        is also met by those, whatever follows them."""
        word = fold_text(entry.strip("*"))
        if _ETHIOPIC.fullmatch(word) and len(root(word)) >= _FEWEST_CONSONANTS:
            self._words[self._vocabulary.add(f"/{word}*/")].add(concept)

    def _number(self, word: str, heard: bool) -> int:
        stem = fold_text(word.strip("*"))
        return self._vocabulary.add(word.replace(word.strip("*"), stem), heard=heard)

    def find(self, words: Sequence[str]) -> set[str]:
        """The concepts that the folded words of a text have."""
        numbers = [self._numbers(word) for word in words]
        return {concept for at in range(len(words)) for concept in self._meanings(numbers, at)}

    def _meanings(self, numbers: Sequence[Collection[int]], at: int) -> Iterable[str]:
        for number in numbers[at]:
            yield from self._words.get(number, ())
            for phrase in self._phrases.get(number, ()):
                behind = numbers[at + 1 : at + 1 + len(phrase.following)]
                if len(behind) == len(phrase.following) and all(
                    one in found for one, found in zip(phrase.following, behind, strict=True)
                ):
                    yield phrase.concept


class Concepts:
    """The lexicons of all languages."""

    def __init__(self, lexicons: dict[Language, Lexicon]) -> None:
        self._lexicons = lexicons

    def find(self, words: Sequence[str], language: str) -> set[str]:
        """The concepts in the folded words of a text in ``language``, of all languages that it may hold."""
        wanted = LEXICONS.get(language, LANGUAGES)
        found: set[str] = set()
        for each in wanted:
            if each in self._lexicons:
                found |= self._lexicons[each].find(words)
        return found


def load_concepts(root: Path) -> Concepts:
    """Read ``root/data/concepts``; raises ConceptDataError with all that is wrong."""
    problems: list[str] = []
    read = {
        language: _read(path, problems)
        for language in LANGUAGES
        if (path := root / "data" / "concepts" / f"{language}.yml").exists()
    }
    names = {language: set(concepts) for language, concepts in read.items()}
    for language, own in names.items():
        for missing in sorted(set().union(*names.values()) - own):
            problems.append(f"data/concepts/{language}.yml: {missing}: missing, another language has it")
    if problems:
        raise ConceptDataError(problems)
    return Concepts({language: Lexicon(language, concepts) for language, concepts in read.items()})


def _read(path: Path, problems: list[str]) -> dict[str, Sequence[str]]:
    where = f"data/concepts/{path.name}"
    try:
        data = yaml.load(path.read_text("utf-8"), SafeLoader)
        sections = [(section["lookup"], section["examples"]) for section in data["nlu"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        problems.append(f"{where}: nlu: not lookups with examples ({type(error).__name__})")
        return {}
    concepts: dict[str, Sequence[str]] = {}
    for name, examples in sections:
        if name in concepts:
            problems.append(f"{where}: {name}: stands twice")
        concepts[name] = entries = [line.removeprefix("- ").strip() for line in examples.splitlines()]
        if not entries or not all(entry.strip("* ") for entry in entries):
            problems.append(f"{where}: {name}: has an empty entry")
    return concepts
