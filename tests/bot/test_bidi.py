"""Every left-to-right run inside Arabic stands between isolates, and nothing else changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bidi import FSI, LRI, PDI, apart, isolate, plain

ARABIC = "اتصل بالرقم من البيت،؟ ً"
LATIN = "abzABZéëïûâÉ"
DIGITS = "0123456789"
SIGNS = " .,:;/@&'’+%_–-€#()[]!?\n\t📞🩺"
# What people and content are made of; the second kind already holds isolates, also unbalanced ones.
PLAIN = st.text(st.sampled_from(ARABIC + LATIN + DIGITS + SIGNS))
ANYTHING = st.text(
    st.one_of(st.sampled_from(ARABIC + LATIN + DIGITS + SIGNS + LRI + FSI + PDI), st.characters())
)


def outside_isolates(text: str) -> str:
    """What is left of ``text`` without its isolated runs."""
    return re.sub(f"{LRI}[^{LRI}{PDI}]*{PDI}", "", text)


@given(ANYTHING)
def test_isolating_twice_is_isolating_once(text: str) -> None:
    assert isolate(isolate(text)) == isolate(text)


@given(ANYTHING)
def test_nothing_but_isolates_is_added(text: str) -> None:
    assert plain(isolate(text)) == plain(text)


@given(PLAIN)
def test_every_latin_letter_and_digit_is_inside_and_every_isolate_is_closed(text: str) -> None:
    outside = outside_isolates(isolate(text))
    assert not re.search(r"[A-Za-zÀ-ɏ0-9]", outside)
    assert LRI not in outside
    assert PDI not in outside


@given(ANYTHING)
def test_it_opens_as_many_isolates_as_it_closes(text: str) -> None:
    isolated = isolate(text)
    assert isolated.count(LRI) - text.count(LRI) == isolated.count(PDI) - text.count(PDI)


@given(st.text(st.sampled_from(ARABIC + "\n")))
def test_arabic_alone_stays_as_it_is(text: str) -> None:
    assert isolate(text) == text


@pytest.mark.parametrize(
    "run",
    [
        "112",
        "0800-2000",
        "0900-112 7 112",
        "058 123 45 67",
        "+31 58 123 45 67",
        "23-11-2026",
        "14:00",
        "€ 340",
        "€340",
        "€ 1.250",
        "€ 1.250,50",
        "12,50",
        "(058) 123 45 67",
        "100%",
        "@WegwijsBot",
        "113.nl",
        "info@vluchtelingenwerk.nl",
        "VluchtelingenWerk",
        "Stichting Support Fryslân",
        "Tûmba",
        "Ruiterskwartier 43",
        "Juridisch spreekuur VluchtelingenWerk",
        "A&B",
        "De Jong’s Hof",
        "11-20",
    ],
)
def test_what_belongs_together_is_one_isolate(run: str) -> None:
    assert isolate(f"اتصل {run}، الآن") == f"اتصل {LRI}{run}{PDI}، الآن"


@pytest.mark.parametrize("sentence", ["اتصل الآن.", "", " ", "،", "\n\n", "📞"])
def test_what_has_no_run_stays(sentence: str) -> None:
    assert isolate(sentence) == sentence


def test_a_sign_of_punctuation_behind_a_run_stays_outside() -> None:
    assert isolate("huisarts.") == f"{LRI}huisarts{PDI}."
    assert isolate("(huisarts)") == f"({LRI}huisarts{PDI})"


def test_paragraphs_are_never_joined_into_one_isolate() -> None:
    assert isolate("Leeuwarden\n112") == f"{LRI}Leeuwarden{PDI}\n{LRI}112{PDI}"


@given(ANYTHING)
def test_text_that_stands_apart_is_the_same_text(text: str) -> None:
    assert plain(apart(text)) == plain(text)
    assert apart(text).startswith(FSI)
    assert apart(text).endswith(PDI)
