"""Ask: one question, the whole way from the text to the worded answer, without a channel or a store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.bidi import plain
from bot.channels.contract import Outgoing
from bot.wording import Wording
from flows.dialogue import respond
from flows.effects import Say
from flows.facts import Catalogue, Chat, Facts, Kept
from flows.heard import Alarm, Heard, Said
from nlu.contract import OUT_OF_SCOPE, Danger, Language, Parse, Understanding, as_language
from nlu.redaction import redact

ALTERNATIVES = 3
DANGER_TOPICS = {"violence_home": "domestic_violence"}


class Ask:
    """Answers a text as a chat that has just said it would be answered."""

    def __init__(
        self,
        understanding: Understanding,
        detect_danger: Callable[[str], Danger | None],
        wording: Wording,
        catalogue: Catalogue,
        now: Callable[[], datetime],
    ) -> None:
        self._understanding = understanding
        self._detect_danger = detect_danger
        self._wording = wording
        self._catalogue = catalogue
        self._now = now

    async def __call__(self, text: str, language: Language | None = None) -> dict[str, Any]:
        """The answer as plain data: language, topic, confidence, alternatives, text, buttons."""
        danger = self._detect_danger(text)
        redacted = redact(text)
        readable = any(character.isalnum() for character in text)
        parse = await self._understanding.parse(redacted.text, language) if readable else None
        written = as_language(parse.language) if parse else None
        spoken = language or written or "nl"
        heard: Heard = Said(redacted.text, parse=parse, redacted=bool(redacted.kinds))
        if danger is not None:
            spoken = written or spoken
            heard = Alarm(danger.kind, danger.acute)
        now = self._now()
        facts = Facts(now, Chat(spoken), self._catalogue, Kept(now, 0, 0, 0))
        effects = respond(facts, None, heard).effects
        said = [
            self._wording.outgoing(effect.message, spoken) for effect in effects if isinstance(effect, Say)
        ]
        return {**_understood(danger, parse), **_said(said, spoken)}


def _understood(danger: Danger | None, parse: Parse | None) -> dict[str, Any]:
    if danger is not None:
        topic = DANGER_TOPICS.get(danger.kind, "emergency")
        return {"topic": topic, "confidence": 1.0, "alternatives": []}
    if parse is None:
        return {"topic": OUT_OF_SCOPE, "confidence": 0.0, "alternatives": []}
    others = [intent for intent in parse.ranking if intent.name != parse.intent.name][:ALTERNATIVES]
    return {
        "topic": parse.intent.name,
        "confidence": round(parse.intent.confidence, 4),
        "alternatives": [
            {"topic": intent.name, "confidence": round(intent.confidence, 4)} for intent in others
        ],
    }


def _said(said: list[Outgoing], spoken: Language) -> dict[str, Any]:
    texts = [f"{outgoing.title}\n\n{outgoing.text}".strip() for outgoing in said]
    return {
        "language": said[-1].language if said else spoken,
        "text": "\n\n".join(texts),
        "buttons": [
            {"label": plain(button.label), "data": button.data}
            for outgoing in said
            for row in outgoing.rows
            for button in row
        ],
    }
