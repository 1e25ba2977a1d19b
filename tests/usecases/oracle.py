"""What must hold of reminders, kept by hand: a second opinion that shares no code with what it judges."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.contract import Outgoing
from bot.store import ledger
from flows import reminders

LEEUWARDEN = ZoneInfo("Europe/Amsterdam")
MORNING, EVENING, LAST_MINUTE = time(8), time(21), time(20, 59)
HOUR = timedelta(hours=1)
# What is said in Dutch: the moment, the place, and the words by which the two kinds of notices are known.
MOMENT = re.compile(r"(\d\d-\d\d-\d{4}, \d\d:\d\d)")
PLACE = re.compile(r"^Waar: (.*)$", re.MULTILINE)
CANCELLED, CHANGED = "Dit gaat niet door", "Let op: de tijd of de plaats is veranderd"

NOT_REACHED = {reminders.NO_CHAT, "gone: blocked"}

Key = tuple[int, int]  # person, meeting


@dataclass(frozen=True, slots=True)
class Version:
    """A meeting from the moment at which it became so."""

    number: int
    starts_at: datetime
    place: str
    since: datetime
    cancelled: bool = False

    @property
    def details(self) -> tuple[datetime, str, bool]:
        """What people are told."""
        return self.starts_at, self.place, self.cancelled

    def moments(self) -> dict[str, datetime]:
        """By which moment each reminder should be told."""
        begin = self.starts_at.astimezone(LEEUWARDEN)
        day = timedelta(days=1)
        wanted = {
            "7d": datetime.combine(begin.date() - 7 * day, begin.time(), LEEUWARDEN),
            "1d18:00": datetime.combine(begin.date() - day, time(18), LEEUWARDEN),
            "2h": self.starts_at - 2 * HOUR,
        }
        return {offset: not_in_the_night(at.astimezone(UTC)) for offset, at in wanted.items()}

    def due(self, planned: datetime, known: datetime) -> datetime:
        """When something planned for a moment is due, to somebody who can be told since ``known``."""
        return planned if planned >= known else by_day(known, self.starts_at)


def is_night(at: datetime) -> bool:
    """Whether nobody is to be disturbed."""
    return not MORNING <= at.astimezone(LEEUWARDEN).time() < EVENING


def end_of_night(at: datetime) -> datetime:
    """The next eight o'clock."""
    here = at.astimezone(LEEUWARDEN)
    day = here.date() + timedelta(days=1 if here.time() >= EVENING else 0)
    return datetime.combine(day, MORNING, LEEUWARDEN).astimezone(UTC)


def by_day(at: datetime, starts_at: datetime) -> datetime:
    """``at``, or the end of the night around it where that leaves an hour before the start."""
    return end_of_night(at) if is_night(at) and end_of_night(at) + HOUR <= starts_at else at


