"""Letter folding: what many keyboards write in many ways becomes one spelling, with the way back kept.

Every folded character knows the index of the original character that produced it, so that whatever is
found in folded text can be shown as it was written.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Marks that are not letters of their own: combining diacritics (Unicode blocks 0300, 1AB0, 1DC0, 20D0, FE20),
# Arabic harakat and Koranic signs (Unicode charts 0600 and 08A0), Ethiopic gemination (135D-135F) and
# variation selectors.
_MARKS = frozenset(
    chr(code)
    for first, last in (
        (0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
        (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E4),
        (0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x0898, 0x089F), (0x08CA, 0x08E1), (0x08E3, 0x08FF),
        (0x135D, 0x135F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)  # fmt: skip

_TATWEEL = "\u0640"

# Arabic letters that writers and keyboards exchange (common practice of Arabic search: Larkey et al. 2002,
# "light" normalisation; Persian and Urdu keyboards give look-alikes). Hamza on a carrier needs no entry: it
# decomposes to the carrier and a mark.
_ARABIC = str.maketrans("ٱىةکڪیہھە", "ايهككيههه")

# Punctuation by function, from the Unicode charts; the Ethiopic word separator is a space.
_PUNCTUATION = str.maketrans("؟،؛٪٫٬۔።፣፤፥፦፧፨፡‘’‚‛“”„«»´`‐‑‒–—−", "?,;%.,..,;::?. ''''\"\"\"\"\"''------")


def _row(source: str, target: str, orders: int) -> dict[int, str]:
    """Map the first ``orders`` vowel orders of one Ethiopic row to those of another."""
    return {ord(source) + order: chr(ord(target) + order) for order in range(orders)}


# Homophones of Tigrinya (law-and-numbers.md, "Language"): rows first, then the first order after a guttural,
# which sounds like the fourth.
_TIGRINYA_ROWS = _row("ሠ", "ሰ", 8) | _row("ፀ", "ጸ", 7) | _row("ኀ", "ሀ", 7)
_TIGRINYA_FOURTH = str.maketrans("ሀሐአዐ", "ሃሓኣዓ")

# Pairs that Amharic merges and Tigrinya keeps apart: for a second try only.
_SECOND_CHANCE = _row("ሐ", "ሀ", 7) | _row("ዐ", "አ", 7)

# Ethiopic numerals (Unicode chart 1369-137A): units, and tens that stand before a unit or alone.
_UNITS = {chr(0x1368 + value): str(value) for value in range(1, 10)}
_TENS = {chr(0x1371 + value): str(value) for value in range(1, 10)}


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; ``origin[i]`` is the index in the original of the character that produced ``text[i]``."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of ``text[start:end]``; an empty slice gives an empty span."""
        if start < end:
            return self.origin[start], self.origin[end - 1] + 1
        if start < len(self.origin):
            return self.origin[start], self.origin[start]
        past = self.origin[-1] + 1 if self.origin else 0
        return past, past


def fold(text: str) -> Folded:
    """Fold ``text``: lower case, one spelling per letter, ASCII digits, single spaces; offsets kept."""
    letters: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        folded = _fold_character(character)
        if character in _TENS and text[index + 1 : index + 2] not in _UNITS:
            folded += "0"
        for letter in folded:
            if not _is_surplus(letter, letters):
                letters.append(letter)
                origin.append(index)
    if letters and letters[-1] == " ":
        letters.pop()
        origin.pop()
    return Folded("".join(letters), tuple(origin))


def fold_text(text: str) -> str:
    """The folded string alone."""
    return fold(text).text


def second_chance(folded: str) -> str:
    """Merge ሐ with ሀ and ዐ with አ as well, in folded text: for a second try when the first found nothing."""
    return folded.translate(_SECOND_CHANCE).translate(_TIGRINYA_FOURTH)


def _is_surplus(letter: str, before: list[str]) -> bool:
    """A space at the start or after a space, or the third of the same letter in a row."""
    if letter == " ":
        return not before or before[-1] == " "
    return len(before) > 1 and letter == before[-1] == before[-2] and letter.isalpha()


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """What one character becomes on its own: none, one or several characters."""
    folded = _fold_once(character)
    if folded == character:
        return folded
    # A decomposition can hold characters that are themselves foldable: go on until nothing changes.
    return "".join(map(_fold_character, folded))


def _fold_once(character: str) -> str:
    if character.isspace():
        return " "
    if character == _TATWEEL or character in _MARKS or unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return ""
    if character in _UNITS or character in _TENS:
        return _UNITS.get(character) or _TENS[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    plain = character.lower().translate(_PUNCTUATION).translate(_ARABIC)
    plain = plain.translate(_TIGRINYA_ROWS).translate(_TIGRINYA_FOURTH)
    decomposed = unicodedata.normalize("NFKD", plain)
    return unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _MARKS))
