"""The demo town as a test looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from bot.demo.groups import Gathering, Group
from bot.demo.town import Town, build

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@cache
def town_at(now: datetime) -> Town:
    return build(now)


def by_reference(town: Town) -> dict[str, tuple[Group, Gathering]]:
    return {each.reference: (group, each) for group in town.groups for each in group.gatherings}


def planned(town: Town) -> Iterator[tuple[int, Group, Gathering]]:
    """Everything that somebody is expected at: as a member of a group or as a guest."""
    known = by_reference(town)
    for group in town.groups:
        for member in group.members:
            for gathering in group.gatherings:
                if member.until is None or gathering.starts_at < member.until:
                    yield member.person, group, gathering
    for each in town.known:
        if each.guest:
            yield each.person, *known[each.gathering]


def within(town: Town, now: datetime, days: int) -> set[int]:
    """Who is expected somewhere in these days."""
    return {
        person
        for person, _, gathering in planned(town)
        if now < gathering.starts_at <= now + timedelta(days=days)
    }
