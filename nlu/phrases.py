"""Phrases in a small pattern language, all found in one pass over the words of a text.

    husband|wife ~ beats|hits me     alternatives; ``~`` up to three words between, ``~5`` up to five
    {family} is?  violent            a named set; an optional word
    fire*  *burning*                 anything after, before or around
    gas_smell|smoke                  an alternative of two words
    ^ help $                         the beginning and the end of a sentence

A gap does not reach over the end of a sentence. Time grows with the number of words only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Generic, TypeVar

from nlu.folding import fold_text
from nlu.wordforms import Vocabulary

Label = TypeVar("Label")
Sets = Mapping[str, str]

# Words, each in one alphabet ("ንambulance" is two), and the ends of sentences: several dots are a pause, a
# dot inside a number or a word is no end.
_TOKEN = re.compile(
    r"[\u1200-\u139f]+|[\u0620-\u06ff]+|[^\W_\u1200-\u139f\u0620-\u06ff]+"
    r"|(?<![.!?])(?:[!?]+|\.)(?![.!?\w])"
)
_END = "."

_GAP = re.compile(r"~(\d?)")
_USUAL_GAP = 3  # words
_ELEMENT = re.compile(r"([^\W_]|[|*/_]|\{[a-z_]+\})+\??")
_MOST_FORMS = 400  # of one pattern, when its optional and many-worded parts are written out


class PhraseError(ValueError):
    """A pattern that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Label]):
    """A phrase was found: its label and the words ``start <= i < end`` that it covers."""

    label: Label
    start: int
    end: int


@dataclass(slots=True, eq=False)
class _Node(Generic[Label]):
    """What was read so far of one or more patterns: how each may go on, and which end here."""

    words: dict[int, _Node[Label]] = field(default_factory=dict)
    gaps: dict[int, _Node[Label]] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Gap:
    longest: int  # words


# One way to write a pattern: classes of words (their numbers) and gaps.
_Form = tuple["int | _Gap", ...]


def split_words(text: str) -> list[str]:
    """The words of a text, folded, with ``"."`` around and between its sentences."""
    tokens = _TOKEN.findall(fold_text(text).replace("'", ""))
    return [_END, *(token if token[0].isalnum() else _END for token in tokens), _END]


