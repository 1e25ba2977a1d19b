"""What comes back every week: language lessons, the school class of newcomers (ISK), sport."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from bot.demo.days import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Days, Slot, slot
from bot.demo.groups import COLLEGE, POORT, SCHOOL, WELLZO, Diary, Group, Member, gatherings
from bot.demo.people import SCHOOL_AGE, Newcomer
from flows.local_time import at_wall_time

# Lessons begin some weeks after somebody came to town.
SETTLING_IN = timedelta(days=35)
LANGUAGE_GROUPS, LANGUAGE_SIZE = 12, 18
LEFT_EARLY = 10
ISK_CLASSES = 8
# Seed, "Wellzo": 47 take part in sport, above all in swimming and football.
SPORTS = (("zwemmen", 12), ("voetbal", 12), ("zwemles", 12), ("voetbal voor jongeren", 11))

Pair = tuple[Slot, Slot]
LANGUAGE_HOURS: tuple[Pair, ...] = (
    (slot(MONDAY, "09:00", 180), slot(WEDNESDAY, "09:00", 180)),
    (slot(TUESDAY, "13:00", 180), slot(THURSDAY, "13:00", 180)),
    (slot(MONDAY, "18:30", 120), slot(WEDNESDAY, "18:30", 120)),
    (slot(TUESDAY, "09:00", 180), slot(THURSDAY, "09:00", 180)),
    (slot(MONDAY, "13:00", 180), slot(WEDNESDAY, "13:00", 180)),
    (slot(TUESDAY, "18:30", 120), slot(THURSDAY, "18:30", 120)),
)
ISK_HOURS: tuple[Pair, ...] = (
    (slot(MONDAY, "09:00", 210), slot(THURSDAY, "09:00", 210)),
    (slot(TUESDAY, "09:00", 210), slot(FRIDAY, "09:00", 210)),
    (slot(MONDAY, "13:00", 150), slot(WEDNESDAY, "09:00", 210)),
    (slot(WEDNESDAY, "09:00", 210), slot(FRIDAY, "09:00", 210)),
)
SPORT_HOURS = (
    slot(WEDNESDAY, "16:30", 60),
    slot(MONDAY, "16:30", 90),
    slot(FRIDAY, "16:00", 60),
    slot(TUESDAY, "16:30", 90),
)


@dataclass(frozen=True, slots=True)
class Lessons:
    """Makes the weekly groups of a town."""

    days: Days
    now: datetime
    diary: Diary
    chance: Random

    def language(self, people: Sequence[Newcomer]) -> list[Group]:
        """Integration lessons, twice a week."""
        grown = self._shuffled(each for each in people if each.is_grown)
        groups = []
        for number in range(1, LANGUAGE_GROUPS + 1):
            college = number % 2 == 1
            group = Group(
                reference=f"TAAL-{number:02}",
                kind="language_class",
                title=f"Inburgering, groep {number}",
                organisation="friesland_college" if college else "friese_poort",
                capacity=20,
                spot=COLLEGE if college else POORT,
                gatherings=(),
                room=f"Lokaal {number}",
                bring="pen",
            )
            hours = LANGUAGE_HOURS[(number - 1) % len(LANGUAGE_HOURS)]
            groups.append(self._filled(group, hours, self.days.teaches, grown, LANGUAGE_SIZE))
        return self._with_leavers(groups)

    def isk(self, people: Sequence[Newcomer]) -> list[Group]:
        """School for those of 12-17, two mornings a week of which the bot speaks."""
        young = self._shuffled(each for each in people if each.age >= SCHOOL_AGE and not each.is_grown)
        size = -(-len(young) // ISK_CLASSES)
        return [
            self._filled(
                Group(
                    reference=f"ISK-{number:02}",
                    kind="isk",
                    title=f"ISK, klas {number}",
                    organisation="school",
                    capacity=16,
                    spot=SCHOOL,
                    gatherings=(),
                    room=f"Lokaal {number}",
                    bring="pen,food",
                ),
                ISK_HOURS[(number - 1) % len(ISK_HOURS)],
                self.days.teaches,
                young,
                size,
            )
            for number in range(1, ISK_CLASSES + 1)
        ]

    def sport(self, people: Sequence[Newcomer]) -> list[Group]:
        """Sport once a week, the whole year."""
        able = self._shuffled(each for each in people if each.age >= SCHOOL_AGE)
        groups = []
        for number, ((title, size), hour) in enumerate(zip(SPORTS, SPORT_HOURS, strict=True), 1):
            group = Group(
                reference=f"SPORT-{number:02}",
                kind="sport",
                title=f"Sport: {title}",
                organisation="wellzo",
                capacity=20,
                spot=WELLZO,
                gatherings=(),
                bring="sport_clothes",
            )
            groups.append(self._filled(group, (hour,), self.days.meets, able, size))
        return groups

    def _shuffled(self, people: Iterable[Newcomer]) -> list[Newcomer]:
        """Those who have settled in by now, in any order; they are taken out as groups fill."""
        settled = [each for each in people if each.since > SETTLING_IN.days]
        self.chance.shuffle(settled)
        return settled

    def _filled(
        self,
        group: Group,
        hours: Sequence[Slot],
        allowed: Callable[[date], bool],
        candidates: list[Newcomer],
        size: int,
    ) -> Group:
        times = [hour.on(day) for hour in hours for day in self.days.of_window(hour.weekday, allowed)]
        planned = gatherings(group.reference, times)
        chosen = self.diary.choose(candidates, planned, size)
        for each in chosen:
            candidates.remove(each)
        first = planned[0].starts_at if planned else self.now
        members = [Member(each.number, max(first - timedelta(days=7), self._ready(each))) for each in chosen]
        return replace(group, gatherings=planned, members=tuple(members))

    def _ready(self, person: Newcomer) -> datetime:
        """When somebody could begin."""
        day = self.days.today - timedelta(days=person.since) + SETTLING_IN
        return min(at_wall_time(day, time(10)), self.now)

    def _with_leavers(self, groups: Sequence[Group]) -> list[Group]:
        """A few found work or went on to another school."""
        left = []
        for number, group in enumerate(groups):
            members = list(group.members)
            if members and number < LEFT_EARLY:
                last = members[-1]
                until = max(last.since, self.now - timedelta(days=self.chance.randint(10, 90)))
                members[-1] = replace(last, until=until)
            left.append(replace(group, members=tuple(members)))
        return left
