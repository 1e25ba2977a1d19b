"""The last date for the participation statement under two laws (law-and-numbers.md), and signing dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.deadlines import DUTY_SINCE, REGIMES, Missing, Regime, Term, signing_problem, term

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)
SETTLED = date(2018, 1, 15)
PIP = date(2024, 5, 6)


@pytest.mark.parametrize(
    ("regime", "settled_on", "pip_on", "expected"),
    [
        # law of 2013: one year from the first registration
        ("Wi2013", date(2018, 1, 15), None, Term(date(2018, 1, 15), date(2019, 1, 15))),
        # the first day on which it was a duty, and the last day on which it was not
        ("Wi2013", date(2017, 10, 1), None, Term(date(2017, 10, 1), date(2018, 10, 1))),
        ("Wi2013", date(2017, 9, 30), None, "obliged_since"),
        ("Wi2013", date(2015, 6, 1), None, "obliged_since"),
        # leap days
        ("Wi2013", date(2020, 2, 29), None, Term(date(2020, 2, 29), date(2021, 2, 28))),
        ("Wi2013", date(2019, 2, 28), None, Term(date(2019, 2, 28), date(2020, 2, 28))),
        ("Wi2013", date(2019, 3, 1), None, Term(date(2019, 3, 1), date(2020, 3, 1))),
        # a plan says nothing about the law of 2013
        ("Wi2013", None, PIP, "settled_on"),
        ("Wi2013", SETTLED, PIP, Term(SETTLED, date(2019, 1, 15))),
        # law of 2021: three years that start on the day after the plan; their last day is the day before
        # the same date
        ("Wi2021", None, date(2024, 5, 6), Term(date(2024, 5, 7), date(2027, 5, 6))),
        ("Wi2021", None, date(2022, 12, 31), Term(date(2023, 1, 1), date(2025, 12, 31))),
        ("Wi2021", None, date(2023, 2, 27), Term(date(2023, 2, 28), date(2026, 2, 27))),
        ("Wi2021", None, date(2023, 2, 28), Term(date(2023, 3, 1), date(2026, 2, 28))),
        ("Wi2021", None, date(2025, 2, 27), Term(date(2025, 2, 28), date(2028, 2, 27))),
        ("Wi2021", None, date(2025, 2, 28), Term(date(2025, 3, 1), date(2028, 2, 29))),
        ("Wi2021", None, date(2025, 3, 1), Term(date(2025, 3, 2), date(2028, 3, 1))),
        ("Wi2021", None, date(2024, 2, 27), Term(date(2024, 2, 28), date(2027, 2, 27))),
        ("Wi2021", None, date(2024, 2, 28), Term(date(2024, 2, 29), date(2027, 2, 28))),
        ("Wi2021", None, date(2024, 2, 29), Term(date(2024, 3, 1), date(2027, 2, 28))),
        # the registration says nothing about the law of 2021, whenever it was
        ("Wi2021", SETTLED, None, "pip_on"),
        ("Wi2021", date(2015, 6, 1), PIP, Term(date(2024, 5, 7), date(2027, 5, 6))),
        ("Wi2021", None, None, "pip_on"),
        ("Wi2013", None, None, "settled_on"),
    ],
)
def test_the_term_follows_from_the_law_and_its_own_date(
    regime: Regime, settled_on: date | None, pip_on: date | None, expected: Term | Missing
) -> None:
    assert term(regime, settled_on, pip_on) == expected


@given(st.none() | st.dates(), st.none() | st.dates())
def test_no_date_tells_which_law_applies(settled_on: date | None, pip_on: date | None) -> None:
    assert term("unknown", settled_on, pip_on) == "regime"


dates = st.dates(date(2010, 1, 1), date(2060, 12, 31))


@given(st.sampled_from(REGIMES), st.none() | dates, st.none() | dates)
def test_a_term_ends_after_it_begins_or_says_what_is_missing(
    regime: Regime, settled_on: date | None, pip_on: date | None
) -> None:
    found = term(regime, settled_on, pip_on)
    if isinstance(found, Term):
        assert found.start < found.deadline
    else:
        assert found in {"regime", "settled_on", "obliged_since", "pip_on"}


@given(st.dates(DUTY_SINCE, date(2060, 12, 31)))
def test_the_law_of_2013_gives_a_year(settled_on: date) -> None:
    found = term("Wi2013", settled_on, None)
    assert isinstance(found, Term)
    assert found.start == settled_on
    assert (found.deadline - found.start).days in {365, 366}


@given(dates)
@example(date(2024, 2, 28))
@example(date(2025, 2, 28))
def test_the_law_of_2021_gives_three_years_from_the_day_after_the_plan(pip_on: date) -> None:
    found = term("Wi2021", None, pip_on)
    assert isinstance(found, Term)
    assert found.start == pip_on + DAY
    # Both ends count, so the day after the last one is the first day of the fourth year.
    fourth_year = found.deadline + DAY
    month, day = found.start.month, found.start.day
    # No year that is three years after a leap year has a 29 February.
    first = (3, 1) if (month, day) == (2, 29) else (month, day)
    assert fourth_year == date(found.start.year + 3, *first)


@given(st.dates(date(2010, 1, 1), DUTY_SINCE - DAY))
def test_who_was_settled_before_it_was_a_duty_gets_no_date(settled_on: date) -> None:
    assert term("Wi2013", settled_on, None) == "obliged_since"


TERM = Term(date(2026, 1, 10), date(2027, 1, 10))


@pytest.mark.parametrize(
    ("signed_on", "known", "attended", "problem"),
    [
        (date(2026, 6, 1), TERM, 4, None),
        # the edges of the term, and today
        (TERM.start, TERM, 4, None),
        (TODAY, TERM, 4, None),
        (TERM.start - DAY, TERM, 4, "lies before the start of the term (2026-01-10)"),
        (TODAY + DAY, TERM, 4, "lies in the future"),
        # too late is bad for the person, but it can be right
        (TODAY, Term(date(2024, 1, 10), date(2025, 1, 10)), 4, None),
        # no term is known: only the rest can be checked
        (date(2016, 1, 1), "regime", 4, None),
        (date(2016, 1, 1), "obliged_since", 4, None),
        (TODAY + DAY, "regime", 4, "lies in the future"),
        (date(2016, 1, 1), "pip_on", 0, "only 0 of 4 half-days were attended"),
        (date(2026, 6, 1), TERM, 3, "only 3 of 4 half-days were attended"),
        # the date is named first: it is what was typed
        (TERM.start - DAY, TERM, 0, "lies before the start of the term (2026-01-10)"),
        (TODAY + DAY, Term(TODAY + 2 * DAY, TODAY + 9 * DAY), 0, "lies in the future"),
    ],
)
def test_a_signing_date_is_refused_when_it_cannot_be_right(
    signed_on: date, known: Term | Missing, attended: int, problem: str | None
) -> None:
    assert signing_problem(signed_on, TODAY, known, attended, 4) == problem


def test_more_half_days_than_needed_are_no_problem() -> None:
    assert signing_problem(TODAY, TODAY, TERM, 5, 4) is None
    assert signing_problem(TODAY, TODAY, TERM, 0, 0) is None
