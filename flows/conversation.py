"""A conversation is a generator that asks and is sent the answers; it is replayed at every arrival.

Only its name and the recorded answers are kept, so a restart loses nothing, "back" drops the last
answer, and a new language words everything anew.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flows.effects import Effects
from flows.facts import Facts
from flows.message import Wordable


class ConversationError(Exception):
    """A conversation asked two questions under one name, or has no such name."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that can be chosen."""

    key: str
    label: Wordable
    pictogram: str = ""


@dataclass(frozen=True, slots=True)
class Choose:
    """A question with buttons. ``name`` stays the same from release to release.

    ``can_stop`` False: nothing can go on before it is answered.
    """

    name: str
    question: tuple[Wordable, ...]
    options: tuple[Option, ...]
    can_stop: bool = True

    def accepts(self, answer: str) -> bool:
        """Whether ``answer`` is one of the options as they are now."""
        return any(option.key == answer for option in self.options)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that is answered in one's own words."""

    name: str
    question: tuple[Wordable, ...]

    def accepts(self, answer: str) -> bool:
        """Whether anything was said at all."""
        return bool(answer.strip())


Step = Choose | Ask
Conversation = Generator[Step, str, Effects]
Opening = Mapping[str, str]
Register = Mapping[str, Callable[[Facts, Opening], Conversation]]


@dataclass(frozen=True, slots=True)
class State:
    """All that is kept of a conversation between two arrivals."""

    conversation: str
    opening: Opening = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    def answered(self, step: str, answer: str) -> State:
        """With one more answer."""
        return replace(self, answers={**self.answers, step: answer})

    def without_last(self) -> State:
        """With the last answer taken back."""
        return replace(self, answers=dict(list(self.answers.items())[:-1]))

    def as_json(self) -> dict[str, Any]:
        """The form in which the state is stored; the order of the answers is kept as a list."""
        return {
            "conversation": self.conversation,
            "opening": dict(self.opening),
            "answers": [list(pair) for pair in self.answers.items()],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> State:
        """The inverse of `as_json`."""
        return cls(stored["conversation"], stored["opening"], dict(stored["answers"]))


@dataclass(frozen=True, slots=True)
class Waiting:
    """The conversation waits for an answer to ``step``. ``vanished``: the answer recorded for it is no
    longer possible."""

    step: Step
    state: State
    vanished: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The conversation has come to its end."""

    effects: Effects


def replay(register: Register, facts: Facts, state: State) -> Waiting | Finished:
    """Run the conversation from its start with the recorded answers.

    Raises ConversationError when the conversation is unknown (a release took it away) or asks twice
    under one name.
    """
    if state.conversation not in register:
        raise ConversationError(f"there is no conversation {state.conversation!r}")
    talk = register[state.conversation](facts, state.opening)
    kept = replace(state, answers={})
    try:
        step = next(talk)
        while True:
            if step.name in kept.answers:
                raise ConversationError(f"{state.conversation} asks {step.name!r} twice")
            answer = state.answers.get(step.name)
            if answer is None or not step.accepts(answer):
                return Waiting(step, kept, vanished=answer is not None)
            kept = kept.answered(step.name, answer)
            step = talk.send(answer)
    except StopIteration as end:
        return Finished(end.value)
