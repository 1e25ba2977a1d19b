"""Understanding by a Rasa server: ``POST /model/parse``, and no trust in what comes back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import httpx

from nlu.contract import MOST_CHARACTERS, OUT_OF_SCOPE, Entity, Intent, Language, Parse
from nlu.entities import Lexicon, find_entities
from nlu.features import WORD
from nlu.folding import fold
from nlu.language import LanguageDetector

# What Rasa's FallbackClassifier puts first when it is unsure.
_FALLBACK = "nlu_fallback"

# A softmax in single precision may exceed one by this much.
_ROUNDING = 1e-6


class UnderstandingDown(RuntimeError):
    """The server is away, slow or answers nonsense; the text says which, never what was asked."""


class RasaClient:
    """One Rasa server. It knows no languages and no days: ``detector`` and ``lexicons`` add them.

    ``intents`` is the register: an intent outside it means that the server has another model.
    ``timeout`` is in seconds, for connecting and for answering. ``transport`` is for tests.
    """

    def __init__(
        self,
        base_url: str,
        timeout: float,
        detector: LanguageDetector,
        intents: Collection[str],
        lexicons: Sequence[Lexicon] = (),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = httpx.AsyncClient(base_url=base_url, timeout=timeout, transport=transport)
        self._detector = detector
        self._intents = frozenset(intents)
        self._lexicons = lexicons

    async def parse(self, text: str, prior: Language | None = None) -> Parse:
        """Understand ``text``; raises UnderstandingDown when the answer cannot be had or trusted."""
        read = text[:MOST_CHARACTERS]
        folded = fold(read)
        language = self._detector.detect_folded(read, folded, prior).language
        if not WORD.search(folded.text):  # Rasa has no intent for a text without words
            nothing = Intent(OUT_OF_SCOPE, 1.0)
            return Parse(text, language, nothing, (nothing,))
        # Half of a surrogate pair cannot be sent; it means nothing anyway.
        answer = await self._ask(read.encode("utf-8", "replace").decode())
        ranking = self._ranking(answer)
        entities = find_entities(self._lexicons, folded) + _entities(answer, len(text))
        return Parse(text, language, ranking[0], ranking, tuple(dict.fromkeys(entities)))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(self, text: str) -> Mapping[str, Any]:
        try:
            response = await self._client.post("/model/parse", json={"text": text})
        except httpx.TimeoutException as error:
            raise UnderstandingDown("timeout") from error
        except httpx.HTTPError as error:
            raise UnderstandingDown(type(error).__name__) from error
        if response.status_code != httpx.codes.OK:
            raise UnderstandingDown(f"status {response.status_code}")
        try:
            answer = response.json()
        except ValueError as error:
            raise UnderstandingDown("not JSON") from error
        if not isinstance(answer, dict) or answer.get("status") == "failure":
            raise UnderstandingDown("an error instead of an answer")
        return answer

    def _ranking(self, answer: Mapping[str, Any]) -> tuple[Intent, ...]:
        ranked = answer.get("intent_ranking")
        if not isinstance(ranked, list) or not ranked:
            raise UnderstandingDown("no ranking")
        best: dict[str, Intent] = {}  # out_of_scope can stand there twice: by fallback, and as an intent
        for intent in map(self._intent, ranked):
            best.setdefault(intent.name, intent)
        ranking = tuple(best.values())
        if self._intent(answer.get("intent")) != ranking[0]:
            raise UnderstandingDown("the intent does not lead the ranking")
        return ranking

    def _intent(self, entry: object) -> Intent:
        if not isinstance(entry, dict):
            raise UnderstandingDown("no intent")
        name, confidence = entry.get("name"), entry.get("confidence")
        if name == _FALLBACK:
            name = OUT_OF_SCOPE
        if not isinstance(name, str) or name not in self._intents:
            raise UnderstandingDown("unknown intent")
        if isinstance(confidence, bool) or not isinstance(confidence, int | float):
            raise UnderstandingDown("a confidence that is no number")
        if not 0 <= confidence <= 1 + _ROUNDING:
            raise UnderstandingDown("a confidence outside 0..1")
        return Intent(name, min(float(confidence), 1.0))


def _entities(answer: Mapping[str, Any], length: int) -> tuple[Entity, ...]:
    found = answer.get("entities", [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise UnderstandingDown("no list of entities")
    return tuple(_entity(entry, length) for entry in found)


def _entity(entry: Mapping[str, Any], length: int) -> Entity:
    start, end = entry.get("start"), entry.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end <= length:
        raise UnderstandingDown("an entity outside the text")
    return Entity(str(entry.get("entity")), str(entry.get("value")), start, end)
