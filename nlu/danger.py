"""Danger told in a text, found by phrases before any model is asked.

A person in danger must be answered with 112 whatever the model thinks, so this reads plain data
(``data/danger/``, see its README), does the same every time and leans to finding too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import yaml

from nlu.contract import Danger, DangerKind
from nlu.datafiles import DataError, SafeLoader
from nlu.phrases import Found, Grammar, PhraseError, Phrases, WordClasses, split_words
from nlu.romanised import romanised
from nlu.wordforms import Vocabulary

# Of several dangers in one text the first of these is named: it has a number of its own, or less time.
URGENCY: tuple[DangerKind, ...] = (
    "suicide", "violence_home", "fire", "medical", "attack", "accident", "exploitation", "threat",
)  # fmt: skip

Role = Literal["acute", "general", "now", "unless"]

# The four languages, and Tigrinya and Arabic in Latin letters, which are met by ear.
_HEARD = ("ti_latn", "ar_latn")
_SECTIONS = ("ti", "ar", "nl", "en", *_HEARD)
# Met in Latin letters too. One word by ear is soon another one, so a danger needs two.
_ROMANISED = "ti"
_FEWEST_BY_EAR = 2
_SHARED = "shared"  # the file with what all kinds use
_WORD_LISTS = ("real_words", "plain_words")


class DangerDataError(DataError):
    """The danger data cannot be used; ``problems`` lists every one as ``path: field: problem``."""


class _Label(NamedTuple):
    """What a phrase says; ``kind`` is None for what counts for every kind."""

    kind: DangerKind | None
    role: Role


@dataclass(frozen=True, slots=True)
class _Part:
    """Entries of a file, and where they stand in it."""

    path: Path
    field: str
    entries: Mapping[str, object]

    def at(self, key: str) -> str:
        return f"{self.field}.{key}" if self.field else key


class DangerDetector:
    """Tells whether a text speaks of danger. Made by ``load_danger``; safe to share between threads."""

    def __init__(self, phrases: Phrases[_Label], plain_words: Iterable[str]) -> None:
        self._phrases = phrases
        self._plain_words = frozenset(plain_words)

    def detect(self, text: str) -> Danger | None:
        """The most urgent danger in ``text``, None when there is none. Linear in the length of the text."""
        tokens = split_words(text)
        found = self._phrases.find(tokens, heard=not self._is_plain(tokens))
        told = set(_not_excused(found))
        if not told:
            return None
        now = {one.label.kind for one in found if one.label.role == "now"}
        acute = {kind for kind, role in told if role == "acute" or kind in now or None in now}
        kind = min(acute or {kind for kind, _ in told}, key=URGENCY.index)
        return Danger(kind, kind in acute)

    def _is_plain(self, tokens: list[str]) -> bool:
        """Two common words of Dutch or English, and a quarter of all, are no romanised Tigrinya or Arabic."""
        plain = sum(token in self._plain_words for token in tokens)
        return plain >= 2 and 4 * plain >= len(tokens)


def _not_excused(found: list[Found[_Label]]) -> Iterator[tuple[DangerKind, Role]]:
    """The dangers named by phrases that share no word with a harmless reading of the same words."""
    harmless = {
        (one.label.kind, index)
        for one in found
        if one.label.role == "unless"
        for index in range(one.start, one.end)
    }
    for one in found:
        kind, role = one.label
        if kind is None or role not in ("acute", "general"):
            continue
        if not any({(kind, index), (None, index)} & harmless for index in range(one.start, one.end)):
            yield kind, role


def load_danger(path: Path) -> DangerDetector:
    """Read ``shared.yml`` and one file per kind in the folder ``path``; raises DangerDataError."""
    reader = _Reader(path)
    detector = reader.read()
    if reader.problems:
        raise DangerDataError(reader.problems)
    return detector


class _Reader:
    """Reads the files of one folder strictly and keeps every problem."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problems: list[str] = []

    def read(self) -> DangerDetector:
        for stray in sorted(self._folder.glob("*.yml")):
            if stray.stem not in (_SHARED, *URGENCY):
                self._problem(stray, "file", f"is no kind of danger, not one of {', '.join(URGENCY)}")
        shared = self._file(_SHARED)
        real_words, plain_words = (self._text(shared, key).split() for key in _WORD_LISTS)
        classes = WordClasses(Vocabulary(real_words))
        phrases: Phrases[_Label] = Phrases(classes)
        for kind in (None, *URGENCY):
            content = self._file(kind) if kind else shared
            self._refuse_others(content, _SECTIONS if kind else (*_SECTIONS, *_WORD_LISTS))
            for section in _SECTIONS:
                sets = self._sets(shared, section) | self._sets(content, section)
                grammar = Grammar(classes, sets, heard=section in _HEARD)
                part = self._part(content, section)
                self._add_section(phrases, grammar, part, kind)
                if section == _ROMANISED:
                    by_ear = Grammar(classes, sets, heard=True, spelled=romanised)
                    self._add_section(phrases, by_ear, part, kind, fewest=_FEWEST_BY_EAR)
        return DangerDetector(phrases, plain_words)

    def _add_section(
        self,
        phrases: Phrases[_Label],
        grammar: Grammar,
        section: _Part,
        kind: DangerKind | None,
        *,
        fewest: int = 1,
    ) -> None:
        """Add the patterns of a section; a danger in the ways of writing it that name ``fewest`` words."""
        roles: tuple[Role, ...] = get_args(Role) if kind else ("now", "unless")
        self._refuse_others(section, ("sets", *roles))
        for role in roles:
            for at, pattern in self._patterns(section, role):
                try:
                    for form in grammar.forms(pattern):
                        if role in ("now", "unless") or grammar.words(form) >= fewest:
                            phrases.add(form, _Label(kind, role))
                except PhraseError as error:
                    self._problem(section.path, at, str(error))

    def _problem(self, path: Path, field: str, problem: str) -> None:
        line = f"{path}: {field}: {problem}"
        if line not in self.problems:
            self.problems.append(line)

    def _file(self, name: str) -> _Part:
        path = self._folder / f"{name}.yml"
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self._problem(path, "file", f"cannot be read: {' '.join(str(error).split())}")
            content = {}
        return self._as_part(path, "", content)

    def _as_part(self, path: Path, field: str, content: object) -> _Part:
        """``content`` if it holds named entries, else nothing and a problem."""
        if not isinstance(content, dict):
            self._problem(path, field or "file", "must hold named entries")
            content = {}
        return _Part(path, field, {str(key): value for key, value in content.items()})

    def _part(self, part: _Part, key: str) -> _Part:
        return self._as_part(part.path, part.at(key), part.entries.get(key, {}))

    def _sets(self, content: _Part, section: str) -> dict[str, str]:
        sets = self._part(self._part(content, section), "sets")
        return {name: self._text(sets, name) for name in sets.entries}

    def _text(self, part: _Part, key: str) -> str:
        text = part.entries.get(key, "")
        if isinstance(text, str):
            return text
        self._problem(part.path, part.at(key), "must be words in one text")
        return ""

    def _patterns(self, part: _Part, key: str) -> Iterator[tuple[str, str]]:
        """Each pattern of a list, with its place."""
        patterns = part.entries.get(key, [])
        if not isinstance(patterns, list):
            self._problem(part.path, part.at(key), "must be a list of patterns")
            return
        for index, pattern in enumerate(patterns):
            if isinstance(pattern, str):
                yield f"{part.at(key)}[{index}]", pattern
            else:
                self._problem(part.path, f"{part.at(key)}[{index}]", "must be text")

    def _refuse_others(self, part: _Part, allowed: Iterable[str]) -> None:
        for key in part.entries:
            if key not in allowed:
                self._problem(part.path, part.at(key), f"unknown, not one of {', '.join(allowed)}")
