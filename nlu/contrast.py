"""What a text denies before it says what it means: "not a doctor but a dentist" is about the dentist.

A linear model counts both; so the denied words are left out before it looks. Patterns: ``data/contrast.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from nlu.folding import fold_text

_FEW = r"(?:\S+ ){1,4}?"
_KEEP = ">>>"
_FEWEST_LEFT = 2  # words; less than that would not be a question any more


@dataclass(frozen=True, slots=True)
class Contrast:
    """Finds denied words by one pattern for all languages."""

    pattern: re.Pattern[str]

    def affirmed(self, folded: str) -> str:
        """The folded text without what it denies; as it is where too little would be left."""
        left = self.pattern.sub(" ", f" {folded} ").split()
        return " ".join(left) if len(left) >= _FEWEST_LEFT else folded


def load_contrast(root: Path) -> Contrast:
    """Read ``root/data/contrast.yml``; without one nothing is ever denied."""
    path = root / "data" / "contrast.yml"
    if not path.exists():
        return Contrast(re.compile(r"(?!)"))
    data: Mapping[str, Mapping[str, Sequence[str]]] = yaml.safe_load(path.read_text("utf-8"))
    want = _one_of("|".join(data["want"]))
    patterns = [_compiled(pattern, want) for each in data["patterns"].values() for pattern in each]
    return Contrast(re.compile("|".join(patterns)))


def _compiled(pattern: str, want: str) -> str:
    denied, _, kept = pattern.partition(_KEEP)
    following = f"(?={_words(kept, want)})" if kept else ""
    return f"(?<= ){_words(denied, want)}{following}"


def _words(pattern: str, want: str) -> str:
    known = {"{few}": _FEW, "{want}": want}
    return "".join(known.get(word) or _one_of(word) for word in pattern.split())


def _one_of(words: str) -> str:
    alternatives = (re.escape(fold_text(word)) for word in words.split("|"))
    return f"(?:{'|'.join(alternatives)}) "
