from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.contract import Danger
from nlu.danger import URGENCY, DangerDataError, DangerDetector, load_danger
from nlu.phrases import Grammar, PhraseError, Phrases, WordClasses, split_words
from nlu.romanised import romanised
from nlu.wordforms import Vocabulary

DATA = Path(__file__).parents[2] / "nlu" / "data" / "danger"
SENTENCES = Path(__file__).parent / "danger"
SECTIONS = ("en", "nl", "ar", "ar_latn", "ti", "ti_latn")


@pytest.fixture(scope="module")
def detector() -> DangerDetector:
    return load_danger(DATA)


def _sentences(section: str) -> Any:
    return yaml.safe_load((SENTENCES / f"{section}.yml").read_text(encoding="utf-8"))


def _danger() -> list[tuple[str, str]]:
    return [
        (kinds, text)
        for section in SECTIONS
        for kinds, texts in _sentences(section)["danger"].items()
        for text in texts
    ]


@pytest.mark.parametrize(("kinds", "text"), _danger())
def test_danger_is_seen_and_named(detector: DangerDetector, kinds: str, text: str) -> None:
    danger = detector.detect(text)
    assert danger is not None
    assert danger.kind in kinds.split(" or ")


@pytest.mark.parametrize("text", [text for section in SECTIONS for text in _sentences(section)["harmless"]])
def test_everyday_texts_are_no_danger(detector: DangerDetector, text: str) -> None:
    assert detector.detect(text) is None


@pytest.mark.parametrize("section", SECTIONS)
def test_each_way_of_writing_is_tested_widely(section: str) -> None:
    sentences = _sentences(section)
    assert set(sentences["danger"]) >= set(URGENCY)
    assert sum(map(len, sentences["danger"].values())) >= 40
    assert len(sentences["harmless"]) >= 40


@pytest.mark.parametrize(
    ("text", "acute"),
    [
        ("my husband beats me every week", False),
        ("my husband is beating me right now", True),
        ("my husband says he will kill me with a knife", True),
        ("mijn man slaat mij", False),
        ("mijn man slaat mij nu op dit moment", True),
        ("زوجي يضربني كل أسبوع", False),
        ("زوجي عم يضربني هلق", True),
        ("ሰብኣየይ ኩሉ ግዜ ይወቕዓኒ", False),
        ("ሰብኣየይ ሕጂ ይወቕዓኒ ኣሎ", True),
        ("my boss took my passport", False),
        ("someone blackmails me", False),
        ("they will kill my brother if I do not pay", True),
        ("I want to die", True),
        ("my house is on fire", True),
    ],
)
def test_acute_is_now_or_when_life_is_at_stake(detector: DangerDetector, text: str, acute: bool) -> None:
    danger = detector.detect(text)
    assert danger is not None
    assert danger.acute is acute


def test_the_more_urgent_danger_is_named(detector: DangerDetector) -> None:
    text = "my boss took my passport and now I want to kill myself"
    assert detector.detect(text) == Danger("suicide", acute=True)


def test_a_harmless_part_does_not_hide_a_danger(detector: DangerDetector) -> None:
    assert detector.detect("my phone died and there is a man with a knife in my house") is not None
    assert detector.detect("where is the fire extinguisher, my kitchen is on fire") is not None


@pytest.mark.parametrize(
    "text",
    [
        "MY  HOUSE\nIS ON FIRE!!!",
        "m\u200by house is o\u202en fire",
        "My neighbour is unconscous",
        "ｍｙ house is on fire",
    ],
)
def test_signs_cases_and_slips_do_not_hide_a_danger(detector: DangerDetector, text: str) -> None:
    assert detector.detect(text) is not None


def test_a_proper_word_is_not_taken_for_a_slip(detector: DangerDetector) -> None:
    assert detector.detect("can my brother of 20 come too") is None


@given(st.text())
def test_any_text_is_read(detector: DangerDetector, text: str) -> None:
    detector.detect(text)


@given(st.text(alphabet="fireknsdaumlt .!?~*{}|/^$'حريقنار ሓዊሞት"), st.text())
def test_any_pattern_is_read_or_refused(pattern: str, text: str) -> None:
    classes = WordClasses(Vocabulary())
    phrases: Phrases[str] = Phrases(classes)
    try:
        forms = Grammar(classes, {"a": "fire|smoke", "b": "{a} {b}"}).forms(pattern)
    except PhraseError:
        return
    for form in forms:
        phrases.add(form, "found")
    phrases.find(split_words(text))


def _seconds(detector: DangerDetector, text: str) -> float:
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        detector.detect(text)
        times.append(time.perf_counter() - begun)
    return min(times)


@pytest.mark.parametrize(
    "text",
    [
        "my my my my husband the the beat ",
        "زوجي لا ما في البيت نار ",
        "ሰብኣየይ ሓዊ ገዛ ኣብ ",
        "a a a a a a ",
        "fire fire ",
    ],
)
def test_time_grows_in_step_with_length(detector: DangerDetector, text: str) -> None:
    detector.detect(text)
    short, long = text * 300, text * 3000
    assert _seconds(detector, long) < 25 * _seconds(detector, short)


def test_a_danger_at_the_end_of_a_very_long_text_is_seen(detector: DangerDetector) -> None:
    assert detector.detect("how are you. " * 8000 + "my house is on fire") is not None