def not_in_the_night(at: datetime) -> datetime:
    """``at``, or the last minute before the night around it."""
    if not is_night(at):
        return at
    evening = end_of_night(at).astimezone(LEEUWARDEN).date() - timedelta(days=1)
    return datetime.combine(evening, LAST_MINUTE, LEEUWARDEN).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the ledger; ``address`` None: no chat."""

    id: int
    person: int
    meeting: int
    version: int
    offset: str
    kind: str
    status: str
    reason: str | None
    due_at: datetime
    address: str | None

    @property
    def key(self) -> Key:
        """Whom it is about, and what."""
        return self.person, self.meeting


@dataclass(frozen=True, slots=True)
class Heard:
    """What arrived in the chat of a person."""

    at: datetime
    person: int
    meeting: int
    version: int
    is_notice: bool


@dataclass
class Oracle:
    """What was done, what was heard, and what must follow from it."""

    now: Callable[[], datetime]
    meetings: dict[int, list[Version]] = field(default_factory=dict)
    enrolled: dict[int, datetime] = field(default_factory=dict)
    answers: dict[Key, str] = field(default_factory=dict)
    reachable: dict[int, set[str]] = field(default_factory=dict)
    paused: dict[str, datetime] = field(default_factory=dict)
    told: dict[Key, Any] = field(default_factory=dict)
    # What was told before that which the program cannot know to have arrived.
    doubtful: dict[Key, Any] = field(default_factory=dict)
    # Who could not be told of a change when it came.
    missed: set[Key] = field(default_factory=set)
    heard: list[Heard] = field(default_factory=list)
    lost: list[Heard] = field(default_factory=list)
    passed: set[tuple[int, int, int, str]] = field(default_factory=set)
    must_be_there: set[tuple[int, int, int, str]] = field(default_factory=set)
    judged: set[int] = field(default_factory=set)
    written: set[tuple[int, int, int, str]] = field(default_factory=set)

    # what was done

    def changed(self, meeting: int, **values: Any) -> None:
        """A meeting is planned (``starts_at``, ``place``) or changed."""
        self.notice_passed()
        versions = self.meetings.setdefault(meeting, [])
        old = versions[-1] if versions else Version(0, self.now(), "", self.now())
        starts_at = values.get("starts_at", old.starts_at)
        place, cancelled = values.get("place", old.place), values.get("cancelled", old.cancelled)
        if (starts_at, place, cancelled) == old.details:
            return
        versions.append(Version(old.number + 1, starts_at, place, self.now(), cancelled))
        if starts_at != old.starts_at:
            self.answers = {key: said for key, said in self.answers.items() if key[1] != meeting}

    def left(self, person: int) -> None:
        """Somebody is not in the group any more; what had not been looked at is not for them."""
        self.notice_passed()
        self.enrolled.pop(person, None)
        self.passed = {each for each in self.passed if each[0] != person}

    def notice_passed(self) -> None:
        """Which reminders of the present versions have become due, for whom."""
        for meeting, version, person, since in self._expected():
            if version.since >= version.starts_at or since >= version.starts_at or version.cancelled:
                continue
            for offset, planned in version.moments().items():
                due = version.due(planned, version.since)
                if due < since:
                    due = max(planned, by_day(since, version.starts_at))
                if due <= self.now():
                    self.passed.add((person, meeting, version.number, offset))

    def tick(self) -> None:
        """The program looks now: what has passed must be in the ledger afterwards."""
        self.notice_passed()
        self.must_be_there |= self.passed
        self.passed.clear()

    # what was heard

    def hears(self, address: str, outgoing: Outgoing, is_lost: bool = False) -> None:
        """A message arrives; it must be right now. ``is_lost``: the program never learns for sure."""
        heard, version = self._understood(address, outgoing)
        key = (heard.person, heard.meeting)
        assert heard.at < version.starts_at, "after the start"
        assert heard.person in self.enrolled, "to somebody who is not expected"
        if heard.is_notice:
            self._is_news(heard, version)
        else:
            self._is_wanted(heard, version, address)
        if is_lost:
            self.doubtful[key] = self.told.get(key)
            self.lost.append(heard)
        else:
            self.doubtful.pop(key, None)
            self.heard.append(heard)
        self.told[key] = version.details
        self.missed.discard(key)

    def may_hear(self, address: str, outgoing: Outgoing) -> None:
        """A message does not arrive, and the program cannot know that."""
        heard, _ = self._understood(address, outgoing)
        key = (heard.person, heard.meeting)
        self.doubtful[key] = self.told.get(key)

    def _understood(self, address: str, outgoing: Outgoing) -> tuple[Heard, Version]:
        said = f"{outgoing.title}\n{outgoing.text}"
        (moment,) = MOMENT.findall(said)
        starts_at = datetime.strptime(moment, "%d-%m-%Y, %H:%M").replace(tzinfo=LEEUWARDEN)
        # Meetings are told apart by the minute at which they begin.
        meeting = starts_at.minute // 30
        version = self.meetings[meeting][-1]
        place, is_cancelled = PLACE.findall(said), CANCELLED in said
        details = (starts_at.astimezone(UTC), place[0] if place else version.place, is_cancelled)
        assert details == version.details, "of another time or place than now"
        is_notice = is_cancelled or CHANGED in said
        person = int(address.split("-")[0])
        return Heard(self.now(), person, meeting, version.number, is_notice), version

    def _is_news(self, heard: Heard, version: Version) -> None:
        key = (heard.person, heard.meeting)
        if key not in self.doubtful:
            assert self.told.get(key) is not None, "a change of what was never told"
            assert self.told[key] != version.details, "a change that was told already"
        starts = [each.starts_at for each in self.meetings[heard.meeting] if each.starts_at > heard.at]
        assert by_day(heard.at, min(starts)) == heard.at, "a notice in the night"

    def _is_wanted(self, heard: Heard, version: Version, address: str) -> None:
        key = (heard.person, heard.meeting)
        if key not in self.doubtful:
            assert self.told.get(key) in {None, version.details}, "a change that is told as if it were none"
        assert self.answers.get(key) != "cannot", "to one who cannot come"
        assert self.paused.get(address, heard.at) <= heard.at, "to one who wanted quiet"
        assert by_day(heard.at, version.starts_at) == heard.at, "a reminder in the night"
        twice = [each for each in self.heard if not each.is_notice and each == heard]
        assert not twice, "two reminders at the same moment"

    # what stands in the ledger

    def judge(self, lines: Sequence[Line]) -> None:
        """The ledger after a tick."""
        plans = [(line.person, line.meeting, line.version, line.offset) for line in lines]
        assert len(set(plans)) == len(plans), "planned twice"
        self.written = set(plans)
        missing = self.must_be_there - self.written
        assert not missing, f"lost without a trace: {missing}"
        for line in lines:
            if line.status in {"queued", "claimed"} or line.id in self.judged:
                continue
            self.judged.add(line.id)
            assert line.status == "sent" or line.reason, "without a reason"
            if line.status == "skipped":
                assert self._is_true(line), f"not so: {line}"
            if line.kind == "notice" and (line.status == "failed" or line.reason in NOT_REACHED):
                self.missed.add(line.key)
        for key in {line.key for line in lines}:
            sent = sum(line.status == "sent" for line in lines if line.key == key)
            assert sent == sum((each.person, each.meeting) == key for each in self.heard), "not noted"

    def _is_true(self, line: Line) -> bool:
        """Whether the reason holds, now that it was written down."""
        versions, known = self.meetings[line.meeting], self.told.get(line.key)
        last, address = versions[-1], line.address or ""
        reasons = {
            reminders.CANCELLED: last.cancelled,
            reminders.MOVED: line.version < last.number,
            reminders.LEFT: line.person not in self.enrolled,
            reminders.BEGUN: last.starts_at <= self.now(),
            reminders.CANNOT: self.answers.get(line.key) == "cannot",
            reminders.LATER_ONE: any(self._later(line, versions[line.version - 1])),
            reminders.NOTICE_SAYS_IT: known is not None or line.key in self.doubtful,
            reminders.NEVER_TOLD: known is None,
            # Taken back before anybody noticed that it may have been told: this the program does not see.
            reminders.KNOWS_ALREADY: last.details in {known, self.doubtful.get(line.key)},
            reminders.NO_CHAT: not self.reachable[line.person],
            ledger.PAUSED: self.paused.get(address, self.now()) > self.now(),
            "gone: blocked": address not in self.reachable[line.person],
        }
        return reasons[line.reason or ""]

    def _later(self, line: Line, version: Version) -> Iterator[bool]:
        moments = version.moments()
        for offset, planned in moments.items():
            is_later = planned > moments.get(line.offset, planned)
            if is_later and version.due(planned, version.since) <= self.now():
                is_there = (*line.key, version.number, offset) in self.must_be_there | self.written
                yield is_there or line.person not in self.enrolled

    def settled(self, lines: Sequence[Line], records: dict[Key, tuple[str | None, str]]) -> None:
        """Nothing more is to be done at this moment. ``records``: the fingerprints of what a person was told
        by the records, and of what is so."""
        for line in lines:
            assert line.status != "claimed", "somebody still holds it"
            assert line.status != "queued" or line.due_at > self.now(), "it waits, and its time has passed"
            is_present = line.version == self.meetings[line.meeting][-1].number
            if is_present and line.reason == reminders.LEFT:
                assert line.person not in self.enrolled, "came back, and is passed over as if not"
        waits = {line.key for line in lines if line.status == "queued"}
        for meeting, version, person, _ in self._expected():
            key = (person, meeting)
            if not self.reachable[person] and self.told.get(key) != version.details:
                self.missed.add(key)
            if version.starts_at > self.now() and key not in self.missed | waits:
                self._is_told_what_is_so(key, version, *records[key])

    def _is_told_what_is_so(self, key: Key, version: Version, recorded: str | None, valid: str) -> None:
        known = self.told.get(key)
        if key in self.doubtful and version.details == self.doubtful[key]:
            return
        if known not in {None, version.details}:
            assert is_night(self.now()), "believes what is not so any more"
        elif key not in self.doubtful:
            assert recorded == (None if known is None else valid), "the records say something else"

    def _expected(self) -> Iterator[tuple[int, Version, int, datetime]]:
        for meeting, versions in self.meetings.items():
            for person, since in self.enrolled.items():
                yield meeting, versions[-1], person, since
