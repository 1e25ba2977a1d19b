"""What a button says when it is pressed: ``go/...`` works at any time, ``at/...`` answers one step."""

from __future__ import annotations

from flows import texts
from flows.conversation import Choose, State, Step
from flows.message import Button, GroupTitle, LanguageName, Rows, TopicTitle, one_per_row
from nlu.contract import Language

GO = "go"
AT = "at"

MENU = Button(texts.TO_MENU, "go/menu", "☰")
LANGUAGE = Button(texts.LANGUAGE, "go/language", "🌐")
HUMAN = Button(texts.TALK_TO_HUMAN, "go/human", "🧑")
PRIVACY = Button(texts.PRIVACY, "go/privacy", "🔒")
MESSAGES = Button(texts.MESSAGES_ON_OFF, "go/messages", "🔔")
APPOINTMENTS = Button(texts.MY_APPOINTMENTS, "go/appointments", "📅")
GO_ON = Button(texts.GO_ON, "go/continue", "▶")
BACK = Button(texts.BACK, "go/back", "◀")
STOP = Button(texts.STOP, "go/stop", "✖")


def topic(key: str, pictogram: str, arrival: int = 0) -> Button:
    """Opens a topic; ``arrival`` remembers the question that led to it."""
    return Button(TopicTitle(key), f"go/topic/{key}/{arrival}", pictogram)


def group(key: str, pictogram: str) -> Button:
    """Opens a group of the menu."""
    return Button(GroupTitle(key), f"go/group/{key}", pictogram)


def speak(language: Language) -> Button:
    """Switches to a language, called by its own name."""
    return Button(LanguageName(language), f"go/speak/{language}")


def option_data(state: State, step: str, key: str) -> str:
    """The data of one option of one step."""
    return f"{AT}/{state.conversation}/{step}/{key}"


def of_step(step: Step, state: State) -> Rows:
    """The buttons of a step: its options, then back (from the second step on) and stop."""
    options: tuple[Button, ...] = ()
    if isinstance(step, Choose):
        options = tuple(
            Button(option.label, option_data(state, step.name, option.key), option.pictogram)
            for option in step.options
        )
        if not step.can_stop:
            return one_per_row(options)
    leave = (BACK, STOP) if state.answers else (STOP,)
    return (*one_per_row(options), leave)