def _found(pattern: str, text: str, *, heard: bool = False, sets: dict[str, str] | None = None) -> list[str]:
    """What ``pattern`` finds in ``text``."""
    classes = WordClasses(Vocabulary())
    phrases: Phrases[str] = Phrases(classes)
    for form in Grammar(classes, sets or {}, heard=heard).forms(pattern):
        phrases.add(form, "found")
    tokens = split_words(text)
    return [" ".join(tokens[one.start : one.end]) for one in phrases.find(tokens)]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("he hits me", "Yes, he hits me.", ["he hits me"]),
        ("he hits me", "he never hits me", []),
        ("he ~ me", "he a b c me", ["he a b c me"]),
        ("he ~ me", "he a b c d me", []),
        ("he ~1 me", "he me", ["he me"]),
        ("he ~5 me", "he left. me too", []),
        ("he|she hits", "she hits", ["she hits"]),
        ("{who} hits", "the dad hits", ["dad hits"]),
        ("is? very bad", "very bad", ["very bad"]),
        ("gas_smell|smoke here", "gas smell here", ["gas smell here"]),
        ("burn*", "burning", ["burning"]),
        ("*burn*", "unburnt", ["unburnt"]),
        ("*burn", "burning", []),
        ("^ fire $", "Help! Fire!", [". fire ."]),
        ("^ fire $", "a fire", []),
        ("don't", "I dont", ["dont"]),
        ("unconscious", "unconcious", ["unconcious"]),
        ("حريق", "والحريق", ["والحريق"]),
        ("ሓዊ", "ብሓዊን", ["ብሓዊን"]),
        ("ቐቲሉ", "ቀትሉ", ["ቀትሉ"]),
        ("/*ቀተለ*/", "ክቐትለኒ", ["ክቐትለኒ"]),
        ("/ኣይቀተለ*/", "ኣይቀተለን", ["ኣይቀተለን"]),
        ("ambulance", "ንambulance", ["ambulance"]),
    ],
)
def test_patterns_mean_what_the_readme_says(pattern: str, text: str, found: list[str]) -> None:
    assert _found(pattern, text, sets={"who": "mum {men}", "men": "dad|man"}) == found


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        ("yiweqe'ani", "ywekaani", True),
        ("hawi alo", "hawii alo", True),
        ("hawi alo", "hawey alo", False),
        ("7ari2a", "hari'a", True),
        ("yedrobni", "yidrebni", True),
        ("shiyituni", "kosten", False),
    ],
)
def test_romanised_words_are_met_by_ear(pattern: str, text: str, is_found: bool) -> None:
    assert bool(_found(pattern, text, heard=True)) is is_found


@pytest.mark.parametrize(
    ("word", "spelling"),
    [
        ("ሰብኣየይ", "sebayey"),
        ("ይሃርመኒ", "yiharmeni"),
        ("ይሃርመኒ", "yharmeni"),
        ("ካራ", "kara"),
        ("መኪና", "bmekina"),
        ("ኲናት", "kwinat"),
        ("ወደይ", "wedey"),
        ("እፈርሕ", "iferih"),
        ("ዓጽዩ*", "atsyu*"),
        ("/*ገረፈ*/", "*gerif*"),
        (".", "."),
        ("ambulance", "ambulance"),
    ],
)
def test_tigrinya_is_spelled_in_latin_letters(word: str, spelling: str) -> None:
    assert spelling in romanised(word)


def test_a_root_of_two_consonants_is_not_spelled() -> None:
    assert romanised("/*ወቕዐ*/") == frozenset()


@given(st.text(alphabet="ሀለሐመቐበ፟ኲወዐዝየግፐ*/ab", max_size=8))
def test_any_word_is_spelled(word: str) -> None:
    assert all(isinstance(spelling, str) for spelling in romanised(word))


def test_a_tigrinya_pattern_is_met_in_latin_letters(detector: DangerDetector) -> None:
    assert detector.detect("ጓለይ ኣብ ማይ ወዲቓ") is not None
    assert detector.detect("gwaley ab may wediqa") is not None
    assert detector.detect("may") is None


@pytest.mark.parametrize(
    "pattern", ["", "  ", "~ fire", "fire ~", "fire?", "{unknown}", "{loop}", "a||b", "*", "(x)"]
)
def test_a_pattern_that_says_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(PhraseError):
        _found(pattern, "fire", sets={"loop": "{loop}"})


def test_every_problem_of_the_data_is_listed_at_once(tmp_path: Path) -> None:
    for kind in URGENCY:
        (tmp_path / f"{kind}.yml").write_text("en: {acute: [fire]}\n", encoding="utf-8")
    (tmp_path / "shared.yml").write_text("plain_words: [a]\nen: {acute: [fire]}\n", encoding="utf-8")
    (tmp_path / "fire.yml").write_text(
        "en: {acut: [fire], acute: [''], unless: [1], now: x}\nfr: {}\n", encoding="utf-8"
    )
    (tmp_path / "threat.yml").write_text("- fire\n", encoding="utf-8")
    (tmp_path / "medical.yml").write_text("en: {acute: [\n", encoding="utf-8")
    (tmp_path / "suicide.yml").write_text("en: {sets: {a: 1}, acute: ['{b} c']}\n", encoding="utf-8")
    (tmp_path / "love.yml").write_text("en: {}\n", encoding="utf-8")
    (tmp_path / "attack.yml").unlink()
    with pytest.raises(DangerDataError) as refused:
        load_danger(tmp_path)
    places = {tuple(problem.split(": ")[:2]) for problem in refused.value.problems}
    assert places == {
        (str(tmp_path / name), field)
        for name, field in (
            ("shared.yml", "plain_words"),
            ("shared.yml", "en.acute"),
            ("fire.yml", "en.acut"),
            ("fire.yml", "en.acute[0]"),
            ("fire.yml", "en.unless[0]"),
            ("fire.yml", "en.now"),
            ("fire.yml", "fr"),
            ("threat.yml", "file"),
            ("medical.yml", "file"),
            ("suicide.yml", "en.sets.a"),
            ("suicide.yml", "en.acute[0]"),
            ("love.yml", "file"),
            ("attack.yml", "file"),
        )
    }
