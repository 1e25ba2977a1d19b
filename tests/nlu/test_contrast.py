"""What is denied does not count; what merely says "not" is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.contrast import Contrast, load_contrast
from nlu.embedded import HERE
from nlu.folding import fold_text

CONTRAST = load_contrast(HERE)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ik zoek geen huisarts maar een tandarts", "ik zoek een tandarts"),
        ("ik heb geen tandarts nodig maar een huisarts", "ik heb een huisarts"),
        ("I don't need a doctor, I need a dentist", "i need a dentist"),
        ("not a lawyer but an interpreter please", "an interpreter please"),
        ("ما بدي أدرس بدي أشتغل", "بدي اشتغل"),
        ("ሓኪም ገዛ ኣይኮንኩን ዝደሊ ሓኪም ስኒ እየ", "ሓኪም ስኒ እየ"),
        ("ክመሃር ኣይደልን ክሰርሕ እየ ዝደሊ", "ክሰርሕ እየ ዝደሊ"),
    ],
)
def test_what_is_denied_is_left_out(text: str, left: str) -> None:
    assert CONTRAST.affirmed(fold_text(text)) == fold_text(left)


@pytest.mark.parametrize(
    "text",
    [
        "Ik kan morgen niet komen naar de les",
        "mijn uitkering is niet betaald",
        "stuur mij geen berichten meer",
        "ik kan niet slapen maar ik wil geen pillen",
        "I can not come to my lesson tomorrow",
        "they do not pay my benefit",
        "لم تصلني الـ uitkering هذا الشهر",
        "ما بقدر إجي على الدرس بكرا",
        "ጽባሕ ናብ ትምህርቲ ክመጽእ ኣይክእልን",
        "geen werk",
    ],
)
def test_a_mere_not_is_left_alone(text: str) -> None:
    folded = fold_text(text)
    assert CONTRAST.affirmed(folded) == folded


@given(st.text(max_size=200))
def test_nothing_is_invented_and_something_always_stays(text: str) -> None:
    folded = fold_text(text)
    left = CONTRAST.affirmed(folded)
    assert bool(left) == bool(folded)
    remaining = iter(folded.split())
    assert all(word in remaining for word in left.split())


def test_a_project_without_the_file_denies_nothing() -> None:
    assert isinstance(load_contrast(HERE / "nowhere"), Contrast)
    assert load_contrast(HERE / "nowhere").affirmed("geen a maar b c") == "geen a maar b c"
