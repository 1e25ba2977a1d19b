"""Danger told in a text, found by phrases before any model is asked.

A person in danger must be answered with 112 whatever the model thinks, so this reads plain data
(``data/danger/``, see its README), does the same every time and leans to finding too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import yaml

from nlu.contract import Danger, DangerKind
from nlu.phrases import Found, PhraseError, Phrases, Sets, split_words
from nlu.wordforms import Vocabulary

# Of several dangers in one text the first of these is named: it has a number of its own, or less time.
URGENCY: tuple[DangerKind, ...] = (
    "suicide", "violence_home", "fire", "medical", "attack", "accident", "exploitation", "threat",
)  # fmt: skip

Role = Literal["acute", "general", "now", "unless"]

# The four languages, and Tigrinya and Arabic in Latin letters, which are met by ear.
_HEARD = ("ti_latn", "ar_latn")
_SECTIONS = ("ti", "ar", "nl", "en", *_HEARD)
_SHARED = "shared"  # the file with what all kinds use
_WORD_LISTS = ("real_words", "plain_words")

_Fields = Mapping[str, object]
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, ten times as fast


class DangerDataError(Exception):
    """The danger data cannot be used; ``problems`` lists every one as ``path: field: problem``."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class _Label(NamedTuple):
    """What a phrase says; ``kind`` is None for what counts for every kind."""

    kind: DangerKind | None
    role: Role


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
        path = self._path(_SHARED)
        shared = self._file(path)
        real_words, plain_words = (self._words(path, key, shared).split() for key in _WORD_LISTS)
        phrases: Phrases[_Label] = Phrases(Vocabulary(real_words))
        shared_sets = {section: self._sets(path, section, shared) for section in _SECTIONS}
        self._add_all(phrases, path, shared, shared_sets, None)
        for kind in URGENCY:
            path = self._path(kind)
            self._add_all(phrases, path, self._file(path), shared_sets, kind)
        return DangerDetector(phrases, plain_words)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.yml"

    def _problem(self, path: Path, field: str, problem: str) -> None:
        self.problems.append(f"{path}: {field}: {problem}")

    def _file(self, path: Path) -> _Fields:
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=_SafeLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self._problem(path, "file", f"cannot be read: {' '.join(str(error).split())}")
            return {}
        return self._entries(path, "file", content)

    def _entries(self, path: Path, field: str, content: object) -> _Fields:
        """``content`` if it is a mapping, else nothing and a problem."""
        if isinstance(content, dict):
            return content
        self._problem(path, field, "must hold named entries")
        return {}

    def _words(self, path: Path, field: str, fields: _Fields) -> str:
        words = fields.get(field.rpartition(".")[2], "")
        if isinstance(words, str):
            return words
        self._problem(path, field, "must be words in one text")
        return ""

    def _sets(self, path: Path, section: str, content: _Fields) -> Sets:
        """The named sets of one section."""
        field = f"{section}.sets"
        sets = self._entries(
            path, field, self._entries(path, section, content.get(section, {})).get("sets", {})
        )
        return {str(name): self._words(path, f"{field}.{name}", sets) for name in sets}

    def _add_all(
        self,
        phrases: Phrases[_Label],
        path: Path,
        content: _Fields,
        sets: Mapping[str, Sets],
        kind: DangerKind | None,
    ) -> None:
        roles: tuple[Role, ...] = get_args(Role) if kind else ("now", "unless")
        self._refuse_others(path, "", content, _SECTIONS if kind else (*_SECTIONS, *_WORD_LISTS))
        for section in _SECTIONS:
            fields = self._entries(path, section, content.get(section, {}))
            self._refuse_others(path, f"{section}.", fields, ("sets", *roles))
            all_sets = {**sets[section], **self._sets(path, section, content)}
            for role in roles:
                for field, pattern in self._patterns(path, f"{section}.{role}", fields.get(role, [])):
                    try:
                        phrases.add(pattern, _Label(kind, role), all_sets, heard=section in _HEARD)
                    except PhraseError as error:
                        self._problem(path, field, str(error))

    def _patterns(self, path: Path, field: str, patterns: object) -> Iterator[tuple[str, str]]:
        if not isinstance(patterns, list):
            self._problem(path, field, "must be a list of patterns")
            return
        for index, pattern in enumerate(patterns):
            if isinstance(pattern, str):
                yield f"{field}[{index}]", pattern
            else:
                self._problem(path, f"{field}[{index}]", "must be text")

    def _refuse_others(self, path: Path, before: str, fields: _Fields, allowed: Iterable[str]) -> None:
        for key in fields:
            if key not in allowed:
                self._problem(path, f"{before}{key}", f"unknown, not one of {', '.join(allowed)}")
