"""Reminders and notices: what they say, and why one that was due is not sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from flows import buttons, texts
from flows.deadlines import Term
from flows.local_time import local
from flows.meetings import Appointment, Meeting, answer_rows, answered, how_soon, tell
from flows.message import Button, Day, Message, Moment, one_per_row
from flows.participation import Path

# Why something that was due is not sent, as staff read it.
NO_CHAT = "no chat is linked"
CANCELLED = "the meeting is cancelled"
MOVED = "the meeting was moved after this was planned"
BEGUN = "the meeting has begun"
LEFT = "no longer in the group"
CANNOT = "the person said: I cannot come"
LATER_ONE = "a later reminder was due as well"
NOTICE_SAYS_IT = "the notice of the change says it"
KNOWS_ALREADY = "the person was told the time that is valid now"
NEVER_TOLD = "the person was told nothing of this meeting"
NOBODY_ELSE_HAS_ROOM = "no other group has room any more"
MADE_UP = "the half-day is made up"
OTHER_DEADLINE = "the last date has changed"
PAST_DEADLINE = "the last date has passed"
NO_DUTY = {"signed": "signed", "excused": "excused", "exempt": "exempt"}

Change = Literal["moved", "cancelled"]
# The offsets of notices in the ledger.
CHANGED = "changed"
MAKE_UP = "makeup"


def why_no_reminder(appointment: Appointment, version: int, now: datetime) -> str | None:
    """Why a reminder of that version of a meeting is not sent now; None when it is."""
    meeting = appointment.meeting
    if meeting.cancelled:
        return CANCELLED
    if meeting.version != version:
        return MOVED
    if not appointment.expected:
        return LEFT
    if meeting.has_begun(now):
        return BEGUN
    return CANNOT if appointment.answer == "cannot" else None


def reminder(appointment: Appointment, now: datetime) -> Message:
    """A meeting comes near: when and where, and do you come?"""
    meeting = appointment.meeting
    return tell(
        meeting,
        how_soon(now, meeting.starts_at),
        after=answered(appointment.answer),
        rows=answer_rows(meeting, appointment.answer),
    )


def why_no_change(appointment: Appointment, version: int, told: str | None, now: datetime) -> str | None:
    """Why the notice of a change is not sent now; None when it is. ``told``: what the person believes."""
    meeting = appointment.meeting
    if meeting.version != version:
        return MOVED
    if told is None:
        return NEVER_TOLD
    if told == meeting.fingerprint:
        return KNOWS_ALREADY
    if not appointment.expected:
        return LEFT
    return BEGUN if meeting.has_begun(now) else None


def change(appointment: Appointment) -> Message:
    """The time or the place has changed, or it does not go on."""
    meeting = appointment.meeting
    if meeting.cancelled:
        gone = texts.MEETING_CANCELLED.given(moment=Moment(meeting.starts_at))
        menu = ((buttons.APPOINTMENTS, buttons.MENU),)
        return Message((gone,), menu, title=meeting.course.title, pictogram="🚫")
    return tell(
        meeting,
        texts.MEETING_MOVED,
        after=answered(appointment.answer),
        rows=answer_rows(meeting, appointment.answer),
    )


def make_up(missed: Meeting, others: tuple[Meeting, ...]) -> Message:
    """A half-day was missed; other groups have room."""
    said = (texts.MISSED.given(moment=Moment(missed.starts_at)), texts.MAKE_UP)
    rows = one_per_row((*(swap_button(missed, other) for other in others), buttons.MENU))
    return Message(said, rows, title=missed.course.title, pictogram=missed.course.pictogram)


def swap_button(missed: Meeting, other: Meeting) -> Button:
    """Comes to ``other`` instead of ``missed``."""
    return Button(Moment(other.starts_at), f"go/swap/{missed.id}/{other.id}", "📅")


@dataclass(frozen=True, slots=True)
class LastDate:
    """What is known now of somebody who was to be reminded of a last date. ``term`` None: not computable."""

    path: Path
    term: Term | None


def why_no_deadline(known: LastDate, deadline: date, now: datetime) -> str | None:
    """Why the reminder of that last date is not sent now; None when it is."""
    if known.path.is_over:
        return NO_DUTY[known.path.step]
    if known.term is None or known.term.deadline != deadline:
        return OTHER_DEADLINE
    return PAST_DEADLINE if local(now).date() > deadline else None


def deadline(known: LastDate, last: date, now: datetime) -> Message:
    """The last date comes near: how many days, what is still to be done."""
    days = (last - local(now).date()).days
    missing = known.path.missing
    to_do = texts.DEADLINE_PARTS.of(len(missing)) if missing else texts.DEADLINE_ONLY_SIGN
    return Message(
        (
            texts.LAST_DATE.given(date=Day(last)),
            texts.DAYS_LEFT.of(days) if days else texts.IT_IS_TODAY,
            to_do,
            texts.DEADLINE_FINE,
        ),
        ((buttons.APPOINTMENTS,), (buttons.HUMAN, buttons.MENU)),
        title=texts.DEADLINE_TITLE,
        pictogram="⏳",
        voice="reminder_deadline",
    )
