"""The kinds of courses are refused, never skipped, and each is told as its file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.course_types import load_course_types
from bot.problems import ProblemsError
from bot.settings import COURSE_TYPES

GOOD = COURSE_TYPES.read_text("utf-8")


def test_the_default_schedule_is_that_of_the_domain() -> None:
    kinds = load_course_types(COURSE_TYPES)
    assert [offset.key for offset in kinds["participation_statement"].offsets] == ["7d", "1d18:00", "2h"]
    assert kinds["participation_statement"].parts == 4
    assert kinds["sport"].parts == 0


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        ("7 days before", "a week before", 'must be "N days before"'),
        ("2 hours before", "7 days before", "the same reminder stands twice"),
        ("  sport:", "  chess:", "must be exactly"),
        ("parts: 4", "parts: 4\n    colour: red", "Extra inputs are not permitted"),
        ("version: 1", "version: 2", "Input should be 1"),
        ("course_types:", "course_types: [", "broken YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(
    tmp_path: Path, written: str, instead: str, problem: str
) -> None:
    file = tmp_path / "course_types.yml"
    file.write_text(GOOD.replace(written, instead, 1), "utf-8")
    assert written in GOOD
    with pytest.raises(ProblemsError) as refused:
        load_course_types(file)
    assert any(str(file) in line and problem in line for line in refused.value.problems)
