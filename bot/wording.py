"""From a message to words in a language: gettext, plurals, dates, numbers, isolates."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from datetime import datetime
from functools import singledispatchmethod
from pathlib import Path

from babel import Locale

from bot.bidi import apart, isolate, lines_apart
from bot.channels.contract import Attachment, Outgoing, OutgoingButton
from bot.content import PLACEHOLDER, Content
from bot.moment_picture import MomentPictures, MomentWords
from flows import message as said
from flows import texts
from flows.local_time import local as local_time
from flows.message import Message, Wordable
from nlu.contract import LANGUAGES, Language

# The part of the day begins at this hour (wall time).
PARTS_OF_DAY = (
    (18, texts.IN_THE_EVENING),
    (12, texts.IN_THE_AFTERNOON),
    (6, texts.IN_THE_MORNING),
    (0, texts.AT_NIGHT),
)


class Wording:
    """Words everything that flows may say. Holds no state."""

    def __init__(
        self,
        content: Content,
        translations: Mapping[Language, gettext.NullTranslations],
        recordings: Path | None = None,
        pictures: MomentPictures | None = None,
    ) -> None:
        """``recordings`` holds ``<language>/<topic>.ogg`` where staff recorded an answer; without
        ``pictures`` no moment is drawn."""
        self._content = content
        self._translations = translations
        self._recordings = recordings
        self._pictures = pictures
        self._phones = _phone_pattern(content)
        self._weekdays = {language: Locale(language).days["stand-alone"]["wide"] for language in LANGUAGES}

    def outgoing(self, message: Message, chat_language: Language) -> Outgoing:
        """The message in the language of the chat, or in its own where it has one."""
        language = message.language or chat_language
        title = self.word(message.title, language) if message.title is not None else ""
        pictogram = message.pictogram
        paragraphs = [self.word(paragraph, language) for paragraph in message.paragraphs]
        if pictogram and not title:
            paragraphs[0] = f"{pictogram} {paragraphs[0]}"
        text = "\n\n".join(paragraphs)
        return Outgoing(
            title=f"{pictogram} {title}".strip() if title else "",
            text=text,
            language=language,
            direction=self._content.languages[language].direction,
            tone=message.tone,
            rows=tuple(tuple(self._button(button, language) for button in row) for row in message.rows),
            phones=tuple(dict.fromkeys(self._phones.findall(f"{title}\n{text}"))),
            attachments=self._attachments(message, language),
        )

    def word(self, wordable: Wordable, language: Language) -> str:
        """One wordable in one language, with isolates where the language runs from right to left."""
        words = self._words(wordable, language)
        return isolate(words) if self._content.languages[language].direction == "rtl" else words

    def _button(self, button: said.Button, language: Language) -> OutgoingButton:
        label = self.word(button.label, language)
        return OutgoingButton(f"{button.pictogram} {label}".strip(), button.data)

    def _attachments(self, message: Message, language: Language) -> tuple[Attachment, ...]:
        found: list[Attachment] = []
        if message.moment is not None and self._pictures is not None:
            found.append(self._picture(message.moment, self._pictures, language))
        if message.voice and self._recordings is not None:
            path = self._recordings / language / f"{message.voice}.ogg"
            if path.exists():
                found.append(Attachment("voice", name=message.voice, path=str(path)))
        if message.place is not None:
            place = message.place
            found.append(
                Attachment(
                    "place",
                    name=place.name,
                    text=place.address,
                    latitude=place.latitude,
                    longitude=place.longitude,
                )
            )
        return tuple(found)

    def _picture(self, at: datetime, pictures: MomentPictures, language: Language) -> Attachment:
        start = local_time(at)
        words = MomentWords(
            self._weekdays[language][start.weekday()], self._words(_part_of_day(start), language)
        )
        path = pictures.path_of(start, language, words)
        return Attachment("picture", text=self.word(said.Moment(at), language), path=str(path))

    def _filled(self, sentence: str, args: Mapping[str, said.Argument], language: Language) -> str:
        words = {
            name: str(value) if isinstance(value, str | int) else self._words(value, language)
            for name, value in args.items()
        }
        return sentence.format(**words) if words else sentence

    @singledispatchmethod
    def _words(self, wordable: Wordable, language: Language) -> str:
        raise TypeError(f"cannot word a {type(wordable).__name__}")

    @_words.register
    def _(self, text: said.Text, language: Language) -> str:
        return self._filled(self._translations[language].gettext(text.msgid), text.args, language)

    @_words.register
    def _(self, text: said.Plural, language: Language) -> str:
        sentence = self._translations[language].ngettext(text.singular, text.plural, text.count)
        return sentence.format(count=text.count)

    @_words.register
    def _(self, everywhere: said.InEveryLanguage, language: Language) -> str:
        order = (language, *(other for other in LANGUAGES if other != language))
        return "\n".join(apart(self.word(everywhere.text, each)) for each in order)

    @_words.register
    def _(self, name: said.LanguageName, language: Language) -> str:
        return self._content.languages[name.language].name

    @_words.register
    def _(self, hint: said.ForeignHint, language: Language) -> str:
        return self._content.foreign[hint.language]

    @_words.register
    def _(self, title: said.GroupTitle, language: Language) -> str:
        return self._content.groups[title.group].title[language]

    @_words.register
    def _(self, title: said.TopicTitle, language: Language) -> str:
        return self._content.answers[title.topic].texts[language].title

    @_words.register
    def _(self, body: said.TopicBody, language: Language) -> str:
        words = self._page(body, language)
        if not self._content.is_stale(body.topic, language):
            return words
        newer = self._words(texts.DUTCH_IS_NEWER, language)
        return f"{words}\n\n{newer}\n\n{lines_apart(self._page(body, 'nl'))}"

    def _page(self, body: said.TopicBody, language: Language) -> str:
        text = self._content.answers[body.topic].texts[language]
        page = text.text if body.page == "text" else text.more or ""
        return PLACEHOLDER.sub(lambda found: self._number(found[1].removeprefix("phone:")), page).strip()

    @_words.register
    def _(self, name: said.ContactName, language: Language) -> str:
        return self._content.contacts[name.contact].name

    @_words.register
    def _(self, phone: said.Phone, language: Language) -> str:
        return self._number(phone.contact)

    @_words.register
    def _(self, card: said.ContactCard, language: Language) -> str:
        entry = self._content.contacts[card.contact]
        who = texts.WHO_HELPS.given(name=entry.name, does=entry.does[language])
        lines = [self._words(who, language)]
        if entry.phone is not None:
            sure = entry.phone.certainty == "H"
            line = texts.NUMBER_LINE if sure else texts.NUMBER_UNCONFIRMED
            lines.append(
                f"📞 {self._words(line.given(name=entry.name, number=entry.phone.number), language)}"
            )
        return "\n".join(lines)

    @_words.register
    def _(self, moment: said.Moment, language: Language) -> str:
        local = local_time(moment.at)
        return self._words(
            texts.MOMENT.given(
                weekday=self._weekdays[language][local.weekday()],
                date=local.strftime("%d-%m-%Y"),
                time=local.strftime("%H:%M"),
                part_of_day=_part_of_day(local),
            ),
            language,
        )

    @_words.register
    def _(self, day: said.Day, language: Language) -> str:
        weekday = self._weekdays[language][day.on.weekday()]
        return self._words(texts.DAY.given(weekday=weekday, date=day.on.strftime("%d-%m-%Y")), language)

    @_words.register
    def _(self, several: said.Lines, language: Language) -> str:
        return "\n".join(self._words(line, language) for line in several.lines)

    @_words.register
    def _(self, verbatim: said.Verbatim, language: Language) -> str:
        return verbatim.characters

    def _number(self, contact: str) -> str:
        phone = self._content.contacts[contact].phone
        if phone is None:
            raise LookupError(f"{contact} has no phone")
        return phone.number


def _part_of_day(here: datetime) -> said.Text:
    return next(part for hour, part in PARTS_OF_DAY if here.hour >= hour)


def _phone_pattern(content: Content) -> re.Pattern[str]:
    """Finds every known number in a text, the longest first: 0900-112 7 112 is not 112."""
    entries = [entry.phone for entry in content.contacts.values() if entry.phone is not None]
    numbers = {number for phone in entries for number in (phone.number, phone.also) if number}
    longest_first = sorted(numbers, key=len, reverse=True)
    return re.compile(r"(?<!\d)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\d|\.\w)")
