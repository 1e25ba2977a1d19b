"""Problems in content, data and settings: all of them at once, each as ``path: field: problem``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError


class ProblemsError(Exception):
    """The content, the data or the settings have problems; ``problems`` lists them."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path, model: type[Model], problems: list[str]) -> Model | None:
    """The file as ``model``; None, with the reasons added to ``problems``, when it is not one."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: : cannot be read ({type(error).__name__})")
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        problems.append(f"{path}{where}: : broken YAML ({getattr(error, 'problem', 'unreadable')})")
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            field = ".".join(str(part) for part in detail["loc"])
            problems.append(f"{path}: {field}: {detail['msg']}")
        return None
