from __future__ import annotations

from pathlib import Path

import pytest

from nlu.embedded import HERE
from nlu.training import TrainingDataError, fingerprint, intents_of, load_rasa_file, load_training

DOMAIN = 'version: "3.1"\nintents:\n  - greet\n  - thanks\n'
HEAD = 'version: "3.1"\nnlu:\n'
GOOD = HEAD + "- intent: greet\n  examples: |\n    - hallo daar\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    write(tmp_path, "nl", "bot", GOOD)
    return tmp_path


def write(root: Path, language: str, group: str, text: str) -> None:
    folder = root / "data" / language
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{group}.yml").write_text(text, encoding="utf-8")


def problems(root: Path) -> list[str]:
    with pytest.raises(TrainingDataError) as refused:
        load_training(root)
    assert str(refused.value).splitlines() == list(refused.value.problems)
    return list(refused.value.problems)


def test_an_example_knows_where_it_stands(root: Path) -> None:
    data = load_training(root)
    (example,) = data.examples
    assert (example.text, example.intent, example.language) == ("hallo daar", "greet", "nl")
    assert (example.path, example.line) == ("data/nl/bot.yml", 5)
    assert data.intents == ("greet", "thanks")


BROKEN = {
    "unknown key beside nlu": (GOOD + "stories: []\n", "data/nl/bot.yml:6: stories: unknown key"),
    "unknown key in a section": (
        GOOD + "- intent: thanks\n  example: |\n    - dank\n",
        "data/nl/bot.yml:7: example: unknown key",
    ),
    "unknown intent": (
        HEAD + "- intent: gret\n  examples: |\n    - hoi\n",
        "data/nl/bot.yml:3: intent: unknown intent 'gret'",
    ),
    "no intent": (HEAD + "- examples: |\n    - hoi\n", "data/nl/bot.yml:3: intent: must be a name"),
    "no examples": (HEAD + "- intent: greet\n", "data/nl/bot.yml:3: examples: missing"),
    "an empty example": (GOOD + "    -\n    - hoi\n", "data/nl/bot.yml:6: examples: empty example"),
    "an empty example with a space": (GOOD + "    - \n", "data/nl/bot.yml:6: examples: empty example"),
    "an example of marks": (
        GOOD + "    - \u200b\n",
        "data/nl/bot.yml:6: examples: nothing is left",
    ),
    "an example without a dash": (
        GOOD + "    hoi\n",
        "data/nl/bot.yml:6: examples: a sentence must begin with '- '",
    ),
    "an empty section": (
        GOOD + "- intent: thanks\n  examples: |\n",
        "data/nl/bot.yml:7: examples: no sentence for 'thanks'",
    ),
    "examples that are no block": (
        HEAD + "- intent: greet\n  examples: hoi\n",
        "data/nl/bot.yml:4: examples: must be a block",
    ),
    "broken YAML": (GOOD + "  - : [\n", "data/nl/bot.yml:"),
    "a tab": (HEAD + "-\tintent: greet\n\t examples: |\n", "data/nl/bot.yml:3: yaml:"),
    "another version": (GOOD.replace("3.1", "2.0"), 'data/nl/bot.yml:1: version: must be "3.1"'),
    "no version": ("nlu:\n- intent: greet\n  examples: |\n    - hoi\n", "data/nl/bot.yml:1: version:"),
    "a list": ("- a\n- b\n", "data/nl/bot.yml:1: version:"),
    "nlu is text": ('version: "3.1"\nnlu: hoi\n', "data/nl/bot.yml:2: nlu: must be a list"),
    "an entry is text": (HEAD + "- hoi\n", "data/nl/bot.yml:3: nlu: an entry must be a mapping"),
    "a repeat in another spelling": (
        GOOD + "    - Hállo  daar!\n",
        "data/nl/bot.yml:6: examples: the same sentence as data/nl/bot.yml:5 (greet)",
    ),
    "a repeat in another intent": (
        GOOD + "- intent: thanks\n  examples: |\n    - hallo daar\n",
        "data/nl/bot.yml:8: examples: the same sentence as data/nl/bot.yml:5 (greet)",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_fault_is_refused_with_its_place(root: Path, case: str) -> None:
    text, expected = BROKEN[case]
    write(root, "nl", "bot", text)
    assert any(problem.startswith(expected) for problem in problems(root)), problems(root)


def test_all_faults_of_all_files_are_listed_at_once(root: Path) -> None:
    write(root, "nl", "a", HEAD + "- intent: x\n  examples: |\n    -\n    - dag\n    - dag\n")
    write(root, "en", "b", "nlu: [")
    found = [problem.rsplit(":", 1)[0] for problem in problems(root)]
    assert found == [
        "data/nl/a.yml:3: intent",
        "data/nl/a.yml:5: examples",
        "data/en/b.yml:2: yaml",
        "data/nl/a.yml:7: examples: the same sentence as data/nl/a.yml",
    ]


@pytest.mark.parametrize(
    ("language", "text", "fits"),
    [
        ("ti", "ከመይ ኣለኻ", True), ("ti", "kemey aleka", True), ("ti", "كيف حالك", False),
        ("ar", "كيف حالك", True), ("ar", "kif 7alak", True), ("ar", "ከመይ ኣለኻ", False),
        ("nl", "hoe gaat het", True), ("nl", "привет", False), ("en", "👍", True), ("ti", "👍 123", True),
    ],
)  # fmt: skip
def test_the_script_must_be_the_languages_own_or_latin(
    root: Path, language: str, text: str, fits: bool
) -> None:
    write(root, language, "x", HEAD + f"- intent: thanks\n  examples: |\n    - {text}\n")
    if fits:
        assert load_training(root).examples
    else:
        assert problems(root) == [
            f"data/{language}/x.yml:5: examples: wrong script for {language!r}: "
            "neither its own letters nor Latin ones"
        ]


def test_one_sentence_may_mean_the_same_in_two_languages_but_not_two_things(root: Path) -> None:
    write(root, "en", "bot", GOOD)
    load_training(root)
    write(root, "en", "bot", GOOD.replace("greet", "thanks"))
    assert problems(root) == ["data/en/bot.yml:5: examples: the same sentence as data/nl/bot.yml:5 (greet)"]


@pytest.mark.parametrize("text", ["", "intents: [", 'version: "3.1"\nintents: []\n', "- a\n"])
def test_a_broken_domain_is_refused(root: Path, text: str) -> None:
    (root / "domain.yml").write_text(text, encoding="utf-8")
    assert problems(root)[0].startswith("domain.yml:")


def test_no_data_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    assert problems(tmp_path) == ["data:1: nlu: no training sentences found"]


def test_a_file_that_is_not_text_is_refused(root: Path) -> None:
    (root / "data" / "nl" / "bot.yml").write_bytes(b"\xff\xfe\x00")
    assert "data/nl/bot.yml:1: file: is not UTF-8" in problems(root)


def test_the_fingerprint_changes_with_the_data(root: Path) -> None:
    before = fingerprint(root)
    assert before == fingerprint(root) == load_training(root).fingerprint
    write(root, "nl", "bot", GOOD + "    - hoi\n")
    assert fingerprint(root) != before


def test_any_rasa_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "nlu.yml"
    path.write_text(
        HEAD
        + "- synonym: credit\n  examples: |\n    - credit card\n"
        + "- lookup: town\n  examples: |\n    - Leeuwarden\n"
        + "- intent: book/flight\n  examples: |\n    - fly to [Rome](town)\n"
        + '    - fly from [NY]{"entity": "town", "value": "New York"} please\n'
        + "- intent: bye\n  examples:\n  - text: |\n      goodbye\n  - text: see you\n",
        encoding="utf-8",
    )
    data = load_rasa_file(path)
    assert [(example.intent, example.text) for example in data.examples] == [
        ("book/flight", "fly to Rome"),
        ("book/flight", "fly from NY please"),
        ("bye", "goodbye"),
        ("bye", "see you"),
    ]
    assert data.intents == ("book/flight", "bye")


@pytest.mark.parametrize("text", ["", "nlu: []", "nlu: [", "hello"])
def test_a_rasa_file_without_sentences_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "nlu.yml").write_text(text, encoding="utf-8")
    with pytest.raises(TrainingDataError):
        load_rasa_file(tmp_path / "nlu.yml")


def test_our_own_data_is_good() -> None:
    data = load_training(HERE)
    assert data.intents == intents_of(HERE)
    assert {example.intent for example in data.examples} == set(data.intents)
