"""The newcomers of the demo town: what is on record of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from random import Random
from typing import Any

from bot.demo.families import Resident, residents
from bot.demo.names import invent
from flows.deadlines import Regime, Term, term
from flows.local_time import years_later

LANGUAGES = {"ER": "ti", "SY": "ar", "IQ": "ar", "SD": "ar"}
# Of the others so many of a hundred speak English or Dutch, or a language that the bot does not.
OTHER_LANGUAGES = (("en", 45), ("nl", 22), (None, 33))

# Seed, "Taakstelling huisvesting": 56, 289 and 159 people in the first year, the second, and the last nine
# months of the 33; here by (days ago at most, at least, people).
ARRIVALS = ((1003, 640, 56), (639, 275, 289), (274, 1, 159))

# Seed, "Waar zijn de statushouders gehuisvest"; the other 95 are "other neighbourhoods, with those of Jade",
# of which it names one.
NEIGHBOURHOODS = {
    "Binnenstad": 69,
    "Vrijheidswijk": 47,
    "Bilgaard": 38,
    "Camminghaburen": 34,
    "Dorpen": 30,
    "Heechterp": 28,
    "Nijlân": 26,
    "Grou e.o.": 22,
    "Tjerk Hiddes & Cambuursterhoek": 19,
    "Vlietzone": 19,
    "Schieringen": 18,
    "Schepenbuurt": 17,
    "Oldegalileën & Bloemenbuurt": 16,
    "Valeriuskwartier & Magere Weide": 14,
    "Achter de Hoven": 12,
}
NEAR_JADE = "Aldân"
AT_JADE = 12
# Families of four and more found a home in the villages more easily than in town.
VILLAGES = ("Dorpen", "Grou e.o.")
LARGE = 4

# Seed, "Amaryllis": 200 households.
CASELOAD = 200
WAITING = 6
EXCUSED, EXEMPT = 6, 6
FULL_AGE, TEAM_AGE, SCHOOL_AGE = 18, 27, 12


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is on record of a newcomer; see `bot.store.tables.Person`. ``since``: days since the person came
    to town (negative: will come), also where the record does not say."""

    number: int
    name: str
    country: str
    language: str | None
    age: int
    born_on: date
    since: int
    settled_on: date | None
    neighbourhood: str | None
    household: str | None
    unaccompanied: bool | None
    several_problems: bool | None = None
    plan_goal: str | None = None
    regime: Regime = "unknown"
    pip_on: date | None = None
    participation: str | None = None
    signed_on: date | None = None

    @property
    def is_grown(self) -> bool:
        """Eighteen or older."""
        return self.age >= FULL_AGE

    @property
    def term(self) -> Term | None:
        """The time in which the participation statement must be signed, where that is known."""
        found = term(self.regime, self.settled_on, self.pip_on)
        return found if isinstance(found, Term) else None

    @property
    def contact(self) -> str:
        """The organisation that directs the plan: the routing table of the municipality, first match wins."""
        if self.since < 0:
            return "toegang"
        if not self.is_grown:
            return {True: "nidos", False: "amaryllis", None: "toegang"}[self.unaccompanied]
        if self.several_problems or self.plan_goal == "neither":
            return "amaryllis"
        if self.plan_goal is None:
            return "toegang"
        return "team_jongeren" if self.age < TEAM_AGE else "team_werk"


def newcomers(today: date, seed: str) -> list[Newcomer]:
    """All newcomers, in the order of their numbers, as they are on ``today``."""
    chance = Random(f"{seed}:people")
    some = residents(chance)
    since = _arrivals(some, chance)
    homes = _neighbourhoods(some, chance)
    drafts = [
        _draft(resident, since[index], homes[index], today, chance) for index, resident in enumerate(some)
    ]
    chance.shuffle(drafts)
    numbered = [replace(draft, number=number) for number, draft in enumerate(drafts, 1)]
    return _with_exemptions(_with_problems(numbered, chance), chance)


def _draft(
    resident: Resident, since: int, neighbourhood: str | None, today: date, chance: Random
) -> Newcomer:
    # Neither today nor tomorrow is a birthday: the age stays what it is while somebody looks on.
    born_on = years_later(today, -resident.age) - timedelta(days=chance.randint(1, 360))
    settled_on = max(today - timedelta(days=since), born_on)
    draft = Newcomer(
        number=0,
        name=invent(chance, resident.country),
        country=resident.country,
        language=_language(resident.country, chance),
        age=resident.age,
        born_on=born_on,
        since=(today - settled_on).days,
        settled_on=settled_on,
        neighbourhood=neighbourhood,
        household=resident.household,
        unaccompanied=resident.unaccompanied,
    )
    return _with_plan(draft, today, chance) if draft.is_grown else draft


def _language(country: str, chance: Random) -> str | None:
    if country in LANGUAGES:
        return LANGUAGES[country]
    return chance.choices([code for code, _ in OTHER_LANGUAGES], [share for _, share in OTHER_LANGUAGES])[0]


