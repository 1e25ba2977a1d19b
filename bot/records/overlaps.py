"""Meetings at the same time: of one course, and of courses that share somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """The time of a meeting of a course (its id)."""

    reference: str
    course: int
    starts_at: datetime
    ends_at: datetime


def by_course(slots: Iterable[Slot]) -> Mapping[int, Sequence[Slot]]:
    """The slots of each course, in order; none for a course without."""
    found: defaultdict[int, list[Slot]] = defaultdict(list)
    for slot in sorted(slots, key=lambda each: (each.starts_at, each.ends_at, each.reference)):
        found[slot.course].append(slot)
    return found


def within(slots: Sequence[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Of slots in order, each that begins before an earlier one ends, after that one."""
    latest: Slot | None = None
    for slot in slots:
        if latest is not None and slot.starts_at < latest.ends_at:
            yield latest, slot
        if latest is None or slot.ends_at > latest.ends_at:
            latest = slot


def between(some: Sequence[Slot], others: Sequence[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """The pairs at the same time, of two series in order without overlaps of their own."""
    here, there = 0, 0
    while here < len(some) and there < len(others):
        one, other = some[here], others[there]
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            yield one, other
        if one.ends_at <= other.ends_at:
            here += 1
        else:
            there += 1