class Phrases(Generic[Label]):
    """Labelled patterns over one vocabulary. Add all patterns first, then find."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._root: _Node[Label] = _Node()
        self._class_of: dict[frozenset[int], int] = {}
        self._classes_with: dict[int, set[int]] = defaultdict(set)
        self._classes = lru_cache(maxsize=16384)(self._find_classes)

    def add(self, pattern: str, label: Label, sets: Sets, *, heard: bool = False) -> None:
        """Look for ``pattern`` from now on; with ``heard`` its words are met by ear. Raises PhraseError."""
        for form in self._forms(pattern, sets, heard):
            node = self._root
            for step in form:
                if isinstance(step, _Gap):
                    node = node.gaps.setdefault(step.longest, _Node())
                else:
                    node = node.words.setdefault(step, _Node())
            if label not in node.labels:
                node.labels.append(label)

    def find(self, tokens: Sequence[str], *, heard: bool = True) -> list[Found[Label]]:
        """Every phrase in ``tokens`` (see ``split_words``); of those that end alike the shortest.

        Without ``heard`` no word is met by ear: for a text that is known not to be romanised.
        """
        found: list[Found[Label]] = []
        waiting: dict[tuple[_Node[Label], int], int] = {}
        for index, token in enumerate(tokens):
            following: dict[tuple[_Node[Label], int], int] = {}
            for node, start in self._step(waiting, following, token, index, heard):
                found.extend(Found(label, start, index + 1) for label in node.labels)
                following[node, 0] = max(start, following.get((node, 0), 0))
                for longest, after in node.gaps.items():
                    following[after, longest] = max(start, following.get((after, longest), 0))
            waiting = following
        return found

    def _step(
        self,
        waiting: dict[tuple[_Node[Label], int], int],
        following: dict[tuple[_Node[Label], int], int],
        token: str,
        index: int,
        heard: bool,
    ) -> Iterator[tuple[_Node[Label], int]]:
        """The nodes that ``token`` leads to, with the start of each; a gap that goes on is kept waiting."""
        classes = self._classes(token, heard)
        for (node, left), start in waiting.items():
            if left and token != _END:
                following[node, left - 1] = max(start, following.get((node, left - 1), 0))
            for number in classes:
                if number in node.words:
                    yield node.words[number], start
        for number in classes:
            if number in self._root.words:
                yield self._root.words[number], index

    def _find_classes(self, token: str, heard: bool) -> frozenset[int]:
        numbers = self._vocabulary.numbers(token, heard=heard)
        return frozenset().union(*(self._classes_with[number] for number in numbers))

    def _forms(self, pattern: str, sets: Sets, heard: bool) -> Iterator[_Form]:
        elements = fold_text(pattern).replace("'", "").split()
        if not elements:
            raise PhraseError("is empty")
        choices = [list(self._choices(element, sets, heard)) for element in elements]
        many = 1
        for choice in choices:
            many *= len(choice)
        if many > _MOST_FORMS:
            raise PhraseError(f"stands for {many} forms, more than {_MOST_FORMS}")
        for parts in product(*choices):
            form = _joined_gaps(step for part in parts for step in part)
            if not form or isinstance(form[0], _Gap) or isinstance(form[-1], _Gap):
                raise PhraseError("may be empty, or begin or end with a gap")
            yield form

    def _choices(self, element: str, sets: Sets, heard: bool) -> Iterator[_Form]:
        """The ways to write one element: all its single words at once, each longer one, nothing."""
        if gap := _GAP.fullmatch(element):
            yield (_Gap(int(gap[1] or _USUAL_GAP)),)
            return
        if element in ("^", "$"):
            yield (self._class([_END], heard),)
            return
        if not _ELEMENT.fullmatch(element):
            raise PhraseError(f"cannot be read at {element!r}")
        alternatives = list(_alternatives(element.removesuffix("?"), sets))
        if single := [words[0] for words in alternatives if len(words) == 1]:
            yield (self._class(single, heard),)
        for words in alternatives:
            if len(words) > 1:
                yield tuple(self._class([word], heard) for word in words)
        if element.endswith("?"):
            yield ()

    def _class(self, words: list[str], heard: bool) -> int:
        """The number of a set of words that stand for one another."""
        numbers = frozenset(self._vocabulary.add(word, heard=heard) for word in words)
        if numbers not in self._class_of:
            self._class_of[numbers] = len(self._class_of)
            for number in numbers:
                self._classes_with[number].add(self._class_of[numbers])
        return self._class_of[numbers]


def _joined_gaps(steps: Iterable[int | _Gap]) -> _Form:
    """``steps`` with gaps that met because an optional word is left out made one."""
    form: list[int | _Gap] = []
    for step in steps:
        if isinstance(step, _Gap) and form and isinstance(form[-1], _Gap):
            step = _Gap(step.longest + form.pop().longest)
        form.append(step)
    return tuple(form)


def _alternatives(element: str, sets: Sets, inside: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """Each alternative as its words; sets are replaced by what they hold."""
    for alternative in re.split(r"[|\s]+", element):
        if name := re.fullmatch(r"\{([a-z_]+)\}", alternative):
            if name[1] not in sets or name[1] in inside:
                raise PhraseError(f"names a set that does not exist or holds itself: {name[1]}")
            yield from _alternatives(fold_text(sets[name[1]]).replace("'", ""), sets, (*inside, name[1]))
        elif not alternative.strip("*/_"):
            raise PhraseError(f"has an empty alternative in {element!r}")
        else:
            yield alternative.split("_")
