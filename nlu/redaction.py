"""Take the citizen service number (BSN) out of a text before anything stores it.

The law allows few to keep a BSN, and a newcomer who types one does not know that. Only the BSN goes. A
phone number can pass the BSN's test (9 in 100 do); such a number goes too, because keeping a BSN is the
worse mistake: the caller tells the writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum.nl import bsn

from nlu.folding import fold

_DIGITS = r"(?<!\d)(?=(\d(?:[ .-]{{0,3}}\d){{{more}}})(?!\d))"

# As people write it: 123456782, 1234.56.782, 123-456-782, 123 456 782, 123 - 456 - 782.
_NINE = re.compile(_DIGITS.format(more=8))

# A leading zero is often left out; eight digits mean nothing unless the number is introduced by its name.
_NAME = (
    r"(?:(?<![a-z])b ?\.? ?s ?\.? ?n(?:num+er|nr)?(?![a-z\]])|burger ?-?service ?-?num+er|sofi ?-?num+er"
    r"|citizen service number|بي ?اس ?ان|ቢ ?ኤ?ስ ?ኤ?ን)"
)
_EIGHT_AFTER_NAME = re.compile(_NAME + r"[^\d]{0,40}?" + _DIGITS.format(more=7))

# "24-11-2026 9" is a day and an hour, not a BSN with odd separators.
_DATE = re.compile(r"\d\d?([-.])\d\d?\1(?:19|20)\d\d ")


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text that may be stored; ``kinds`` names what was taken out: ``()`` or ``("bsn",)``."""

    text: str
    kinds: tuple[str, ...] = ()


def redact(text: str) -> Redacted:
    """``text`` with every BSN replaced by ``[BSN]``; all other characters stay as they are."""
    folded = fold(text)
    spans = _merged(sorted(_bsn_spans(folded.text)))
    if not spans:
        return Redacted(text)
    pieces, position = [], 0
    for start, end in spans:
        first, last = folded.span(start, end)
        pieces += [text[position:first], "[BSN]"]
        position = last
    return Redacted("".join([*pieces, text[position:]]), ("bsn",))


def _bsn_spans(folded: str) -> Iterator[tuple[int, int]]:
    for pattern in (_NINE, _EIGHT_AFTER_NAME):
        for match in pattern.finditer(folded):
            if bsn.is_valid(match[1]) and not _DATE.match(match[1]):
                yield match.span(1)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping spans become one: which of them is the BSN cannot be known."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
