"""The demo town as a value: the same moment makes the same town, to the byte."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from bot.demo.days import Days
from bot.demo.groups import Diary, Group, Known
from bot.demo.half_days import HalfDays
from bot.demo.lessons import Lessons
from bot.demo.names import DUTCH, invent
from bot.demo.people import Newcomer, newcomers
from bot.demo.presence import Presence
from bot.demo.statements import Statements
from bot.demo.visits import Visits

SEED = "2017"
VOLUNTEERS = 55
STAFF = 7
# How many came to the information of the GGD, and to appointments.
CAME_TO_GGD, CAME_TO_TALKS = 0.72, 0.88


@dataclass(frozen=True, slots=True)
class Town:
    """Everything that a freshly loaded town holds."""

    newcomers: tuple[Newcomer, ...]
    volunteers: tuple[str, ...]
    staff: tuple[str, ...]
    groups: tuple[Group, ...]
    known: tuple[Known, ...]


def build(now: datetime) -> Town:
    """The town as it is at ``now``, an aware moment."""
    days, diary = Days.around(now), Diary()
    people = newcomers(days.today, SEED)
    by_number = {person.number: person for person in people}

    lessons = Lessons(days, now, diary, _chance("lessons"))
    weekly = [*lessons.language(people), *lessons.isk(people)]
    statements = Statements(days, now, diary)
    past = statements.past(people)
    half_days = HalfDays(days, now, diary, by_number, _chance("half-days"))
    half_days.over(past)
    past, later = statements.later(people, past, half_days.stayed_away)
    half_days.going_on(later)
    weekly += lessons.sport(people)
    visits = Visits(days, now, diary, _chance("visits"))
    ggd, talks = visits.ggd(people), visits.appointments(people)

    presence = Presence(now, _chance("presence"))
    known = [
        *half_days.known,
        *presence.of_lessons(weekly, by_number),
        *presence.of_visits(ggd, CAME_TO_GGD),
        *presence.of_visits(talks, CAME_TO_TALKS),
    ]
    names = _chance("names")
    return Town(
        tuple(replace(each, signed_on=half_days.signed.get(each.number)) for each in people),
        tuple(invent(names, DUTCH) for _ in range(VOLUNTEERS)),
        tuple(invent(names, DUTCH) for _ in range(STAFF)),
        (*past, *later, *weekly, *ggd, *talks),
        tuple(known),
    )


def _chance(topic: str) -> Random:
    """Chance of its own for each part: a change in one leaves the others as they are."""
    return Random(f"{SEED}:{topic}")
