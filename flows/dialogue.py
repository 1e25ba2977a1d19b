"""One turn of the talk: what was heard and where we were, to what is said and where we are now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows import actions, buttons, menus, onboarding, texts
from flows.conversation import (
    Ask,
    Choose,
    ConversationError,
    Finished,
    State,
    Waiting,
    replay,
)
from flows.effects import (
    Begin,
    Effect,
    Effects,
    ExportData,
    ForgetChat,
    LeaveConversation,
    Say,
    SetLanguage,
)
from flows.emergencies import emergency
from flows.facts import Facts
from flows.heard import Alarm, Chose, Heard, Joined, Said, SentMedia
from flows.message import Message, Text
from flows.questions import SMALL_TALK, answer
from flows.register import CONVERSATIONS
from nlu.contract import OUT_OF_SCOPE, as_language

# A chat without a language is not asked for one when its first message says it this clearly.
CLEAR = 0.5


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the conversation stands now (None: none is going on), and what is to be done, in order."""

    state: State | None
    effects: Effects


def waiting_step(facts: Facts, state: State | None) -> Waiting | None:
    """The question that is open, if any. A conversation that a release took away is no longer open."""
    if state is None:
        return None
    try:
        now = replay(CONVERSATIONS, facts, state)
    except ConversationError:
        return None
    return now if isinstance(now, Waiting) else None


def waits_for_words(facts: Facts, state: State | None) -> bool:
    """Whether the next text is the answer to a free-text step, and so must not be parsed."""
    waiting = waiting_step(facts, state)
    return waiting is not None and isinstance(waiting.step, Ask)


def respond(facts: Facts, state: State | None, heard: Heard) -> Turn:
    """Decide one turn."""
    waiting = waiting_step(facts, state)
    if isinstance(heard, Alarm):
        said = emergency(heard.kind, heard.acute, interrupted=waiting is not None)
        return Turn(waiting.state if waiting else None, said)
    before: Effects = ()
    if isinstance(heard, Said) and heard.redacted:
        before = (Say(Message((texts.BSN_REMOVED,))),)
    if isinstance(heard, Joined):
        return _go_on(facts, None, onboarding.joined(facts, heard.coded))
    if facts.chat.language is None and (first := _first_question(facts, waiting, heard)) is not None:
        return _go_on(facts, None, (*before, *first))
    if facts.chat.language is None and waiting is None:
        return _go_on(facts, None, (*before, *onboarding.joined(facts, coded=False)))
    if waiting is not None and (answered := _step_answer(waiting, heard)) is not None:
        return _step_taken(facts, waiting.state.answered(waiting.step.name, answered), before)
    if isinstance(heard, Chose) and heard.data == buttons.BACK.data and waiting is not None:
        return _step_taken(facts, waiting.state.without_last(), before)
    return _go_on(facts, waiting, (*before, *_react(facts, waiting, heard)))


def close_idle(facts: Facts, state: State) -> Turn:
    """End a conversation that nobody went on with."""
    return Turn(None, (Say(menus.menu(facts, texts.CONVERSATION_CLOSED)),))


def ask(waiting: Waiting) -> Say:
    """The open question with its buttons; a word of why where the recorded answer has gone."""
    why: tuple[Text, ...] = (texts.OPTION_VANISHED,) if waiting.vanished else ()
    rows = buttons.of_step(waiting.step, waiting.state)
    return Say(Message((*why, *waiting.step.question), rows))


def _first_question(facts: Facts, waiting: Waiting | None, heard: Heard) -> Effects | None:
    """The answer to a first message that says clearly what it asks, and in which language."""
    parse = heard.parse if isinstance(heard, Said) else None
    language = as_language(parse.language) if parse else None
    if not isinstance(heard, Said) or parse is None or language is None:
        return None
    if parse.intent.name in {OUT_OF_SCOPE, *SMALL_TALK} or parse.intent.confidence < CLEAR:
        return None
    known = replace(facts, chat=replace(facts.chat, language=language))
    opening = waiting.state.opening if waiting else {}
    return (*onboarding.recognised(facts, language, opening), *answer(known, heard, parse))


