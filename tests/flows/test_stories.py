"""Journeys through a talk, without a store, a channel or a language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import questions, texts
from flows.actions import COMMANDS
from flows.conversation import State
from flows.dialogue import close_idle, respond, waits_for_words
from flows.effects import (
    EraseWords,
    ExportData,
    ForgetChat,
    KeepQuestion,
    Pause,
    RateAnswer,
    RedeemInvitation,
    RequestContact,
    Resume,
    Say,
    SetLanguage,
)
from flows.emergencies import ADVICE
from flows.facts import Chat, Contact, Invitation
from flows.heard import Chose, Said, SentMedia, TooMuch
from flows.message import ContactCard, InEveryLanguage, LanguageName, Phone, TopicBody, TopicTitle
from flows.register import CONVERSATIONS
from nlu.contract import LANGUAGES, OUT_OF_SCOPE
from tests.flows.stories import FACTS, LINKED, NOW, Story, buttons, parse, pressable

NEW = replace(FACTS, chat=Chat(client_language="ti"))


def test_first_contact_offers_the_four_languages_with_the_guess_first() -> None:
    story = Story(NEW)
    (asked,) = story.joins()
    assert asked.paragraphs == (InEveryLanguage(texts.CHOOSE_LANGUAGE),)
    labels = [button.label for button in buttons(asked)][:4]
    assert labels[0] == LanguageName("ti")
    assert set(labels) == {LanguageName(language) for language in LANGUAGES}


def test_after_the_language_come_three_short_lines_and_the_menu() -> None:
    story = Story(NEW)
    story.joins()
    introduction, menu = story.presses("at/onboarding.welcome/language/ar")
    assert story.did(SetLanguage)
    assert story.facts.language == "ar"
    assert introduction.paragraphs == (texts.WHAT_I_AM, texts.WHAT_I_KEEP, texts.HOW_TO_DELETE)
    assert "go/group/health" in pressable([menu])
    assert story.state is None


def test_a_first_question_is_answered_at_once_in_the_language_it_was_asked_in() -> None:
    story = Story(replace(FACTS, chat=Chat()))
    introduction, answer = story.says("...", parse("gp_registration", language="ti"))
    assert story.facts.language == "ti"
    assert introduction.title == texts.WELCOME
    assert answer.title == TopicTitle("gp_registration")


@pytest.mark.parametrize("usable", [True, False])
def test_who_asks_instead_of_choosing_a_language_is_answered_and_keeps_the_invitation(usable: bool) -> None:
    story = Story(replace(NEW, invitation=Invitation(3, "Eden T.", usable)))
    story.joins(coded=True)
    introduction, _, answer = story.says("...", parse("gp_registration", language="ar"))
    assert introduction.title == texts.WELCOME
    assert answer.title == TopicTitle("gp_registration")
    assert story.facts.language == "ar"
    assert story.did(RedeemInvitation) is usable
    assert story.state is None


def test_a_first_text_that_is_not_clear_leads_to_the_choice_of_a_language() -> None:
    story = Story(NEW)
    (asked,) = story.says("...", parse(OUT_OF_SCOPE, language="ti"))
    assert asked.paragraphs == (InEveryLanguage(texts.CHOOSE_LANGUAGE),)


@pytest.mark.parametrize("usable", [True, False])
def test_an_invitation_survives_the_choice_of_a_language(usable: bool) -> None:
    story = Story(replace(NEW, invitation=Invitation(3, "Eden T.", usable)))
    story.joins(coded=True)
    story.presses("at/onboarding.welcome/language/nl")
    assert story.did(RedeemInvitation) is usable


def test_a_code_that_nobody_gave_is_refused_kindly() -> None:
    story = Story()
    said = story.joins(coded=True)
    assert texts.CODE_NOT_USABLE in said[0].paragraphs
    assert not story.did(RedeemInvitation)


def test_a_sure_question_is_answered_with_everything_under_it() -> None:
    story = Story(replace(FACTS, chat=Chat("ar")))
    (answer,) = story.says("...", parse("gp_registration", language="ar"))
    assert answer.paragraphs == (TopicBody("gp_registration"), ContactCard("vluchtelingenwerk"))
    assert pressable([answer]) == [
        "go/more/gp_registration",
        "go/topic/dentist/0",
        "go/topic/interpreter/0",
        "go/rate/gp_registration/up/7",
        "go/rate/gp_registration/down/7",
        "go/dutch/gp_registration",
        "go/language",
        "go/menu",
    ]


def test_show_in_dutch_speaks_dutch_once() -> None:
    story = Story(replace(FACTS, chat=Chat("ar")))
    (answer,) = story.presses("go/dutch/gp_registration")
    assert answer.language == "nl"
    assert not story.did(SetLanguage)


def test_another_of_our_languages_is_answered_in_that_one_and_offered() -> None:
    story = Story()
    (answer,) = story.says("...", parse("gp_registration", language="ar"))
    assert answer.language == "ar"
    assert pressable([answer])[0] == "go/speak/ar"


def test_a_language_that_is_not_ours_gets_a_line_in_it_and_the_choice() -> None:
    (hint,) = Story().says("...", parse("gp_registration", language="fr"))
    assert [data for data in pressable([hint]) if data.startswith("go/speak/")] == [
        f"go/speak/{language}" for language in ("nl", "ti", "ar", "en")
    ]


def test_nearly_sure_asks_did_you_mean() -> None:
    story = Story()
    between = (questions.SURE + questions.NEAR) / 2
    (asked,) = story.says("...", parse("gp_registration", between, "nl", "dentist", "interpreter", "thanks"))
    assert asked.paragraphs == (texts.DID_YOU_MEAN,)
    assert pressable([asked]) == [
        "go/topic/gp_registration/7",
        "go/topic/dentist/7",
        "go/topic/interpreter/7",
        "go/none/7",
    ]
    (unknown,) = story.presses("go/none/7")
    assert story.did(KeepQuestion)
    assert texts.DO_NOT_KNOW in unknown.paragraphs


def test_what_is_not_known_is_said_kept_and_offered_a_human() -> None:
    story = Story()
    (unknown,) = story.says("...", parse(OUT_OF_SCOPE))
    assert KeepQuestion(7, "unanswered") in story.done
    assert "go/human" in pressable([unknown])


def test_a_thumb_down_keeps_the_question_and_names_who_can_help() -> None:
    story = Story()
    (sorry,) = story.presses("go/rate/gp_registration/down/7")
    assert RateAnswer("gp_registration", helpful=False) in story.done
    assert KeepQuestion(7, "unhelpful", "gp_registration") in story.done
    assert ContactCard("vluchtelingenwerk") in sorry.paragraphs


def test_a_thumb_up_is_thanked() -> None:
    story = Story()
    (thanks,) = story.presses("go/rate/gp_registration/up/7")
    assert thanks.paragraphs == (texts.THANKS_FOR_RATING,)
    assert not story.did(KeepQuestion)


@pytest.mark.parametrize("kind", ADVICE)
def test_danger_shows_112_first_and_large_whatever_is_going_on(kind: str) -> None:
    story = Story(LINKED)
    story.presses("go/human")
    alarm, advice = story.in_danger(kind)  # type: ignore[arg-type]
    assert alarm.tone == "alarm"
    assert alarm.title == Phone("emergency")
    assert texts.WORDS_NOT_KEPT in advice.paragraphs
    assert story.state is not None
    (again,) = story.presses("go/continue")
    assert again.paragraphs == (texts.HUMAN_WHO,)


def test_an_emergency_that_only_the_engine_saw_erases_the_words_too() -> None:
    story = Story()
    alarm, _ = story.says("...", parse("emergency"))
    assert alarm.tone == "alarm"
    assert EraseWords(7) in story.done


def test_a_human_is_asked_only_after_a_yes() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    story.presses("at/people.ask_contact/contact/jade")
    assert not story.did(RequestContact)
    (done,) = story.presses("at/people.ask_contact/sure/yes")
    assert RequestContact("jade") in story.done
    assert story.state is None
    assert done.paragraphs[0].msgid == texts.HUMAN_ASKED.msgid  # type: ignore[union-attr]


def test_back_drops_the_last_answer() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    story.presses("at/people.ask_contact/contact/jade")
    (again,) = story.presses("go/back")
    assert again.paragraphs == (texts.HUMAN_WHO,)
    assert story.state is not None
    assert not story.state.answers
    assert "go/back" not in pressable([again])


def test_stop_leaves_the_conversation() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    story.presses("go/stop")
    assert story.state is None


def test_a_language_switch_in_the_middle_words_the_same_step_anew() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    said, again = story.presses("go/speak/ti")
    assert story.facts.language == "ti"
    assert again.paragraphs == (texts.HUMAN_WHO,)
    assert said.paragraphs[0] == texts.LANGUAGE_SET.given(language=LanguageName("ti"))


def test_an_option_that_has_gone_is_asked_again_with_a_word_of_why() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    story.presses("at/people.ask_contact/contact/jade")
    story.facts = replace(LINKED, chat=replace(LINKED.chat, contacts=(Contact("amaryllis", "amaryllis"),)))
    (again,) = story.presses("at/people.ask_contact/sure/yes")[-1:]
    assert again.paragraphs == (texts.OPTION_VANISHED, texts.HUMAN_WHO)
    assert not story.did(RequestContact)


def test_an_option_that_goes_before_it_is_pressed_is_asked_again() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    story.facts = replace(LINKED, chat=replace(LINKED.chat, contacts=(Contact("amaryllis", "amaryllis"),)))
    why, again = story.presses("at/people.ask_contact/contact/jade")
    assert why.paragraphs == (texts.OPTION_VANISHED,)
    assert again.paragraphs == (texts.HUMAN_WHO,)


def test_an_old_button_is_answered_kindly_and_changes_nothing() -> None:
    story = Story()
    (said,) = story.presses("at/people.ask_contact/sure/yes")
    assert said.paragraphs == (texts.OLD_BUTTON,)
    assert not story.did(RequestContact)


def test_a_question_in_the_middle_is_answered_and_the_step_repeated() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    answer, again = story.says("...", parse("dentist"))
    assert answer.title == TopicTitle("dentist")
    assert again.paragraphs == (texts.HUMAN_WHO,)


def test_a_text_that_is_no_answer_in_the_middle_points_to_the_buttons() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    hint, again = story.says("...", parse(OUT_OF_SCOPE))
    assert hint.paragraphs == (texts.CHOOSE_FROM_BUTTONS,)
    assert again.paragraphs == (texts.HUMAN_WHO,)


def test_an_idle_conversation_is_closed_with_a_message() -> None:
    story = Story(LINKED)
    story.presses("go/human")
    assert story.state is not None
    turn = close_idle(LINKED, story.state)
    assert turn.state is None
    (said,) = turn.effects
    assert isinstance(said, Say)
    assert said.message.paragraphs == (texts.CONVERSATION_CLOSED,)


def test_a_conversation_that_a_release_took_away_does_not_trap_anybody() -> None:
    story = Story(state=State("gone.away", {}, {"step": "x"}))
    (answer,) = story.says("...", parse("dentist"))
    assert answer.title == TopicTitle("dentist")
    assert story.state is None


def test_messages_can_be_paused_and_turned_on_again() -> None:
    story = Story()
    story.presses("go/messages")
    story.presses("at/preferences.pause/length/week")
    assert Pause(NOW + timedelta(days=7)) in story.done
    story.facts = replace(FACTS, chat=Chat("nl", paused_until=NOW + timedelta(days=7)))
    assert "go/resume" in pressable(story.presses("go/messages"))
    story.presses("go/resume")
    assert story.did(Resume)


def test_privacy_shows_exports_and_deletes_after_a_question() -> None:
    story = Story()
    (shown,) = story.presses("go/privacy")
    assert shown.title == texts.KEPT_TITLE
    story.presses("go/export")
    assert story.did(ExportData)
    story.presses("go/delete")
    story.presses("at/privacy.delete/sure/no")
    assert not story.did(ForgetChat)
    story.presses("go/delete")
    story.presses("at/privacy.delete/sure/yes")
    assert story.did(ForgetChat)
    assert story.state is None


def test_what_cannot_be_read_gets_a_kind_answer() -> None:
    story = Story()
    assert story.hears(SentMedia())[0].paragraphs == (texts.NOT_TEXT,)
    assert story.hears(TooMuch())[0].paragraphs == (texts.TOO_MUCH,)
    assert story.says("😀😀")[0].paragraphs == (texts.NOTHING_READABLE,)


def test_a_removed_bsn_is_told() -> None:
    first, *_ = Story().hears(Said("[BSN]", 7, parse("gp_registration"), redacted=True))
    assert first.paragraphs == (texts.BSN_REMOVED,)


@pytest.mark.parametrize("command", [name for name, _ in COMMANDS] + ["nonsense", ""])
def test_every_command_says_something(command: str) -> None:
    assert Story().says(f"/{command}")


def test_the_step_of_no_conversation_asks_for_free_words_yet_parsing_is_decided_here() -> None:
    assert not waits_for_words(FACTS, State("privacy.delete"))


@given(st.text(max_size=80))
def test_no_button_that_nobody_sent_is_left_without_an_answer(data: str) -> None:
    for facts in (FACTS, LINKED, NEW):
        for state in (None, State("people.ask_contact"), State("privacy.delete")):
            turn = respond(facts, state, Chose(data))
            # A file and a farewell are answers too.
            assert any(isinstance(effect, Say | ExportData | ForgetChat) for effect in turn.effects)


@given(
    st.lists(
        st.sampled_from(
            [
                "go/human",
                "go/back",
                "go/menu",
                "go/speak/ti",
                "go/delete",
                "go/continue",
                "at/people.ask_contact/contact/jade",
                "at/people.ask_contact/sure/no",
                "at/privacy.delete/sure/yes",
                "at/onboarding.welcome/language/en",
                "go/topic/dentist/1",
                "go/messages",
                "go/stop",
            ]
        ),
        max_size=12,
    )
)
def test_no_order_of_buttons_leaves_somebody_without_an_answer(pressed: list[str]) -> None:
    story = Story(LINKED)
    for data in pressed:
        messages = story.presses(data)
        assert messages or story.did(ForgetChat)
        assert all(len(button) <= 64 for button in (each.encode() for each in pressable(messages)))
    assert story.state is None or story.state.conversation in CONVERSATIONS
