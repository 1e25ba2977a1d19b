"""Danger goes before the engine, and an engine that saw it is not overruled."""

from __future__ import annotations

import pytest

from nlu.contract import Danger, Intent, Language, Parse
from nlu.danger_first import CONFIDENCE, DangerFirst


class Engine:
    """Understands everything as one topic."""

    def __init__(self, topic: str) -> None:
        self.topic = topic

    async def parse(self, text: str, prior: Language | None = None) -> Parse:
        best = Intent(self.topic, 0.8)
        return Parse(text, "nl", best, (best, Intent("emergency", 0.1), Intent("dentist", 0.05)))


@pytest.mark.parametrize(
    ("danger", "topic"),
    [
        (Danger("fire", acute=True), "emergency"),
        (Danger("violence_home", acute=False), "domestic_violence"),
        (Danger("violence_home", acute=True), "emergency"),
        (None, "out_of_scope"),
    ],
)
async def test_danger_that_the_engine_did_not_see_comes_first(danger: Danger | None, topic: str) -> None:
    parse = await DangerFirst(Engine("out_of_scope"), lambda _: danger).parse("...")
    assert parse.intent.name == topic
    assert parse.ranking[0] == parse.intent
    assert len({intent.name for intent in parse.ranking}) == len(parse.ranking)
    if danger is not None:
        assert parse.intent.confidence == CONFIDENCE
        assert sum(intent.confidence for intent in parse.ranking) <= 1


@pytest.mark.parametrize("topic", ["emergency", "domestic_violence", "money_pressure", "report_concern"])
async def test_an_engine_that_saw_it_knows_better_which_it_is(topic: str) -> None:
    parse = await DangerFirst(Engine(topic), lambda _: Danger("threat", acute=True)).parse("...")
    assert (parse.intent.name, parse.intent.confidence) == (topic, 0.8)
