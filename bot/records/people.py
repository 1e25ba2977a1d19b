"""People as a table: who they are, who knows them, and the facts from which their last date follows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel import Locale
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cells import day, one_of, quoted, yes_no
from bot.records.cells import LANGUAGE_CODES, NAME_MOST, after, line, optional, reference_column
from bot.records.desk import Desk, Tally
from bot.spreadsheets import Column, Row
from bot.store.standings import paths
from bot.store.tables import Person
from flows.deadlines import REGIMES, signing_problem, term
from flows.local_time import years_later
from flows.participation import HALF_DAYS

ROLES = ("newcomer", "volunteer", "staff")
OLDEST = 110  # years
# Nobody who is helped today was settled, or got a plan, before this day.
EARLIEST = date(1990, 1, 1)
# From these follows whether and when somebody is reminded of the last date.
OF_THE_LAST_DATE = {"settled_on", "regime", "pip_on", "participation", "signed_on"}


def country(given: str) -> str:
    """Reads a country of two letters, as in ISO 3166."""
    code = given.upper()
    if not re.fullmatch("[A-Z]{2}", code) or code not in Locale("en").territories:
        raise ValueError(f"{quoted(given)} is not a country of two letters such as ER or SY")
    return code


COLUMNS = (
    reference_column("the reference of the case; never a BSN"),
    Column("name", line(NAME_MOST), required=True, about="the name as the person writes it"),
    Column(
        "role", one_of(ROLES), about="newcomer, volunteer or staff; a new person is a newcomer without it"
    ),
    optional(
        "contact", line(NAME_MOST), "who knows the person best: a key or name in `locales/contacts.yml`"
    ),
    optional("language", one_of(LANGUAGE_CODES), "ti, ar, nl or en"),
    optional("country", country, "two letters, as in ISO 3166: ER, SY"),
    optional("birth_date", day, "not in the future, at most 110 years ago"),
    optional("settled_on", day, "first registration in the municipality: from 1990 to today"),
    optional("neighbourhood", line(80), "part of the town"),
    optional("household", line(64), "the same for those who live together"),
    optional("unaccompanied", yes_no, "yes for a minor without parents here"),
    optional("several_problems", yes_no, "yes for a household with several problems at once"),
    optional("plan_goal", one_of(("work", "education", "neither")), "work, education or neither (for now)"),
    Column("regime", one_of(REGIMES), about="the law in the letter of DUO: Wi2013, Wi2021 or unknown"),
    optional("pip_on", day, "date of the plan (PIP): from 1990 to today"),
    optional("participation", one_of(("excused", "exempt")), "excused or exempt from the statement"),
    optional("signed_on", day, "when the statement was signed: after all half-days, not before the term"),
)
# What the store calls otherwise than the table.
STORED_AS = {"birth_date": "born_on"}
FIELDS = {column.name: STORED_AS.get(column.name, column.name) for column in COLUMNS}
AT_FIRST = {**dict.fromkeys(FIELDS.values()), "role": "newcomer", "regime": "unknown"}

Facts = Mapping[str, Any]


async def take_in(desk: Desk, rows: Sequence[Row]) -> Tally:
    """See `Kind.take_in`."""
    stored = {person.reference: person for person in await desk.session.scalars(select(Person))}
    touched = []
    for row in desk.sound(rows, "reference"):
        person = stored.get(str(row.values["reference"]))
        before = AT_FIRST if person is None else {name: getattr(person, name) for name in AT_FIRST}
        facts = _after(desk, row, before)
        if person is None or facts != before:
            _check_dates(desk, row, facts)
            touched.append((row, person, before, facts))
    await _check_signings(desk, touched)
    desk.stop_at_problems()
    new = [facts for _, person, _, facts in touched if person is None]
    changed = [(person, before, facts) for _, person, before, facts in touched if person is not None]
    await _apply(desk, new, changed)
    return Tally(len(new), len(changed), len(rows) - len(touched))


def _after(desk: Desk, row: Row, before: Facts) -> dict[str, Any]:
    named = Row(row.number, {**row.values, "contact": desk.contact(row, "contact")})
    return {name: after(named, column, before[name]) for column, name in FIELDS.items()}


def _check_dates(desk: Desk, row: Row, facts: Facts) -> None:
    born = facts["born_on"]
    if born is not None and born > desk.today:
        desk.problem(row, "birth_date", f"{born} lies in the future")
    if born is not None and years_later(born, OLDEST) < desk.today:
        desk.problem(row, "birth_date", f"{born} is more than {OLDEST} years ago")
    for column in ("settled_on", "pip_on"):
        on = facts[column]
        if on is not None and on > desk.today:
            desk.problem(row, column, f"{on} lies in the future")
        elif on is not None and born is not None and on < born <= desk.today:
            desk.problem(row, column, f"{on} lies before the birth date ({born})")
        elif on is not None and on < EARLIEST:
            desk.problem(row, column, f"{on} lies before {EARLIEST.year}")


async def _check_signings(desk: Desk, touched: Sequence[tuple[Row, Person | None, Facts, Facts]]) -> None:
    signed = [
        each
        for each in touched
        if each[3]["signed_on"] is not None and _differ(each[2], each[3], "signed_on")
    ]
    known = await paths(desk.session, [each[1] for each in signed if each[1] is not None], desk.plan.types)
    for row, person, _, facts in signed:
        attended = len(known[person.id].attended) if person is not None else 0
        of = term(facts["regime"], facts["settled_on"], facts["pip_on"])
        problem = signing_problem(facts["signed_on"], desk.today, of, attended, HALF_DAYS)
        if problem is not None:
            desk.problem(row, "signed_on", problem)


def _differ(before: Facts, facts: Facts, *names: str) -> bool:
    return any(before[name] != facts[name] for name in names)


async def _apply(desk: Desk, new: Sequence[Facts], changed: Sequence[tuple[Person, Facts, Facts]]) -> None:
    to_plan = list(await desk.add(Person, new))
    for person, before, facts in changed:
        for name in AT_FIRST:
            if facts[name] != before[name]:
                setattr(person, name, facts[name])
        if _differ(before, facts, *OF_THE_LAST_DATE):
            to_plan.append(person)
    await desk.session.flush()
    await desk.plan.deadlines(desk.session, to_plan, desk.now)


async def rows(session: AsyncSession) -> list[dict[str, Any]]:
    """See `Kind.rows`."""
    people = await session.scalars(select(Person).order_by(Person.reference))
    return [{column: getattr(person, name) for column, name in FIELDS.items()} for person in people]
