"""Groups for the participation statement: four half-days in four weeks, some of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from bot.demo.days import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Days, Slot, slot
from bot.demo.groups import COLLEGE, TOWN_HALL, Diary, Gathering, Group, Member, gatherings
from bot.demo.people import Newcomer
from flows.local_time import local
from flows.meetings import PARTICIPATION_STATEMENT
from flows.participation import HALF_DAYS

CAPACITY = 15
KNOWN_BEFORE = timedelta(days=21)
# Who came to town is invited when the first things are done.
SETTLED_BEFORE, SETTLED_SHORTLY_BEFORE = timedelta(days=60), timedelta(days=30)
# So many of a group stayed away from an earlier one, which was over by so long.
INVITED_AGAIN, PAUSE = 3, timedelta(days=7)

OTHER: Final = "other"
HOURS = (
    slot(FRIDAY, "09:00", 180),
    slot(TUESDAY, "13:00", 180),
    slot(WEDNESDAY, "09:00", 180),
    slot(MONDAY, "13:00", 180),
    slot(FRIDAY, "13:00", 180),
    slot(THURSDAY, "09:00", 180),
)
# Nobody has lessons on Friday: whoever speaks neither Tigrinya nor Arabic has no other group to choose.
OTHER_HOURS = (HOURS[0], HOURS[4])


@dataclass(frozen=True, slots=True)
class Wave:
    """A group that begins ``week`` weeks from now, for those who speak a language."""

    week: int
    language: str
    size: int


# Seed, "Friesland College": 205 people were invited to the first groups, which are over here.
_PAST = ("ti", "ar", "ti", "ar", "ti", OTHER, "ti", "ar", "ti", "ar", "ti", "ar", "ti", OTHER, "ti", "ar")
_SMALL = (11, 13, 15)
PAST = tuple(
    Wave(-34 + number * 27 // 15, language, 12 if number in _SMALL else 13)
    for number, language in enumerate(_PAST)
)
LATER = (
    Wave(-3, "ti", 12),
    Wave(-2, "ar", 12),
    Wave(-1, OTHER, 12),
    Wave(-1, "ti", 12),
    Wave(0, "ar", 12),
    Wave(2, "ti", 12),
    Wave(3, "ar", 12),
    Wave(5, "ti", 12),
    Wave(7, "ar", 12),
)


@dataclass(frozen=True, slots=True)
class Statements:
    """Makes the groups of a town."""

    days: Days
    now: datetime
    diary: Diary

    def past(self, people: Iterable[Newcomer]) -> list[Group]:
        """The groups that are over."""
        invited = sorted(filter(_is_invited, people), key=lambda each: (-each.since, each.number))
        groups = []
        for number, wave in enumerate(PAST, 1):
            group = self._planned(number, wave)
            begin = local(group.gatherings[0].starts_at).date()
            away = (self.days.today - begin) + SETTLED_BEFORE
            able = [
                each
                for each in invited
                if _speaks(each) == wave.language
                and each.since >= away.days
                and (each.pip_on is None or each.pip_on < begin)
            ]
            chosen = self.diary.choose(able, group.gatherings, wave.size)
            for each in chosen:
                invited.remove(each)
            groups.append(_with_members(group, chosen, group.gatherings[0].starts_at - KNOWN_BEFORE))
        return groups

    def later(
        self, people: Sequence[Newcomer], past: Sequence[Group], stayed_away: Sequence[int]
    ) -> tuple[list[Group], list[Group]]:
        """The past groups and those that go on or are to come. Of those who stayed away some are invited
        again: they leave the old group when they are put into the new one."""
        ended = {member.person: group.gatherings[-1].ends_at for group in past for member in group.members}
        by_number = {each.number: each for each in people}
        fresh = [each for each in people if _is_invited(each) and each.number not in ended]
        fresh.sort(key=lambda each: (-each.since, each.number))
        again = [by_number[number] for number in stayed_away]
        groups, since = [], {}
        for number, wave in enumerate(LATER, len(PAST) + 1):
            group = self._planned(number, wave)
            first = group.gatherings[0].starts_at
            known = min(first - KNOWN_BEFORE, self.now - timedelta(days=1))
            able = self._able(wave, group, again, fresh, ended)
            chosen = self.diary.choose(able, group.gatherings, wave.size)
            for each in chosen:
                (again if each.number in ended else fresh).remove(each)
                since[each.number] = max(known, ended.get(each.number, known) + timedelta(days=1))
            groups.append(_with_members(group, chosen, known, since))
        return [_without(group, since) for group in past], groups

    def _able(
        self,
        wave: Wave,
        group: Group,
        again: Iterable[Newcomer],
        fresh: Iterable[Newcomer],
        ended: Mapping[int, datetime],
    ) -> list[Newcomer]:
        first = group.gatherings[0].starts_at
        away = self.days.today - local(first).date() + SETTLED_SHORTLY_BEFORE
        second = [
            each
            for each in again
            if _speaks(each) == wave.language and ended[each.number] < min(first, self.now) - PAUSE
        ]
        new = [each for each in fresh if _speaks(each) == wave.language and each.since >= away.days]
        return [*second[:INVITED_AGAIN], *new, *second[INVITED_AGAIN:]]

    def _planned(self, number: int, wave: Wave) -> Group:
        hours = OTHER_HOURS if wave.language == OTHER else HOURS
        hour = hours[number % len(hours)]
        reference = f"PVT-{number:02}"
        interpreter = None if wave.language == OTHER else wave.language
        return Group(
            reference=reference,
            kind=PARTICIPATION_STATEMENT,
            title=f"Participatieverklaring, groep {number}",
            organisation="friesland_college",
            capacity=CAPACITY,
            spot=COLLEGE if number % 3 == 0 else TOWN_HALL,
            gatherings=self._half_days(reference, hour, wave.week),
            room=f"Zaal {number % 4 + 1}",
            interpreter=interpreter,
            bring="id,letter,pen",
        )

    def _half_days(self, reference: str, hour: Slot, week: int) -> tuple[Gathering, ...]:
        """In successive weeks; one with a holiday is passed over."""
        days = (self.days.monday(each) + timedelta(days=hour.weekday) for each in count(week))
        open_days = filter(self.days.meets, days)
        return gatherings(reference, [hour.on(next(open_days)) for _ in range(HALF_DAYS)], counted=True)


def _is_invited(person: Newcomer) -> bool:
    return person.is_grown and person.since >= 0 and person.participation is None


def _speaks(person: Newcomer) -> str:
    return person.language if person.language in {"ti", "ar"} else OTHER


def _with_members(
    group: Group, people: Iterable[Newcomer], known: datetime, since: Mapping[int, datetime] | None = None
) -> Group:
    members = tuple(Member(each.number, (since or {}).get(each.number, known)) for each in people)
    return replace(group, members=members)


def _without(group: Group, since: Mapping[int, datetime]) -> Group:
    members = tuple(replace(each, until=since.get(each.person)) for each in group.members)
    return replace(group, members=members)
