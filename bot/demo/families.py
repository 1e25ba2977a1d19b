"""Who lives together: the people of the town by origin and age, in exactly the numbers of the evaluation.

Seed, "Samenstelling instroom": 504 people; 222 from Eritrea, 154 from Syria, 128 from 23 other countries;
85 of 27 and older, 136 of 21-26, 112 of 18-20, 112 of 12-17, 59 younger than 12.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

# From 18 on somebody can be a parent of a child this much younger.
BETWEEN_GENERATIONS = 19
OLDEST = 58
# The evaluation names two countries and counts the others: from these, too, people fled in those years.
COMMON = ("AF", "IQ", "IR", "SO", "SD", "ET")
RARE = ("PK", "TR", "GN", "SL", "CD", "BI", "UG", "NG", "CM", "AM", "AZ", "MN", "CN", "RU", "LK", "AO", "GM")
# From where young people come alone.
ALONE = ("AF", "SO", "AF", "ET", "GN", "AF", "SO", "ET")


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody of the town. ``unaccompanied``: a minor without parents here; None: not known, or of age."""

    country: str
    age: int
    household: str | None
    unaccompanied: bool | None


@dataclass(frozen=True, slots=True)
class _Origin:
    """How many people of one origin live how. The first fields are those with children."""

    couples: int  # of 27 and older, with children
    parents: int  # the same, alone with children
    young_parents: int  # 21-26, each with one small child
    teens: int  # 12-17, with parents
    small: int  # under 12, beside those of the young parents
    alone: int  # 12-17 without parents
    uncertain: int  # 12-17 of whom nobody knows
    older: int  # 27 and older without children
    twenties: int  # 21-26 without children
    youth: int  # 18-20


ERITREA = _Origin(3, 5, 6, 10, 4, 44, 2, 11, 62, 66)
SYRIA = _Origin(17, 3, 0, 20, 28, 4, 0, 3, 38, 24)
OTHER = _Origin(8, 4, 5, 22, 16, 8, 2, 3, 25, 22)
# Of those who live without children so many couples share a home.
YOUNG_COUPLES = {"ER": 6, "SY": 5}


def residents(chance: Random) -> list[Resident]:
    """Everybody, families together."""
    homes = (f"H-{number:04}" for number in count(1))
    eritrea, syria, other = _OneCountry("ER", chance), _OneCountry("SY", chance), _ManyCountries(chance)
    return [
        *_families(ERITREA, eritrea, homes, chance),
        *_singles(ERITREA, eritrea, homes, chance, YOUNG_COUPLES["ER"]),
        *_families(SYRIA, syria, homes, chance),
        *_singles(SYRIA, syria, homes, chance, YOUNG_COUPLES["SY"]),
        *_families(OTHER, other, homes, chance),
        *_singles(OTHER, other, homes, chance, 0),
    ]


class _OneCountry:
    """Countries for the people of an origin that is one country."""

    def __init__(self, country: str, chance: Random) -> None:
        self._country = country
        self._chance = chance

    def of_family(self) -> str:
        """The country of a family."""
        return self._country

    def of_single(self) -> str:
        """The country of somebody who lives alone."""
        return self._country

    def of_minor(self) -> str:
        """The country of a minor without parents."""
        return self._country


class _ManyCountries(_OneCountry):
    """All other countries: each of them occurs."""

    def __init__(self, chance: Random) -> None:
        super().__init__("", chance)
        rarely = [*RARE, *chance.sample(RARE, 8)]
        often = OTHER.older + OTHER.twenties + OTHER.youth - len(rarely)
        self._singles = rarely + [COMMON[number % len(COMMON)] for number in range(often)]
        chance.shuffle(self._singles)
        self._minors = count()

    def of_family(self) -> str:
        return self._chance.choices(COMMON, (4, 5, 2, 2, 1, 1))[0]

    def of_single(self) -> str:
        return self._singles.pop()

    def of_minor(self) -> str:
        return ALONE[next(self._minors) % len(ALONE)]


def _families(some: _Origin, origin: _OneCountry, homes: Iterator[str], chance: Random) -> Iterator[Resident]:
    sizes = [2] * some.couples + [1] * some.parents
    chance.shuffle(sizes)
    ages = [chance.randint(12, 17) for _ in range(some.teens)] + [_small(chance) for _ in range(some.small)]
    chance.shuffle(ages)
    for number, grown in enumerate(sizes):
        country, home = origin.of_family(), next(homes)
        children = sorted(ages[number :: len(sizes)], reverse=True)
        eldest = children[0] if children else 0
        for _ in range(grown):
            age = max(27, eldest + BETWEEN_GENERATIONS + chance.randint(0, 9))
            yield Resident(country, min(age, OLDEST), home, None)
        yield from (Resident(country, age, home, False) for age in children)
    for _ in range(some.young_parents):
        country, home = origin.of_family(), next(homes)
        yield Resident(country, chance.randint(22, 26), home, None)
        yield Resident(country, chance.randint(0, 3), home, False)


def _small(chance: Random) -> int:
    return chance.randint(0, 11)


def _singles(
    some: _Origin, origin: _OneCountry, homes: Iterator[str], chance: Random, couples: int
) -> Iterator[Resident]:
    """Those without children here; the first of the twenties share a home by two."""
    for _ in range(some.older):
        yield Resident(origin.of_single(), chance.randint(27, OLDEST), next(homes), None)
    shared = [home for home in (next(homes) for _ in range(couples)) for _ in (1, 2)]
    for number in range(some.twenties):
        home = shared[number] if number < len(shared) else next(homes)
        yield Resident(origin.of_single(), chance.randint(21, 26), home, None)
    for _ in range(some.youth):
        yield Resident(origin.of_single(), chance.randint(18, 20), next(homes), None)
    for _ in range(some.alone):
        # Mostly 16 and 17 (KWE), some younger (KWG); they live in a group, not in a household.
        age = chance.choices((14, 15, 16, 17), (2, 8, 16, 18))[0]
        yield Resident(origin.of_minor(), age, None, True)
    for _ in range(some.uncertain):
        yield Resident(origin.of_minor(), chance.randint(14, 16), None, None)
