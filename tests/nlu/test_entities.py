from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.embedded import HERE
from nlu.entities import DAY, OFFICIAL_WORD, Lexicon, find_entities, load_lexicons
from nlu.folding import fold

DAYS, OFFICIAL = load_lexicons(HERE)

DAY_TEXTS = [
    ("ik kom morgen niet", "tomorrow", "morgen"),
    ("Vandaag!", "today", "Vandaag"),
    ("overmorgen dan", "day_after_tomorrow", "overmorgen"),
    ("on Monday morning", "monday", "Monday"),
    ("see you tomorrow", "tomorrow", "tomorrow"),
    ("ጽባሕ ክመጽእ ኣይክእልን", "tomorrow", "ጽባሕ"),
    ("ንሰኑይ ቆጸራ ኣለኒ", "monday", "ሰኑይ"),
    ("ሎሚ ሓሚመ", "today", "ሎሚ"),
    ("tsbah kmexie aykelen", "tomorrow", "tsbah"),
    ("بكرا ما بقدر اجي", "tomorrow", "بكرا"),
    ("ليوم الأربعاء", "wednesday", "الأربعاء"),
    ("بُكْرَة", "tomorrow", "بُكْرَة"),
    ("bukra ma ba2dar aji", "tomorrow", "bukra"),
    ("el a7ad el jaye", "sunday", "el a7ad"),
]


@pytest.mark.parametrize(("text", "value", "written"), DAY_TEXTS)
def test_a_day_is_found_as_written(text: str, value: str, written: str) -> None:
    found = [(e.entity, e.value, text[e.start : e.end]) for e in DAYS.find(text)]
    assert found == [(DAY, value, written)]


@pytest.mark.parametrize(
    "text", ["goede morgen", "Goedemorgen!", "have a good day", "", "zo doe ik het", "ما في احد"]
)
def test_a_greeting_names_no_day(text: str) -> None:
    assert DAYS.find(text) == ()


OFFICIAL_TEXTS = [
    ("ik ga naar de Gemeente", "gemeente", "Gemeente"),
    ("what is eigen  risico", "eigen risico", "eigen  risico"),
    ("DigiD ከመይ", "DigiD", "DigiD"),
    ("ንhuisarts ደዊለ", "huisarts", "huisarts"),
    ("بدي موعد بالخيمينتي", "gemeente", "خيمينتي"),
    ("وين الـuitkering", "uitkering", "uitkering"),
    ("ናይ ኢንቡርገሪንግ ደብዳበ", "inburgering", "ኢንቡርገሪንግ"),
    ("bijzondere bijstand?", "bijstand", "bijzondere bijstand"),
]


@pytest.mark.parametrize(("text", "value", "written"), OFFICIAL_TEXTS)
def test_an_official_word_is_found_as_written(text: str, value: str, written: str) -> None:
    found = [(e.entity, e.value, text[e.start : e.end]) for e in OFFICIAL.find(text)]
    assert found == [(OFFICIAL_WORD, value, written)]


def test_entities_of_both_kinds_come_in_the_order_of_the_text() -> None:
    found = find_entities((DAYS, OFFICIAL), fold("huisarts morgen, gemeente maandag"))
    assert [entity.value for entity in found] == ["huisarts", "tomorrow", "gemeente", "monday"]


@given(st.text(alphabet=st.sampled_from("morgen huisartsጽባሕንبكراًـ́ﷺ\u200f!  "), max_size=40))
def test_offsets_stay_inside_the_text_and_never_overlap(text: str) -> None:
    for lexicon in (DAYS, OFFICIAL):
        end = 0
        for entity in lexicon.find(text):
            assert end <= entity.start < entity.end <= len(text)
            end = entity.end


@pytest.mark.parametrize(
    "content",
    ["days: [a]", "dayz: {}", "days: {today: vandaag}", "days: {today: [1]}", "days: {a: [x], b: [X]}", ""],
)
def test_a_malformed_list_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "days.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"days\.yml: days"):
        load_lexicons(tmp_path)


def test_an_empty_lexicon_finds_nothing() -> None:
    assert Lexicon.of(DAY, {}).find("morgen") == ()
