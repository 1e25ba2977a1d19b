"""Groups of the demo town: their gatherings, who is in them, and who has time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.demo.people import Newcomer
from flows.local_time import local


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a group meets; degrees, WGS 84, None where they are not known."""

    place: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


# The visiting address of the municipality in the trade register, and its point in the register of addresses
# and buildings (RD 181918, 579603), turned into degrees. Of other buildings no address is known here.
TOWN_HALL = Spot("Gemeente Leeuwarden", "Oldehoofsterkerkhof 2", 53.2024, 5.7900)
COLLEGE = Spot("Friesland College")
POORT = Spot("ROC Friese Poort")
SCHOOL = Spot("ISK")
WELLZO = Spot("Wellzo")


@dataclass(frozen=True, slots=True)
class Gathering:
    """One meeting of a group, with a reference of its own. Times are aware."""

    reference: str
    starts_at: datetime
    ends_at: datetime
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, by number, from ``since`` until ``until``."""

    person: int
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A course of the town; see `bot.store.tables.Course` and `Meeting`. ``room`` is invented."""

    reference: str
    kind: str
    title: str
    organisation: str
    capacity: int
    spot: Spot
    gatherings: tuple[Gathering, ...]
    members: tuple[Member, ...] = ()
    room: str = ""
    interpreter: str | None = None
    bring: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person at one gathering; see `bot.store.tables.Participation`."""

    gathering: str
    person: int
    presence: str | None = None
    answer: str | None = None
    reason: str | None = None
    answered_at: datetime | None = None
    guest: bool = False
    instead_of: str | None = None


def gatherings(
    reference: str, times: Iterable[tuple[datetime, datetime]], counted: bool = False
) -> tuple[Gathering, ...]:
    """Gatherings of a group in the order of their times; ``counted``: they are half-days 1, 2, ..."""
    return tuple(
        Gathering(f"{reference}-{number:02}", starts_at, ends_at, number if counted else None)
        for number, (starts_at, ends_at) in enumerate(sorted(times), 1)
    )


@dataclass(slots=True)
class Diary:
    """When everybody is busy; nobody is at two places at once."""

    _busy: dict[tuple[int, date], list[Gathering]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, person: int, some: Iterable[Gathering]) -> bool:
        """Whether somebody has time for all of these."""
        return not any(
            each.starts_at < busy.ends_at and busy.starts_at < each.ends_at
            for each in some
            for busy in self._busy.get((person, local(each.starts_at).date()), ())
        )

    def take(self, person: int, some: Iterable[Gathering]) -> None:
        """Write these down."""
        for each in some:
            self._busy[person, local(each.starts_at).date()].append(each)

    def choose(
        self, candidates: Iterable[Newcomer], some: tuple[Gathering, ...], most: int
    ) -> list[Newcomer]:
        """The first ``most`` who have time for all of these; they are busy then."""
        chosen: list[Newcomer] = []
        for each in candidates:
            if len(chosen) == most:
                break
            if self.is_free(each.number, some):
                self.take(each.number, some)
                chosen.append(each)
        return chosen
