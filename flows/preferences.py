"""Language, and which messages the bot may send by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import buttons, texts
from flows.conversation import Choose, Conversation, Opening, Option
from flows.effects import Begin, Effects, Pause, Resume, Say, SetLanguage
from flows.facts import Facts
from flows.message import Button, InEveryLanguage, LanguageName, Message, Moment, Rows, Text, one_per_row
from nlu.contract import LANGUAGES, Language

# "Until I turn it on again" needs an end that never comes but still is a date.
FOR_GOOD = timedelta(days=36500)
PAUSES = {"week": timedelta(days=7), "month": timedelta(days=30), "good": FOR_GOOD}


def languages(facts: Facts) -> tuple[Language, ...]:
    """The four languages, the likeliest first."""
    likely = facts.language
    return (likely, *(language for language in LANGUAGES if language != likely))


def language_rows(facts: Facts) -> Rows:
    """A button for each language, by its own name."""
    return one_per_row(tuple(buttons.speak(language) for language in languages(facts)))


def offer_languages(facts: Facts) -> Effects:
    """Ask for a language in all four at once: who is lost in this one finds the own."""
    question = InEveryLanguage(texts.CHOOSE_LANGUAGE)
    return (Say(Message((question,), language_rows(facts), pictogram="🌐")),)


def speak(language: Language) -> Effects:
    """Speak ``language`` from here on."""
    said = texts.LANGUAGE_SET.given(language=LanguageName(language))
    return (SetLanguage(language), Say(Message((said,), ((buttons.MENU,),))))


def offer_pause(facts: Facts) -> Effects:
    """Start the conversation about a pause, or offer to end the one that is on."""
    until = facts.chat.paused_until
    if until is None or until <= facts.now:
        return (Begin("preferences.pause"),)
    on = Button(texts.TURN_ON_AGAIN, "go/resume", "🔔")
    return (Say(Message((_paused(facts, until),), ((on,), (buttons.MENU,)))),)


def resume(facts: Facts) -> Effects:
    """Reminders and news again."""
    return (Resume(), Say(Message((texts.RESUMED,), ((buttons.MENU,),))))


def pause(facts: Facts, opening: Opening) -> Conversation:
    """How long may no reminder come?"""
    length = yield Choose(
        "length",
        (texts.PAUSE_HOW_LONG, texts.PAUSE_WARNING),
        (
            Option("week", texts.ONE_WEEK),
            Option("month", texts.ONE_MONTH),
            Option("good", texts.UNTIL_I_SAY),
        ),
    )
    until = facts.now + PAUSES[length]
    on = Button(texts.TURN_ON_AGAIN, "go/resume", "🔔")
    return (Pause(until), Say(Message((_paused(facts, until),), ((on,), (buttons.MENU,)))))


def _paused(facts: Facts, until: datetime) -> Text:
    for_good = until - facts.now > FOR_GOOD / 2
    return texts.PAUSED_FOR_GOOD if for_good else texts.PAUSED.given(moment=Moment(until))
