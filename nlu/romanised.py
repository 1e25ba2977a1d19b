"""How a Tigrinya word is written in Latin letters, so that a pattern needs to be written down once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from nlu.wordforms import sound

# Unicode names a syllable by its consonant and its vowel: "ETHIOPIC SYLLABLE QHEE" is ቔ.
_SYLLABLE = re.compile(r"ETHIOPIC SYLLABLE (GLOTTAL |PHARYNGEAL |[^AEIOU ]*?)(W?(?:AA|EE|[AEIOU]))")
_CONSONANTS = {
    "GLOTTAL ": "", "PHARYNGEAL ": "", "HH": "h", "SZ": "s", "QH": "q", "KX": "k", "C": "ch", "TH": "t",
    "PH": "p", "TZ": "ts",
}  # fmt: skip
# The sixth order is often left out. Vowels that writers exchange (e i, o u) are met by ear.
_VOWELS = {"A": ("e",), "U": ("u",), "I": ("i",), "AA": ("a",), "EE": ("e",), "E": ("", "i"), "O": ("o",)}
_MOST_OPEN = 4  # places in a word where a vowel may be left out; in a longer one only consonants count

# By and with are written on to the word, in Latin letters too; a short word would be another one with them.
_PREFIXES = ("b",)
_SHORTEST_PREFIXED = 3
_FEWEST_CONSONANTS = 3  # of a verb: fewer are in any word


@lru_cache(maxsize=16384)
def romanised(word: str) -> frozenset[str]:
    """The spellings in Latin letters of a Tigrinya ``word`` of a pattern; another word as it is.

    ``*`` at the ends is kept. Of a root like ``/*ቀተለ*/`` these are its stems; none if it is too short.
    """
    before, after = "*" * word.strip("/").startswith("*"), "*" * word.strip("/").endswith("*")
    stem = word.strip("/*")
    if not any("\u1200" <= letter <= "\u135a" for letter in stem):
        return frozenset((word,))
    if word.startswith("/"):
        return frozenset(f"{before}{form}{after}" for form in _stems(stem))
    spellings = set(_spellings(stem))
    if not before and len(stem) >= _SHORTEST_PREFIXED:
        spellings |= {prefix + spelling for prefix in _PREFIXES for spelling in spellings}
    return frozenset(f"{before}{spelling}{after}" for spelling in spellings)


def _spellings(word: str) -> Iterator[str]:
    """With and without the vowels that may be left out."""
    syllables = [_syllable(letter, index, len(word)) for index, letter in enumerate(word)]
    if sum(len(ways) > 1 for ways in syllables) > _MOST_OPEN:
        syllables = [ways[:1] for ways in syllables]
    return ("".join(parts) for parts in product(*syllables))


def _syllable(letter: str, index: int, length: int) -> tuple[str, ...]:
    """The ways to write one letter of a word."""
    consonant, vowel = _named(letter)
    if vowel.startswith("W") and vowel != "W":
        return tuple(f"{consonant}w{sounded}" for sounded in _VOWELS[vowel[1:]])
    if vowel == "E" and index == length - 1:
        return (consonant,)
    if not consonant and index == 0:
        return ("i",) if vowel == "E" else ("a",) if vowel == "A" else _VOWELS[vowel]
    return tuple(f"{consonant}{sounded}" for sounded in _VOWELS.get(vowel, ("",)))


def _named(letter: str) -> tuple[str, str]:
    """The consonant of a letter as it is written, and the name of its vowel; another character has none."""
    name = _SYLLABLE.fullmatch(unicodedata.name(letter, ""))
    if name is None:
        return letter, ""
    if not name[1] and name[2].startswith("W"):
        return "w", name[2][1:]
    return _CONSONANTS.get(name[1], name[1].lower()), name[2]


def _stems(root: str) -> Iterator[str]:
    """What the forms of a verb share, from its past tense: ቀተለ gives qetel, qetl and qetil."""
    syllables = [_syllable(letter, index, len(root))[0] for index, letter in enumerate(root)]
    if len(re.sub("[aeiou]", "", sound("".join(syllables)))) < _FEWEST_CONSONANTS:
        return
    begin, (second, last) = "".join(syllables[:-2]), syllables[-2:]
    end = last.rstrip("aeiou")
    for middle in (second, second.rstrip("aeiou"), second.rstrip("aeiou") + "i"):
        yield begin + middle + end
