"""Practical questions: the answer, "did you mean", an honest "I do not know", and the thumbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flows import attendance, buttons, menus, people, preferences, privacy, texts
from flows.effects import Effects, EraseWords, KeepQuestion, RateAnswer, Say
from flows.emergencies import alarm
from flows.facts import Facts, Topic
from flows.heard import Said
from flows.message import (
    Button,
    ContactCard,
    ForeignHint,
    InEveryLanguage,
    LanguageName,
    Message,
    Rows,
    TopicBody,
    TopicTitle,
    Wordable,
    one_per_row,
)
from nlu.contract import OUT_OF_SCOPE, Language, Parse, as_language

# From this confidence on the answer is given; from the lower one on it is offered as a guess.
SURE = 0.5
NEAR = 0.12
MOST_GUESSES = 3

EMERGENCY = "emergency"
SMALL_TALK = frozenset({"greet", "thanks", "goodbye"})


def answer(facts: Facts, said: Said, parse: Parse) -> Effects:
    """React to a typed question, as sure as the parse is."""
    language = as_language(parse.language)
    if language is None:
        return _in_a_foreign_language(facts, parse)
    other = language if language != facts.language else None
    if parse.intent.name != OUT_OF_SCOPE and parse.intent.confidence >= SURE:
        return _sure(facts, said, parse, other)
    guesses = _guesses(facts, parse)
    if guesses and parse.intent.name != OUT_OF_SCOPE:
        return _nearly(facts, said, guesses, other)
    return _not_known(facts, said.arrival, guesses, other)


def show_topic(facts: Facts, key: str, arrival: int = 0) -> Effects:
    """The curated answer of a topic with its buttons; ``arrival`` is the question that led here."""
    topic = facts.catalogue.topics.get(key)
    if topic is None:
        return (Say(menus.menu(facts, texts.NO_SUCH_TOPIC)),)
    if key in _ABOUT_MEETINGS and facts.timetable.appointments:
        return _ABOUT_MEETINGS[key](facts, "")
    first = (alarm(),) if key == EMERGENCY else ()
    rows = _answer_rows(facts, topic, arrival)
    return (*first, Say(_answer_message(topic, rows)))


def _show_in(facts: Facts, key: str, arrival: int, language: Language) -> Effects:
    """The answer in the language that was written, with the offer to speak that from now on."""
    topic = facts.catalogue.topics[key]
    name = LanguageName(language)
    switch = Button(texts.SPEAK_LANGUAGE_FROM_NOW.given(language=name), f"go/speak/{language}", "🌐")
    rows = ((switch,), *_answer_rows(facts, topic, arrival))
    message = _answer_message(topic, rows, texts.ANSWERED_IN.given(language=name))
    return (Say(replace(message, language=language)),)


def _answer_message(topic: Topic, rows: Rows, *notes: Wordable) -> Message:
    contact = (ContactCard(topic.contact),) if topic.contact else ()
    return Message(
        (TopicBody(topic.key), *contact, *notes),
        rows,
        title=TopicTitle(topic.key),
        pictogram=topic.pictogram,
        voice=topic.key,
    )


def show_more(facts: Facts, key: str) -> Effects:
    """The page behind "more about this"."""
    topic = facts.catalogue.topics.get(key)
    if topic is None or not topic.has_more:
        return show_topic(facts, key)
    rows: Rows = ((buttons.HUMAN, buttons.MENU),)
    message = Message((TopicBody(key, "more"),), rows, title=TopicTitle(key), pictogram=topic.pictogram)
    return (Say(message),)


def show_in_dutch(facts: Facts, key: str) -> Effects:
    """The answer in Dutch, to show at a counter."""
    topic = facts.catalogue.topics.get(key)
    if topic is None:
        return show_topic(facts, key)
    return (Say(replace(_answer_message(topic, ((buttons.MENU,),)), language="nl")),)


def rate(facts: Facts, key: str, helpful: bool, arrival: int) -> Effects:
    """A thumb under an answer; a thumb down keeps the question for staff and names who can help."""
    topic = facts.catalogue.topics.get(key)
    if topic is None:
        return menus.show(facts)
    rated = RateAnswer(key, helpful)
    if helpful:
        return (rated, Say(Message((texts.THANKS_FOR_RATING,), ((buttons.MENU,),))))
    sorry = texts.SORRY_NOT_HELPFUL if arrival else texts.SORRY_NO_QUESTION
    contact = ContactCard(topic.contact or "regisseur")
    related = _topic_buttons(facts, topic.related, 0)
    message = Message((sorry, contact), (*one_per_row(related), (buttons.HUMAN, buttons.MENU)))
    kept = (KeepQuestion(arrival, "unhelpful", key),) if arrival else ()
    return (rated, *kept, Say(message))


def _sure(facts: Facts, said: Said, parse: Parse, other: Language | None) -> Effects:
    topic = parse.intent.name
    if topic == EMERGENCY:
        return (EraseWords(said.arrival), *show_topic(facts, topic))
    if topic in SMALL_TALK:
        return _small_talk(facts, topic, other)
    if topic in _ABOUT_MEETINGS and facts.timetable.appointments:
        day = next((entity.value for entity in parse.entities if entity.entity == "day"), "")
        return _ABOUT_MEETINGS[topic](facts, day)
    if other:
        return _show_in(facts, topic, said.arrival, other)
    act = _OWN_ACTIONS.get(topic)
    return (*show_topic(facts, topic, said.arrival), *(act(facts) if act else ()))


# What the bot does itself is offered right behind the answer that explains it.
_OWN_ACTIONS = {
    "change_language": preferences.offer_languages,
    "stop_messages": preferences.offer_pause,
    "privacy": privacy.show,
    "my_contact": people.show_human,
}


# Of somebody who is in the records these are not questions in general but about the own timetable.
_ABOUT_MEETINGS: dict[str, Callable[[Facts, str], Effects]] = {
    "my_appointments": lambda facts, _: attendance.show(facts),
    "cannot_attend": attendance.cannot_some,
}


def _small_talk(facts: Facts, topic: str, other: Language | None) -> Effects:
    message = menus.menu(facts) if topic == "greet" else Message((), ((buttons.MENU,),))
    paragraphs = (TopicBody(topic), *message.paragraphs)
    return (Say(replace(message, paragraphs=paragraphs, language=other)),)


def _nearly(facts: Facts, said: Said, guesses: tuple[str, ...], other: Language | None) -> Effects:
    none = Button(texts.NONE_OF_THESE, f"go/none/{said.arrival}", "✖")
    rows = one_per_row((*_topic_buttons(facts, guesses, said.arrival), none))
    return (Say(Message((texts.DID_YOU_MEAN,), rows, language=other)),)


def none_of_these(facts: Facts, arrival: int) -> Effects:
    """None of the guesses was meant."""
    return _not_known(facts, arrival, ())


def _not_known(
    facts: Facts, arrival: int, nearest: tuple[str, ...], other: Language | None = None
) -> Effects:
    """Say so honestly, keep the question for staff, offer the nearest topics and a human."""
    paragraphs: tuple[Wordable, ...] = (texts.DO_NOT_KNOW, texts.QUESTION_KEPT)
    if nearest:
        paragraphs += (texts.NEAREST_TOPICS,)
    rows = (*one_per_row(_topic_buttons(facts, nearest, arrival)), (buttons.HUMAN, buttons.MENU))
    return (KeepQuestion(arrival, "unanswered"), Say(Message(paragraphs, rows, language=other)))


def _in_a_foreign_language(facts: Facts, parse: Parse) -> Effects:
    known = parse.language in facts.catalogue.foreign
    hint = ForeignHint(parse.language) if known else InEveryLanguage(texts.CHOOSE_LANGUAGE)
    return (Say(Message((hint,), preferences.language_rows(facts))),)


def _guesses(facts: Facts, parse: Parse) -> tuple[str, ...]:
    likely = (intent for intent in parse.ranking if intent.confidence >= NEAR)
    return tuple(
        intent.name
        for intent in likely
        if intent.name in facts.catalogue.topics and intent.name not in SMALL_TALK
    )[:MOST_GUESSES]


def _topic_buttons(facts: Facts, keys: tuple[str, ...], arrival: int) -> tuple[Button, ...]:
    topics = facts.catalogue.topics
    return tuple(buttons.topic(key, topics[key].pictogram, arrival) for key in keys if key in topics)


def _answer_rows(facts: Facts, topic: Topic, arrival: int) -> Rows:
    more = (Button(texts.MORE, f"go/more/{topic.key}", "➕"),) if topic.has_more else ()
    related = _topic_buttons(facts, topic.related, 0)
    thumbs = (
        Button(texts.HELPFUL, f"go/rate/{topic.key}/up/{arrival}", "👍"),
        Button(texts.NOT_HELPFUL, f"go/rate/{topic.key}/down/{arrival}", "👎"),
    )
    dutch = () if facts.language == "nl" else (Button(texts.IN_DUTCH, f"go/dutch/{topic.key}", "🇳🇱"),)
    return (
        *one_per_row((*more, *related)),
        thumbs,
        *one_per_row(dutch),
        (buttons.LANGUAGE, buttons.MENU),
    )