def _arrivals(some: Sequence[Resident], chance: Random) -> list[int]:
    """Days since each came; one household comes on one day."""
    spans = [span for *span, people in ARRIVALS for _ in range(people)]
    chance.shuffle(spans)
    since: list[int] = []
    for home, members in groupby(some, key=lambda each: each.household):
        for number, _ in enumerate(members):
            alone = home is None or number == 0
            since.append(chance.randint(spans[len(since)][1], spans[len(since)][0]) if alone else since[-1])
    grown = [index for index, each in enumerate(some) if FULL_AGE <= each.age < TEAM_AGE]
    for index in chance.sample(grown, WAITING):
        since[index] = -chance.randint(10, 50)
    return since


def _neighbourhoods(some: Sequence[Resident], chance: Random) -> list[str | None]:
    """Where each lives, in the numbers of the evaluation; None where it does not say."""
    free: dict[str | None, int] = {None: len(some) - sum(NEIGHBOURHOODS.values())}
    free.update(NEIGHBOURHOODS)
    lives: dict[int, str | None] = {}
    homes: dict[str, list[int]] = {}
    for index, each in enumerate(some):
        if each.household is None:
            lives[index] = NEAR_JADE if len(lives) < AT_JADE else None
            free[None] -= 1
        else:
            homes.setdefault(each.household, []).append(index)
    # The largest first: for one who lives alone there is always a place left.
    for members in sorted(homes.values(), key=len, reverse=True):
        if len(members) >= LARGE and (roomy := [name for name in VILLAGES if free[name] >= len(members)]):
            chosen: str | None = chance.choice(roomy)
        else:
            fits = [name for name, places in free.items() if places >= len(members)]
            chosen = chance.choices(fits, [free[name] for name in fits])[0]
        free[chosen] -= len(members)
        lives.update(dict.fromkeys(members, chosen))
    return [lives[index] for index in range(len(some))]


def _with_plan(draft: Newcomer, today: date, chance: Random) -> Newcomer:
    """Goal, law and date of the plan (PIP) of somebody who is grown up."""
    if draft.since < 0:
        return draft
    goals = ("work", "education", "neither", None)
    goal = chance.choices(goals, (20, 60, 13, 7) if draft.age < TEAM_AGE else (62, 6, 26, 6))[0]
    # Which law applies stands in the letter from DUO; it does not follow from a date.
    regimes: tuple[Regime, ...] = ("Wi2021", "Wi2013", "unknown")
    regime = chance.choices(regimes, (83, 12, 5))[0]
    planned = today - timedelta(days=draft.since - chance.randint(40, 110))
    noted = chance.random()
    return replace(
        draft,
        plan_goal=goal,
        regime=regime,
        pip_on=planned if regime == "Wi2021" and noted < 0.95 and planned < today else None,
        settled_on=draft.settled_on if regime != "Wi2013" or noted < 0.85 else None,
    )


def _with_problems(some: Sequence[Newcomer], chance: Random) -> list[Newcomer]:
    """Households with several problems, so many that Amaryllis has as many households as it said."""
    homes = sorted({each.household for each in some if each.household and each.is_grown and each.since >= 0})
    caseload = {each.household for each in some if each.household and each.contact == "amaryllis"}
    others = [home for home in homes if home not in caseload]
    chance.shuffle(others)
    with_problems = {*others[: CASELOAD - len(caseload)]}
    with_problems |= {home for home in sorted(filter(None, caseload)) if chance.random() < 0.3}

    def has_problems(each: Newcomer) -> bool | None:
        if each.household in with_problems and each.since >= 0:
            return True
        # Without a first talk about a plan nobody knows.
        return None if each.is_grown and each.plan_goal is None else False

    return [replace(each, several_problems=has_problems(each)) for each in some]


def _with_exemptions(some: Sequence[Newcomer], chance: Random) -> list[Newcomer]:
    """Some need not sign: excused for now, or exempt."""
    grown = [each.number for each in some if each.is_grown and each.since > 60]
    chosen = chance.sample(grown, EXCUSED + EXEMPT)
    marks = {number: "excused" if at < EXCUSED else "exempt" for at, number in enumerate(chosen)}
    return [replace(each, participation=marks.get(each.number)) for each in some]


def reference(number: int) -> str:
    """The case reference of a newcomer by number."""
    return f"N-{number:04}"


def rows(some: Iterable[Newcomer]) -> list[dict[str, Any]]:
    """The records of newcomers, as columns of `bot.store.tables.Person`."""
    return [
        {
            "reference": reference(each.number),
            "name": each.name,
            "role": "newcomer",
            "contact": each.contact,
            "language": each.language,
            "country": each.country,
            "born_on": each.born_on,
            "settled_on": each.settled_on,
            "neighbourhood": each.neighbourhood,
            "household": each.household,
            "unaccompanied": each.unaccompanied,
            "several_problems": each.several_problems,
            "plan_goal": each.plan_goal,
            "regime": each.regime,
            "pip_on": each.pip_on,
            "participation": each.participation,
            "signed_on": each.signed_on,
        }
        for each in some
    ]
