"""A talk as a list of turns; the state goes through JSON between all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from flows.conversation import State
from flows.dialogue import respond
from flows.effects import Effect, Say, SetLanguage
from flows.facts import Catalogue, Chat, Contact, Facts, Group, Kept, Topic
from flows.heard import Alarm, Chose, Heard, Joined, Said
from flows.message import Button, Message
from nlu.contract import DangerKind, Intent, Parse

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def topic(key: str, group: str = "health", **changes: object) -> Topic:
    """A topic with two related ones."""
    made = Topic(key, group, "🩺", "vluchtelingenwerk", ("dentist", "interpreter"), has_more=True)
    return replace(made, **changes)  # type: ignore[arg-type]


TOPICS = {
    key: topic(
        key, "bot" if key in {"greet", "thanks", "emergency", "privacy", "change_language"} else "health"
    )
    for key in (
        "gp_registration",
        "dentist",
        "interpreter",
        "greet",
        "thanks",
        "emergency",
        "privacy",
        "change_language",
    )
}
CATALOGUE = Catalogue(
    TOPICS, (Group("health", "🩺", ("gp_registration", "dentist", "interpreter")),), frozenset({"fr"})
)
FACTS = Facts(NOW, Chat("nl"), CATALOGUE, Kept(NOW, 1, 0, 0))
LINKED = replace(
    FACTS,
    chat=Chat(
        "nl",
        role="newcomer",
        name="Eden T.",
        contacts=(Contact("amaryllis", "amaryllis"), Contact("jade", "jade")),
    ),
)


def parse(intent: str, confidence: float = 0.9, language: str = "nl", *others: str) -> Parse:
    """What an engine would give."""
    rest = tuple(Intent(name, 0.2) for name in others)
    return Parse("...", language, Intent(intent, confidence), (Intent(intent, confidence), *rest))


@dataclass
class Story:
    """Plays turns and keeps what was said and done."""

    facts: Facts = FACTS
    state: State | None = None
    done: list[Effect] = field(default_factory=list)

    def hears(self, heard: Heard) -> list[Message]:
        """One turn; returns the messages."""
        turn = respond(self.facts, self.state, heard)
        stored = json.dumps(turn.state.as_json()) if turn.state else None
        self.state = State.from_json(json.loads(stored)) if stored else None
        self.done = list(turn.effects)
        for effect in turn.effects:
            if isinstance(effect, SetLanguage):
                self.facts = replace(self.facts, chat=replace(self.facts.chat, language=effect.language))
        return [effect.message for effect in turn.effects if isinstance(effect, Say)]

    def joins(self, coded: bool = False) -> list[Message]:
        return self.hears(Joined(coded))

    def presses(self, data: str) -> list[Message]:
        return self.hears(Chose(data))

    def says(self, text: str, understood: Parse | None = None, arrival: int = 7) -> list[Message]:
        return self.hears(Said(text, arrival, understood))

    def in_danger(self, kind: DangerKind, acute: bool = True) -> list[Message]:
        return self.hears(Alarm(kind, acute))

    def did(self, kind: type[Effect]) -> bool:
        return any(isinstance(effect, kind) for effect in self.done)


def buttons(message: Message) -> list[Button]:
    """All buttons of a message in reading order."""
    return [button for row in message.rows for button in row]


def pressable(messages: list[Message]) -> list[str]:
    """The data of every button that can be pressed now."""
    return [button.data for message in messages for button in buttons(message)]
