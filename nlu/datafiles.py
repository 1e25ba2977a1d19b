"""What all readers of our data files share: an error with every problem at once, and a fast safe loader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, ten times as fast


class DataError(ValueError):
    """Data files are refused; ``problems`` lists every reason as ``path: field: problem``."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
