"""Danger told in words that the phrases were not written for, and everyday texts that come close to them.

Every set of ``sentences_danger/`` was written before anything was changed for it, and measured once: a danger
counts as seen when a phrase finds it, or when the engine alone names emergency or domestic_violence with
at least 0.5. Those first figures are the honest ones; since then all of them are found, which says that
nothing was lost, not that nothing is missed.

====  ==================================================  ===========  =======  =======  =======  =======
set   what it holds                                       all          ti       ar       nl       en
====  ==================================================  ===========  =======  =======  =======  =======
1     short and everyday, dialects, slips, third person   181 of 203   48/57    51/56    39/44    43/46
2     situations that no phrase was meant for              43 of 105    7/28     8/27    13/25    15/25
3     common dangers in fresh words                        76 of 80    18/20    19/20    20/20    19/20
====  ==================================================  ===========  =======  =======  =======  =======

Of set 1 the typical ones 68 of 70, the hard ones 113 of 133. The program as it was for set 1 saw 34 of set 2
and 66 of set 3. In Latin letters, first measured: ti 13/13, 3/6 and 3/4; ar 14/14, 0/6 and 3/4. Of the texts
without danger, first measured, 8 of 126 (set 1) and 9 of 49 (set 2) were taken for one: by phrases 6 and 2,
by the engine 3 and 8.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nlu.contract import LANGUAGES, Language
from nlu.danger import DangerDetector, load_danger
from nlu.embedded import HERE, EmbeddedEngine, load_or_train
from nlu.folding import fold_text
from nlu.training import load_training

SENTENCES = Path(__file__).parent / "sentences_danger"
TOPICS = {"emergency", "domestic_violence"}

# Texts that a phrase takes for a danger though they are none, each with the reason why that is left so.
FALSE_ALARMS: dict[str, str] = {}

# Learning anew moves single sentences, so the engine's own false alarms are counted, not listed.
MOST_FALSE_ALARMS = 0.10


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with what it means; ``intent`` is None where nobody is in danger."""

    set: int
    lang: Language
    script: str
    kind: str
    text: str
    intent: str | None


def _sentences() -> Iterator[Sentence]:
    for language in LANGUAGES:
        for line in (SENTENCES / f"{language}.jsonl").read_text("utf-8").splitlines():
            yield Sentence(**json.loads(line))


ALL = tuple(_sentences())
DANGERS = tuple(sentence for sentence in ALL if sentence.intent)
HARMLESS = tuple(sentence for sentence in ALL if not sentence.intent)


@pytest.fixture(scope="module")
def detector() -> DangerDetector:
    return load_danger(HERE / "data" / "danger")


@pytest.mark.parametrize("sentence", DANGERS, ids=lambda sentence: sentence.text)
def test_every_danger_is_seen(detector: DangerDetector, sentence: Sentence) -> None:
    assert detector.detect(sentence.text) is not None


def test_no_everyday_text_alarms_but_those_listed(detector: DangerDetector) -> None:
    alarmed = {sentence.text for sentence in HARMLESS if detector.detect(sentence.text)}
    assert alarmed == set(FALSE_ALARMS)


async def test_the_engine_takes_few_everyday_texts_for_a_danger(engine_cache: Path) -> None:
    engine: EmbeddedEngine = load_or_train(HERE, engine_cache)
    taken = []
    for sentence in HARMLESS:
        parse = await engine.parse(sentence.text, sentence.lang)
        if parse.intent.name in TOPICS and parse.intent.confidence >= 0.5:
            taken.append(sentence.text)
    assert len(taken) <= MOST_FALSE_ALARMS * len(HARMLESS), taken


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_tested_widely(language: Language) -> None:
    own = [sentence for sentence in DANGERS if sentence.lang == language]
    for topic in TOPICS:
        assert sum(sentence.intent == topic for sentence in own) >= 40
    assert sum(sentence.lang == language for sentence in HARMLESS) >= 40
    if language in ("ti", "ar"):
        assert sum(sentence.script == "latin" for sentence in own) >= 20


def test_none_of_these_sentences_was_learned() -> None:
    learned = {fold_text(example.text) for example in load_training(HERE).examples}
    assert [sentence.text for sentence in ALL if fold_text(sentence.text) in learned] == []


def test_no_sentence_stands_twice() -> None:
    texts = [(sentence.lang, fold_text(sentence.text)) for sentence in ALL]
    assert len(texts) == len(set(texts))
