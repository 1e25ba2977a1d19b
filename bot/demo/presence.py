"""Who was there, who said that they come or cannot: what is known of people at past and coming gatherings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.demo.groups import Gathering, Group, Known, Member
from bot.demo.people import Newcomer

REASONS = ("ill", "work", "child_care", "transport", "other")
HOW_OFTEN = (45, 15, 15, 10, 15)
# Of those who stay away so many say so before.
SAYS_SO = 0.3
# Answers are given to the reminder of a week before, not earlier.
ASKED = timedelta(days=7)


def was_member(member: Member, gathering: Gathering) -> bool:
    """Whether somebody was in the group when it met."""
    return member.since <= gathering.starts_at and (
        member.until is None or gathering.starts_at < member.until
    )


@dataclass(frozen=True, slots=True)
class Presence:
    """Makes up what is known, as it is at ``now``."""

    now: datetime
    chance: Random

    def of_lessons(self, groups: Iterable[Group], people: Mapping[int, Newcomer]) -> Iterator[Known]:
        """Weekly groups: everybody has a habit of coming more or less often."""
        for group in groups:
            for member in group.members:
                often = self._habit(group.kind, people[member.person])
                for gathering in group.gatherings:
                    if gathering.ends_at <= self.now and was_member(member, gathering):
                        yield self.past(gathering, member.person, self.chance.random() < often)

    def of_visits(self, groups: Iterable[Group], often: float) -> Iterator[Known]:
        """Groups that meet once."""
        for group in groups:
            for gathering in group.gatherings:
                for member in group.members:
                    if gathering.ends_at <= self.now:
                        yield self.past(gathering, member.person, self.chance.random() < often, asked=True)
                    elif (known := self.coming(gathering, member.person)) is not None:
                        yield known

    def _habit(self, kind: str, person: Newcomer) -> float:
        """How likely somebody comes. Seed: absence from school is high above all among young Eritreans."""
        least, most = {"language_class": (0.74, 0.97), "isk": (0.84, 0.98), "sport": (0.6, 0.95)}[kind]
        if kind == "isk" and person.country == "ER":
            least, most = 0.45, 0.85
        return self.chance.uniform(least, most)

    def past(self, gathering: Gathering, person: int, came: bool, asked: bool = False) -> Known:
        """Somebody was there or was not; ``asked``: reminded with buttons to answer."""
        if came:
            answer = "come" if asked and self.chance.random() < 0.7 else None
            at = self._before(gathering.starts_at) if answer else None
            return Known(gathering.reference, person, "present", answer, None, at)
        if self.chance.random() < SAYS_SO:
            at = self._before(gathering.starts_at)
            return Known(gathering.reference, person, "excused", "cannot", self._reason(), at)
        if asked and self.chance.random() < 0.3:
            at = self._before(gathering.starts_at)
            return Known(gathering.reference, person, "absent", "come", None, at)
        return Known(gathering.reference, person, "absent")

    def coming(self, gathering: Gathering, person: int) -> Known | None:
        """What somebody answered already to the reminder of a gathering ahead; None: nothing."""
        if not self.now < gathering.starts_at <= self.now + ASKED:
            return None
        said = self.chance.choices(("come", "cannot", None), (40, 8, 52))[0]
        if said is None:
            return None
        at = self.now - timedelta(minutes=self.chance.randint(1, 600))
        return Known(
            gathering.reference, person, None, said, self._reason() if said == "cannot" else None, at
        )

    def _before(self, starts_at: datetime) -> datetime:
        return starts_at - timedelta(minutes=self.chance.randint(2 * 60, 6 * 24 * 60))

    def _reason(self) -> str:
        return self.chance.choices(REASONS, HOW_OFTEN)[0]
