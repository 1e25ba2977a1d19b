"""Who attended which half-day of the participation statement, made one up in another group, and signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from bot.demo.days import Days
from bot.demo.groups import Diary, Gathering, Group, Known
from bot.demo.people import Newcomer
from bot.demo.presence import Presence
from flows.local_time import local
from flows.participation import HALF_DAYS

# Seed: of the 205 who were invited 107 came and signed. So many in each group; their sum is 107.
SIGNERS = (7, 7, 7, 7, 7, 6, 7, 7, 7, 6, 7, 6, 7, 6, 7, 6)
ALL_PARTS = frozenset(range(1, HALF_DAYS + 1))
# Who makes up a half-day does so within this time, and signs at most this long after the last one.
MADE_UP_WITHIN = timedelta(days=30)
SIGNED_WITHIN = 10
# Half of those who missed a half-day lately have arranged another one.
ARRANGED = 0.5


@dataclass(slots=True)
class HalfDays:
    """Makes up the attendance. ``known`` is what is known in the end, ``signed`` who signed when,
    ``stayed_away`` who came to no half-day of a group that is over."""

    days: Days
    now: datetime
    diary: Diary
    people: Mapping[int, Newcomer]
    chance: Random
    known: list[Known] = field(default_factory=list)
    signed: dict[int, date] = field(default_factory=dict)
    stayed_away: list[int] = field(default_factory=list)
    _guests: Counter[str] = field(default_factory=Counter)

    @property
    def _presence(self) -> Presence:
        return Presence(self.now, self.chance)

    def over(self, groups: Sequence[Group]) -> None:
        """The groups that are over."""
        missing = 0
        for number, group in enumerate(groups):
            members = [member.person for member in group.members]
            self.chance.shuffle(members)
            able = [person for person in members if self._may_sign(person, group)]
            # Where a group has too few who may sign, the next ones have more.
            signers = able[: SIGNERS[number] + missing]
            missing += SIGNERS[number] - len(signers)
            rest = [person for person in members if person not in signers]
            # In every second group somebody has attended everything and is still to sign.
            done = rest[: number % 2]
            half = (len(rest) - len(done)) // 2 + len(done)
            for place, person in enumerate(signers):
                self._sign(person, self._all_parts(person, group, groups, makes_up=place == 0))
            for person in done:
                self._all_parts(person, group, groups, makes_up=False)
            for person in rest[len(done) : half]:
                parts = self.chance.sample(sorted(ALL_PARTS), self.chance.randint(1, HALF_DAYS - 1))
                self._attend(person, group, parts)
            for person in rest[half:]:
                self._attend(person, group, ())
                self.stayed_away.append(person)

    def _may_sign(self, person: int, group: Group) -> bool:
        """Whether the signing will lie within a term that is known."""
        term = self.people[person].term
        last = local(group.gatherings[-1].starts_at).date()
        latest = last + MADE_UP_WITHIN + timedelta(days=SIGNED_WITHIN)
        return term is not None and term.start <= last and latest <= term.deadline

    def _all_parts(self, person: int, group: Group, groups: Sequence[Group], makes_up: bool) -> datetime:
        """Somebody attends everything, perhaps one half-day in another group; returns the end of the last."""
        last = group.gatherings[-1].ends_at
        missed = self.chance.choice(group.gatherings) if makes_up else None
        elsewhere = self._elsewhere(person, missed, groups) if missed is not None else None
        if missed is None or elsewhere is None:
            self._attend(person, group, ALL_PARTS)
            return last
        self._attend(person, group, ALL_PARTS - {missed.part})
        known = self._guest(person, missed, elsewhere, elsewhere.starts_at - timedelta(days=2))
        self.known.append(replace(known, presence="present"))
        return max(last, elsewhere.ends_at)

    def _guest(self, person: int, missed: Gathering, elsewhere: Gathering, answered_at: datetime) -> Known:
        """Somebody takes a place in another group for once."""
        self.diary.take(person, [elsewhere])
        self._guests[elsewhere.reference] += 1
        return Known(
            elsewhere.reference,
            person,
            answer="come",
            answered_at=answered_at,
            guest=True,
            instead_of=missed.reference,
        )

    def _attend(self, person: int, group: Group, parts: Collection[int | None]) -> None:
        presence = self._presence
        for gathering in group.gatherings:
            self.known.append(presence.past(gathering, person, gathering.part in parts, asked=True))

    def _sign(self, person: int, last: datetime) -> None:
        """On a working day soon after the last half-day."""
        after = local(last).date() + timedelta(days=self.chance.randint(1, SIGNED_WITHIN))
        self.signed[person] = min(next(self.days.working(after)), self.days.today)

    def _elsewhere(
        self, person: int, missed: Gathering, groups: Sequence[Group], ahead: bool = False
    ) -> Gathering | None:
        """The same half-day of another group, soon after, with a place left; ``ahead``: one to come."""
        for group in groups:
            places = group.capacity - len(group.members)
            for each in group.gatherings:
                soon = missed.ends_at < each.starts_at <= missed.ends_at + MADE_UP_WITHIN
                fits = each.part == missed.part and soon and self._guests[each.reference] < places
                when = each.starts_at > self.now if ahead else local(each.ends_at).date() < self.days.today
                if fits and when and self.diary.is_free(person, [each]):
                    return each
        return None

    def going_on(self, groups: Sequence[Group]) -> None:
        """The groups that go on or are to come."""
        presence = self._presence
        for group in groups:
            for member in group.members:
                often = self.chance.uniform(0.45, 0.95)
                for gathering in group.gatherings:
                    if gathering.ends_at > self.now:
                        coming = presence.coming(gathering, member.person)
                        self.known += [coming] if coming is not None else []
                        continue
                    came = self.chance.random() < often
                    self.known.append(presence.past(gathering, member.person, came, asked=True))
                    if not came:
                        self.known += self._arranged(member.person, gathering, groups)

    def _arranged(self, person: int, missed: Gathering, groups: Sequence[Group]) -> Iterator[Known]:
        if self.chance.random() >= ARRANGED:
            return
        elsewhere = self._elsewhere(person, missed, groups, ahead=True)
        if elsewhere is not None:
            answered_at = min(self.now, missed.ends_at + timedelta(hours=4))
            yield self._guest(person, missed, elsewhere, answered_at)