def _step_answer(waiting: Waiting, heard: Heard) -> str | None:
    """The answer to the open step that was heard, if it is one."""
    step = waiting.step
    if isinstance(heard, Chose):
        chosen = _option_of(heard.data, waiting)
        return chosen if chosen is not None and step.accepts(chosen) else None
    if not isinstance(heard, Said):
        return None
    if isinstance(step, Choose):
        return heard.option
    return heard.text if step.accepts(heard.text) and not heard.text.startswith("/") else None


def _option_of(data: str, waiting: Waiting) -> str | None:
    prefix = buttons.option_data(waiting.state, waiting.step.name, "")
    return data.removeprefix(prefix) if data.startswith(prefix) else None


def _step_taken(facts: Facts, state: State, before: Effects) -> Turn:
    now = replay(CONVERSATIONS, facts, state)
    if isinstance(now, Waiting):
        return Turn(now.state, (*before, ask(now)))
    return _go_on(facts, None, (*before, *now.effects))


def _react(facts: Facts, waiting: Waiting | None, heard: Heard) -> Effects:
    """Everything that is not an answer to the open step."""
    if isinstance(heard, Chose):
        return _react_to_button(facts, waiting, heard.data)
    if isinstance(heard, SentMedia):
        return (Say(menus.menu(facts, texts.NOT_TEXT)),)
    if isinstance(heard, Said):
        return _react_to_words(facts, waiting, heard)
    return (Say(Message((texts.TOO_MUCH,))),)


def _react_to_button(facts: Facts, waiting: Waiting | None, data: str) -> Effects:
    if data.startswith(f"{buttons.GO}/"):
        return actions.act(facts, data)
    if not data.startswith(f"{buttons.AT}/"):
        return (Say(menus.menu(facts, texts.UNKNOWN_BUTTON)),)
    if waiting is None:
        return (Say(menus.menu(facts, texts.OLD_BUTTON)),)
    gone = _option_of(data, waiting) is not None
    return (Say(Message((texts.OPTION_VANISHED if gone else texts.OLD_BUTTON,))),)


def _react_to_words(facts: Facts, waiting: Waiting | None, said: Said) -> Effects:
    if said.text.startswith("/"):
        return actions.command(facts, said.text)
    if said.parse is None:
        return (Say(menus.menu(facts, texts.NOTHING_READABLE)),)
    unclear = said.parse.intent.name == OUT_OF_SCOPE or said.parse.intent.confidence < CLEAR
    if waiting is not None and unclear:
        return (Say(Message((texts.CHOOSE_FROM_BUTTONS,))),)
    return answer(facts, said, said.parse)


def _state_after(state: State | None, effect: Effect) -> State | None:
    """Which conversation is going on after an effect."""
    if isinstance(effect, Begin):
        return State(effect.conversation, effect.opening)
    if isinstance(effect, LeaveConversation):
        return state if state and not state.conversation.startswith(effect.named) else None
    return None if isinstance(effect, ForgetChat) else state


def _go_on(facts: Facts, waiting: Waiting | None, effects: Effects) -> Turn:
    """Carry out what concerns the conversation itself; repeat the open question after the rest."""
    state = waiting.state if waiting else None
    done: list[Effect] = []
    for effect in effects:
        if isinstance(effect, SetLanguage):
            facts = replace(facts, chat=replace(facts.chat, language=effect.language))
        state = _state_after(state, effect)
        if not isinstance(effect, Begin):
            done.append(effect)
    if state is None:
        said = any(isinstance(effect, Say | ExportData | ForgetChat) for effect in done)
        # Nobody is left without an answer: a button that only leads back shows the menu.
        return Turn(None, tuple(done) if said else (*done, *menus.show(facts)))
    now = replay(CONVERSATIONS, facts, state)
    if isinstance(now, Finished):
        return Turn(None, (*done, *now.effects))
    if waiting is not None and waiting.vanished and now.step == waiting.step:
        now = waiting
    return Turn(now.state, (*done, ask(now)))
