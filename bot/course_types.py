"""The kinds of courses, read strictly from ``flows/course_types.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.problems import ProblemsError, read_yaml
from flows.meetings import KINDS, CourseType
from flows.schedule import Offset

CourseTypes = Mapping[str, CourseType]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Entry(_Strict):
    pictogram: str = Field(min_length=1)
    reminders: tuple[str, ...]
    parts: int = Field(0, ge=0, le=20)
    one_at_a_time: bool = False

    @field_validator("reminders")
    @classmethod
    def _readable(cls, reminders: tuple[str, ...]) -> tuple[str, ...]:
        keys = [Offset.read(words).key for words in reminders]
        if len(set(keys)) < len(keys):
            raise ValueError("the same reminder stands twice")
        return reminders


class _File(_Strict):
    version: Literal[1]
    course_types: dict[str, _Entry]

    @field_validator("course_types")
    @classmethod
    def _known(cls, types: dict[str, _Entry]) -> dict[str, _Entry]:
        if set(types) != set(KINDS):
            raise ValueError(f"must be exactly {', '.join(KINDS)}")
        return types


def load_course_types(path: Path) -> CourseTypes:
    """The kinds by their key; raises ProblemsError."""
    problems: list[str] = []
    read = read_yaml(path, _File, problems)
    if read is None:
        raise ProblemsError(problems)
    return {
        key: CourseType(
            key,
            entry.pictogram,
            tuple(map(Offset.read, entry.reminders)),
            parts=entry.parts,
            one_at_a_time=entry.one_at_a_time,
        )
        for key, entry in read.course_types.items()
    }
