"""Everything that can be said can be said in four languages, whole, short and readable."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bidi import FSI, LRI, PDI, isolate, plain
from bot.catalogues import load_catalogues, read_catalogue
from bot.channels.contract import Attachment, Outgoing, OutgoingButton
from bot.checks import sentences
from bot.content import PHONE_PLACEHOLDER, PLACEHOLDER, Content
from bot.settings import LOCALES
from bot.web import texts as web_texts
from bot.wording import Wording
from flows import texts
from flows.dialogue import respond
from flows.effects import Say
from flows.facts import Chat, Contact, Facts, Kept
from flows.heard import Alarm, Chose, Heard, Joined, Said, SentMedia, TooMuch
from flows.message import (
    Button,
    ContactCard,
    ContactName,
    ForeignHint,
    GroupTitle,
    InEveryLanguage,
    LanguageName,
    Message,
    Moment,
    Phone,
    Place,
    Plural,
    Text,
    TopicBody,
    TopicTitle,
    Verbatim,
)
from nlu.contract import LANGUAGES, OUT_OF_SCOPE, DangerKind, Intent, Language, Parse

MOST_WORDS = 75
# https://core.telegram.org/bots/api#sendmessage and #inlinekeyboardbutton
TELEGRAM_CHARACTERS, TELEGRAM_BUTTON_BYTES = 4096, 64
LONGEST_ARRIVAL = 10**17 - 1
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SCRIPT = {"ti": r"[\u1200-\u137f]", "ar": r"[\u0600-\u06ff]"}
# Names, signs, and words that Dutch shares with English.
SAME_IN_DUTCH = {
    "Wegwijs",
    "Menu",
    "Privacy",
    "Stop",
    "{name}: {number}",
    "{weekday} {date}",
    "{weekday} {date}, {time} {part_of_day}",
}
WITHOUT_WORDS = {"Wegwijs", "{name}: {number}"}

languages = pytest.mark.parametrize("language", LANGUAGES)


def english(sentence: Text | Plural) -> str:
    return sentence.plural if isinstance(sentence, Plural) else sentence.msgid


def filled(sentence: Text | Plural) -> Text | Plural:
    """The sentence with something in each of its placeholders."""
    if isinstance(sentence, Plural):
        return sentence.of(7)
    return sentence.given(**dict.fromkeys(re.findall(r"{(\w+)}", sentence.msgid), "Eden T."))


# the sentences of the program


@languages
def test_every_sentence_can_be_said(language: Language, wording: Wording) -> None:
    wrong = []
    for sentence in sentences(texts, web_texts):
        words = wording.word(filled(sentence), language)
        if not words.strip() or re.search(r"[{}]", words):
            wrong.append((english(sentence), words))
    assert wrong == []


@pytest.mark.parametrize("language", SCRIPT)
def test_every_sentence_is_in_the_letters_of_its_language(language: Language, wording: Wording) -> None:
    untranslated = [
        english(sentence)
        for sentence in sentences(texts, web_texts)
        if english(sentence) not in WITHOUT_WORDS
        and not re.search(SCRIPT[language], wording.word(filled(sentence), language))
    ]
    # The moment is made of words that are translated on their own.
    assert set(untranslated) <= {texts.MOMENT.msgid, texts.DAY.msgid}


def test_every_sentence_is_another_one_in_dutch(wording: Wording) -> None:
    same = {
        english(sentence)
        for sentence in sentences(texts, web_texts)
        if wording.word(filled(sentence), "nl") == wording.word(filled(sentence), "en")
    }
    assert same <= SAME_IN_DUTCH


def test_what_is_filled_in_is_not_taken_for_a_placeholder(wording: Wording) -> None:
    assert "{number} {0}" in wording.word(texts.LINKED.given(name="{number} {0}"), "en")


@languages
def test_arabic_is_isolated_and_the_others_are_not(language: Language, wording: Wording) -> None:
    for sentence in sentences(texts, web_texts):
        words = wording.word(filled(sentence), language)
        assert words == (isolate(plain(words)) if language == "ar" else plain(words))


# numbers

# Which form of the catalogue is said for how many things (the rule in the head of each catalogue, from CLDR).
FORMS = {
    "ar": {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 99: 4, 100: 5, 102: 5, 103: 3},
    "ti": {0: 0, 1: 0, 2: 1, 3: 1, 11: 1, 100: 1},
    "nl": {0: 1, 1: 0, 2: 1, 3: 1, 11: 1, 100: 1},
}
PLURALS = (texts.KEPT_MESSAGES, texts.KEPT_QUESTIONS)


@pytest.mark.parametrize("plural", PLURALS, ids=lambda plural: plural.singular)
@pytest.mark.parametrize(
    ("language", "count", "form"),
    [(language, count, form) for language, forms in FORMS.items() for count, form in forms.items()],
)
def test_a_number_is_said_in_its_form(
    language: Language, count: int, form: int, plural: Plural, wording: Wording
) -> None:
    forms = read_catalogue(LOCALES, language)[plural.singular].string
    assert plain(wording.word(plural.of(count), language)) == forms[form].format(count=count)


@pytest.mark.parametrize("plural", PLURALS, ids=lambda plural: plural.singular)
@pytest.mark.parametrize("language", ["ti", "ar"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 11, 100])
def test_a_number_is_always_said(language: Language, count: int, plural: Plural, wording: Wording) -> None:
    words = wording.word(plural.of(count), language)
    # Arabic has words of its own for none, one and two.
    assert str(count) in words or (language == "ar" and count < 3)


def test_english_numbers(wording: Wording) -> None:
    said = [wording.word(texts.KEPT_QUESTIONS.of(count), "en").split(",")[0] for count in (0, 1, 2)]
    assert said == [
        "0 questions of yours are kept for our staff",
        "1 question of yours is kept for our staff",
        "2 questions of yours are kept for our staff",
    ]


# moments


@pytest.mark.parametrize(
    ("utc", "said"),
    [
        # the last night of winter time: 01:59 is followed by 03:00
        ("2026-03-29T00:59:00", "zondag 29-03-2026, 01:59 ’s nachts"),
        ("2026-03-29T01:00:00", "zondag 29-03-2026, 03:00 ’s nachts"),
        # the last night of summer time: 02:30 is there twice
        ("2026-10-25T00:30:00", "zondag 25-10-2026, 02:30 ’s nachts"),
        ("2026-10-25T01:30:00", "zondag 25-10-2026, 02:30 ’s nachts"),
        ("2026-10-25T02:00:00", "zondag 25-10-2026, 03:00 ’s nachts"),
        # the same hour in summer and in winter
        ("2026-07-01T12:00:00", "woensdag 01-07-2026, 14:00 ’s middags"),
        ("2026-12-01T12:00:00", "dinsdag 01-12-2026, 13:00 ’s middags"),
        # the borders of the parts of the day, and midnight, when the date changes
        ("2026-11-23T22:59:00", "maandag 23-11-2026, 23:59 ’s avonds"),
        ("2026-11-23T23:00:00", "dinsdag 24-11-2026, 00:00 ’s nachts"),
        ("2026-11-23T04:59:00", "maandag 23-11-2026, 05:59 ’s nachts"),
        ("2026-11-23T05:00:00", "maandag 23-11-2026, 06:00 ’s ochtends"),
        ("2026-11-23T10:59:00", "maandag 23-11-2026, 11:59 ’s ochtends"),
        ("2026-11-23T11:00:00", "maandag 23-11-2026, 12:00 ’s middags"),
        ("2026-11-23T16:59:00", "maandag 23-11-2026, 17:59 ’s middags"),
        ("2026-11-23T17:00:00", "maandag 23-11-2026, 18:00 ’s avonds"),
        # the year changes an hour earlier than in UTC
        ("2026-12-31T23:30:00", "vrijdag 01-01-2027, 00:30 ’s nachts"),
    ],
)
def test_a_moment_is_said_as_the_clock_on_the_wall(utc: str, said: str, wording: Wording) -> None:
    assert wording.word(Moment(datetime.fromisoformat(utc).replace(tzinfo=UTC)), "nl") == said


WEEKDAYS = {
    "ti": ["ሰኑይ", "ሰሉስ", "ረቡዕ", "ሓሙስ", "ዓርቢ", "ቀዳም", "ሰንበት"],
    "ar": ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
    "nl": ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
AFTERNOON = {"ti": "ድሕሪ ቀትሪ", "ar": "بعد الظهر", "nl": "’s middags", "en": "in the afternoon"}


@languages
def test_a_moment_has_weekday_numeric_date_and_24_hours(language: Language, wording: Wording) -> None:
    for day, weekday in enumerate(WEEKDAYS[language], start=23):
        words = wording.word(Moment(datetime(2026, 11, day, 13, 5, tzinfo=UTC)), language)
        date, time = f"{day}-11-2026", "14:05"
        if language == "ar":
            date, time = f"{LRI}{date}{PDI}", f"{LRI}{time}{PDI}"
        places = [words.index(part) for part in (weekday, date, time, AFTERNOON[language])]
        assert places == sorted(places)


@languages
def test_a_moment_inside_a_sentence_is_in_its_language(language: Language, wording: Wording) -> None:
    moment = Moment(datetime(2026, 11, 23, 13, 5, tzinfo=UTC))
    words = wording.word(texts.PAUSED.given(moment=moment), language)
    assert wording.word(moment, language) in words
    assert words == (isolate(plain(words)) if language == "ar" else words)


# the curated answers


def pages(content: Content, language: Language) -> Iterator[tuple[TopicBody, str]]:
    """Every page of every answer, with the text as it stands in its file."""
    for topic, answer in content.answers.items():
        yield TopicBody(topic), answer.texts[language].text
        if answer.texts[language].more:
            yield TopicBody(topic, "more"), answer.texts[language].more or ""


@languages
def test_every_answer_is_worded_whole_and_short(
    language: Language, content: Content, wording: Wording
) -> None:
    wrong = []
    for body, _ in pages(content, language):
        words = plain(wording.word(body, language))
        if re.search(r"[{}]", words) or not 3 <= len(words.split()) <= MOST_WORDS:
            wrong.append((body.topic, body.page, len(words.split())))
    assert wrong == []


@languages
def test_every_title_is_worded(language: Language, content: Content, wording: Wording) -> None:
    titles = [wording.word(TopicTitle(topic), language) for topic in content.answers]
    titles += [wording.word(GroupTitle(group), language) for group in content.groups]
    assert all(title.strip() == title and not re.search(r"[{}\n]", title) for title in titles)
    assert len(set(titles)) == len(titles)


@languages
def test_the_numbers_of_an_answer_are_callable(
    language: Language, content: Content, wording: Wording
) -> None:
    wrong = []
    for body, source in pages(content, language):
        named = [PHONE_PLACEHOLDER.fullmatch(name) for name in PLACEHOLDER.findall(source)]
        entries = [content.contacts[found[1]].phone for found in named if found]
        expected = list(dict.fromkeys(entry.number for entry in entries if entry))
        phones = wording.outgoing(Message((body,)), language).phones
        if list(phones) != expected:
            wrong.append((body.topic, body.page, phones, expected))
    assert wrong == []


@languages
def test_the_name_of_a_web_site_is_not_callable(language: Language, wording: Wording) -> None:
    assert wording.outgoing(Message((Verbatim("113.nl"),)), language).phones == ()
    # The full stop of a sentence is no part of a name.
    assert wording.outgoing(Message((Verbatim("Bel 113. Het is gratis."),)), language).phones == ("113",)


@languages
def test_an_answer_says_the_same_numbers_in_every_language(language: Language, content: Content) -> None:
    wrong = [
        body
        for (body, words), (_, dutch) in zip(pages(content, language), pages(content, "nl"), strict=True)
        if set(PLACEHOLDER.findall(words)) != set(PLACEHOLDER.findall(dutch))
    ]
    assert wrong == []


@languages
def test_a_short_number_is_not_found_inside_a_long_one(language: Language, wording: Wording) -> None:
    def phones(characters: str) -> tuple[str, ...]:
        return wording.outgoing(Message((Verbatim(characters),)), language).phones

    assert phones("0900-112 7 112") == ("0900-112 7 112",)
    assert phones("0900-112 7 112, 112") == ("0900-112 7 112", "112")
    assert phones("112 112 112") == ("112",)
    assert phones("0800-0113") == ("0800-0113",)
    assert phones("1120 0112") == ()


@languages
def test_a_contact_is_named_with_what_it_does_and_its_number(
    language: Language, content: Content, wording: Wording
) -> None:
    for key, entry in content.contacts.items():
        words = plain(wording.word(ContactCard(key), language))
        assert entry.name in words
        assert entry.does[language] in words
        assert (entry.phone is not None) == ("📞" in words)
        assert plain(wording.word(ContactName(key), language)) == entry.name
        if entry.phone is not None:
            assert entry.phone.number in words
            assert plain(wording.word(Phone(key), language)) == entry.phone.number
            unsure = texts.NUMBER_UNCONFIRMED.given(name=entry.name, number=entry.phone.number)
            assert (plain(wording.word(unsure, language)) in words) == (entry.phone.certainty != "H")


def test_a_contact_without_a_number_has_none_to_say(wording: Wording) -> None:
    with pytest.raises(LookupError, match="wellzo has no phone"):
        wording.word(Phone("wellzo"), "nl")


def test_what_is_not_wordable_is_a_mistake_of_ours(wording: Wording) -> None:
    with pytest.raises(TypeError, match="cannot word a int"):
        wording.word(7, "nl")  # type: ignore[arg-type]


# translations that are older than the Dutch text


def with_newer_dutch(content: Content, topic: str) -> Content:
    """The content after an editor changed the Dutch answer and nothing else."""
    answer = content.answers[topic]
    dutch = answer.texts["nl"].model_copy(update={"text": "Dit is nieuw. Bel {phone:veilig_thuis}."})
    changed = answer.model_copy(update={"texts": {**answer.texts, "nl": dutch}})
    return replace(content, answers={**content.answers, topic: changed})


@languages
def test_a_stale_translation_shows_the_dutch_text_too(language: Language, content: Content) -> None:
    newer = with_newer_dutch(content, "gp_registration")
    words = plain(Wording(newer, load_catalogues(LOCALES)).word(TopicBody("gp_registration"), language))
    said = "Dit is nieuw. Bel 0800-2000."
    if language == "nl":
        assert words == said
        return
    wording = Wording(newer, load_catalogues(LOCALES))
    translation = content.answers["gp_registration"].texts[language].text.strip()
    note = plain(wording.word(texts.DUTCH_IS_NEWER, language))
    assert words == f"{translation}\n\n{note}\n\n{said}"


@languages
def test_a_stale_translation_has_the_dutch_numbers_callable(language: Language, content: Content) -> None:
    newer = Wording(with_newer_dutch(content, "gp_registration"), load_catalogues(LOCALES))
    outgoing = newer.outgoing(Message((TopicBody("gp_registration"),)), language)
    assert outgoing.phones == ("0800-2000",)


def test_the_page_behind_more_is_stale_together_with_its_answer(content: Content) -> None:
    newer = Wording(with_newer_dutch(content, "gp_registration"), load_catalogues(LOCALES))
    words = plain(newer.word(TopicBody("gp_registration", "more"), "en"))
    assert words.endswith((content.answers["gp_registration"].texts["nl"].more or "").strip())


def test_no_translation_of_ours_is_stale(content: Content) -> None:
    stale = [
        (topic, language)
        for topic in content.answers
        for language in LANGUAGES
        if content.is_stale(topic, language)
    ]
    assert stale == []


def test_a_dutch_paragraph_inside_arabic_is_one_isolate(content: Content) -> None:
    newer = Wording(with_newer_dutch(content, "gp_registration"), load_catalogues(LOCALES))
    words = newer.word(TopicBody("gp_registration"), "ar")
    assert words.endswith(f"{LRI}Dit is nieuw. Bel 0800-2000.{PDI}")


# a sentence in every language, and in foreign ones


@languages
def test_in_every_language_begins_with_that_of_the_chat(language: Language, wording: Wording) -> None:
    lines = wording.word(InEveryLanguage(texts.CHOOSE_LANGUAGE), language).split("\n")
    order = [language, *(other for other in LANGUAGES if other != language)]
    assert [plain(line) for line in lines] == [
        plain(wording.word(texts.CHOOSE_LANGUAGE, each)) for each in order
    ]


@languages
def test_in_every_language_keeps_each_line_apart_with_its_full_stop(
    language: Language, wording: Wording
) -> None:
    for line in wording.word(InEveryLanguage(texts.CHOOSE_LANGUAGE), language).split("\n"):
        assert line.startswith((LRI, FSI))
        assert line.endswith((f".{PDI}", f"።{PDI}"))


@languages
def test_a_language_has_its_own_name_everywhere(language: Language, wording: Wording) -> None:
    names = [plain(wording.word(LanguageName(each), language)) for each in LANGUAGES]
    assert names == ["ትግርኛ", "العربية", "Nederlands", "English"]


@languages
def test_a_foreign_hint_is_in_the_foreign_language(
    language: Language, content: Content, wording: Wording
) -> None:
    for foreign, hint in content.foreign.items():
        assert plain(wording.word(ForeignHint(foreign), language)) == hint


# whole messages


def everything_said(content: Content, language: Language) -> Iterator[Message]:
    """What the program can say in one turn, in a chat that knows its name and its contacts."""
    contacts = tuple(Contact(key, key) for key in ("amaryllis", "sociale_zaken"))
    chat = Chat(language, role="newcomer", name="Abrehet Tesfamariam G.", contacts=contacts)
    facts = Facts(NOW, chat, content.catalogue, Kept(NOW, 100, 100, 100))
    heard: list[Heard] = [Joined(), Joined(coded=True), SentMedia(), TooMuch(), Said(""), Said("/help")]
    heard += [Alarm(kind, acute) for kind in get_args(DangerKind) for acute in (True, False)]
    heard += [Chose(data) for data in _choices(content)]
    heard += [Said("...", LONGEST_ARRIVAL, parse) for parse in _parses(content)]
    for each in heard:
        yield from _messages(respond(facts, None, each).effects)


def _messages(effects: Iterable[object]) -> Iterator[Message]:
    yield from (effect.message for effect in effects if isinstance(effect, Say))


def _choices(content: Content) -> Iterator[str]:
    own = "menu language human messages resume privacy export delete back continue stop none nonsense"
    yield from (f"go/{name}" for name in own.split())
    yield from (f"go/group/{group}" for group in content.groups)
    for topic in content.answers:
        yield f"go/topic/{topic}/{LONGEST_ARRIVAL}"
        yield f"go/more/{topic}"
        yield f"go/dutch/{topic}"
        yield from (f"go/rate/{topic}/{thumb}/{LONGEST_ARRIVAL}" for thumb in ("up", "down"))


def _parses(content: Content) -> Iterator[Parse]:
    for topic in content.answers:
        yield from (Parse("...", each, Intent(topic, 0.9), (Intent(topic, 0.9),)) for each in LANGUAGES)
    guesses = tuple(Intent(topic, 0.2) for topic in list(content.answers)[:3])
    unknown = Intent(OUT_OF_SCOPE, 0.9)
    for language in (*LANGUAGES, *content.foreign, "xx"):
        yield Parse("...", language, guesses[0], guesses)
        yield Parse("...", language, unknown, (unknown, *guesses))


def length(outgoing: Outgoing) -> int:
    """As Telegram counts: UTF-16 units."""
    return len(f"{outgoing.title}\n\n{outgoing.text}".encode("utf-16-le")) // 2


@languages
def test_everything_that_can_be_said_fits_every_channel(
    language: Language, content: Content, wording: Wording
) -> None:
    said = [wording.outgoing(message, language) for message in everything_said(content, language)]
    assert len(said) > 5 * len(content.answers)
    assert max(map(length, said)) <= TELEGRAM_CHARACTERS
    assert all(outgoing.text.strip() for outgoing in said)
    for outgoing in said:
        assert Outgoing.from_json(json.loads(json.dumps(outgoing.as_json()))) == outgoing
        for button in (button for row in outgoing.rows for button in row):
            assert 0 < len(button.data.encode()) <= TELEGRAM_BUTTON_BYTES
            assert plain(button.label).strip()


@languages
def test_an_answer_with_stale_translation_still_fits(language: Language, content: Content) -> None:
    stale = {
        topic: answer.model_copy(
            update={
                "texts": {
                    each: text.model_copy(update={"translated_from": "an older one"})
                    for each, text in answer.texts.items()
                }
            }
        )
        for topic, answer in content.answers.items()
    }
    old = replace(content, answers=stale)
    worded = Wording(old, load_catalogues(LOCALES))
    said = [worded.outgoing(message, language) for message in everything_said(old, language)]
    assert max(map(length, said)) <= TELEGRAM_CHARACTERS


@languages
def test_a_message_has_the_direction_of_its_own_language(language: Language, wording: Wording) -> None:
    message = Message((texts.MENU,), ((Button(texts.TO_MENU, "go/menu", "☰"),),), pictogram="🧭")
    inside = wording.outgoing(message, language)
    assert (inside.language, inside.direction) == (language, "rtl" if language == "ar" else "ltr")
    assert inside.text.startswith("🧭 ")
    elsewhere = wording.outgoing(replace(message, language="ar"), language)
    assert (elsewhere.language, elsewhere.direction) == ("ar", "rtl")
    assert elsewhere.rows[0][0].label == f"☰ {wording.word(texts.TO_MENU, 'ar')}"


def test_a_pictogram_stands_before_the_title_where_there_is_one(wording: Wording) -> None:
    message = Message((TopicBody("dentist"),), title=TopicTitle("dentist"), pictogram="🦷", tone="alarm")
    outgoing = wording.outgoing(message, "en")
    assert outgoing.title == f"🦷 {wording.word(TopicTitle('dentist'), 'en')}"
    assert "🦷" not in outgoing.text
    assert outgoing.tone == "alarm"


def test_a_recording_goes_with_the_answer_where_there_is_one(content: Content, tmp_path: Path) -> None:
    recording = tmp_path / "ti" / "dentist.ogg"
    recording.parent.mkdir()
    recording.write_bytes(b"OggS")
    wording = Wording(content, load_catalogues(LOCALES), tmp_path)
    message = Message((TopicBody("dentist"),), voice="dentist")
    (voice,) = wording.outgoing(message, "ti").attachments
    assert (voice.kind, voice.path) == ("voice", str(recording))
    assert wording.outgoing(message, "ar").attachments == ()


def test_a_place_goes_with_the_message(wording: Wording) -> None:
    place = Place("Stadskantoor", "Oldehoofsterkerkhof 2", 53.2, 5.8)
    outgoing = wording.outgoing(Message((texts.MENU,), place=place), "ar")
    expected = Attachment("place", "Stadskantoor", "Oldehoofsterkerkhof 2", latitude=53.2, longitude=5.8)
    assert outgoing.attachments == (expected,)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
OUTGOING = st.builds(
    Outgoing,
    text=WORDS,
    language=st.sampled_from(LANGUAGES),
    title=WORDS,
    direction=st.sampled_from(["ltr", "rtl"]),
    tone=st.sampled_from(["normal", "alarm"]),
    rows=st.lists(st.lists(st.builds(OutgoingButton, WORDS, WORDS), max_size=3).map(tuple), max_size=3).map(
        tuple
    ),
    phones=st.lists(WORDS, max_size=3).map(tuple),
    attachments=st.lists(
        st.builds(
            Attachment,
            st.sampled_from(["voice", "picture", "document", "place"]),
            WORDS,
            WORDS,
            WORDS,
            st.floats(-90, 90),
            st.floats(-180, 180),
        ),
        max_size=2,
    ).map(tuple),
)


@given(OUTGOING)
def test_a_message_comes_back_from_json_as_it_went(outgoing: Outgoing) -> None:
    assert Outgoing.from_json(json.loads(json.dumps(outgoing.as_json()))) == outgoing
