"""What a conversation may know: frozen values, read by the use case before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.meetings import Timetable
from nlu.contract import Language

Role = Literal["guest", "newcomer", "volunteer", "staff"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A practical question that has a curated answer."""

    key: str
    group: str
    pictogram: str
    contact: str | None
    related: tuple[str, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group of topics in the menu."""

    key: str
    pictogram: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All topics, and the groups of the menu in their order. ``foreign`` has the languages that are
    not ours but in which we can say so."""

    topics: Mapping[str, Topic]
    groups: tuple[Group, ...]
    foreign: frozenset[str] = frozenset()

    def group(self, key: str) -> Group | None:
        """The group with this key."""
        return next((group for group in self.groups if group.key == key), None)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation code as it stands at this moment."""

    id: int
    name: str
    usable: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be asked to call this person back."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept about a chat, for the person to see."""

    since: datetime
    messages: int
    questions: int
    ratings: int


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat that is talking. ``language`` is None until it was chosen or recognised."""

    language: Language | None = None
    client_language: Language | None = None
    role: Role = "guest"
    name: str | None = None
    paused_until: datetime | None = None
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a conversation may know at this moment. ``now`` is aware."""

    now: datetime
    chat: Chat
    catalogue: Catalogue
    kept: Kept
    invitation: Invitation | None = None
    timetable: Timetable = field(default_factory=Timetable)

    @property
    def language(self) -> Language:
        """The language to speak: chosen, else the client's, else Dutch."""
        return self.chat.language or self.chat.client_language or "nl"
