"""A message cut into pieces that Telegram takes; lengths and offsets are UTF-16 code units.

https://core.telegram.org/bots/api#sendmessage and #messageentity
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, chain

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_PARAGRAPH = re.compile(r"\n\s*\n")
# Full stops, exclamation and question marks of the four languages, and the end of a line.
_SENTENCE = re.compile(r"[.!?…]\s+|[።፧፨؟۔]\s*|\n")
_SPACE = re.compile(r"\s+")
# A paragraph or a sentence does not end a piece that would be shorter than this share of the limit.
_FILLED = 0.5

_ISOLATE_OPENS, _ISOLATE_CLOSES = "\u2066\u2067\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text to send, and the span of it that is bold (offset and length, code units; None for none)."""

    text: str
    bold: tuple[int, int] | None = None


def units(text: str) -> int:
    """The length of ``text`` as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def legible(text: str) -> str:
    """``text`` without halves of characters and null characters, which neither UTF-8 nor PostgreSQL takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def split(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Cut ``text`` into parts of at most ``limit`` code units; joined they are the text again.

    A part ends at a paragraph, else a sentence, else a space, and outside an isolate if there is such a
    place; else wherever the limit falls.
    """
    parts = []
    while units(text) > limit:
        end = _end_of_part(text, limit)
        parts.append(text[:end])
        text = text[end:]
    return [*parts, text]


def pieces(title: str, text: str, alarm: bool = False) -> list[Piece]:
    """What to send for a title above a text.

    The title is bold; in an alarm without one, the first paragraph is.
    """
    title, text = legible(title).strip(), legible(text).strip()
    whole = "\n\n".join(part for part in (title, text) if part)
    bold = len(title) or (len(_PARAGRAPH.split(text)[0]) if alarm else 0)
    return list(_stripped(split(whole), bold))


def _stripped(parts: list[str], bold: int) -> Iterator[Piece]:
    """The parts without white space around them, which Telegram takes off, moving the entities."""
    start = 0
    for part in parts:
        text = part.strip()
        bold_here = text[: max(0, bold - start - (len(part) - len(part.lstrip())))].rstrip()
        if text:
            yield Piece(text, (0, units(bold_here)) if bold_here else None)
        start += len(part)


def _end_of_part(text: str, limit: int) -> int:
    reach = _reach(text, limit)
    head = text[:reach]
    inside = _inside_isolate(head)
    ends = [[match.end() for match in kind.finditer(head)] for kind in (_PARAGRAPH, _SENTENCE, _SPACE)]
    outside = [[end for end in of_kind if not inside[end]] for of_kind in ends]
    for of_kind in outside[:2]:
        if of_kind and of_kind[-1] >= reach * _FILLED:
            return of_kind[-1]
    return max(chain(*outside), default=0) or max(chain(*ends), default=0) or reach


def _reach(text: str, limit: int) -> int:
    """How many characters of ``text`` fit into ``limit`` code units."""
    fitting = text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
    return len(fitting)


def _inside_isolate(text: str) -> list[bool]:
    """For each place before, between and after the characters: does it lie inside an isolate?"""
    return [depth > 0 for depth in accumulate(text, _depth_after, initial=0)]


def _depth_after(depth: int, character: str) -> int:
    if character == "\n":
        return 0  # a paragraph ends every isolate (Unicode standard annex 9)
    if character in _ISOLATE_OPENS:
        return depth + 1
    return max(0, depth - 1) if character == _ISOLATE_CLOSES else depth
