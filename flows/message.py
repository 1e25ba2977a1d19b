"""A message before it has a language: parts that can be worded, and buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from nlu.contract import Language


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the catalogue: its English wording is its id, with named placeholders."""

    msgid: str
    args: Mapping[str, Argument] = field(default_factory=dict)

    def given(self, **args: Argument) -> Text:
        """The same sentence with its placeholders filled."""
        return replace(self, args=args)


@dataclass(frozen=True, slots=True)
class Plural:
    """A sentence that depends on a number; the placeholder is ``{count}``."""

    singular: str
    plural: str
    count: int = 0

    def of(self, count: int) -> Plural:
        """The same sentence for ``count`` things."""
        return replace(self, count=count)


@dataclass(frozen=True, slots=True)
class InEveryLanguage:
    """A sentence said in all four languages at once: for somebody whose language is not known."""

    text: Text


@dataclass(frozen=True, slots=True)
class LanguageName:
    """A language by its own name, the same in every language."""

    language: Language


@dataclass(frozen=True, slots=True)
class ForeignHint:
    """One line in a language that is not ours ("fr", "am", ...): which languages we do speak."""

    language: str


@dataclass(frozen=True, slots=True)
class GroupTitle:
    """The title of one of the groups of topics."""

    group: str


@dataclass(frozen=True, slots=True)
class TopicTitle:
    """The title of a topic."""

    topic: str


@dataclass(frozen=True, slots=True)
class TopicBody:
    """The curated answer of a topic: the answer itself, or the page behind "more"."""

    topic: str
    page: Literal["text", "more"] = "text"


@dataclass(frozen=True, slots=True)
class ContactName:
    """The official name of an organisation or a helpline."""

    contact: str


@dataclass(frozen=True, slots=True)
class Phone:
    """The number of an organisation or a helpline."""

    contact: str


@dataclass(frozen=True, slots=True)
class ContactCard:
    """Who helps: name, what they do and, where it is known, the number."""

    contact: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, said as weekday, numeric date, 24-hour time and part of the day."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A date, said as weekday and numeric date."""

    on: date


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences that belong together, each on a line of its own."""

    lines: tuple[Wordable, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Characters that mean the same in every language: a name, a code."""

    characters: str


Wordable = (
    Text
    | Plural
    | InEveryLanguage
    | LanguageName
    | ForeignHint
    | GroupTitle
    | TopicTitle
    | TopicBody
    | ContactName
    | Phone
    | ContactCard
    | Moment
    | Day
    | Lines
    | Verbatim
)
Argument = Wordable | str | int


@dataclass(frozen=True, slots=True)
class Button:
    """A button: ``data`` is what comes back when it is pressed, at most 64 bytes."""

    label: Wordable
    data: str
    pictogram: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A spot on the map; degrees, WGS 84."""

    name: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Message:
    """One message: a title, paragraphs, buttons.

    ``language`` is None for the chat's own. ``tone`` "alarm" asks the channel to show it large.
    ``voice`` names a topic whose recording is sent along where there is one. ``moment`` is drawn as a clock
    face and a calendar leaf.
    """

    paragraphs: tuple[Wordable, ...]
    rows: Rows = ()
    title: Wordable | None = None
    pictogram: str = ""
    language: Language | None = None
    tone: Literal["normal", "alarm"] = "normal"
    voice: str | None = None
    place: Place | None = None
    moment: datetime | None = None


def one_per_row(buttons: tuple[Button, ...]) -> Rows:
    """Every button on a row of its own: long titles stay readable on a narrow phone."""
    return tuple((button,) for button in buttons)


def two_per_row(buttons: tuple[Button, ...]) -> Rows:
    """Buttons in pairs."""
    return tuple(buttons[at : at + 2] for at in range(0, len(buttons), 2))
