"""The shapes that every engine for understanding takes and gives.

The JSON form is that of Rasa's ``POST /model/parse`` with ``language`` added, so that the embedded
engine and a Rasa server are interchangeable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

Language = Literal["ti", "ar", "nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

OUT_OF_SCOPE = "out_of_scope"

# So much of a text is read by an engine: a question fits, and a pasted book costs no time.
MOST_CHARACTERS = 2000


def as_language(code: str | None) -> Language | None:
    """``code`` as one of our four languages; None for any other."""
    return next((language for language in LANGUAGES if language == code), None)


DangerKind = Literal[
    "violence_home", "attack", "fire", "accident", "medical", "suicide", "threat", "exploitation"
]


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that was told. ``acute``: it is now, or life is at stake."""

    kind: DangerKind
    acute: bool


@dataclass(frozen=True, slots=True)
class Intent:
    """A topic with the engine's calibrated confidence, 0..1."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of the original text: ``text[start:end]`` is what was written, ``value`` what it means."""

    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parse:
    """What one text was understood to mean.

    ``intent`` is ``out_of_scope`` when nothing fits; ``ranking`` is best first and begins with it.
    ``language`` is an ISO 639-1 code: one of ours, another one that was recognised as not ours
    ("am", "fr", ...), or the prior where the text does not say.
    """

    text: str
    language: str
    intent: Intent
    ranking: tuple[Intent, ...]
    entities: tuple[Entity, ...] = ()

    def as_rasa(self) -> dict[str, Any]:
        """The JSON object of Rasa's ``/model/parse``, with ``language`` added."""
        return {
            "text": self.text,
            "language": self.language,
            "intent": {"name": self.intent.name, "confidence": round(self.intent.confidence, 4)},
            "intent_ranking": [
                {"name": intent.name, "confidence": round(intent.confidence, 4)} for intent in self.ranking
            ],
            "entities": [
                {"entity": e.entity, "value": e.value, "start": e.start, "end": e.end} for e in self.entities
            ],
        }


class Understanding(Protocol):
    """An engine that can parse: embedded, or a Rasa server."""

    async def parse(self, text: str, prior: Language | None = None) -> Parse:
        """Understand ``text``; ``prior`` is the chat's language, used where the text leaves doubt."""
        ...
