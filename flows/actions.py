"""What the buttons that work at any time do, and the commands that mean the same."""

from __future__ import annotations

from collections.abc import Callable

from flows import attendance, menus, people, preferences, privacy, questions, texts
from flows.effects import Effects, LeaveConversation, Say
from flows.facts import Facts
from nlu.contract import as_language


def act(facts: Facts, data: str) -> Effects:
    """React to ``go/<action>/<arguments>``; an unknown one is answered kindly."""
    _, _, rest = data.partition("/")
    name, *arguments = rest.split("/")
    action = _ACTIONS.get(name)
    if action is None:
        return _unknown(facts)
    return action(facts, *_padded(arguments))


def command(facts: Facts, text: str) -> Effects:
    """React to a typed ``/command``."""
    name = text[1:].split(maxsplit=1)[0].partition("@")[0].casefold() if text[1:].strip() else ""
    action = _COMMANDS.get(name)
    if action is None:
        return (Say(menus.menu(facts, texts.UNKNOWN_COMMAND)),)
    return action(facts)


def _padded(arguments: list[str]) -> tuple[str, str, str]:
    first, second, third, *_ = (*arguments, "", "", "")
    return first, second, third


def _unknown(facts: Facts) -> Effects:
    return (Say(menus.menu(facts, texts.UNKNOWN_BUTTON)),)


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else 0


def _menu(facts: Facts, *_: str) -> Effects:
    return (LeaveConversation(), *menus.show(facts))


def _appointments(facts: Facts, start: int = 0) -> Effects:
    """The own timetable; who is in no records learns how to be linked."""
    if facts.chat.role != "newcomer":
        return questions.show_topic(facts, "my_appointments")
    return attendance.show(facts, start)


def _stop(facts: Facts, *_: str) -> Effects:
    return (LeaveConversation(), Say(menus.menu(facts, texts.CONVERSATION_LEFT)))


def _speak(facts: Facts, code: str, *_: str) -> Effects:
    language = as_language(code)
    return preferences.speak(language) if language else _unknown(facts)


def _rate(facts: Facts, topic: str, thumb: str, arrival: str) -> Effects:
    if thumb not in {"up", "down"}:
        return _unknown(facts)
    return questions.rate(facts, topic, thumb == "up", _number(arrival))


_ACTIONS: dict[str, Callable[[Facts, str, str, str], Effects]] = {
    "menu": _menu,
    "stop": _stop,
    "speak": _speak,
    "rate": _rate,
    # Both only lead back to the open question, which is repeated after every reaction anyway.
    "continue": lambda facts, *_: (),
    "back": lambda facts, *_: (Say(menus.menu(facts, texts.OLD_BUTTON)),),
    "group": lambda facts, key, *_: menus.show_group(facts, key),
    "topic": lambda facts, key, arrival, _: questions.show_topic(facts, key, _number(arrival)),
    "more": lambda facts, key, *_: questions.show_more(facts, key),
    "dutch": lambda facts, key, *_: questions.show_in_dutch(facts, key),
    "none": lambda facts, arrival, *_: questions.none_of_these(facts, _number(arrival)),
    "appointments": lambda facts, start, *_: _appointments(facts, _number(start)),
    "meeting": lambda facts, meeting, *_: attendance.show_one(facts, _number(meeting)),
    "come": lambda facts, meeting, *_: attendance.come(facts, _number(meeting)),
    "cannot": lambda facts, meeting, *_: attendance.cannot(facts, _number(meeting)),
    "assist": lambda facts, meeting, *_: attendance.ask_help(facts, _number(meeting)),
    "swap": lambda facts, missed, other, _: attendance.swap(facts, _number(missed), _number(other)),
    "language": lambda facts, *_: preferences.offer_languages(facts),
    "human": lambda facts, *_: people.show_human(facts),
    "messages": lambda facts, *_: preferences.offer_pause(facts),
    "resume": lambda facts, *_: preferences.resume(facts),
    "privacy": lambda facts, *_: privacy.show(facts),
    "export": lambda facts, *_: privacy.export(facts),
    "delete": lambda facts, *_: privacy.ask_delete(facts),
}

_COMMANDS: dict[str, Callable[[Facts], Effects]] = {
    "menu": _menu,
    "start": _menu,
    "help": menus.show_help,
    "appointments": lambda facts: _appointments(facts),
    "language": preferences.offer_languages,
    "human": people.show_human,
    "messages": preferences.offer_pause,
    "stop": preferences.offer_pause,
    "privacy": privacy.show,
    "delete": privacy.ask_delete,
}
# The commands that a channel can offer in a menu of its own, with what they do.
COMMANDS = (
    ("menu", texts.TO_MENU),
    ("appointments", texts.MY_APPOINTMENTS),
    ("language", texts.LANGUAGE),
    ("human", texts.TALK_TO_HUMAN),
    ("messages", texts.MESSAGES_ON_OFF),
    ("privacy", texts.PRIVACY),
    ("help", texts.HELP_COMMAND),
)
