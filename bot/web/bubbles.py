"""Lines of a talk as bubbles: everything escaped, numbers callable, each line in its own direction."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from urllib.parse import quote

from markupsafe import Markup, escape

from bot.channels.contract import Attachment, Outgoing, OutgoingButton
from bot.channels.transcript import Line
from bot.web.visitors import direction_of
from flows.local_time import local
from nlu.contract import Language

_PARAGRAPH = re.compile(r"\n\s*\n")
_PLUMBING = re.compile("[\u2066-\u2069\u200e\u200f]")

Script = Literal["ETHIOPIC", "ARABIC", "LATIN"]
_SCRIPT_OF: dict[Language, Script] = {"ti": "ETHIOPIC", "ar": "ARABIC", "nl": "LATIN", "en": "LATIN"}
# A line in another script than its bubble's is one of these: names and official words are Dutch.
_LANGUAGE_OF: dict[Script, Language] = {"ETHIOPIC": "ti", "ARABIC": "ar", "LATIN": "nl"}


@dataclass(frozen=True, slots=True)
class Written:
    """One line of a text. ``language`` and ``direction`` are None where they are the bubble's."""

    markup: Markup
    language: Language | None = None
    direction: Literal["ltr", "rtl"] | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button: the pictogram apart from the words, so that they stand in a column."""

    pictogram: str
    label: Written
    data: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When a line was said, in Leeuwarden: for machines, as a clock time, as a date."""

    iso: str
    clock: str
    day: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An attachment and where it is fetched; ``geo`` opens the map of the phone."""

    attachment: Attachment
    url: str
    geo: str = ""


@dataclass(frozen=True, slots=True)
class BotBubble:
    """What the bot said."""

    template: ClassVar[str] = "chat/bot.html"
    number: int
    moment: Moment
    language: Language
    direction: Literal["ltr", "rtl"]
    alarm: bool
    title: Written | None
    paragraphs: tuple[tuple[Written, ...], ...]
    rows: tuple[tuple[Press, ...], ...]
    calls: tuple[tuple[str, str], ...]
    enclosed: tuple[Enclosed, ...]


@dataclass(frozen=True, slots=True)
class OwnBubble:
    """What the person said; ``words`` is None where they were not kept."""

    template: ClassVar[str] = "chat/own.html"
    moment: Moment
    words: str | None


def bubble(line: Line) -> BotBubble | OwnBubble:
    """The bubble of a line."""
    if line.outgoing is None:
        return OwnBubble(moment(line.at), line.said)
    return bot_bubble(line, line.outgoing)


def bot_bubble(line: Line, outgoing: Outgoing) -> BotBubble:
    """The bubble of a line of the bot."""
    alarm = outgoing.tone == "alarm"
    return BotBubble(
        number=line.number,
        moment=moment(line.at),
        language=outgoing.language,
        direction=outgoing.direction,
        alarm=alarm,
        title=_written(outgoing.title, outgoing) if outgoing.title else None,
        paragraphs=tuple(
            tuple(_written(words, outgoing) for words in paragraph.split("\n"))
            for paragraph in _PARAGRAPH.split(outgoing.text.strip())
            if paragraph
        ),
        rows=tuple(tuple(_press(button, outgoing) for button in row) for row in outgoing.rows if row),
        calls=tuple((number, tel(number)) for number in outgoing.phones) if alarm else (),
        enclosed=tuple(
            _enclosed(line.number, index, attachment) for index, attachment in enumerate(outgoing.attachments)
        ),
    )


def moment(at: datetime) -> Moment:
    """``at`` as a clock in Leeuwarden shows it."""
    here = local(at)
    return Moment(here.isoformat(timespec="seconds"), here.strftime("%H:%M"), here.strftime("%d-%m-%Y"))


def linked(text: str, phones: Sequence[str]) -> Markup:
    """``text`` escaped, with every one of ``phones`` in it as a link that calls."""
    if not phones:
        return escape(text)
    longest_first = "|".join(re.escape(phone) for phone in sorted(phones, key=len, reverse=True))
    parts: list[Markup] = []
    end = 0
    for found in re.finditer(rf"(?<![\d+])(?:{longest_first})(?!\d)", text):
        link = Markup('<a class="phone" dir="ltr" href="{}">{}</a>').format(tel(found[0]), found[0])
        parts += [escape(text[end : found.start()]), link]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def tel(number: str) -> str:
    """The link that calls a number as it is written."""
    return f"tel:{'+' if number.startswith('+') else ''}{re.sub(r'[^0-9]', '', number)}"


def foreign_language(text: str, own: Language) -> Language | None:
    """The language to read ``text`` out in when it has no letter of the script of ``own``."""
    letters = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha())
    if letters[_SCRIPT_OF[own]]:
        return None
    script = max(_LANGUAGE_OF, key=lambda script: letters[script])
    return _LANGUAGE_OF[script] if letters[script] else None


def _written(words: str, outgoing: Outgoing) -> Written:
    """A line of Arabic in an English bubble runs from right to left, and is read out as Arabic."""
    markup = linked(words.strip(), outgoing.phones)
    # A name with its number is part of the text around it, in whatever letters.
    own = any(phone in words for phone in outgoing.phones)
    language = None if own else foreign_language(words, outgoing.language)
    return Written(markup, language, direction_of(language)) if language else Written(markup)


def _press(button: OutgoingButton, outgoing: Outgoing) -> Press:
    pictogram, _, words = button.label.partition(" ")
    if not words or pictogram.isascii() or any(character.isalnum() for character in pictogram):
        pictogram, words = "", button.label
    return Press(pictogram, _written(words, outgoing), button.data)


def _enclosed(number: int, index: int, attachment: Attachment) -> Enclosed:
    url = f"/chat/files/{number}/{index}"
    if attachment.kind != "place":
        return Enclosed(attachment, url)
    spot = f"{attachment.latitude:.6f},{attachment.longitude:.6f}"
    name = quote(_PLUMBING.sub("", attachment.name), safe="")
    return Enclosed(attachment, url, geo=f"geo:{spot}?q={spot}({name})")
