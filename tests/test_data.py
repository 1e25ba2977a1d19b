"""The sentences that the engine learns from, and those it is measured with."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.content import load_content
from bot.settings import LOCALES, NLU
from nlu.contract import LANGUAGES, OUT_OF_SCOPE, Language
from nlu.folding import fold_text
from nlu.training import Example, TrainingData, load_training

SENTENCES = Path(__file__).parent / "nlu" / "sentences"
SCRIPTS = {"ti": {"ethi", "latn"}, "ar": {"arab", "latn"}, "nl": {"latn"}, "en": {"latn"}}


@dataclass(frozen=True)
class Sentence:
    """One sentence of the development set, with the place where it stands."""

    text: str
    intent: str
    also: tuple[str, ...]
    lang: str
    script: str
    kind: str
    place: str


@pytest.fixture(scope="module")
def training() -> TrainingData:
    return load_training(NLU)


@pytest.fixture(scope="module")
def development() -> list[Sentence]:
    return [
        Sentence(
            **{**json.loads(line), "also": tuple(json.loads(line)["also"])},
            place=f"{path.relative_to(SENTENCES)}:{number}",
        )
        for path in sorted(SENTENCES.glob("*/*.jsonl"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]


def place(example: Example) -> str:
    return f"{example.path}:{example.line}"


# training


def test_no_training_sentence_stands_twice(training: TrainingData) -> None:
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example in training.examples:
        seen[example.language, fold_text(example.text)].append(f"{place(example)} ({example.intent})")
    assert [places for places in seen.values() if len(places) > 1] == []


def test_no_training_sentence_means_two_things(training: TrainingData) -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for example in training.examples:
        meanings[fold_text(example.text)].add(example.intent)
    assert {text: sorted(topics) for text, topics in meanings.items() if len(topics) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_covers_all_topics(training: TrainingData, language: Language) -> None:
    counts = dict.fromkeys(training.intents, 0)
    for example in training.examples:
        if example.language == language:
            counts[example.intent] += 1
    assert {intent: count for intent, count in counts.items() if count < 20} == {}


def test_every_topic_has_an_answer_and_every_answer_a_topic(training: TrainingData) -> None:
    answered = set(load_content(LOCALES).answers)
    assert set(training.intents) == answered | {OUT_OF_SCOPE}
    assert len(training.intents) == len(set(training.intents))


def test_a_topic_stands_in_the_files_of_its_group(training: TrainingData) -> None:
    group_of = {key: topic.group for key, topic in load_content(LOCALES).catalogue.topics.items()}
    groups = {*group_of.values(), OUT_OF_SCOPE}
    wrong = [
        f"{place(example)}: {example.intent}"
        for example in training.examples
        if (file := Path(example.path).stem) in groups and group_of.get(example.intent, OUT_OF_SCOPE) != file
    ]
    assert wrong == []


# development


def test_no_development_sentence_was_learned(training: TrainingData, development: list[Sentence]) -> None:
    learned = {fold_text(example.text): example for example in training.examples}
    both = [
        f"{sentence.place} is {place(learned[folded])}: {sentence.text}"
        for sentence in development
        if (folded := fold_text(sentence.text)) in learned
    ]
    assert both == []


def test_no_development_sentence_stands_twice(development: list[Sentence]) -> None:
    seen: dict[str, list[str]] = defaultdict(list)
    for sentence in development:
        seen[fold_text(sentence.text)].append(sentence.place)
    assert [places for places in seen.values() if len(places) > 1] == []


def test_every_development_sentence_means_something_we_know(
    training: TrainingData, development: list[Sentence]
) -> None:
    known = set(training.intents)
    wrong = [
        sentence
        for sentence in development
        if not {sentence.intent, *sentence.also} <= known
        or sentence.intent in sentence.also
        or not fold_text(sentence.text)
    ]
    assert wrong == []


def test_every_development_sentence_is_in_the_file_of_its_language(development: list[Sentence]) -> None:
    wrong = [
        sentence
        for sentence in development
        if Path(sentence.place).parent.name != sentence.lang or sentence.script not in SCRIPTS[sentence.lang]
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_measured_on_all_topics(
    training: TrainingData, development: list[Sentence], language: Language
) -> None:
    measured = {sentence.intent for sentence in development if sentence.lang == language}
    assert sorted(set(training.intents) - measured) == []
