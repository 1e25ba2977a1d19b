"""What people come to once: information of the GGD in groups, and appointments alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, cycle, islice
from random import Random

from bot.demo.days import THURSDAY, TUESDAY, WEDNESDAY, Days, slot
from bot.demo.groups import COLLEGE, SCHOOL, TOWN_HALL, Diary, Gathering, Group, Member, Spot, gatherings
from bot.demo.people import Newcomer
from flows.local_time import at_wall_time

# Seed, "GGD": about 300 people were invited, in groups of 10-15, where they have their lessons.
GGD_AGE, GGD_CAPACITY = 15, 15
_GGD = ("ti", "ar", "ti", "ti", None, "ar")
GGD_SIZES = {"ti": 13, "ar": 12, None: 12}
GGD_GROUPS, GGD_FIRST_WEEK, GGD_LAST_WEEK = 24, -33, 8
GGD_HOURS = (slot(TUESDAY, "16:15", 105), slot(WEDNESDAY, "16:15", 105), slot(THURSDAY, "16:15", 105))
INVITED_BEFORE = timedelta(days=21)

# Appointments on each of the coming working days, and how many there were before.
COMING = (20, 16, 14, 10, 8, 4, 3, 2, 2, 1)
PAST = 60
# In turn, so that each language has some on each of the next days.
LANGUAGES = ("ti", "ar", "en", "ti", "ar", "nl", "ti", "ar", "en", None)
CLOCKS = tuple(time(hour, minute) for hour in range(9, 17) for minute in (0, 30))
TALK, TALK_KNOWN = timedelta(minutes=45), timedelta(days=14)
SPOTS = {
    "kcc": TOWN_HALL,
    "team_jongeren": TOWN_HALL,
    "team_werk": TOWN_HALL,
    "amaryllis": Spot("Amaryllis"),
    "vluchtelingenwerk": Spot("VluchtelingenWerk"),
}


@dataclass(frozen=True, slots=True)
class Visits:
    """Makes the groups of a town that meet once."""

    days: Days
    now: datetime
    diary: Diary
    chance: Random

    def ggd(self, people: Iterable[Newcomer]) -> list[Group]:
        """Health care, hygiene, sexual health."""
        able = [each for each in people if each.age >= GGD_AGE and each.since > INVITED_BEFORE.days]
        # Who is here longest comes first.
        able.sort(key=lambda each: (-each.since, each.number))
        groups = []
        for number in range(1, GGD_GROUPS + 1):
            language = _GGD[(number - 1) % len(_GGD)]
            planned = self._ggd_times(number)
            known = min(planned[0].starts_at - INVITED_BEFORE, self.now - timedelta(days=1))
            away = (self.now - known).days
            suited = (each for each in able if _speaks(each) == language and each.since > away)
            chosen = self.diary.choose(suited, planned, GGD_SIZES[language])
            for each in chosen:
                able.remove(each)
            groups.append(
                Group(
                    reference=f"GGD-{number:02}",
                    kind="ggd",
                    title=f"GGD: zorg en gezondheid, groep {number}",
                    organisation="ggd",
                    capacity=GGD_CAPACITY,
                    spot=SCHOOL if number % 4 == 0 else COLLEGE,
                    gatherings=planned,
                    members=tuple(Member(each.number, known) for each in chosen),
                    interpreter=language,
                    bring="insurance_card",
                )
            )
        return groups

    def _ggd_times(self, number: int) -> tuple[Gathering, ...]:
        weeks = GGD_LAST_WEEK - GGD_FIRST_WEEK
        week = GGD_FIRST_WEEK + (number - 1) * weeks // (GGD_GROUPS - 1)
        hour = GGD_HOURS[number % len(GGD_HOURS)]
        days = (self.days.monday(each) + timedelta(days=hour.weekday) for each in count(week))
        return gatherings(f"GGD-{number:02}", [hour.on(next(filter(self.days.meets, days)))])

    def appointments(self, people: Iterable[Newcomer]) -> list[Group]:
        """One talk each, with whoever directs the plan or with VluchtelingenWerk."""
        waiting = [each for each in people if each.is_grown and each.since > 0]
        self.chance.shuffle(waiting)
        ahead = islice(self.days.working(self.days.today + timedelta(days=1)), len(COMING))
        talks = [
            self._talk(day, place, [each for each in waiting if each.language == language], waiting)
            for day, most in zip(ahead, COMING, strict=True)
            for place, language in enumerate(islice(cycle(LANGUAGES), most))
        ]
        # Every second day there was one.
        behind = islice(self.days.working(self.days.today - timedelta(days=1), -1), 0, PAST * 2, 2)
        for place, day in enumerate(behind):
            away = (self.days.today - day).days
            talks.append(self._talk(day, place, [each for each in waiting if each.since > away], waiting))
        made = sorted(filter(None, talks), key=lambda talk: talk[0])
        return [self._group(number, *talk) for number, talk in enumerate(made, 1)]

    def _talk(
        self, day: date, place: int, able: Iterable[Newcomer], waiting: list[Newcomer]
    ) -> tuple[datetime, int, str] | None:
        """When, who and with whom; None where nobody has time. Whoever is chosen does not wait any more."""
        clocks = [CLOCKS[(place * 3 + later) % len(CLOCKS)] for later in range(len(CLOCKS))]
        for each in able:
            for clock in clocks:
                starts_at = at_wall_time(day, clock)
                if self.diary.choose([each], (Gathering("", starts_at, starts_at + TALK),), 1):
                    waiting.remove(each)
                    known = "vluchtelingenwerk" if place % 3 == 2 else each.contact
                    return starts_at, each.number, "kcc" if known == "toegang" else known
        return None

    def _group(self, number: int, starts_at: datetime, person: int, organisation: str) -> Group:
        reference = f"GESPREK-{number:03}"
        return Group(
            reference=reference,
            kind="appointment",
            title="Gesprek",
            organisation=organisation,
            capacity=1,
            spot=SPOTS[organisation],
            gatherings=gatherings(reference, [(starts_at, starts_at + TALK)]),
            members=(Member(person, min(starts_at - TALK_KNOWN, self.now - timedelta(hours=1))),),
            bring="id,letter",
        )


def _speaks(person: Newcomer) -> str | None:
    return person.language if person.language in {"ti", "ar"} else None
