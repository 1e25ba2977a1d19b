"""Which known words a written word can be: affixes, spellings by ear and typing mistakes, per alphabet.

A vocabulary is filled with words (``*`` at an end stands for anything) and asked which of them a token is.
All texts are folded first (``nlu.folding``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from nlu.folding import second_chance

_ETHIOPIC = re.compile("[\u1200-\u137f]")
_ARABIC = re.compile("[\u0620-\u06ff]")

# Short words often differ by one letter, long ones hardly ever; what is left without its affixes must still
# be a word; few consonants can be anything. Lengths in letters.
_SHORTEST_CORRECTED = 7
_SHORTEST_ARABIC = 3
_SHORTEST_TIGRINYA = 2
_SHORTEST_SKELETON = 4
_LONGEST_TOKEN = 40

# And, so; by, to, like; the, this, on the; the future of Egypt and Sudan. Written on to the next word.
_ARABIC_CLITICS = tuple(
    dict.fromkeys(
        conjunction + preposition
        for conjunction in ("", "و", "ف")
        for preposition in (
            "",
            "ال",
            "بال",
            "لل",
            "كال",
            "عال",
            "هال",
            "فال",
            "ب",
            "ل",
            "ك",
            "س",
            "ح",
            "ه",
            "ع",
        )
        if conjunction + preposition
    )
)

# To, by, from, of, if, because, like, while; and, also, a question. Written apart or on to the word.
_TIGRINYA_PREFIXES = ("ን", "ብ", "ካብ", "ናይ", "ናብ", "እንተ", "ስለ", "ከም", "ምስ", "ኣብ", "በ", "ዝ", "ዘ", "ም")
_TIGRINYA_SUFFIXES = ("ን", "ዶ", "ውን", "ከ", "ስ")

# Consonants that writers of Tigrinya or Arabic in Latin letters do not keep apart, or write in two ways.
_BY_EAR = (
    ("kh", "k"), ("gh", "g"), ("sh", "s"), ("ch", "k"), ("th", "t"), ("dh", "d"), ("ts", "s"), ("tz", "s"),
    ("ph", "f"), ("dj", "j"), ("q", "k"), ("c", "k"), ("x", "s"), ("z", "s"), ("p", "b"), ("v", "b"),
    ("5", "k"), ("7", "h"), ("6", "t"), ("8", "g"), ("9", "s"), ("2", ""), ("3", ""), ("4", ""),
)  # fmt: skip
_VOWELS = str.maketrans("eo", "iu")


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """A word in Latin letters roughly as heard: ``qetilu`` and ``ketillo`` are both ``kitilu``."""
    for written, heard in _BY_EAR:
        word = word.replace(written, heard)
    # A y, a w without a vowel after it and an h at the end come and go; but the y at the
    # end of "hawey" (my brother) tells it from "hawi" (fire).
    word = re.sub(r"(?<=[^aeiou])y$", "i", word)
    word = word[:1] + re.sub(r"y(?!$)|w(?![aeiouy])|h$", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", word.translate(_VOWELS))


@lru_cache(maxsize=8192)
def skeleton(word: str) -> str:
    """The consonants of ``sound`` and its last vowel: ``yiweqe'ani`` and ``ywekaani`` are both ``ywkni``."""
    heard = sound(word)
    return re.sub(r"[aiu](?!$)", "", heard)


@lru_cache(maxsize=8192)
def loose(word: str) -> str:
    """A Tigrinya word with spellings merged that writers exchange: ቐ ቀ, ኸ ከ, ሐ ሀ, ዐ አ, orders 3 and 6."""
    word = second_chance(word).translate(_SPIRANTS)
    return "".join(_sixth(letter) if _order(letter) == 2 else letter for letter in word)


@lru_cache(maxsize=8192)
def root(word: str) -> str:
    """The consonants of a Tigrinya word: ቀተለ, ክቐትለኒ and ቅትለት share ቅትል."""
    return "".join(_sixth(letter) for letter in loose(word))


_SPIRANTS = {ord("ቐ") + order: chr(ord("ቀ") + order) for order in range(7)}
_SPIRANTS |= {ord("ኸ") + order: chr(ord("ከ") + order) for order in range(7)}

# Rows of k, q, g and h with a w, by the first letter of the plain row.
_LABIAL = {0x1248: 0x1240, 0x1258: 0x1240, 0x1288: 0x1200, 0x12B0: 0x12A8, 0x12C0: 0x12A8, 0x1310: 0x1308}


def _order(letter: str) -> int:
    """0..7 for a Ge'ez syllable, -1 for another character."""
    return ord(letter) % 8 if "\u1200" <= letter < "\u135d" else -1


def _sixth(letter: str) -> str:
    order = _order(letter)
    if order < 0:
        return letter
    row = ord(letter) - order
    return chr(_LABIAL.get(row, row) + 5)


