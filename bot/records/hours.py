"""From when to when a meeting is: wall time in a table, instants on record; never a guess where the clocks
change."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.cells import plain_digits, quoted
from bot.records.desk import Desk
from bot.spreadsheets import Row
from flows.local_time import instants, local, years_later

SUMMER, WINTER = "+02:00", "+01:00"
EARLIEST = date(2015, 1, 1)
YEARS_AHEAD = 3
LONGEST = timedelta(hours=12)

Hours = tuple[datetime, datetime]


def offset(given: str) -> str:
    """Reads +02:00 or +01:00, or both with a slash between: of the start and of the end. Without the plus as
    well, which a spreadsheet program may have taken away."""
    read = []
    for part in plain_digits(given).split("/"):
        hour = re.fullmatch(r"\+?0?(?P<hour>[12]):00", part.strip())
        if hour is None:
            raise ValueError(f"{quoted(given)} is neither {SUMMER} (summer time) nor {WINTER} (winter time)")
        read.append(f"+0{hour['hour']}:00")
    if len(read) > 2:
        raise ValueError(f"{quoted(given)} is more than one for the start and one for the end")
    return "/".join(read)


def hours(desk: Desk, row: Row) -> Hours | None:
    """The instants of the columns date, start, end and offset; None, with the problems told, when it is not
    sure which they are."""
    values: Any = row.values
    on, begin, end, given = values["date"], values["start"], values["end"], values["offset"]
    if given is not None and not any(len(instants(on, clock)) > 1 for clock in (begin, end)):
        desk.problem(row, "offset", "is only for an hour that exists twice, when the clocks go back")
    offsets = given.split("/") if given is not None else [None]
    starts_at = _instant(desk, row, "start", on, begin, offsets[0])
    ends_at = _instant(desk, row, "end", on, end, offsets[-1])
    return None if starts_at is None or ends_at is None else (starts_at, ends_at)


def _instant(desk: Desk, row: Row, column: str, on: date, clock: time, offset: str | None) -> datetime | None:
    found = instants(on, clock)
    if len(found) == 1:
        return found[0]
    if not found:
        desk.problem(row, column, f"{clock:%H:%M} does not exist on {on}: the clocks skip that hour")
        return None
    if offset is None:
        which = f"write {SUMMER} for the first or {WINTER} for the second into the column offset"
        desk.problem(row, column, f"{clock:%H:%M} exists twice on {on}: {which}")
        return None
    return found[0] if offset == SUMMER else found[1]


def check_hours(desk: Desk, row: Row, of: Hours) -> None:
    """Tell what cannot be right about a time that is new."""
    on, took = local(of[0]).date(), of[1] - of[0]
    if on < EARLIEST:
        desk.problem(row, "date", f"{on} lies before {EARLIEST.year}")
    if on > years_later(desk.today, YEARS_AHEAD):
        desk.problem(row, "date", f"{on} is more than {YEARS_AHEAD} years ahead")
    if took <= timedelta(0):
        desk.problem(row, "end", "is not after the start")
    elif took > LONGEST:
        desk.problem(row, "end", f"is more than {LONGEST // timedelta(hours=1)} hours after the start")


def written_hours(starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """The columns date, start, end and offset."""
    begin, end = local(starts_at), local(ends_at)
    twice = [each for each in (begin, end) if len(instants(each.date(), each.time().replace(fold=0))) > 1]
    offsets = [SUMMER if each.utcoffset() == timedelta(hours=2) else WINTER for each in twice]
    return {
        "date": begin.date(),
        "start": begin.time().replace(fold=0),
        "end": end.time().replace(fold=0),
        "offset": "/".join(dict.fromkeys(offsets)) or None,
    }
