"""When reminders are due: offsets before a meeting or a last date, read from a course type's schedule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.local_time import after_quiet, at_wall_time, before_quiet, local

# What waits for the end of the quiet hours must still leave this much time before the meeting.
TIME_TO_GET_THERE = timedelta(hours=1)
# Days before the last date of the participation statement (domain.md), and the hour at which they are told.
DEADLINE_DAYS = (180, 90, 30, 7)
DEADLINE_HOUR = time(10)

_OFFSET = re.compile(
    r"(?P<days>\d{1,3}) days? before(?: at (?P<at>\d\d:\d\d))?|(?P<hours>\d{1,3}) hours? before",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Offset:
    """How long before. ``days`` count on the calendar, ``at`` is a wall time on that day (None: the time of
    the meeting), ``hours`` pass on a stopwatch."""

    key: str
    days: int = 0
    hours: int = 0
    at: time | None = None

    @classmethod
    def read(cls, words: str) -> Offset:
        """From "7 days before", "1 day before at 18:00" or "2 hours before"; raises ValueError."""
        found = _OFFSET.fullmatch(words)
        if found is None:
            raise ValueError('must be "N days before", "N days before at HH:MM" or "N hours before"')
        if found["hours"]:
            return cls(f"{int(found['hours'])}h", hours=int(found["hours"]))
        days, at = int(found["days"]), found["at"]
        return cls(f"{days}d{at or ''}", days=days, at=time.fromisoformat(at) if at else None)

    def before(self, starts_at: datetime) -> datetime:
        """The instant this long before ``starts_at``, whatever the hour."""
        if self.hours:
            return starts_at - timedelta(hours=self.hours)
        begin = local(starts_at)
        return at_wall_time(begin.date() - timedelta(days=self.days), self.at or begin.time())


@dataclass(frozen=True, slots=True)
class Point:
    """One moment of a plan: by ``planned_at`` it should be told; ``due_at`` is later where the plan itself
    was only made later."""

    offset: str
    planned_at: datetime
    due_at: datetime

    @property
    def is_late(self) -> bool:
        """Whether its moment had passed when it was planned."""
        return self.due_at > self.planned_at


def meeting_points(starts_at: datetime, offsets: tuple[Offset, ...], known_at: datetime) -> tuple[Point, ...]:
    """The reminders of a meeting that is known since ``known_at``, in the order in which they are due.

    None lies in the quiet hours, none after the start, and no two at the same moment. Of those whose moment
    had passed already only the nearest is useful. A meeting that has begun when it becomes known has none.
    """
    if known_at >= starts_at:
        return ()
    moments: dict[datetime, str] = {}
    for offset in offsets:
        moments[before_quiet(offset.before(starts_at))] = offset.key
    return tuple(
        Point(key, at, at if at >= known_at else not_at_night(known_at, starts_at))
        for at, key in sorted(moments.items())
        if at < starts_at
    )


def deadline_points(deadline: date, known_at: datetime) -> tuple[Point, ...]:
    """The reminders of a last date, in the order in which they are due."""
    points = []
    for days in sorted(DEADLINE_DAYS, reverse=True):
        at = at_wall_time(deadline - timedelta(days=days), DEADLINE_HOUR)
        points.append(Point(f"{days}d", at, at if at >= known_at else after_quiet(known_at)))
    return tuple(points)


def not_at_night(now: datetime, starts_at: datetime) -> datetime:
    """When to say something that is due ``now`` about a meeting: in quiet hours at their end, unless that
    would be too late to get there."""
    later = after_quiet(now)
    return later if later + TIME_TO_GET_THERE <= starts_at else now