class _Table:
    """Words in one way of writing, with or without ``*`` at their ends, and the number of each."""

    def __init__(self) -> None:
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._stems: dict[tuple[bool, bool], dict[str, list[int]]] = {
            ends: defaultdict(list) for ends in ((False, True), (True, False), (True, True))
        }
        self._nearly: dict[str, list[tuple[str, bool]]] = defaultdict(list)

    def add(self, word: str, number: int) -> None:
        stem = word.strip("*")
        ends = word.startswith("*"), word.endswith("*")
        (self._stems[ends] if any(ends) else self._exact)[stem].append(number)
        if len(stem) >= _SHORTEST_CORRECTED and stem.isascii() and not ends[0]:
            for shorter in _with_one_left_out(stem):
                self._nearly[shorter].append((stem, ends[1]))

    def find(self, token: str) -> Iterator[int]:
        """The numbers of the words that ``token`` is as it stands."""
        yield from self._exact.get(token, ())
        for (before, after), stems in self._stems.items():
            if stems:
                for piece in _pieces(token, before, after):
                    yield from stems.get(piece, ())

    def find_corrected(self, token: str) -> Iterator[int]:
        """The numbers of the words that ``token`` is but for one slip of the finger."""
        for length in range(_SHORTEST_CORRECTED - 1, len(token) + 1):
            typed = token[:length]
            for shorter in _with_one_left_out(typed):
                for stem, is_open in self._nearly.get(shorter, ()):
                    if (is_open or length == len(token)) and _is_one_slip(typed, stem):
                        yield from (self._stems[False, True] if is_open else self._exact)[stem]


def _pieces(token: str, before: bool, after: bool) -> Iterator[str]:
    """The parts of a token that a stem could be, when anything may stand before or after it."""
    for start in range(len(token) if before else 1):
        for end in range(start + 1, len(token) + 1) if after else (len(token),):
            yield token[start:end]


def _with_one_left_out(word: str) -> set[str]:
    """``word`` and every word that has one letter less: two words one slip apart share one of these."""
    return {word} | {word[:index] + word[index + 1 :] for index in range(len(word))}


def _is_one_slip(typed: str, meant: str) -> bool:
    """After the same first letter: one letter wrong, missing or too many, or two neighbours exchanged."""
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if not at:
        return at is None
    wrong, missing, extra = typed[at + 1 :], typed[at:], typed[at + 1 :]
    return (
        wrong == meant[at + 1 :]
        or missing == meant[at + 1 :]
        or extra == meant[at:]
        or (typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :])
    )


class Vocabulary:
    """Numbered words of all languages; ``numbers`` tells which of them a token can be.

    A plain word is met as written. ``/word/`` is a Tigrinya root: only its consonants count. A word added
    with ``heard`` is met by ear, in Latin letters: by its consonants if it has many, else by its vowels too.
    Words of seven letters and more in Latin letters are also met with one slip, unless the token is itself
    known or one of ``real_words``: proper words that only look like a slip.
    """

    def __init__(self, real_words: Iterable[str] = ()) -> None:
        self._written, self._roots, self._sounds, self._skeletons = _Table(), _Table(), _Table(), _Table()
        self._numbers: dict[tuple[str, bool], int] = {}
        self._real_words = frozenset(real_words)

    def add(self, word: str, *, heard: bool = False) -> int:
        """The number of ``word``, which may have ``*`` at its ends; the same word has the same number."""
        if (word, heard) not in self._numbers:
            number = self._numbers[word, heard] = len(self._numbers)
            if word.startswith("/"):
                self._roots.add(_spell(word.strip("/"), root), number)
            elif heard and len(_consonants(word)) >= _SHORTEST_SKELETON:
                self._skeletons.add(_spell(word, _consonants if word.endswith("*") else skeleton), number)
            elif heard:
                self._sounds.add(_spell(word, sound), number)
            else:
                self._written.add(_spell(word, loose), number)
        return self._numbers[word, heard]

    def numbers(self, token: str, *, heard: bool = True) -> frozenset[int]:
        """The numbers of all words that ``token`` can be, by ear too if ``heard``; none if it is too long."""
        if len(token) > _LONGEST_TOKEN:
            return frozenset()
        if _ETHIOPIC.search(token):
            return frozenset(self._in_tigrinya(loose(token)))
        if _ARABIC.search(token):
            return frozenset(self._in_arabic(token))
        by_letter = frozenset(self._in_latin(token))
        return by_letter.union(self._by_ear(token)) if heard else by_letter

    def _in_tigrinya(self, token: str) -> Iterator[int]:
        yield from self._roots.find(root(token))
        for form in _without_affixes(token, _TIGRINYA_PREFIXES, _TIGRINYA_SUFFIXES, _SHORTEST_TIGRINYA):
            yield from self._written.find(form)

    def _in_arabic(self, token: str) -> Iterator[int]:
        for form in _without_affixes(token, _ARABIC_CLITICS, (), _SHORTEST_ARABIC):
            yield from self._written.find(form)

    def _by_ear(self, token: str) -> Iterator[int]:
        yield from self._sounds.find(sound(token))
        yield from self._skeletons.find(skeleton(token))

    def _in_latin(self, token: str) -> Iterator[int]:
        known = list(self._written.find(token))
        yield from known
        if not known and len(token) >= _SHORTEST_CORRECTED - 1 and token not in self._real_words:
            yield from self._written.find_corrected(token)


def _consonants(word: str) -> str:
    return re.sub("[aiu*]", "", sound(word.strip("*")))


def _spell(word: str, spelling: Callable[[str], str]) -> str:
    """``word`` respelled, with the ``*`` at its ends kept."""
    return "*" * word.startswith("*") + spelling(word.strip("*")) + "*" * word.endswith("*")


def _without_affixes(
    token: str, prefixes: tuple[str, ...], suffixes: tuple[str, ...], shortest: int
) -> Iterator[str]:
    """``token``, and what is left of it without a prefix, a suffix or both if that is not too short."""
    yield token
    for prefix in ("", *prefixes):
        for suffix in ("", *suffixes):
            rest = len(token) - len(prefix) - len(suffix)
            if shortest <= rest < len(token) and token.startswith(prefix) and token.endswith(suffix):
                yield token[len(prefix) : len(prefix) + rest]
