"""Wall time in Leeuwarden: which instants a date and a time name, and the hours of rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

# domain.md: no reminder between 21:00 and 08:00.
QUIET_FROM = time(21)
QUIET_UNTIL = time(8)
# What would fall into the quiet hours is sent in the last minute before them.
LAST_MINUTE = time(20, 59)


def instants(day: date, clock: time) -> tuple[datetime, ...]:
    """The instants (UTC) that a local date and time name: one; none when the clocks skip it in spring; two
    when they show it twice in autumn, the one in summer time first."""
    found = []
    for fold in (0, 1):
        at = datetime.combine(day, clock.replace(fold=fold), AMSTERDAM).astimezone(UTC)
        if local(at).replace(tzinfo=None) == datetime.combine(day, clock) and at not in found:
            found.append(at)
    return tuple(found)


def at_wall_time(day: date, clock: time) -> datetime:
    """The instant (UTC) of a local date and time; the first of two. A time that the clocks skip counts on
    from before the change: 02:30 is the instant that they show as 03:30."""
    return datetime.combine(day, clock, AMSTERDAM).astimezone(UTC)


def local(at: datetime) -> datetime:
    """``at`` as a clock in Leeuwarden shows it."""
    return at.astimezone(AMSTERDAM)


def is_quiet(at: datetime) -> bool:
    """Whether ``at`` falls into the quiet hours."""
    clock = local(at).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def before_quiet(at: datetime) -> datetime:
    """``at``, or the last minute before the quiet hours into which it falls."""
    if not is_quiet(at):
        return at
    here = local(at)
    evening = here.date() if here.time() >= QUIET_FROM else here.date() - timedelta(days=1)
    return at_wall_time(evening, LAST_MINUTE)


def after_quiet(at: datetime) -> datetime:
    """``at``, or the end of the quiet hours into which it falls."""
    if not is_quiet(at):
        return at
    here = local(at)
    morning = here.date() + timedelta(days=1) if here.time() >= QUIET_FROM else here.date()
    return at_wall_time(morning, QUIET_UNTIL)


def years_later(day: date, years: int) -> date:
    """The same date ``years`` later; 29 February becomes the 28th in a year without one."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
