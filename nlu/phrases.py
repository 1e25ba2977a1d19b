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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, product
from math import prod
from typing import Generic, TypeVar

from nlu.folding import fold_text
from nlu.wordforms import Vocabulary

Label = TypeVar("Label")

# Words, each in one alphabet ("ንambulance" is two), and the ends of sentences: several dots are a pause, a
# dot inside a number or a word is no end.
_TOKEN = re.compile(
    r"[\u1200-\u139f]+|[\u0620-\u06ff]+|[^\W_\u1200-\u139f\u0620-\u06ff]+"
    r"|(?<![.!?])(?:[!?]+|\.)(?![.!?\w])"
)
_END = "."

_GAP = re.compile(r"~(\d?)")
_USUAL_GAP = 3  # words
_SET = re.compile(r"\{([a-z_]+)\}")
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
class Gap:
    """Other words between two words of a phrase, ``longest`` of them at most."""

    longest: int


# One way to write a pattern: numbers of word classes, and gaps.
Form = tuple["int | Gap", ...]


def split_words(text: str) -> list[str]:
    """The words of a text, folded, with ``"."`` around and between its sentences."""
    tokens = _TOKEN.findall(_folded(text))
    return [_END, *(token if token[0].isalnum() else _END for token in tokens), _END]


class WordClasses:
    """Sets of words that stand for one another, numbered, over one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._numbers: dict[frozenset[int], int] = {}
        self._with_word: dict[int, list[int]] = defaultdict(list)

    def number(self, words: Iterable[str], *, heard: bool) -> int:
        """The number of the class of ``words``; the same words have the same number."""
        members = frozenset(self._vocabulary.add(word, heard=heard) for word in words)
        if members not in self._numbers:
            number = self._numbers[members] = len(self._numbers)
            for member in members:
                self._with_word[member].append(number)
        return self._numbers[members]

    def of(self, token: str, *, heard: bool) -> frozenset[int]:
        """The numbers of the classes that ``token`` is in."""
        members = self._vocabulary.numbers(token, heard=heard)
        return frozenset(number for member in members for number in self._with_word.get(member, ()))


def as_written(word: str) -> Iterable[str]:
    """The one spelling of most words of a pattern."""
    return (word,)


class Grammar:
    """Reads patterns that share their sets and their way of meeting words.

    ``heard``: by ear. ``spelled`` gives the spellings of a word of a pattern; one without any is never met.
    """

    def __init__(
        self,
        classes: WordClasses,
        sets: Mapping[str, str],
        *,
        heard: bool = False,
        spelled: Callable[[str], Iterable[str]] = as_written,
    ) -> None:
        self._classes = classes
        self._sets = {name: _folded(words) for name, words in sets.items()}
        self._heard = heard
        self._spelled = spelled
        self._end = self._class(_END)
        self._read: dict[str, list[Form]] = {}

    def words(self, form: Form) -> int:
        """How many words ``form`` names; gaps and the ends of sentences are none."""
        return sum(not isinstance(step, Gap) and step != self._end for step in form)

    def forms(self, pattern: str) -> list[Form]:
        """Every way to write ``pattern``; raises PhraseError."""
        elements = _folded(pattern).split()
        if not elements:
            raise PhraseError("is empty")
        choices = [self._choices(element) for element in elements]
        many = prod(map(len, choices))
        if many > _MOST_FORMS:
            raise PhraseError(f"stands for {many} forms, more than {_MOST_FORMS}")
        forms = [_joined_gaps(chain.from_iterable(parts)) for parts in product(*choices)]
        if any(not form or isinstance(form[0], Gap) or isinstance(form[-1], Gap) for form in forms):
            raise PhraseError("may be empty, or begin or end with a gap")
        return forms

    def _choices(self, element: str) -> list[Form]:
        if element not in self._read:
            self._read[element] = list(self._read_element(element))
        return self._read[element]

    def _read_element(self, element: str) -> Iterator[Form]:
        """The ways to write one element: all its single words at once, each longer one, nothing."""
        if gap := _GAP.fullmatch(element):
            yield (Gap(int(gap[1] or _USUAL_GAP)),)
        elif element in ("^", "$"):
            yield (self._end,)
        elif not _ELEMENT.fullmatch(element):
            raise PhraseError(f"cannot be read at {element!r}")
        else:
            alternatives = list(self._alternatives(element.removesuffix("?")))
            if single := [words[0] for words in alternatives if len(words) == 1]:
                yield (self._class(*single),)
            for words in alternatives:
                if len(words) > 1:
                    yield tuple(map(self._class, words))
            if element.endswith("?"):
                yield ()

    def _class(self, *words: str) -> int:
        return self._classes.number(chain.from_iterable(map(self._spelled, words)), heard=self._heard)

    def _alternatives(self, element: str, inside: tuple[str, ...] = ()) -> Iterator[list[str]]:
        """Each alternative as its words; sets are replaced by what they hold."""
        for alternative in re.split(r"\s*\|\s*|\s+", element.strip()):
            if name := _SET.fullmatch(alternative):
                if name[1] not in self._sets or name[1] in inside:
                    raise PhraseError(f"names a set that does not exist or holds itself: {name[1]}")
                yield from self._alternatives(self._sets[name[1]], (*inside, name[1]))
            elif not alternative.strip("*/_"):
                raise PhraseError(f"has an empty alternative in {element!r}")
            else:
                yield alternative.split("_")


class Phrases(Generic[Label]):
    """Labelled phrases, all looked for at once. Add all of them first, then find."""

    def __init__(self, classes: WordClasses) -> None:
        self._root: _Node[Label] = _Node()
        self._classes = lru_cache(maxsize=16384)(lambda token, heard: classes.of(token, heard=heard))

    def add(self, form: Form, label: Label) -> None:
        """Look for ``form`` (see ``Grammar.forms``) from now on."""
        node = self._root
        for step in form:
            if isinstance(step, Gap):
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
        waiting: _Waiting[Label] = {}
        for index, token in enumerate(tokens):
            classes = self._classes(token, heard)
            following = _still_waiting(waiting) if token != _END else {}
            for node, start in _reached(waiting, self._root, index, classes):
                found.extend(Found(label, start, index + 1) for label in node.labels)
                _wait(following, node, 0, start)
                for longest, after in node.gaps.items():
                    _wait(following, after, longest, start)
            waiting = following
        return found


# Where reading may go on, and how many words of a gap are left there; with the first word of the phrase.
_Waiting = dict[tuple[_Node[Label], int], int]


def _wait(waiting: _Waiting[Label], node: _Node[Label], left: int, start: int) -> None:
    """Of two phrases that wait at the same place the shorter one is kept."""
    waiting[node, left] = max(start, waiting.get((node, left), 0))


def _still_waiting(waiting: _Waiting[Label]) -> _Waiting[Label]:
    """One more word of each gap is used up."""
    return {(node, left - 1): start for (node, left), start in waiting.items() if left}


def _reached(
    waiting: _Waiting[Label], root: _Node[Label], index: int, classes: frozenset[int]
) -> Iterator[tuple[_Node[Label], int]]:
    """The nodes that a word of these classes leads to, each with the start of its phrase."""
    for (node, _), start in waiting.items():
        if not node.words.keys().isdisjoint(classes):
            yield from ((node.words[number], start) for number in node.words.keys() & classes)
    yield from ((root.words[number], index) for number in root.words.keys() & classes)


def _folded(text: str) -> str:
    """Patterns and texts are compared folded, and without apostrophes, which many writers leave out."""
    return fold_text(text).replace("'", "")


def _joined_gaps(steps: Iterable[int | Gap]) -> Form:
    """``steps`` with gaps that met because an optional word is left out made one."""
    form: list[int | Gap] = []
    for step in steps:
        last = form[-1] if form else None
        if isinstance(step, Gap) and isinstance(last, Gap):
            step = Gap(step.longest + last.longest)
            form.pop()
        form.append(step)
    return tuple(form)
