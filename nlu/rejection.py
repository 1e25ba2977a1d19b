"""A threshold below which an answer is turned away, for engines that know no out_of_scope themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.contract import OUT_OF_SCOPE, Intent, Language, Parse, Understanding
from nlu.evaluation import Judged


@dataclass(frozen=True, slots=True)
class Rejecting:
    """An engine whose answers below ``threshold`` are out of scope; see `nlu.contract.Understanding`."""

    understanding: Understanding
    threshold: float

    async def parse(self, text: str, prior: Language | None = None) -> Parse:
        """As the engine understands it, where it is sure enough."""
        parse = await self.understanding.parse(text, prior)
        if parse.intent.confidence >= self.threshold or parse.intent.name == OUT_OF_SCOPE:
            return parse
        nothing = Intent(OUT_OF_SCOPE, 1 - parse.intent.confidence)
        others = tuple(intent for intent in parse.ranking if intent.name != OUT_OF_SCOPE)
        return replace(parse, intent=nothing, ranking=(nothing, *others))


def best_threshold(judged: Sequence[Judged]) -> float:
    """The threshold under which most of these sentences end right: the topic, or out of scope.

    Every confidence that occurs is tried, from the lowest up; at the threshold itself nothing is rejected.
    """
    kept = sorted(judged, key=lambda one: one.parse.intent.confidence)
    right = sum(one.right for one in kept)
    best, threshold = right, 0.0
    for number, one in enumerate(kept):
        right += (one.sentence.intent == OUT_OF_SCOPE) - one.right
        after = kept[number + 1].parse.intent.confidence if number + 1 < len(kept) else 1.0
        if right > best and after > one.parse.intent.confidence:
            best, threshold = right, after
    return threshold
