"""Cutting texts for Telegram."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.telegram_pieces import TEXT_LIMIT, Piece, legible, pieces, split, units

SCRIPTS = st.text(
    st.sampled_from("ab ሰላም ናይ።፧ مرحبا؟ \n\n.!? 😀👩\u200d🚒 \u2066\u2068\u2069\u200f 112"), max_size=400
)


@settings(deadline=None)
@given(SCRIPTS | st.text(max_size=300), st.integers(2, 60))
@example("\n" * 100, 10)
@example("x" * 100, 7)
@example("\u2066" + "0800 " * 50 + "\u2069", 20)
def test_parts_are_the_text_and_fit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(units(part) <= limit for part in parts)
    assert all(parts) or text == ""


@settings(deadline=None)
@given(SCRIPTS, SCRIPTS)
def test_pieces_lose_no_letter(title: str, text: str) -> None:
    sent = pieces(title, text * 60)
    joined = "".join(piece.text for piece in sent)
    assert "".join(joined.split()) == "".join((title + text * 60).split())
    assert all(0 < units(piece.text) <= TEXT_LIMIT and piece.text == piece.text.strip() for piece in sent)


@settings(deadline=None)
@given(st.text(max_size=200), SCRIPTS)
def test_the_bold_span_is_the_title(title: str, text: str) -> None:
    for piece in pieces(title, text)[:1]:
        bold = piece.bold or (0, 0)
        encoded = piece.text.encode("utf-16-le")[: 2 * bold[1]]
        assert bold[0] == 0
        assert encoded.decode("utf-16-le") == legible(title).strip()


def test_a_title_of_astral_letters_counts_twice() -> None:
    assert pieces("🆘 112", "Call") == [Piece("🆘 112\n\nCall", (0, 6))]


def test_a_title_longer_than_a_piece_goes_on_being_bold() -> None:
    first, second = pieces("word " * 900, "text")
    assert first.bold == (0, units(first.text))
    assert second.text.endswith("\n\ntext")
    assert second.bold == (0, units(second.text) - len("\n\ntext"))


def test_an_alarm_without_a_title_has_a_bold_first_paragraph() -> None:
    assert pieces("", "Call 112 now.\n\nSay where you are.", alarm=True)[0].bold == (0, 13)
    assert pieces("", "Call 112 now.")[0].bold is None


@pytest.mark.parametrize(
    ("text", "limit", "first"),
    [
        ("One. Two.\n\nThree three three", 16, "One. Two.\n\n"),
        ("One one one. Two two two", 20, "One one one. "),
        ("ሓደ ሓደ ሓደ። ክልተ ክልተ ክልተ", 14, "ሓደ ሓደ ሓደ። "),
        ("كم عمرك؟ أنا بخير شكرا", 14, "كم عمرك؟ "),
        ("one two three four", 12, "one two "),
        ("a very-very-long-word-without-end", 12, "a "),
        ("unbreakable", 4, "unbr"),
        ("😀😀😀", 5, "😀😀"),
        ("call \u20660800 20 00\u2069 now", 14, "call "),
        ("call \u2068a b c d e f g h i j k\u2069", 5, "call "),
        ("\u2066aaa bbb ccc ddd\u2069", 10, "\u2066aaa bbb "),
    ],
)
def test_where_a_part_ends(text: str, limit: int, first: str) -> None:
    assert split(text, limit)[0] == first


@pytest.mark.parametrize(("title", "text"), [("", ""), (" \n", "\u2003\n")])
def test_nothing_gives_no_piece(title: str, text: str) -> None:
    assert pieces(title, text) == []


def test_half_characters_are_replaced() -> None:
    assert legible("a\ud83d b\x00 \U0001f600") == "a\ufffd b\ufffd 😀"
