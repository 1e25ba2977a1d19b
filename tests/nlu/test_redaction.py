from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from nlu.folding import fold_text
from nlu.redaction import Redacted, redact

VALID = (
    st.integers(1, 99_999_999)
    .map(lambda value: f"{value:08d}")
    .flatmap(
        lambda start: st.sampled_from(
            [start + last for last in "0123456789" if bsn.is_valid(start + last)] or ["123456782"]
        )
    )
)
GROUPS = st.sampled_from([(9,), (4, 2, 3), (3, 3, 3), (2, 3, 4), (5, 4), (1,) * 9, (2, 2, 2, 3)])
SEPARATORS = st.sampled_from(["", " ", ".", "-", "  ", " - ", "\u00a0", "–", "\n"])
ALPHABETS = st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"])
AROUND = st.text(alphabet=st.characters(exclude_categories=("Nd", "No", "Nl", "Cs")), max_size=30)


@st.composite
def spelling(draw: st.DrawFn) -> tuple[str, str]:
    """A valid BSN, and the same as somebody may write it."""
    number, groups, separator, alphabet = draw(VALID), draw(GROUPS), draw(SEPARATORS), draw(ALPHABETS)
    pieces, position = [], 0
    for length in groups:
        pieces.append(number[position : position + length])
        position += length
    return number, separator.join(pieces).translate(str.maketrans("0123456789", alphabet))


@given(spelling(), AROUND, AROUND)
def test_a_bsn_is_gone_in_any_spelling(spelled: tuple[str, str], before: str, after: str) -> None:
    number, written = spelled
    redacted = redact(before + " " + written + " " + after)
    assert redacted == Redacted(before + " [BSN] " + after, ("bsn",))
    assert number not in re.sub(r"\D", "", fold_text(redacted.text))


@given(st.text())
def test_a_text_without_nine_digits_is_unchanged(text: str) -> None:
    if sum(letter.isdigit() for letter in fold_text(text)) < 9 and "n" not in text.lower():
        assert redact(text) == Redacted(text)


@given(st.text(alphabet="0123456789 .-bsnBSN[]٣\n"))
def test_twice_is_once(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("mijn bsn is 123456782.", "mijn bsn is [BSN]."),
        ("BSN:1234.56.782, graag hulp", "BSN:[BSN], graag hulp"),
        ("رقمي ١٢٣٤٥٦٧٨٢ شكرا", "رقمي [BSN] شكرا"),
        ("ቁጽረይ 123 456 782 እዩ", "ቁጽረይ [BSN] እዩ"),
        ("two: 123456782 and 111222333", "two: [BSN] and [BSN]"),
        ("x123456782x", "x[BSN]x"),
        ("mijn BSN is 10000008", "mijn BSN is [BSN]"),
        ("burgerservicenummer van mijn zoon: 1000 0008", "burgerservicenummer van mijn zoon: [BSN]"),
        ("bsnnummer 10000008", "bsnnummer [BSN]"),
    ],
)
def test_only_the_bsn_goes(written: str, stored: str) -> None:
    assert redact(written) == Redacted(stored, ("bsn",))


@pytest.mark.parametrize(
    "written",
    [
        "",
        "123456789 is not a BSN",
        "1234567820",
        "bel 06-12345678 of 0612345678",
        "bel 058 233 83 88 of 0800-2000",
        "+31612345678",
        "v-nummer 1234567890",
        "document NP1234567 en 10000008",
        "op 24-11-2026 9:30, 25-11-2026 4 uur, 01.02.2026 1",
        "NL91ABNA0417164300",
        "€ 1.250,00 op 1-12-2026",
    ],
)
def test_other_numbers_stay(written: str) -> None:
    assert redact(written) == Redacted(written)


def test_a_phone_number_that_passes_the_test_goes_and_the_writer_can_be_told() -> None:
    numbers = (f"6{value:08d}" for value in range(12_345_600, 12_345_700))
    number = next(number for number in numbers if bsn.is_valid(number))
    assert phonenumbers.is_valid_number(phonenumbers.parse("0" + number, "NL"))
    assert redact(f"bel mij op +31 {number}, na 5 uur") == Redacted(
        "bel mij op +31 [BSN], na 5 uur", ("bsn",)
    )


def test_a_long_text_is_read_to_its_end() -> None:
    assert redact("1-2.3 " * 20_000 + "x 123456782").text.endswith("[BSN]")
