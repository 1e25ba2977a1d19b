"""Days on which something can be planned, and the hours of a week at which a group meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from holidays import country_holidays

from flows.local_time import at_wall_time, local

# The town knows eight months of meetings behind it and four ahead.
BEFORE = timedelta(weeks=35)
AFTER = timedelta(weeks=17)
# The schools are closed: the summer, and the week from Christmas to New Year.
SUMMER = (7, 8)
CHRISTMAS = (12, 25)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


@dataclass(frozen=True, slots=True)
class Days:
    """The calendar of the town around ``today``; ``closed`` are the public holidays."""

    today: date
    closed: frozenset[date]

    @classmethod
    def around(cls, now: datetime) -> Days:
        """The calendar for a town that is loaded at ``now``."""
        today = local(now).date()
        # A year more than the window on both sides: nobody has to think about its edges.
        years = range(today.year - 1, today.year + 2)
        return cls(today, frozenset(country_holidays("NL", years=years)))

    def monday(self, weeks: int) -> date:
        """The Monday this many weeks after that of the present week."""
        return self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=weeks)

    def works(self, day: date) -> bool:
        """Offices are open."""
        return day.weekday() <= FRIDAY and day not in self.closed

    def meets(self, day: date) -> bool:
        """Groups meet: not between Christmas and New Year."""
        return self.works(day) and (day.month, day.day) < CHRISTMAS

    def teaches(self, day: date) -> bool:
        """Schools teach: not in the summer either."""
        return self.meets(day) and day.month not in SUMMER

    def working(self, first: date, step: int = 1) -> Iterator[date]:
        """The working days from ``first`` on, without end; ``step`` -1 goes back in time."""
        while True:
            if self.works(first):
                yield first
            first += timedelta(days=step)

    def of_window(self, weekday: int, allowed: Callable[[date], bool]) -> list[date]:
        """Every such weekday of the window on which ``allowed`` says yes."""
        first = self.today - BEFORE
        first += timedelta(days=(weekday - first.weekday()) % 7)
        weeks = (self.today + AFTER - first).days // 7 + 1
        days = (first + timedelta(weeks=week) for week in range(weeks))
        return [day for day in days if allowed(day)]


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekday (0 is Monday), a wall time and a length."""

    weekday: int
    begin: time
    length: timedelta

    def on(self, day: date) -> tuple[datetime, datetime]:
        """From when to when that is on a day, as instants."""
        starts_at = at_wall_time(day, self.begin)
        return starts_at, starts_at + self.length


def slot(weekday: int, begin: str, minutes: int) -> Slot:
    """``slot(TUESDAY, "13:00", 180)``."""
    return Slot(weekday, time.fromisoformat(begin), timedelta(minutes=minutes))
