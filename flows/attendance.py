"""The own timetable: what comes, "I come", "I cannot come", "I need help", another day."""

from __future__ import annotations

from datetime import date, timedelta

from flows import buttons, menus, people, texts
from flows.conversation import Choose, Conversation, Opening, Option
from flows.effects import (
    AnswerMeeting,
    Begin,
    Effects,
    GiveReason,
    LeaveConversation,
    RequestContact,
    Say,
    SwapMeeting,
    ToldMeetings,
)
from flows.facts import Facts
from flows.local_time import local
from flows.meetings import Appointment, Meeting, answer_rows, answered, how_soon, tell
from flows.message import (
    Button,
    ContactName,
    Day,
    Message,
    Moment,
    Text,
    Verbatim,
    Wordable,
    one_per_row,
)

# In a conversation's opening: which meeting, and which day was named.
MEETING = "meeting"
DAY = "day"
NONE = "none"

# More at once would be too long to read.
MOST_SHOWN = 3
MOST_ASKED = 8

REASONS = (
    Option("ill", texts.ILL, "🤒"),
    Option("work", texts.WORK, "💼"),
    Option("child_care", texts.CHILD_CARE, "🧒"),
    Option("transport", texts.TRANSPORT, "🚌"),
    Option("other", texts.OTHER_REASON, "💬"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEAR_DAYS = {"today": 0, "tomorrow": 1, "day_after_tomorrow": 2}


def show(facts: Facts, start: int = 0) -> Effects:
    """The next appointments from number ``start`` on, each with a button that opens it."""
    ahead = facts.timetable.ahead(facts.now)
    # An old button can lead behind the end.
    start = start if start < len(ahead) else 0
    ahead = ahead[start:]
    last = facts.timetable.last_date
    until = (texts.LAST_DATE.given(date=Day(last)),) if last and not start else ()
    if not ahead:
        human = ((buttons.HUMAN, buttons.MENU),)
        return (Say(Message((texts.NO_APPOINTMENTS, *until), human, pictogram="📅")),)
    shown = ahead[:MOST_SHOWN]
    left = texts.MORE_APPOINTMENTS.of(len(ahead) - len(shown))
    more = (Button(left, f"go/appointments/{start + MOST_SHOWN}", "➕"),) if left.count else ()
    said = (texts.YOUR_APPOINTMENTS, *map(_line, shown), *until, texts.CHOOSE_APPOINTMENT)
    rows = one_per_row((*(_open(each.meeting) for each in shown), *more, buttons.MENU))
    return (ToldMeetings(_told(shown)), Say(Message(said, rows, pictogram="📅")))


def show_one(facts: Facts, number: int) -> Effects:
    """One appointment with its buttons."""
    appointment = _answerable(facts, number)
    if isinstance(appointment, Text):
        return _refuse(facts, appointment)
    meeting = appointment.meeting
    message = tell(
        meeting,
        how_soon(facts.now, meeting.starts_at),
        after=answered(appointment.answer),
        rows=(*answer_rows(meeting, appointment.answer), (buttons.MENU,)),
    )
    return (ToldMeetings(_told((appointment,))), Say(message))


def come(facts: Facts, number: int) -> Effects:
    """The person comes; also after having said no."""
    appointment = _answerable(facts, number)
    if isinstance(appointment, Text):
        return _refuse(facts, appointment)
    said = texts.CHANGED_TO_COME if appointment.answer == "cannot" else texts.GOOD_YOU_COME
    rows = (*answer_rows(appointment.meeting, "come"), (buttons.MENU,))
    lines = (said, Moment(appointment.meeting.starts_at))
    # Whoever was just asked why not need not say so any more.
    return (
        LeaveConversation("attendance."),
        AnswerMeeting(number, "come"),
        Say(Message(lines, rows, pictogram="✔")),
    )


def cannot(facts: Facts, number: int) -> Effects:
    """The person cannot come: noted at once, then asked why."""
    appointment = _answerable(facts, number)
    if isinstance(appointment, Text):
        return _refuse(facts, appointment)
    return (AnswerMeeting(number, "cannot"), Begin("attendance.why", {MEETING: str(number)}))


def cannot_some(facts: Facts, day: str = "") -> Effects:
    """Somebody cannot come, perhaps on a day that was named: find out to what."""
    if not facts.timetable.ahead(facts.now):
        return show(facts)
    return (Begin("attendance.which", {DAY: day}),)


def which(facts: Facts, opening: Opening) -> Conversation:
    """Which of the meetings ahead is meant? Those on the named day, if there are any."""
    ahead = facts.timetable.ahead(facts.now)
    named = _named_day(opening.get(DAY, ""), local(facts.now).date())
    on_day = tuple(each for each in ahead if local(each.meeting.starts_at).date() == named)
    candidates = (on_day or ahead)[:MOST_ASKED]
    if not candidates:
        return show(facts)
    options = tuple(
        Option(str(each.meeting.id), Moment(each.meeting.starts_at), each.meeting.course.pictogram)
        for each in candidates
    )
    question: tuple[Wordable, ...] = (
        (texts.THIS_MEETING, _line(candidates[0])) if len(candidates) == 1 else (texts.WHICH_MEETING,)
    )
    chosen = yield Choose("meeting", question, options)
    return cannot(facts, int(chosen))


def why(facts: Facts, opening: Opening) -> Conversation:
    """Why not? The reason is kept before anything else is asked."""
    number = int(opening[MEETING])
    reason = yield Choose("reason", (texts.WHY_NOT,), REASONS)
    given = GiveReason(number, reason)
    if facts.timetable.others.get(number):
        return (given, Begin("attendance.other", opening))
    return (given, Say(_noted(number)))


def other(facts: Facts, opening: Opening) -> Conversation:
    """Would another group suit?"""
    number = int(opening[MEETING])
    others = facts.timetable.others.get(number, ())
    options = tuple(Option(str(each.id), Moment(each.starts_at), "📅") for each in others)
    # The last place can go while somebody thinks about it.
    question = texts.ANOTHER_DAY if others else texts.NO_PLACE_LEFT
    chosen = yield Choose("other", (question,), (*options, Option(NONE, texts.NOT_ANOTHER_DAY, "✖")))
    return (Say(_noted(number)),) if chosen == NONE else swap(facts, number, int(chosen))


def _noted(number: int) -> Message:
    come_after_all = Button(texts.I_COME, f"go/come/{number}", "✔")
    return Message((texts.NOTED_CANNOT,), one_per_row((come_after_all, buttons.MENU)))


def swap(facts: Facts, missed: int, number: int) -> Effects:
    """Come with another group instead; the place may have gone meanwhile."""
    others = facts.timetable.others.get(missed, ())
    other = next((each for each in others if each.id == number), None)
    if other is None:
        appointment = facts.timetable.of(number)
        if appointment is not None and appointment.expected:
            return show_one(facts, number)
        return _refuse(facts, texts.NO_PLACE_LEFT if facts.timetable.of(missed) else texts.NOT_YOUR_MEETING)
    told = ToldMeetings(((other.id, other.fingerprint),))
    rows = (*answer_rows(other, "come"), (buttons.MENU,))
    said = Say(tell(other, texts.SWAPPED, rows=rows))
    return (LeaveConversation("attendance."), SwapMeeting(missed, number), told, said)


def ask_help(facts: Facts, number: int) -> Effects:
    """The contact person hears that help is needed with this meeting; nobody known: who helps in general."""
    appointment = facts.timetable.of(number)
    if appointment is None or not appointment.expected:
        return _refuse(facts, texts.NOT_YOUR_MEETING)
    if not facts.chat.contacts:
        return people.show_human(facts)
    contact = facts.chat.contacts[0].key
    said = texts.HELP_ASKED.given(name=ContactName(contact))
    # Who cannot find the room needs help after the beginning, but has nothing to answer any more.
    open_still = isinstance(_answerable(facts, number), Appointment)
    answers = answer_rows(appointment.meeting, appointment.answer)[:-1] if open_still else ()
    rows = (*answers, (buttons.MENU,))
    return (RequestContact(contact, number), Say(Message((said,), rows, pictogram="🙋")))


def _answerable(facts: Facts, number: int) -> Appointment | Text:
    """The appointment for a meeting, or why nothing can be done with it any more."""
    appointment = facts.timetable.of(number)
    if appointment is None or not appointment.expected:
        return texts.NOT_YOUR_MEETING
    if appointment.meeting.cancelled:
        return texts.MEETING_IS_CANCELLED
    return texts.MEETING_OVER if appointment.meeting.has_begun(facts.now) else appointment


def _refuse(facts: Facts, why_not: Text) -> Effects:
    return (Say(menus.menu(facts, why_not)),)


def _line(appointment: Appointment) -> Text:
    meeting = appointment.meeting
    # The place too: who has seen this list counts as having been told when and where.
    place = Verbatim(meeting.spot.name)
    return texts.APPOINTMENT_LINE.given(
        moment=Moment(meeting.starts_at), kind=meeting.course.title, place=place
    )


def _open(meeting: Meeting) -> Button:
    return Button(Moment(meeting.starts_at), f"go/meeting/{meeting.id}", meeting.course.pictogram)


def _told(appointments: tuple[Appointment, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((each.meeting.id, each.meeting.fingerprint) for each in appointments)


def _named_day(value: str, today: date) -> date | None:
    """The date of a named day: the next one from today on."""
    if value in NEAR_DAYS:
        return today + timedelta(days=NEAR_DAYS[value])
    if value in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(value) - today.weekday()) % 7)
    return None
