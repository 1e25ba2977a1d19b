"""What a sentence shows to the model: words, letters, the sound of its consonants, and what it is about.

The consonant skeleton lets "kemey" meet "ከመይ" and "doctor" meet "دكتور": each character is romanised by
a table made once with uroman (Hermjakob, May and Knight 2018), then vowels go and sounds that people spell
in several ways become one letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise

from nlu.concepts import Concepts

# A word ends where the alphabet changes: "ንhuisarts" is ን and huisarts. Digits go with Latin letters, for
# Arabizi.
WORD = re.compile(
    r"[0-9a-z\u00c0-\u024f]+(?:'[0-9a-z\u00c0-\u024f]+)*"
    r"|[\u0600-\u06ff\u0750-\u077f]+|[\u1200-\u139f\u2d80-\u2ddf\uab00-\uab2f]+|[^\W_]+"
)

# A long text has many concepts, and the pairs grow with their square.
MOST_CONCEPTS = 40

# Digits that stand for a letter when Arabic is typed in Latin letters (law-and-numbers.md, "Language").
ARABIZI = str.maketrans({"2": "ء", "3": "ع", "5": "خ", "6": "ط", "7": "ح", "8": "ق", "9": "ص"})

# Blocks of Unicode that are romanised: Arabic and its supplement, Ethiopic with its supplements.
BLOCKS = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F))

# One letter for each family of sounds that romanised spelling does not keep apart. Longest first.
_SOUNDS = (
    ("tch", "c"), ("sch", "s"), ("kxw", "k"), ("kx", "k"), ("qh", "k"), ("kh", "x"), ("gh", "g"), ("ch", "c"),
    ("sh", "s"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("ts", "s"), ("tz", "s"), ("zh", "z"), ("hh", "h"),
    ("q", "k"), ("c", "k"), ("x", "k"), ("v", "f"), ("p", "b"), ("j", "g"),
)  # fmt: skip
_SOUND = re.compile("|".join(re.escape(spelling) for spelling, _ in _SOUNDS))
_SOUND_OF = dict(_SOUNDS)
_FIRST_VOWELS = re.compile(r"^['aeiou]+")
_VOWELS = re.compile(r"(?<!^)['aeiouwy]+|(?<=..)h$")
_DOUBLE = re.compile(r"(.)\1+")


# The lengths of the views that `views_of` gives: letters and sounds carry over to unseen words, words do not.
# Concepts carry over from language to language.
BALANCE = (0.5, 1.0, 1.0, 1.0)


@cache
def romanisation() -> dict[str, str]:
    """The table character -> Latin letters for all BLOCKS, from uroman (about two seconds)."""
    import uroman  # only here: it takes two seconds and 60 MB, and a warm start does without

    romanizer = uroman.Uroman()
    table = {}
    for first, last in BLOCKS:
        for character in map(chr, range(first, last + 1)):
            if character.isalpha():
                table[character] = str(romanizer.romanize_string(character)).lower()
    return table


def skeleton(word: str, table: Mapping[str, str]) -> str:
    """The consonants of one folded word, as they sound: "kemey" and "ከመይ" both give "km"."""
    if not word.isdigit():
        word = word.translate(ARABIZI)
    latin = "".join(table.get(character, character) for character in word)
    sounds = _SOUND.sub(lambda match: _SOUND_OF[match[0]], latin)
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", _FIRST_VOWELS.sub("a", sounds)))


def views_of(folded: str, language: str, table: Mapping[str, str], concepts: Concepts) -> list[list[str]]:
    """A folded text as words and pairs of words; runs of 2 to 5 letters; runs of 2 to 4 sounds; concepts and
    pairs of concepts, wherever in the text they stand."""
    words = WORD.findall(folded)
    framed = ["^", *words, "$"]
    pairs = [f"{first} {second}" for first, second in pairwise(framed)]
    sounds = [skeleton(word, table) for word in words]
    meant = sorted(concepts.find(words, language))[:MOST_CONCEPTS]
    together = [f"{first}+{second}" for first, second in combinations(meant, 2)]
    return [words + pairs, list(runs(words, 2, 5)), sounds + list(runs(sounds, 2, 4)), meant + together]


def runs(words: Sequence[str], shortest: int, longest: int) -> Iterator[str]:
    """All runs of ``shortest`` to ``longest`` letters within each word, its borders marked by a space."""
    for word in words:
        framed = f" {word} "
        for size in range(shortest, longest + 1):
            for at in range(len(framed) - size + 1):
                yield framed[at : at + size]
