"""Reminders and notices: why one is not sent, and what those that are sent say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import reminders, texts
from flows.deadlines import Term
from flows.local_time import at_wall_time, local
from flows.meetings import BRING, KINDS, Answer, Appointment, CourseType, Meeting, Spot, how_long, how_soon
from flows.message import Day, LanguageName, Lines, Message, Moment, Place, Plural, Text, Verbatim, Wordable
from flows.participation import Exemption, path
from flows.reminders import LastDate
from tests.flows.stories import (
    CALLED_OFF,
    DUTCH,
    FRIDAY,
    LESSON,
    MOST_WORDS,
    NOW,
    PART_TWO,
    STATEMENT,
    TUESDAY,
    buttons,
    meeting,
    pressable,
    words,
)

SECOND = timedelta(seconds=1)
START = PART_TWO.starts_at
CALLED_OFF_PART = replace(PART_TWO, cancelled=True, version=2)
MOVED = replace(PART_TWO, starts_at=START + timedelta(days=1), version=2)
# A meeting with everything that is usual at once.
FULL = meeting(
    2**31,
    date(2026, 11, 25),
    time(10),
    STATEMENT,
    part=2,
    interpreter="ti",
    bring=("id",),
    spot=Spot("Friesland College", "Example Street 97, Leeuwarden", "2.14", 53.2, 5.8),
)
ANSWERS: tuple[Answer | None, ...] = (None, *get_args(Answer))


# Why not


@pytest.mark.parametrize(
    ("appointment", "version", "now", "why"),
    [
        (Appointment(PART_TWO), 1, NOW, None),
        (Appointment(PART_TWO, "come"), 1, NOW, None),
        (Appointment(PART_TWO), 1, START - SECOND, None),
        (Appointment(PART_TWO), 1, START, reminders.BEGUN),
        (Appointment(PART_TWO), 1, START + timedelta(days=9), reminders.BEGUN),
        (Appointment(PART_TWO, "cannot"), 1, NOW, reminders.CANNOT),
        (Appointment(PART_TWO, expected=False), 1, NOW, reminders.LEFT),
        (Appointment(CALLED_OFF_PART), 2, NOW, reminders.CANCELLED),
        (Appointment(MOVED), 1, NOW, reminders.MOVED),
        (Appointment(MOVED), 2, NOW, None),
        # where several are true, what staff can do least about is named
        (Appointment(CALLED_OFF_PART, "cannot", expected=False), 1, START, reminders.CANCELLED),
        (Appointment(MOVED, "cannot", expected=False), 1, MOVED.starts_at, reminders.MOVED),
        (Appointment(PART_TWO, "cannot", expected=False), 1, START, reminders.LEFT),
        (Appointment(PART_TWO, "cannot"), 1, START, reminders.BEGUN),
    ],
)
def test_why_a_reminder_is_not_sent(
    appointment: Appointment, version: int, now: datetime, why: str | None
) -> None:
    assert reminders.why_no_reminder(appointment, version, now) == why


OLD = PART_TWO.fingerprint


@pytest.mark.parametrize(
    ("appointment", "version", "told", "now", "why"),
    [
        # moved or cancelled, and the person believes the old time
        (Appointment(MOVED), 2, OLD, NOW, None),
        (Appointment(MOVED, "come"), 2, OLD, NOW, None),
        (Appointment(MOVED, "cannot"), 2, OLD, NOW, None),
        (Appointment(CALLED_OFF_PART), 2, OLD, NOW, None),
        # moved again since, or back to where it was
        (Appointment(replace(MOVED, version=3)), 2, OLD, NOW, reminders.MOVED),
        (Appointment(replace(PART_TWO, version=3)), 3, OLD, NOW, reminders.KNOWS_ALREADY),
        # nobody told the person any time
        (Appointment(MOVED), 2, None, NOW, reminders.NEVER_TOLD),
        (Appointment(CALLED_OFF_PART), 2, None, NOW, reminders.NEVER_TOLD),
        (Appointment(MOVED, expected=False), 2, None, MOVED.starts_at, reminders.NEVER_TOLD),
        (Appointment(MOVED), 1, None, NOW, reminders.MOVED),
        # somebody told the new one
        (Appointment(MOVED), 2, MOVED.fingerprint, NOW, reminders.KNOWS_ALREADY),
        (Appointment(CALLED_OFF_PART), 2, CALLED_OFF_PART.fingerprint, NOW, reminders.KNOWS_ALREADY),
        (Appointment(MOVED, expected=False), 2, MOVED.fingerprint, MOVED.starts_at, reminders.KNOWS_ALREADY),
        (Appointment(MOVED, expected=False), 2, OLD, NOW, reminders.LEFT),
        (Appointment(CALLED_OFF_PART, expected=False), 2, OLD, NOW, reminders.LEFT),
        # the day itself has shown it
        (Appointment(MOVED), 2, OLD, MOVED.starts_at, reminders.BEGUN),
        (Appointment(MOVED), 2, OLD, MOVED.starts_at - SECOND, None),
        (Appointment(CALLED_OFF_PART), 2, OLD, START - SECOND, None),
        (Appointment(CALLED_OFF_PART), 2, OLD, START, reminders.BEGUN),
    ],
)
def test_why_a_change_is_not_told(
    appointment: Appointment, version: int, told: str | None, now: datetime, why: str | None
) -> None:
    assert reminders.why_no_change(appointment, version, told, now) == why


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": START + timedelta(minutes=5)},
        {"ends_at": PART_TWO.ends_at + timedelta(minutes=5)},
        {"spot": Spot("Library", room="2.14")},
        {"spot": Spot("Friesland College", "Example Street 97", "2.14")},
        {"spot": Spot("Friesland College", room="2.15")},
        {"cancelled": True},
    ],
)
def test_what_brings_somebody_to_the_wrong_place_changes_the_fingerprint(change: dict[str, object]) -> None:
    changed = replace(PART_TWO, **change)  # type: ignore[arg-type]
    assert changed.fingerprint != PART_TWO.fingerprint
    assert len(changed.fingerprint) == 16


@pytest.mark.parametrize(
    "change",
    [
        {"version": 7},
        {"interpreter": "ti"},
        {"bring": ("pen",)},
        {"part": 3},
        {"starts_at": local(START)},
        {"spot": Spot("Friesland College", room="2.14", latitude=53.2, longitude=5.8)},
    ],
)
def test_what_does_not_keeps_the_fingerprint(change: dict[str, object]) -> None:
    assert replace(PART_TWO, **change).fingerprint == PART_TWO.fingerprint  # type: ignore[arg-type]


LAST = date(2027, 3, 1)
TERM = Term(date(2026, 3, 1), LAST)


def known(*attended: int, signed_on: date | None = None, exemption: Exemption | None = None) -> LastDate:
    """Somebody with a last date on the first of March."""
    found = path(invited=True, confirmed=True, attended=attended, signed_on=signed_on, exemption=exemption)
    return LastDate(found, TERM)


@pytest.mark.parametrize(
    ("person", "now", "why"),
    [
        (known(), NOW, None),
        (known(1, 2), NOW, None),
        # attending is not signing
        (known(1, 2, 3, 4), NOW, None),
        (known(1, 2, 3, 4, signed_on=date(2026, 11, 1)), NOW, "signed"),
        (known(exemption="excused"), NOW, "excused"),
        (known(1, exemption="exempt"), NOW, "exempt"),
        (replace(known(), term=None), NOW, reminders.OTHER_DEADLINE),
        (replace(known(), term=Term(TERM.start, LAST + timedelta(days=1))), NOW, reminders.OTHER_DEADLINE),
        # the whole of the last day counts, by the clock of Leeuwarden
        (known(), at_wall_time(LAST, time(23, 59)), None),
        (known(), at_wall_time(LAST + timedelta(days=1), time(0)), reminders.PAST_DEADLINE),
        (known(), datetime(2027, 3, 1, 22, 59, tzinfo=UTC), None),
        (known(), datetime(2027, 3, 1, 23, 0, tzinfo=UTC), reminders.PAST_DEADLINE),
        # who has signed need not hear that the date has passed or changed
        (known(signed_on=date(2026, 11, 1)), at_wall_time(date(2027, 4, 1), time(10)), "signed"),
        (replace(known(exemption="exempt"), term=None), NOW, "exempt"),
    ],
)
def test_why_a_last_date_is_not_told(person: LastDate, now: datetime, why: str | None) -> None:
    assert reminders.why_no_deadline(person, LAST, now) == why


# What is said


def lines(message: Message) -> list[Wordable]:
    """Every line of a message above its buttons, in order."""
    return [
        line
        for paragraph in message.paragraphs
        for line in (paragraph.lines if isinstance(paragraph, Lines) else (paragraph,))
    ]


def test_a_reminder_says_when_where_what_to_bring_and_asks() -> None:
    said = reminders.reminder(Appointment(FULL), NOW)
    assert said.title == texts.PARTICIPATION_STATEMENT
    assert said.pictogram == "📜"
    assert said.voice == "reminder_participation_statement"
    assert said.moment == FULL.starts_at
    assert said.place == Place("Friesland College", "Example Street 97, Leeuwarden", 53.2, 5.8)
    assert lines(said) == [
        texts.IT_IS_IN_DAYS.of(2),
        Moment(FULL.starts_at),
        texts.TAKES_HOURS.of(2),
        texts.PART_OF.given(part=2, parts=4),
        texts.WHERE.given(place=Verbatim("Friesland College, Example Street 97, Leeuwarden")),
        texts.ROOM.given(room=Verbatim("2.14")),
        texts.BRING_ID,
        texts.INTERPRETER.given(language=LanguageName("ti")),
        texts.DO_YOU_COME,
    ]


def test_a_reminder_of_a_bare_meeting_leaves_out_what_is_not_known() -> None:
    bare = replace(DUTCH, spot=Spot("Library"))
    said = reminders.reminder(Appointment(bare), NOW)
    assert said.place is None
    assert lines(said)[1:] == [
        Moment(bare.starts_at),
        texts.TAKES_HOURS.of(2),
        texts.WHERE.given(place=Verbatim("Library")),
        texts.DO_YOU_COME,
    ]


@pytest.mark.parametrize(
    ("spot", "pinned"),
    [
        (Spot("Library", "Example Street 1", latitude=53.2, longitude=5.8), True),
        # the equator and the prime meridian are places too
        (Spot("Library", latitude=0.0, longitude=0.0), True),
        (Spot("Library", "Example Street 1"), False),
        (Spot("Library", latitude=53.2), False),
        (Spot("Library", longitude=5.8), False),
    ],
)
def test_only_a_place_with_both_coordinates_gets_a_pin(spot: Spot, pinned: bool) -> None:
    said = reminders.reminder(Appointment(replace(DUTCH, spot=spot)), NOW)
    assert (said.place is not None) is pinned


def test_a_part_is_only_named_where_parts_count() -> None:
    of_a_class = reminders.reminder(Appointment(replace(DUTCH, part=3)), NOW)
    without = reminders.reminder(Appointment(replace(PART_TWO, part=None)), NOW)
    for said in (of_a_class, without):
        assert texts.PART_OF.msgid not in [line.msgid for line in lines(said) if isinstance(line, Text)]


@pytest.mark.parametrize(
    ("answer", "last_line", "data"),
    [
        (None, texts.DO_YOU_COME, ["go/come/11", "go/cannot/11", "go/assist/11"]),
        ("come", texts.YOU_SAID_COME, ["go/cannot/11", "go/assist/11"]),
        ("cannot", texts.YOU_SAID_CANNOT, ["go/come/11", "go/assist/11"]),
    ],
)
def test_what_was_answered_is_repeated_and_not_asked_again(
    answer: Answer | None, last_line: Text, data: list[str]
) -> None:
    for said in (
        reminders.reminder(Appointment(PART_TWO, answer), NOW),
        reminders.change(Appointment(PART_TWO, answer)),
    ):
        assert said.paragraphs[-1] == last_line
        assert pressable([said]) == data
        assert all(button.pictogram for button in buttons(said))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (at_wall_time(date(2026, 11, 25), time(8)), texts.IT_IS_TODAY),
        (at_wall_time(date(2026, 11, 25), time(0, 1)), texts.IT_IS_TODAY),
        # eleven hours before, yet the day after by the calendar
        (at_wall_time(date(2026, 11, 24), time(23, 59)), texts.IT_IS_TOMORROW),
        (at_wall_time(date(2026, 11, 24), time(0)), texts.IT_IS_TOMORROW),
        (at_wall_time(date(2026, 11, 23), time(23, 59)), texts.IT_IS_IN_DAYS.of(2)),
        (at_wall_time(date(2026, 11, 18), time(10)), texts.IT_IS_IN_DAYS.of(7)),
        # half past midnight in Leeuwarden, still the day before in UTC
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), texts.IT_IS_TOMORROW),
    ],
)
def test_how_soon_it_is_goes_by_the_calendar_of_leeuwarden(now: datetime, said: Text | Plural) -> None:
    assert how_soon(now, START) == said
    assert reminders.reminder(Appointment(PART_TWO), now).paragraphs[0] == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (60, texts.TAKES_HOURS.of(1)),
        (180, texts.TAKES_HOURS.of(3)),
        (45, texts.TAKES_MINUTES.of(45)),
        (90, texts.ENDS_AT.given(time=Verbatim("11:30"))),
        (1, texts.TAKES_MINUTES.of(1)),
    ],
)
def test_how_long_it_takes_is_said_in_hours_where_they_are_whole(minutes: int, said: Wordable) -> None:
    starts_at = at_wall_time(date(2026, 11, 25), time(10))
    meeting = replace(PART_TWO, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))
    assert how_long(meeting) == said


def test_a_moved_meeting_begins_with_a_warning_and_is_told_in_full() -> None:
    said = reminders.change(Appointment(MOVED))
    assert said.title == texts.PARTICIPATION_STATEMENT
    assert lines(said)[:2] == [texts.MEETING_MOVED, Moment(MOVED.starts_at)]
    assert said.moment == MOVED.starts_at


def test_a_cancelled_meeting_asks_nothing_and_draws_no_clock() -> None:
    said = reminders.change(Appointment(CALLED_OFF, "come"))
    assert said.title == texts.LANGUAGE_CLASS
    assert said.paragraphs == (texts.MEETING_CANCELLED.given(moment=Moment(CALLED_OFF.starts_at)),)
    assert said.moment is None
    assert said.place is None
    assert pressable([said]) == ["go/appointments", "go/menu"]


def test_a_missed_half_day_is_offered_with_other_groups() -> None:
    said = reminders.make_up(PART_TWO, (FRIDAY, TUESDAY))
    assert said.title == texts.PARTICIPATION_STATEMENT
    assert said.paragraphs == (texts.MISSED.given(moment=Moment(START)), texts.MAKE_UP)
    assert pressable([said]) == ["go/swap/11/31", "go/swap/11/32", "go/menu"]
    assert [button.label for button in buttons(said)][:2] == [
        Moment(FRIDAY.starts_at),
        Moment(TUESDAY.starts_at),
    ]


@pytest.mark.parametrize(
    ("attended", "to_do"),
    [
        ((), texts.DEADLINE_PARTS.of(4)),
        ((1, 3, 4), texts.DEADLINE_PARTS.of(1)),
        ((1, 2, 3, 4), texts.DEADLINE_ONLY_SIGN),
    ],
)
def test_a_last_date_says_what_is_still_to_be_done(attended: tuple[int, ...], to_do: Wordable) -> None:
    said = reminders.deadline(known(*attended), LAST, at_wall_time(date(2027, 1, 30), time(10)))
    assert said.title == texts.DEADLINE_TITLE
    assert said.voice == "reminder_deadline"
    assert said.paragraphs == (
        texts.LAST_DATE.given(date=Day(LAST)),
        texts.DAYS_LEFT.of(30),
        to_do,
        texts.DEADLINE_FINE,
    )
    assert pressable([said]) == ["go/appointments", "go/human", "go/menu"]


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (at_wall_time(LAST, time(0)), texts.IT_IS_TODAY),
        (at_wall_time(LAST, time(23, 59)), texts.IT_IS_TODAY),
        (at_wall_time(LAST - timedelta(days=1), time(23, 59)), texts.DAYS_LEFT.of(1)),
        # over the change of the clocks
        (at_wall_time(LAST - timedelta(days=180), time(10)), texts.DAYS_LEFT.of(180)),
    ],
)
def test_the_days_to_a_last_date_are_counted_on_the_calendar(now: datetime, left: Wordable) -> None:
    assert reminders.deadline(known(), LAST, now).paragraphs[1] == left


# Short, for people who read little


def every_message() -> list[Message]:
    """All kinds of reminders and notices, about a meeting with everything that is usual."""
    others = tuple(replace(FULL, id=2**31 + n) for n in range(1, 4))
    return [
        *(reminders.reminder(Appointment(FULL, answer), NOW) for answer in ANSWERS),
        *(reminders.change(Appointment(FULL, answer)) for answer in ANSWERS),
        reminders.change(Appointment(replace(FULL, cancelled=True))),
        reminders.make_up(FULL, others),
        *(reminders.deadline(known(*done), LAST, NOW) for done in ((), (1,), (1, 2, 3, 4))),
    ]


@pytest.mark.parametrize("message", every_message())
def test_a_message_is_short_has_a_title_and_a_picture_and_can_be_pressed(message: Message) -> None:
    assert words(message) <= MOST_WORDS
    assert message.title is not None
    assert message.pictogram
    assert message.rows
    assert all(len(data.encode()) <= 64 for data in pressable([message]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bring", BRING)
def test_a_reminder_of_every_kind_with_one_thing_to_bring_is_short(kind: str, bring: str) -> None:
    course = CourseType(kind, "📅", (), parts=4)
    said = reminders.reminder(Appointment(replace(FULL, course=course, bring=(bring,)), "cannot"), NOW)
    assert said.title == KINDS[kind]
    assert BRING[bring] in lines(said)
    assert words(said) <= MOST_WORDS


# Who said "I cannot come" is reminded no more. Identity card and insurance card at once make the one more.
@pytest.mark.parametrize(("answer", "most"), [(None, MOST_WORDS), ("come", MOST_WORDS + 1)])
def test_a_reminder_of_every_kind_with_two_things_to_bring_is_short(answer: Answer | None, most: int) -> None:
    for kind, bring in product(KINDS, combinations(BRING, 2)):
        about = replace(FULL, course=CourseType(kind, "📅", (), parts=4), bring=bring)
        said = reminders.reminder(Appointment(about, answer), NOW)
        assert all(BRING[key] in lines(said) for key in bring)
        assert words(said) <= most, (kind, bring)


numbers = st.integers(1, 2**63 - 1)


@given(numbers, numbers, st.sampled_from(ANSWERS))
def test_the_data_of_every_button_fits_whatever_the_numbers(
    one: int, other: int, answer: Answer | None
) -> None:
    missed: Meeting = replace(PART_TWO, id=one, course=LESSON)
    sent = [
        reminders.reminder(Appointment(missed, answer), NOW),
        reminders.change(Appointment(missed, answer)),
        reminders.make_up(missed, (replace(FRIDAY, id=other),)),
    ]
    assert all(len(data.encode()) <= 64 for data in pressable(sent))
    assert pressable(sent[2:])[0] == f"go/swap/{one}/{other}"
