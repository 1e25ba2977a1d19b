"""The way to the participation statement: four half-days, then signing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

# domain.md: Leeuwarden has four half-days.
HALF_DAYS = 4

Step = Literal["not_invited", "invited", "confirmed", "attending", "completed", "signed", "excused", "exempt"]
Exemption = Literal["excused", "exempt"]


@dataclass(frozen=True, slots=True)
class Path:
    """Where somebody stands: ``attended`` holds the numbers of the half-days, 1 to 4."""

    step: Step
    attended: frozenset[int]

    @property
    def missing(self) -> tuple[int, ...]:
        """The half-days that are still to be attended."""
        return tuple(part for part in range(1, HALF_DAYS + 1) if part not in self.attended)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return self.step in {"signed", "excused", "exempt"}


def path(
    *,
    invited: bool,
    confirmed: bool,
    attended: Collection[int],
    signed_on: date | None,
    exemption: Exemption | None,
) -> Path:
    """Where somebody stands, from what is on record. ``attended`` may name a half-day twice."""
    parts = frozenset(part for part in attended if 1 <= part <= HALF_DAYS)
    return Path(_step(invited, confirmed, parts, signed_on, exemption), parts)


def _step(
    invited: bool,
    confirmed: bool,
    attended: frozenset[int],
    signed_on: date | None,
    exemption: Exemption | None,
) -> Step:
    if exemption is not None:
        return exemption
    if signed_on is not None:
        return "signed"
    if len(attended) == HALF_DAYS:
        return "completed"
    if attended:
        return "attending"
    if confirmed:
        return "confirmed"
    return "invited" if invited else "not_invited"
