"""Days and official Dutch words in a text, with their place in the text as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import yaml

from nlu.contract import Entity
from nlu.features import WORD
from nlu.folding import Folded, fold, fold_text

DAY = "day"
OFFICIAL_WORD = "official_word"

# What is written together with the next word: Arabic conjunctions, prepositions and the article (in Latin
# letters too), Tigrinya prepositions. Longest first.
_PREFIXES = (
    "وبال", "وال", "فال", "بال", "كال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ع",
    "ብዛዕባ", "ናብ", "ካብ", "ናይ", "ኣብ", "ን", "ብ", "ዝ", "ል", "el", "al", "lel", "bel", "wel", "l",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases of one kind of entity: folded words, joined by a space, to the value they stand for.

    A value of None is a phrase that looks like the entity and is not ("good day").
    """

    entity: str
    phrases: Mapping[str, str | None]
    longest: int  # words in the longest phrase

    @classmethod
    def of(cls, entity: str, spellings: Mapping[str, list[str]], nothing: str = "none") -> Lexicon:
        """From {value: spellings}; the spellings under ``nothing`` shield a text from being found."""
        phrases = {
            " ".join(WORD.findall(fold_text(spelling))): None if value == nothing else value
            for value, variants in spellings.items()
            for spelling in ((value, *variants) if entity == OFFICIAL_WORD else variants)
        }
        return cls(entity, phrases, max((phrase.count(" ") + 1 for phrase in phrases), default=0))

    def find(self, text: str) -> tuple[Entity, ...]:
        """All entities of this kind, from left to right, longest first; offsets into ``text``."""
        return tuple(self.find_folded(fold(text)))

    def find_folded(self, folded: Folded) -> Iterator[Entity]:
        """The same for a text that is folded already."""
        spans = [match.span() for match in WORD.finditer(folded.text)]
        at = 0
        while at < len(spans):
            found = self._longest_from(folded.text, spans[at : at + self.longest])
            if found is None:
                at += 1
                continue
            count, skipped, value = found
            if value is not None:
                start, end = folded.span(spans[at][0] + skipped, spans[at + count - 1][1])
                yield Entity(self.entity, value, start, end)
            at += count

    def _longest_from(self, text: str, spans: list[tuple[int, int]]) -> tuple[int, int, str | None] | None:
        """(words, length of the prefix, value) of the longest phrase at the first of ``spans``."""
        words = [text[start:end] for start, end in spans]
        for count in range(len(words), 0, -1):
            phrase = " ".join(words[:count])
            for prefix in ("", *_PREFIXES):
                if phrase.startswith(prefix) and phrase[len(prefix) :] in self.phrases:
                    return count, len(prefix), self.phrases[phrase[len(prefix) :]]
        return None


def find_entities(lexicons: Iterable[Lexicon], folded: Folded) -> tuple[Entity, ...]:
    """What all ``lexicons`` find, from left to right; offsets into the original of ``folded``."""
    found = (entity for lexicon in lexicons for entity in lexicon.find_folded(folded))
    return tuple(sorted(found, key=attrgetter("start", "end")))


def load_lexicons(root: Path) -> tuple[Lexicon, Lexicon]:
    """The lexicons of days and of official words, from ``root/data``. ValueError names what is wrong."""
    return (
        Lexicon.of(DAY, _spellings(root / "data" / "days.yml", "days")),
        Lexicon.of(OFFICIAL_WORD, _spellings(root / "data" / "official_words.yml", "words")),
    )


def _spellings(path: Path, key: str) -> dict[str, list[str]]:
    """The mapping {value: [spelling, ...]} under the one key of ``path``; no spelling twice."""
    content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    spellings = content.get(key) if isinstance(content, dict) and set(content) == {key} else None
    if not isinstance(spellings, dict):
        raise ValueError(f"{path.name}: {key}: must be the one key and hold a mapping")  # noqa: TRY004
    seen: dict[str, str] = {}
    for value, variants in spellings.items():
        if not isinstance(value, str) or not _all_strings(variants):
            raise ValueError(f"{path.name}: {key}.{value}: must be a list of words")
        for variant in variants:
            other = seen.setdefault(fold_text(variant), value)
            if other != value:
                raise ValueError(f"{path.name}: {key}.{value}: {variant!r} also stands for {other!r}")
    return spellings


def _all_strings(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
