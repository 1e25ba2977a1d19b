from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.folding import fold, fold_text, second_chance

# Letters, marks, digits and signs of the scripts we meet, beside any character at all.
TRICKY = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("ﷺﬁĳİßéسًـأئىةکیሠፀኀሐአዐ፲፪፻፡።\u200f\u2066 \n٠۱Ａaaa"))
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  Hello \n\t World ", "hello world"),
        ("Één gemeente, café", "een gemeente, cafe"),
        ("ｆｕｌｌ ﬁeld ĳs", "full field ijs"),
        ("don’t “say” – no…", 'don\'t "say" - no...'),
        ("heeeeelp meee 1000", "heelp mee 1000"),
        ("أُرِيدُ إلى آخِر ٱلمدرسةِ", "اريد الي اخر المدرسه"),
        ("مســـــؤول بيئة", "مسوول بييه"),
        ("کتابی", "كتابي"),
        ("أين؟ هنا، نعم؛", "اين? هنا, نعم;"),
        ("٠٥٨ ۱۲۳", "058 123"),
        ("ﷺ", "صلي الله عليه وسلم"),
        ("ሠላም ፀሓይ ኀይሊ", "ሰላም ጸሓይ ሃይሊ"),
        ("ሐኪም አቦ ዐይኒ ሀገር", "ሓኪም ኣቦ ዓይኒ ሃገር"),
        ("ኣበይ፧ ኣብዚ። ሓደ፣ ክልተ፡ሰለስተ", "ኣበይ? ኣብዚ. ሓደ, ክልተ ሰለስተ"),
        ("፲፪ ፩ ፳", "12 1 20"),
        ("\u202bhe\u200bllo\u202c\ufeff", "hello"),
        ("a\ud800b", "ab"),
        ("", ""),
    ],
)
def test_fold_gives_one_spelling(written: str, folded: str) -> None:
    assert fold_text(written) == folded


def test_fold_keeps_apart_what_tigrinya_keeps_apart() -> None:
    assert fold_text("ሓደ") != fold_text("ሃደ")
    assert fold_text("ዓይኒ") != fold_text("ኣይኒ")


def test_second_chance_merges_the_gutturals() -> None:
    assert second_chance(fold_text("ሐኪም")) == second_chance(fold_text("ሀኪም"))
    assert second_chance(fold_text("ዐይኒ")) == second_chance(fold_text("አይኒ"))


@pytest.mark.parametrize(
    ("written", "piece", "original"),
    [
        ("Ik zoek een DÓKTER!", "dokter", "DÓKTER"),
        ("مكتب البَلَدِيَّة هنا", "البلديه", "البَلَدِيَّة"),
        ("ናብ ሐኪም ክኸይድ", "ሓኪም", "ሐኪም"),
        ("on ٣/٤", "3/4", "٣/٤"),
        ("see ﷺ.", "عليه", "ﷺ"),
    ],
)
def test_span_leads_back_to_what_was_written(written: str, piece: str, original: str) -> None:
    folded = fold(written)
    start = folded.text.index(piece)
    first, last = folded.span(start, start + len(piece))
    assert written[first:last] == original


@given(TRICKY)
def test_fold_twice_is_fold_once(text: str) -> None:
    folded = fold_text(text)
    assert fold_text(folded) == folded


def test_every_character_folds_once() -> None:
    for code in range(sys.maxunicode + 1):
        folded = fold_text(chr(code))
        assert fold_text(folded) == folded, hex(code)


@given(TRICKY)
def test_origins_are_monotonic_and_in_range(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.text)
    assert list(folded.origin) == sorted(folded.origin)
    assert all(0 <= index < len(text) for index in folded.origin)


@given(TRICKY, st.data())
def test_folding_the_original_slice_contains_the_piece(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    first, last = folded.span(start, end)
    assert 0 <= first <= last <= len(text)
    assert folded.text[start:end].strip() in fold_text(text[first:last])


@given(TRICKY)
def test_second_chance_keeps_the_length(text: str) -> None:
    folded = fold_text(text)
    assert len(second_chance(folded)) == len(folded)


def _seconds(text: str) -> float:
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        fold(text)
        times.append(time.perf_counter() - begun)
    return min(times)


def test_time_grows_in_step_with_length() -> None:
    text = "مرحبا hello ሰላም! "
    assert _seconds(text * 6000) < 40 * _seconds(text * 600)
