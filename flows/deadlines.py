"""The last date for the participation statement. Sources: law-and-numbers.md (Wi2013, Wi2021).

Under the law of 2013 the statement must be signed within a year of the first registration in a municipality,
by those who became obliged from 1 October 2017 on. Under the law of 2021 within the term of three years that
starts on the day after the date of the plan (PIP). Which law applies is never concluded from a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from flows.local_time import years_later

Regime = Literal["Wi2013", "Wi2021", "unknown"]
REGIMES: tuple[Regime, ...] = ("Wi2013", "Wi2021", "unknown")
# The statement became a duty on this day, for those under the law of 2013.
DUTY_SINCE = date(2017, 10, 1)

# Which fact is missing, in the words of the records.
Missing = Literal["regime", "settled_on", "obliged_since", "pip_on"]


@dataclass(frozen=True, slots=True)
class Term:
    """The time in which the statement must be signed: from ``start`` to ``deadline``, both included."""

    start: date
    deadline: date


def term(regime: Regime, settled_on: date | None, pip_on: date | None) -> Term | Missing:
    """The term of a person, or the fact that is missing to compute it."""
    if regime == "Wi2021":
        if pip_on is None:
            return "pip_on"
        start = pip_on + timedelta(days=1)
        return Term(start, _last_day(start, 3))
    if regime == "Wi2013":
        if settled_on is None:
            return "settled_on"
        if settled_on < DUTY_SINCE:
            return "obliged_since"
        return Term(settled_on, years_later(settled_on, 1))
    return "regime"


def _last_day(start: date, years: int) -> date:
    """The last day of a term of whole years; one that starts on 29 February ends on the 28th."""
    later = years_later(start, years)
    return later if later.day != start.day else later - timedelta(days=1)


def signing_problem(
    signed_on: date, today: date, term: Term | Missing, attended: int, needed: int
) -> str | None:
    """Why a signing date cannot be right; None when it can."""
    if signed_on > today:
        return "lies in the future"
    if isinstance(term, Term) and signed_on < term.start:
        return f"lies before the start of the term ({term.start})"
    if attended < needed:
        return f"only {attended} of {needed} half-days were attended"
    return None
