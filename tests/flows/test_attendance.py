"""Journeys through the own timetable: what comes, I come, I cannot, another date, help."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import attendance, questions, texts
from flows.conversation import State
from flows.dialogue import respond
from flows.effects import (
    AnswerMeeting,
    Effect,
    ForgetChat,
    GiveReason,
    LeaveConversation,
    Pause,
    RequestContact,
    Say,
    SwapMeeting,
    ToldMeetings,
)
from flows.facts import Chat, Facts, Invitation
from flows.heard import Chose
from flows.meetings import KINDS, Appointment, CourseType, Meeting, Spot, Timetable
from flows.message import (
    ContactCard,
    ContactName,
    Day,
    InEveryLanguage,
    Message,
    Moment,
    Text,
    TopicBody,
    TopicTitle,
)
from flows.register import CONVERSATIONS
from nlu.contract import OUT_OF_SCOPE
from tests.flows.stories import (
    BEGUN,
    CALLED_OFF,
    DUTCH,
    FACTS,
    FOOTBALL,
    FRIDAY,
    LAST_DATE,
    LEFT,
    LINKED,
    MOST_WORDS,
    NOW,
    PART_TWO,
    PLANNED,
    STATEMENT,
    TUESDAY,
    Story,
    buttons,
    cannot_come,
    english,
    meeting,
    parse,
    pressable,
    words,
)

WHY = "at/attendance.why/reason/"
OTHER = "at/attendance.other/other/"
WHICH = "at/attendance.which/meeting/"
DAY = timedelta(days=1)
ON_A_MEETING = (AnswerMeeting, GiveReason, SwapMeeting, RequestContact, ToldMeetings)


def table(*meetings: Meeting, **changes: object) -> Facts:
    """A newcomer with these meetings ahead, all unanswered."""
    made = Timetable(tuple(map(Appointment, meetings)))
    return replace(PLANNED, timetable=replace(made, **changes))  # type: ignore[arg-type]


def about_meetings(story: Story) -> list[Effect]:
    """The effects of the last turn that concern meetings."""
    return [effect for effect in story.done if isinstance(effect, ON_A_MEETING)]


def told(*meetings: Meeting) -> ToldMeetings:
    return ToldMeetings(tuple((each.id, each.fingerprint) for each in meetings))


def moments(message: Message) -> list[Moment]:
    """The moments on the buttons of a message."""
    return [button.label for button in buttons(message) if isinstance(button.label, Moment)]


# The list, and one of it


def test_the_list_shows_what_comes_and_remembers_what_was_told() -> None:
    story = Story(PLANNED)
    (shown,) = story.presses("go/appointments")
    assert pressable([shown]) == ["go/meeting/11", "go/meeting/12", "go/meeting/15", "go/menu"]
    assert moments(shown) == [Moment(each.starts_at) for each in (PART_TWO, DUTCH, FOOTBALL)]
    assert [button.pictogram for button in buttons(shown)][:3] == ["📜", "🗣️", "⚽"]
    assert shown.paragraphs[0] == texts.YOUR_APPOINTMENTS
    assert texts.LAST_DATE.given(date=Day(LAST_DATE)) in shown.paragraphs
    assert about_meetings(story) == [told(PART_TWO, DUTCH, FOOTBALL)]


def test_the_list_is_a_command_and_a_typed_question_too() -> None:
    pressed = Story(PLANNED).presses("go/appointments")
    assert Story(PLANNED).says("/appointments") == pressed
    assert Story(PLANNED).says("...", parse("my_appointments")) == pressed


def week_of(count: int) -> list[Meeting]:
    """So many meetings, one a day from tomorrow on."""
    return [meeting(number, date(2026, 11, 23) + number * DAY, time(9)) for number in range(1, count + 1)]


def test_a_long_list_shows_three_and_a_button_to_the_rest() -> None:
    many = week_of(7)
    story = Story(table(*many, last_date=LAST_DATE))
    (first,) = story.presses("go/appointments")
    assert pressable([first]) == [*(f"go/meeting/{n}" for n in (1, 2, 3)), "go/appointments/3", "go/menu"]
    assert buttons(first)[3].label == texts.MORE_APPOINTMENTS.of(4)
    assert about_meetings(story) == [told(*many[:3])]
    (second,) = story.presses("go/appointments/3")
    assert pressable([second]) == [*(f"go/meeting/{n}" for n in (4, 5, 6)), "go/appointments/6", "go/menu"]
    assert buttons(second)[3].label == texts.MORE_APPOINTMENTS.of(1)
    assert about_meetings(story) == [told(*many[3:6])]
    (third,) = story.presses("go/appointments/6")
    assert pressable([third]) == ["go/meeting/7", "go/menu"]
    assert about_meetings(story) == [told(many[6])]


def test_the_last_date_stands_on_the_first_page_only() -> None:
    story = Story(table(*week_of(4), last_date=LAST_DATE))
    until = texts.LAST_DATE.given(date=Day(LAST_DATE))
    (first,), (second,) = story.presses("go/appointments"), story.presses("go/appointments/3")
    assert until in first.paragraphs
    assert until not in second.paragraphs
    assert (first.paragraphs[0], first.paragraphs[-1]) == (texts.YOUR_APPOINTMENTS, texts.CHOOSE_APPOINTMENT)
    assert (second.paragraphs[0], second.paragraphs[-1]) == (
        texts.YOUR_APPOINTMENTS,
        texts.CHOOSE_APPOINTMENT,
    )


@given(st.integers(1, 20))
def test_paging_on_shows_every_appointment_once_in_order(count: int) -> None:
    many = week_of(count)
    story, page = Story(table(*many)), "go/appointments"
    shown: list[Moment] = []
    for left in range(count, 0, -attendance.MOST_SHOWN):
        (message,) = story.presses(page)
        here, (*more, menu) = moments(message), buttons(message)[len(moments(message)) :]
        assert len(here) == min(left, attendance.MOST_SHOWN)
        assert [line.args["moment"] for line in message.paragraphs[1:-1]] == here  # type: ignore[union-attr]
        assert about_meetings(story) == [told(*many[len(shown) : len(shown) + len(here)])]
        assert menu.data == "go/menu"
        assert len(more) == (left > attendance.MOST_SHOWN)
        shown += here
        page = more[0].data if more else ""
    assert shown == [Moment(each.starts_at) for each in many]
    assert not page


@pytest.mark.parametrize("start", ["", "0", "abc", "-3", "3.0", "٣", "9" * 20])
def test_a_page_that_is_no_number_is_the_first(start: str) -> None:
    story = Story(table(*week_of(7)))
    assert story.presses(f"go/appointments/{start}") == story.presses("go/appointments")
    assert about_meetings(story) == [told(*week_of(3))]


@pytest.mark.parametrize("start", [7, 8, 10**17 - 1])
def test_a_page_behind_the_last_begins_again(start: int) -> None:
    story = Story(table(*week_of(7)))
    first = story.presses("go/appointments")
    assert story.presses(f"go/appointments/{start}") == first
    assert about_meetings(story) == [told(*week_of(3))]


def test_a_page_behind_the_last_does_not_claim_that_nothing_comes() -> None:
    story = Story(table(*week_of(4)))
    assert "go/appointments/3" in pressable(story.presses("go/appointments"))
    story.facts = replace(story.facts, now=week_of(1)[0].starts_at)
    (said,) = story.presses("go/appointments/3")
    assert texts.NO_APPOINTMENTS not in said.paragraphs
    assert about_meetings(story) == [told(*week_of(4)[1:])]


@pytest.mark.parametrize("facts", [LINKED, table(BEGUN, CALLED_OFF)])
def test_an_empty_list_says_so_and_leads_to_a_human(facts: Facts) -> None:
    story = Story(facts)
    (shown,) = story.presses("go/appointments")
    assert shown.paragraphs == (texts.NO_APPOINTMENTS,)
    assert pressable([shown]) == ["go/human", "go/menu"]
    assert about_meetings(story) == []


def test_an_empty_list_still_names_the_last_date() -> None:
    (shown,) = Story(table(last_date=LAST_DATE)).presses("go/appointments")
    assert shown.paragraphs == (texts.NO_APPOINTMENTS, texts.LAST_DATE.given(date=Day(LAST_DATE)))


GUEST = FACTS
VOLUNTEER = replace(FACTS, chat=Chat("nl", role="volunteer", name="Anna"))


@pytest.mark.parametrize("facts", [GUEST, VOLUNTEER])
@pytest.mark.parametrize("page", ["", "/0", "/3"])
def test_who_is_in_no_records_learns_how_to_be_linked(facts: Facts, page: str) -> None:
    story = Story(facts)
    (answer,) = story.presses(f"go/appointments{page}")
    assert answer.title == TopicTitle("my_appointments")
    assert answer.paragraphs[0] == TopicBody("my_appointments")
    assert about_meetings(story) == []
    assert story.says("/appointments") == [answer]


@pytest.mark.parametrize("topic", ["my_appointments", "cannot_attend"])
@pytest.mark.parametrize("facts", [GUEST, VOLUNTEER, LINKED])
def test_a_question_about_appointments_of_somebody_without_any_gets_the_general_answer(
    facts: Facts, topic: str
) -> None:
    story = Story(facts)
    for messages in (story.says("...", parse(topic)), story.presses(f"go/topic/{topic}/7")):
        (answer,) = messages
        assert answer.title == TopicTitle(topic)
        assert story.state is None


def test_the_topic_of_appointments_leads_to_the_own_list() -> None:
    story = Story(PLANNED)
    pressed = story.presses("go/appointments")
    for data in ("go/topic/my_appointments", "go/topic/my_appointments/7"):
        assert story.presses(data) == pressed
        assert about_meetings(story) == [told(PART_TWO, DUTCH, FOOTBALL)]


def test_the_topic_of_not_coming_asks_which_of_the_own_meetings() -> None:
    for data in ("go/topic/cannot_attend", "go/topic/cannot_attend/7"):
        story = Story(PLANNED)
        (asked,) = story.presses(data)
        assert asked.paragraphs == (texts.WHICH_MEETING,)
        assert pressable([asked]) == [WHICH + "11", WHICH + "12", WHICH + "15", "go/stop"]
        assert about_meetings(story) == []
        story.presses(WHICH + "12")
        assert about_meetings(story) == [AnswerMeeting(12, "cannot")]


@pytest.mark.parametrize("topic", ["my_appointments", "cannot_attend"])
def test_a_topic_about_meetings_with_nothing_ahead_says_that_there_is_nothing(topic: str) -> None:
    story = Story(table(BEGUN, CALLED_OFF))
    (shown,) = story.presses(f"go/topic/{topic}")
    assert shown.paragraphs == (texts.NO_APPOINTMENTS,)
    assert story.state is None


def test_a_guess_that_was_right_leads_to_the_own_timetable() -> None:
    story = Story(PLANNED)
    between = (questions.SURE + questions.NEAR) / 2
    (guess,) = story.says("...", parse("cannot_attend", between))
    (asked,) = story.presses(pressable([guess])[0])
    assert asked.paragraphs == (texts.WHICH_MEETING,)


def list_of(kinds: tuple[str, ...], **changes: object) -> Message:
    """The list of one meeting of each of these kinds."""
    made = [
        replace(each, course=CourseType(kind, "📅", ()))
        for each, kind in zip(week_of(len(kinds)), kinds, strict=True)
    ]
    (shown,) = Story(table(*made, **changes)).presses("go/appointments")
    assert len(moments(shown)) == len(kinds)
    return shown


def test_a_list_of_three_is_short() -> None:
    for kinds in combinations_with_replacement(KINDS, 3):
        shown = list_of(kinds, last_date=LAST_DATE)
        assert texts.LAST_DATE.given(date=Day(LAST_DATE)) in shown.paragraphs
        # Three half-days with their places and the last date are two words over; what is left is needed.
        assert words(shown) <= MOST_WORDS + 2, kinds


def test_a_list_without_the_place_does_not_count_as_having_told_a_new_place() -> None:
    elsewhere = replace(PART_TWO, spot=Spot("Library"), version=2)
    story = Story(table(elsewhere))
    (shown,) = story.presses("go/appointments")
    said = "Library" in "".join(map(english, shown.paragraphs))
    assert said or told(elsewhere) not in about_meetings(story)


def test_one_of_the_list_opens_with_everything_and_the_three_buttons() -> None:
    story = Story(PLANNED)
    (shown,) = story.presses(pressable(story.presses("go/appointments"))[0])
    assert shown.title == texts.PARTICIPATION_STATEMENT
    assert shown.moment == PART_TWO.starts_at
    assert shown.paragraphs[-1] == texts.DO_YOU_COME
    assert pressable([shown]) == ["go/come/11", "go/cannot/11", "go/assist/11", "go/menu"]
    assert about_meetings(story) == [told(PART_TWO)]


def test_one_that_was_answered_offers_the_other_answer() -> None:
    (shown,) = Story(PLANNED).presses("go/meeting/15")
    assert shown.paragraphs[-1] == texts.YOU_SAID_COME
    assert pressable([shown]) == ["go/cannot/15", "go/assist/15", "go/menu"]


@pytest.mark.parametrize("usable", [True, False])
def test_who_is_linked_with_an_invitation_sees_at_once_what_comes(usable: bool) -> None:
    invited = replace(PLANNED, chat=Chat("nl"), invitation=Invitation(3, "Eden T.", usable))
    story = Story(invited)
    messages = story.joins(coded=True)
    assert about_meetings(story) == ([told(PART_TWO, DUTCH, FOOTBALL)] if usable else [])
    assert ("go/meeting/11" in pressable(messages)) is usable


# I come


def test_i_come_is_noted_and_repeats_when() -> None:
    story = Story(PLANNED)
    (said,) = story.presses("go/come/11")
    assert story.done[:2] == [LeaveConversation("attendance."), AnswerMeeting(11, "come")]
    assert said.paragraphs == (texts.GOOD_YOU_COME, Moment(PART_TWO.starts_at))
    assert pressable([said]) == ["go/cannot/11", "go/assist/11", "go/menu"]


def test_i_come_pressed_twice_is_noted_again_and_harms_nobody() -> None:
    story = Story(PLANNED)
    assert story.presses("go/come/11") == story.presses("go/come/11")
    assert about_meetings(story) == [AnswerMeeting(11, "come")]


def test_i_come_after_all_is_said_as_such() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/12")
    story.presses(WHY + "ill")
    (said,) = story.presses("go/come/12")
    assert said.paragraphs[0] == texts.CHANGED_TO_COME
    assert about_meetings(story) == [AnswerMeeting(12, "come")]


# I cannot come


def test_i_cannot_then_why_then_another_date() -> None:
    story = Story(PLANNED)
    (why,) = story.presses("go/cannot/11")
    assert about_meetings(story) == [AnswerMeeting(11, "cannot")]
    assert why.paragraphs == (texts.WHY_NOT,)
    assert pressable([why]) == [
        *(WHY + reason for reason in ("ill", "work", "child_care", "transport", "other")),
        "go/stop",
    ]
    (another,) = story.presses(WHY + "work")
    assert about_meetings(story) == [GiveReason(11, "work")]
    assert another.paragraphs == (texts.ANOTHER_DAY,)
    assert moments(another) == [Moment(FRIDAY.starts_at), Moment(TUESDAY.starts_at)]
    assert pressable([another]) == [OTHER + "31", OTHER + "32", OTHER + "none", "go/stop"]
    assert story.state == State("attendance.other", {"meeting": "11"})
    (swapped,) = story.presses(OTHER + "32")
    assert about_meetings(story) == [SwapMeeting(11, 32), told(TUESDAY)]
    assert swapped.paragraphs[0] == texts.SWAPPED
    assert swapped.moment == TUESDAY.starts_at
    assert pressable([swapped]) == ["go/cannot/32", "go/assist/32", "go/menu"]
    assert story.state is None
    (shown,) = story.presses("go/appointments/3")
    assert pressable([shown]) == ["go/meeting/32", "go/menu"]


@pytest.mark.parametrize("reason", [option.key for option in attendance.REASONS])
def test_every_reason_is_kept_at_once_whatever_comes_after(reason: str) -> None:
    for number in (11, 12):
        story = Story(PLANNED)
        story.presses(f"go/cannot/{number}")
        story.presses(WHY + reason)
        assert about_meetings(story) == [GiveReason(number, reason)]


def test_none_of_the_other_dates_suits() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses(WHY + "child_care")
    (noted,) = story.presses(OTHER + "none")
    assert about_meetings(story) == []
    assert noted.paragraphs == (texts.NOTED_CANNOT,)
    assert pressable([noted]) == ["go/come/11", "go/menu"]
    assert story.state is None
    (said,) = story.presses("go/come/11")
    assert said.paragraphs[0] == texts.CHANGED_TO_COME
    assert about_meetings(story) == [AnswerMeeting(11, "come")]


def test_where_there_is_no_other_date_none_is_asked_for() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/12")
    (noted,) = story.presses(WHY + "transport")
    assert about_meetings(story) == [GiveReason(12, "transport")]
    assert noted.paragraphs == (texts.NOTED_CANNOT,)
    assert pressable([noted]) == ["go/come/12", "go/menu"]
    assert story.state is None


def test_all_other_dates_that_the_timetable_names_are_offered() -> None:
    others = tuple(meeting(40 + n, date(2026, 12, 1 + n), time(10), STATEMENT, part=2) for n in range(5))
    story = Story(table(PART_TWO, others={11: others}))
    story.presses("go/cannot/11")
    (another,) = story.presses(WHY + "ill")
    assert moments(another) == [Moment(each.starts_at) for each in others]
    assert [button.label for button in buttons(another)][-2:] == [texts.NOT_ANOTHER_DAY, texts.STOP]


def test_a_place_that_comes_free_before_the_reason_is_given_is_offered() -> None:
    story = Story(table(PART_TWO))
    story.presses("go/cannot/11")
    story.facts = replace(story.facts, timetable=replace(story.facts.timetable, others={11: (TUESDAY,)}))
    (another,) = story.presses(WHY + "ill")
    assert moments(another) == [Moment(TUESDAY.starts_at)]


def test_back_from_the_other_dates_does_not_undo_the_reason() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    (another,) = story.presses(WHY + "ill")
    assert story.presses("go/back") == [another]
    assert about_meetings(story) == []
    old, again = story.presses(WHY + "work")
    assert old.paragraphs == (texts.OLD_BUTTON,)
    assert again == another
    assert about_meetings(story) == []
    assert story.state == State("attendance.other", {"meeting": "11"})


def test_stop_at_the_other_dates_takes_none_and_leaves_the_no_as_it_is() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses(WHY + "ill")
    story.presses("go/stop")
    assert about_meetings(story) == []
    assert story.state is None
    (shown,) = story.presses("go/meeting/11")
    assert shown.paragraphs[-1] == texts.YOU_SAID_CANNOT


def test_a_question_at_the_other_dates_is_answered_and_they_are_shown_again() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    (another,) = story.presses(WHY + "ill")
    answer, again = story.says("...", parse("dentist"))
    assert answer.title == TopicTitle("dentist")
    assert again == another
    hint, again = story.says("...", parse(OUT_OF_SCOPE))
    assert hint.paragraphs == (texts.CHOOSE_FROM_BUTTONS,)
    assert again == another


def test_i_come_at_the_other_dates_takes_none_of_them() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses(WHY + "ill")
    (said,) = story.presses("go/come/11")
    assert said.paragraphs[0] == texts.CHANGED_TO_COME
    assert about_meetings(story) == [AnswerMeeting(11, "come")]
    assert story.state is None
    (old,) = story.presses(OTHER + "31")
    assert old.paragraphs == (texts.OLD_BUTTON,)
    assert about_meetings(story) == []


def test_a_change_of_mind_in_the_middle_of_why_asks_nothing_more() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    (said,) = story.presses("go/come/11")
    assert said.paragraphs[0] == texts.CHANGED_TO_COME
    assert about_meetings(story) == [AnswerMeeting(11, "come")]
    assert story.state is None
    (old,) = story.presses(WHY + "ill")
    assert old.paragraphs == (texts.OLD_BUTTON,)
    assert about_meetings(story) == []


def test_i_come_ends_the_question_which_one_cannot_be_come_to() -> None:
    story = Story(PLANNED)
    story.says("...", cannot_come())
    (said,) = story.presses("go/come/12")
    assert said.paragraphs[0] == texts.GOOD_YOU_COME
    assert story.state is None


# What is being asked beside meetings, how it is begun, what is asked, and an answer that ends it.
BESIDE = [
    ("go/delete", texts.DELETE_SURE, "at/privacy.delete/sure/yes", ForgetChat),
    ("go/messages", texts.PAUSE_HOW_LONG, "at/preferences.pause/length/week", Pause),
]


@pytest.mark.parametrize(("begin", "question", "answer", "end"), BESIDE)
@pytest.mark.parametrize("number", [11, 15])
def test_i_come_in_the_middle_of_something_else_is_noted_and_that_asked_again(
    begin: str, question: Text, answer: str, end: type[Effect], number: int
) -> None:
    story = Story(PLANNED)
    (asked,) = story.presses(begin)
    before = story.state
    said, again = story.presses(f"go/come/{number}")
    assert said.paragraphs[0] == texts.GOOD_YOU_COME
    assert about_meetings(story) == [AnswerMeeting(number, "come")]
    assert again == asked
    assert again.paragraphs[0] == question
    assert story.state == before
    story.presses(answer)
    assert story.did(end)


def test_i_come_keeps_what_was_answered_in_the_middle_of_something_else() -> None:
    story = Story(PLANNED)
    story.presses("go/human")
    (sure,) = story.presses("at/people.ask_contact/contact/jade")
    _, again = story.presses("go/come/11")
    assert again == sure
    story.presses("at/people.ask_contact/sure/yes")
    assert about_meetings(story) == [RequestContact("jade")]


def test_i_come_before_a_language_is_chosen_is_noted_and_the_language_asked_again() -> None:
    chat = replace(PLANNED.chat, language=None, client_language="ti")
    story = Story(replace(PLANNED, chat=chat))
    (asked,) = story.joins()
    said, again = story.presses("go/come/11")
    assert said.paragraphs[0] == texts.GOOD_YOU_COME
    assert about_meetings(story) == [AnswerMeeting(11, "come")]
    assert again == asked
    assert again.paragraphs == (InEveryLanguage(texts.CHOOSE_LANGUAGE),)
    story.presses("at/onboarding.welcome/language/ar")
    assert story.facts.language == "ar"


def test_i_cannot_in_the_middle_of_something_else_asks_why_instead() -> None:
    story = Story(PLANNED)
    story.presses("go/delete")
    (why,) = story.presses("go/cannot/11")
    assert why.paragraphs == (texts.WHY_NOT,)
    (old, again) = story.presses("at/privacy.delete/sure/yes")
    assert old.paragraphs == (texts.OLD_BUTTON,)
    assert again == why
    assert not story.did(ForgetChat)


def test_stop_in_the_middle_of_why_leaves_the_no_as_it_is() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses("go/stop")
    assert about_meetings(story) == []
    (shown,) = story.presses("go/meeting/11")
    assert shown.paragraphs[-1] == texts.YOU_SAID_CANNOT


def test_two_noes_in_a_row_ask_about_the_second() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    (why,) = story.presses("go/cannot/12")
    assert why.paragraphs == (texts.WHY_NOT,)
    story.presses(WHY + "ill")
    assert about_meetings(story) == [GiveReason(12, "ill")]


def test_a_question_in_the_middle_of_why_is_answered_and_why_asked_again() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    answer, why = story.says("...", parse("dentist"))
    assert answer.title == TopicTitle("dentist")
    assert why.paragraphs == (texts.WHY_NOT,)
    hint, _ = story.says("...", parse(OUT_OF_SCOPE))
    assert hint.paragraphs == (texts.CHOOSE_FROM_BUTTONS,)


def test_another_language_in_the_middle_of_why_keeps_the_meeting() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses("go/speak/ti")
    story.presses(WHY + "ill")
    assert about_meetings(story) == [GiveReason(11, "ill")]
    _, again = story.presses("go/speak/ar")
    assert again.paragraphs == (texts.ANOTHER_DAY,)
    story.presses(OTHER + "31")
    assert about_meetings(story) == [SwapMeeting(11, 31), told(FRIDAY)]
    assert story.facts.language == "ar"


# The place in another group


def test_one_of_the_other_dates_goes_before_it_is_pressed() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses(WHY + "ill")
    story.facts = replace(story.facts, timetable=replace(story.facts.timetable, others={11: (TUESDAY,)}))
    why, again = story.presses(OTHER + "31")
    assert why.paragraphs == (texts.OPTION_VANISHED,)
    assert moments(again) == [Moment(TUESDAY.starts_at)]
    assert about_meetings(story) == []


def without_others(facts: Facts) -> Facts:
    """The last place in another group has gone."""
    return replace(facts, timetable=replace(facts.timetable, others={}))


def test_the_last_place_goes_before_it_is_pressed() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses(WHY + "ill")
    story.facts = without_others(story.facts)
    why, again = story.presses(OTHER + "31")
    assert why.paragraphs == (texts.OPTION_VANISHED,)
    assert again.paragraphs == (texts.NO_PLACE_LEFT,)
    assert pressable([again]) == [OTHER + "none", "go/stop"]
    assert about_meetings(story) == []
    (noted,) = story.presses(OTHER + "none")
    assert noted.paragraphs == (texts.NOTED_CANNOT,)
    assert pressable([noted]) == ["go/come/11", "go/menu"]
    assert story.state is None


def test_the_last_place_goes_and_somebody_asks_something_else() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses(WHY + "ill")
    story.facts = without_others(story.facts)
    for messages in (story.says("...", parse("dentist")), story.presses("go/continue")):
        assert messages[-1].paragraphs == (texts.NO_PLACE_LEFT,)
    story.facts = replace(story.facts, timetable=PLANNED.timetable)
    (again,) = story.presses("go/continue")
    assert again.paragraphs == (texts.ANOTHER_DAY,)


def test_the_last_place_goes_before_the_reason_is_given() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.facts = without_others(story.facts)
    (noted,) = story.presses(WHY + "ill")
    assert about_meetings(story) == [GiveReason(11, "ill")]
    assert noted.paragraphs == (texts.NOTED_CANNOT,)
    assert story.state is None


def test_a_button_for_another_group_swaps_at_any_time() -> None:
    story = Story(PLANNED)
    (swapped,) = story.presses("go/swap/11/31")
    assert about_meetings(story) == [SwapMeeting(11, 31), told(FRIDAY)]
    assert swapped.paragraphs[0] == texts.SWAPPED
    assert texts.PART_OF.given(part=2, parts=4) in swapped.paragraphs[1].lines  # type: ignore[union-attr]


def test_a_button_for_another_group_ends_the_question_about_another_day() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses(WHY + "ill")
    messages = story.presses("go/swap/11/31")
    assert about_meetings(story) == [SwapMeeting(11, 31), told(FRIDAY)]
    assert texts.ANOTHER_DAY not in [line for said in messages for line in said.paragraphs]
    assert story.state is None


def test_the_place_in_another_group_has_gone() -> None:
    story = Story(table(PART_TWO, others={11: (TUESDAY,)}))
    (sorry,) = story.presses("go/swap/11/31")
    assert sorry.paragraphs == (texts.NO_PLACE_LEFT,)
    assert about_meetings(story) == []


def test_a_second_press_on_another_group_shows_what_was_chosen() -> None:
    story = Story(PLANNED)
    story.presses("go/swap/11/31")
    (shown,) = story.presses("go/swap/11/31")
    assert shown.title == texts.PARTICIPATION_STATEMENT
    assert shown.moment == FRIDAY.starts_at
    assert shown.paragraphs[-1] == texts.YOU_SAID_COME
    assert about_meetings(story) == [told(FRIDAY)]


def test_a_group_that_is_not_another_of_this_meeting_cannot_be_taken() -> None:
    story = Story(PLANNED)
    (sorry,) = story.presses("go/swap/12/31")
    assert sorry.paragraphs == (texts.NO_PLACE_LEFT,)
    assert about_meetings(story) == []


# Buttons that have grown old, and those of others

VERBS = ("meeting", "come", "cannot")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("number", "why"),
    [
        (BEGUN.id, texts.MEETING_OVER),
        (CALLED_OFF.id, texts.MEETING_IS_CANCELLED),
        (LEFT.id, texts.NOT_YOUR_MEETING),
        (FRIDAY.id, texts.NOT_YOUR_MEETING),
        (999, texts.NOT_YOUR_MEETING),
    ],
)
def test_an_old_button_of_a_meeting_says_why_it_does_nothing(verb: str, number: int, why: Text) -> None:
    story = Story(PLANNED)
    (said,) = story.presses(f"go/{verb}/{number}")
    assert said.paragraphs == (why,)
    assert "go/appointments" in pressable([said])
    assert about_meetings(story) == []


def test_the_last_second_before_the_start_still_counts_and_the_start_does_not() -> None:
    story = Story(replace(PLANNED, now=PART_TWO.starts_at - timedelta(seconds=1)))
    story.presses("go/come/11")
    assert about_meetings(story) == [AnswerMeeting(11, "come")]
    story.facts = replace(PLANNED, now=PART_TWO.starts_at)
    (said,) = story.presses("go/come/11")
    assert said.paragraphs == (texts.MEETING_OVER,)


def test_a_meeting_that_begins_while_the_other_dates_are_shown_can_still_be_swapped() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    story.presses(WHY + "ill")
    story.facts = replace(story.facts, now=PART_TWO.starts_at)
    story.presses(OTHER + "31")
    assert about_meetings(story) == [SwapMeeting(11, 31), told(FRIDAY)]


@pytest.mark.parametrize("verb", [*VERBS, "assist"])
@pytest.mark.parametrize("facts", [FACTS, LINKED])
def test_who_has_no_meetings_is_told_so(facts: Facts, verb: str) -> None:
    story = Story(facts)
    (said,) = story.presses(f"go/{verb}/11")
    assert said.paragraphs == (texts.NOT_YOUR_MEETING,)
    assert about_meetings(story) == []


def test_a_guest_cannot_take_a_place() -> None:
    story = Story(FACTS)
    (said,) = story.presses("go/swap/11/31")
    assert said.paragraphs == (texts.NOT_YOUR_MEETING,)
    assert about_meetings(story) == []


def test_only_a_newcomer_has_appointments_in_the_menu() -> None:
    assert "go/appointments" in pressable(Story(PLANNED).presses("go/menu"))
    assert "go/appointments" not in pressable(Story(FACTS).presses("go/menu"))


NONSENSE = ("", "abc", "-11", "11.0", "١١", "²", "0", "9" * 20, " 11", "11 ", "None")


@pytest.mark.parametrize("number", NONSENSE)
def test_a_button_with_a_nonsense_number_is_answered_and_changes_nothing(number: str) -> None:
    for verb in (*VERBS, "assist", "swap"):
        for data in (f"go/{verb}/{number}", f"go/{verb}/{number}/{number}", f"go/{verb}"):
            story = Story(PLANNED)
            (said,) = story.presses(data)
            assert said.paragraphs == (texts.NOT_YOUR_MEETING,)
            assert about_meetings(story) == []


@pytest.mark.parametrize("number", NONSENSE)
def test_a_swap_with_a_nonsense_number_for_one_of_the_two_is_no_swap(number: str) -> None:
    for data, why in (
        (f"go/swap/{number}/31", texts.NOT_YOUR_MEETING),
        (f"go/swap/11/{number}", texts.NO_PLACE_LEFT),
    ):
        story = Story(PLANNED)
        (said,) = story.presses(data)
        assert said.paragraphs == (why,)
        assert about_meetings(story) == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("go/swap/11", texts.NO_PLACE_LEFT),
        ("go/swap/11/", texts.NO_PLACE_LEFT),
        ("go/swap//31", texts.NOT_YOUR_MEETING),
        ("go/swap/31/32/x", texts.NOT_YOUR_MEETING),
        ("go/swap/31/32", texts.NOT_YOUR_MEETING),
        ("go/swap/11/x/31", texts.NO_PLACE_LEFT),
    ],
)
def test_half_a_swap_and_one_of_others_is_no_swap(data: str, why: Text) -> None:
    story = Story(PLANNED)
    messages = story.presses(data)
    assert not story.did(SwapMeeting)
    assert [said.paragraphs for said in messages] == [(why,)]


def test_a_swap_the_wrong_way_round_shows_what_is_there_anyway() -> None:
    story = Story(PLANNED)
    (shown,) = story.presses("go/swap/31/11/x")
    assert shown.moment == PART_TWO.starts_at
    assert about_meetings(story) == [told(PART_TWO)]


# Written words: "I cannot come"


def test_i_cannot_come_tomorrow_finds_the_one_meeting_of_tomorrow() -> None:
    tomorrow = meeting(20, date(2026, 11, 24), time(13, 30))
    story = Story(table(tomorrow, PART_TWO, DUTCH))
    (asked,) = story.says("...", cannot_come("tomorrow"))
    assert asked.paragraphs[0] == texts.THIS_MEETING
    assert asked.paragraphs[1].args["moment"] == Moment(tomorrow.starts_at)  # type: ignore[union-attr]
    assert pressable([asked]) == [WHICH + "20", "go/stop"]
    assert about_meetings(story) == []
    (why,) = story.presses(WHICH + "20")
    assert about_meetings(story) == [AnswerMeeting(20, "cannot")]
    assert why.paragraphs == (texts.WHY_NOT,)
    story.presses(WHY + "ill")
    assert about_meetings(story) == [GiveReason(20, "ill")]


def test_i_cannot_come_tomorrow_with_several_asks_which_of_that_day() -> None:
    morning = meeting(20, date(2026, 11, 24), time(9))
    evening = meeting(21, date(2026, 11, 24), time(19))
    story = Story(table(morning, evening, PART_TWO))
    (asked,) = story.says("...", cannot_come("tomorrow"))
    assert asked.paragraphs == (texts.WHICH_MEETING,)
    assert moments(asked) == [Moment(morning.starts_at), Moment(evening.starts_at)]
    story.presses(WHICH + "21")
    assert about_meetings(story) == [AnswerMeeting(21, "cannot")]


def test_of_very_many_meetings_the_first_eight_are_asked_about() -> None:
    (asked,) = Story(table(*week_of(10))).says("...", cannot_come())
    assert pressable([asked]) == [*(f"{WHICH}{n}" for n in range(1, 9)), "go/stop"]


@pytest.mark.parametrize("named", [("tomorrow",), (), ("once_in_a_while",)])
def test_i_cannot_come_on_a_day_without_a_meeting_asks_about_all(named: tuple[str, ...]) -> None:
    (asked,) = Story(PLANNED).says("...", cannot_come(*named))
    assert asked.paragraphs == (texts.WHICH_MEETING,)
    assert pressable([asked]) == [WHICH + "11", WHICH + "12", WHICH + "15", "go/stop"]


def test_i_cannot_come_on_another_day_than_the_only_meeting_asks_before_it_is_noted() -> None:
    story = Story(table(DUTCH))
    (asked,) = story.says("...", cannot_come("tomorrow"))
    assert asked.paragraphs[0] == texts.THIS_MEETING
    assert pressable([asked]) == [WHICH + "12", "go/stop"]
    assert about_meetings(story) == []


@pytest.mark.parametrize("facts", [table(BEGUN, CALLED_OFF), table(BEGUN)])
def test_i_cannot_come_with_nothing_ahead_says_that_there_is_nothing(facts: Facts) -> None:
    story = Story(facts)
    (shown,) = story.says("...", cannot_come("today"))
    assert shown.paragraphs == (texts.NO_APPOINTMENTS,)
    assert story.state is None


@pytest.mark.parametrize(
    ("named", "day"),
    [
        ("today", 23),
        ("tomorrow", 24),
        ("day_after_tomorrow", 25),
        ("monday", 23),
        ("tuesday", 24),
        ("wednesday", 25),
        ("thursday", 26),
        ("friday", 27),
        ("saturday", 28),
        ("sunday", 29),
    ],
)
def test_a_day_is_the_next_one_of_that_name_today_included(named: str, day: int) -> None:
    week = [meeting(each, date(2026, 11, each), time(19)) for each in range(23, 31)]
    (asked,) = Story(table(*week)).says("...", cannot_come(named))
    assert pressable([asked]) == [f"{WHICH}{day}", "go/stop"]


def test_a_day_is_counted_by_the_clock_of_leeuwarden() -> None:
    # 23:30 UTC is half past midnight: tomorrow is the day after
    story = Story(replace(table(PART_TWO, DUTCH), now=NOW.replace(day=24, hour=23, minute=30)))
    (asked,) = story.says("...", cannot_come("tomorrow"))
    assert pressable([asked]) == [WHICH + "12", "go/stop"]


def test_the_first_of_two_days_counts() -> None:
    (asked,) = Story(PLANNED).says("...", cannot_come("thursday", "wednesday"))
    assert pressable([asked]) == [WHICH + "12", "go/stop"]


def test_a_meeting_that_has_gone_while_which_was_asked_is_not_noted() -> None:
    story = Story(PLANNED)
    story.says("...", cannot_come())
    story.facts = replace(PLANNED, now=DUTCH.starts_at - timedelta(hours=1))
    why, again = story.presses(WHICH + "11")
    assert why.paragraphs == (texts.OPTION_VANISHED,)
    assert pressable([again]) == [WHICH + "12", WHICH + "15", "go/stop"]
    assert about_meetings(story) == []


def test_when_all_have_gone_while_which_was_asked_the_button_is_old() -> None:
    story = Story(PLANNED)
    story.says("...", cannot_come())
    story.facts = replace(PLANNED, now=FOOTBALL.starts_at)
    (old,) = story.presses(WHICH + "11")
    assert old.paragraphs == (texts.OLD_BUTTON,)
    assert story.state is None


# Help


def test_help_is_told_to_the_first_contact_person_with_the_meeting() -> None:
    story = Story(PLANNED)
    (said,) = story.presses("go/assist/11")
    assert about_meetings(story) == [RequestContact("amaryllis", 11)]
    assert said.paragraphs == (texts.HELP_ASKED.given(name=ContactName("amaryllis")),)
    assert pressable([said]) == ["go/come/11", "go/cannot/11", "go/menu"]


@pytest.mark.parametrize("number", [BEGUN.id, CALLED_OFF.id])
def test_help_when_there_is_nothing_to_answer_any_more_is_asked_without_answers(number: int) -> None:
    story = Story(PLANNED)
    (said,) = story.presses(f"go/assist/{number}")
    assert about_meetings(story) == [RequestContact("amaryllis", number)]
    assert said.paragraphs == (texts.HELP_ASKED.given(name=ContactName("amaryllis")),)
    assert pressable([said]) == ["go/menu"]


@pytest.mark.parametrize(
    ("now", "data"),
    [
        (PART_TWO.starts_at - timedelta(seconds=1), ["go/come/11", "go/cannot/11", "go/menu"]),
        (PART_TWO.starts_at, ["go/menu"]),
        (PART_TWO.ends_at, ["go/menu"]),
    ],
)
def test_help_offers_answers_until_the_start(now: datetime, data: list[str]) -> None:
    story = Story(replace(PLANNED, now=now))
    (said,) = story.presses("go/assist/11")
    assert about_meetings(story) == [RequestContact("amaryllis", 11)]
    assert pressable([said]) == data


def test_help_offers_only_the_answer_that_was_not_given() -> None:
    (said,) = Story(PLANNED).presses("go/assist/15")
    assert pressable([said]) == ["go/cannot/15", "go/menu"]


def test_help_without_a_contact_person_names_who_helps_in_general() -> None:
    story = Story(replace(PLANNED, chat=replace(PLANNED.chat, contacts=())))
    (said,) = story.presses("go/assist/11")
    assert about_meetings(story) == []
    assert said.paragraphs[0] == texts.HUMAN_GUEST
    assert ContactCard("vluchtelingenwerk") in said.paragraphs


def test_help_with_a_meeting_of_somebody_else_is_refused() -> None:
    for number in (LEFT.id, FRIDAY.id):
        story = Story(PLANNED)
        (said,) = story.presses(f"go/assist/{number}")
        assert said.paragraphs == (texts.NOT_YOUR_MEETING,)
        assert about_meetings(story) == []


def test_help_in_the_middle_of_why_is_given_and_why_asked_again() -> None:
    story = Story(PLANNED)
    story.presses("go/cannot/11")
    _, why = story.presses("go/assist/11")
    assert about_meetings(story) == [RequestContact("amaryllis", 11)]
    assert why.paragraphs == (texts.WHY_NOT,)


# Everything at once

PRESSED = (
    "go/appointments",
    "go/appointments/3",
    "go/topic/my_appointments",
    "go/topic/cannot_attend",
    "go/delete",
    "at/privacy.delete/sure/no",
    *(f"go/{verb}/{number}" for verb in (*VERBS, "assist") for number in (10, 11, 12, 13, 14, 31)),
    *(WHY + option.key for option in attendance.REASONS),
    *(OTHER + key for key in ("31", "32", "none")),
    *(WHICH + key for key in ("11", "12", "15", "31")),
    "go/swap/11/31",
    "go/swap/11/32",
    "go/swap/12/31",
    "go/back",
    "go/stop",
    "go/menu",
    "words",
)


@given(st.lists(st.sampled_from(PRESSED), max_size=12))
def test_no_order_of_buttons_answers_a_meeting_that_cannot_be_answered(pressed: list[str]) -> None:
    story = Story(PLANNED)
    for data in pressed:
        before = story.facts.timetable
        messages = story.says("...", cannot_come("wednesday")) if data == "words" else story.presses(data)
        assert messages
        assert all(len(each.encode()) <= 64 for each in pressable(messages))
        for effect in about_meetings(story):
            if isinstance(effect, AnswerMeeting):
                assert effect.meeting in {each.meeting.id for each in before.ahead(NOW)}
            if isinstance(effect, GiveReason):
                noted = before.of(effect.meeting)
                assert noted is not None
                assert noted.answer == "cannot"
            if isinstance(effect, SwapMeeting):
                assert effect.other in {each.id for each in before.others[effect.missed]}
    assert story.state is None or story.state.conversation in CONVERSATIONS


WAITING = (
    None,
    State("attendance.why", {"meeting": "11"}),
    State("attendance.why", {"meeting": "11"}, {"reason": "ill"}),
    State("attendance.why", {"meeting": "999"}),
    State("attendance.other", {"meeting": "11"}),
    State("attendance.other", {"meeting": "11"}, {"other": "99"}),
    State("attendance.other", {"meeting": "999"}),
    State("attendance.which"),
    State("attendance.which", {"day": "wednesday"}, {"meeting": "999"}),
)


@given(
    st.sampled_from(
        [
            "go/appointments/",
            "go/meeting/",
            "go/come/",
            "go/cannot/",
            "go/assist/",
            "go/swap/",
            WHY,
            OTHER,
            WHICH,
        ]
    ),
    st.text(max_size=40) | st.integers().map(str),
)
def test_no_button_with_an_invented_end_is_left_without_an_answer(begin: str, end: str) -> None:
    for facts in (FACTS, LINKED, PLANNED):
        for state in WAITING:
            turn = respond(facts, state, Chose(begin + end))
            assert any(isinstance(effect, Say) for effect in turn.effects)
            assert not any(isinstance(effect, ForgetChat) for effect in turn.effects)
