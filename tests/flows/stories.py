"""A talk as a list of turns; the state goes through JSON between all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from flows.conversation import State
from flows.dialogue import respond
from flows.effects import AnswerMeeting, Effect, Say, SetLanguage, SwapMeeting
from flows.facts import Catalogue, Chat, Contact, Facts, Group, Kept, Topic
from flows.heard import Alarm, Chose, Heard, Joined, Said
from flows.local_time import at_wall_time
from flows.meetings import Appointment, CourseType, Meeting, Spot, Timetable
from flows.message import (
    Argument,
    Button,
    Day,
    LanguageName,
    Lines,
    Message,
    Moment,
    Plural,
    Text,
    Verbatim,
)
from flows.schedule import Offset
from nlu.contract import DangerKind, Entity, Intent, Parse

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# law-and-numbers.md: at most about 60 words before a button.
MOST_WORDS = 60


def topic(key: str, group: str = "health", **changes: object) -> Topic:
    """A topic with two related ones."""
    made = Topic(key, group, "🩺", "vluchtelingenwerk", ("dentist", "interpreter"), has_more=True)
    return replace(made, **changes)  # type: ignore[arg-type]


TOPICS = {
    key: topic(
        key,
        "health" if key in {"gp_registration", "dentist", "interpreter"} else "bot",
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
        "my_appointments",
        "cannot_attend",
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


REMINDERS = tuple(map(Offset.read, ("7 days before", "1 day before at 18:00", "2 hours before")))
STATEMENT = CourseType("participation_statement", "📜", REMINDERS, parts=4)
LESSON = CourseType("language_class", "🗣️", REMINDERS[1:])
SPORT = CourseType("sport", "⚽", REMINDERS[1:])
COLLEGE = Spot("Friesland College", room="2.14")


def meeting(number: int, day: date, clock: time, course: CourseType = LESSON, **changes: object) -> Meeting:
    """A meeting of two hours by the clock of Leeuwarden."""
    starts_at = at_wall_time(day, clock)
    made = Meeting(number, course, starts_at, starts_at + timedelta(hours=2), COLLEGE)
    return replace(made, **changes)  # type: ignore[arg-type]


# It is Monday 23 November 2026, ten in the morning in Leeuwarden.
BEGUN = meeting(10, date(2026, 11, 23), time(9, 30))
PART_TWO = meeting(11, date(2026, 11, 25), time(10), STATEMENT, part=2)
DUTCH = meeting(12, date(2026, 11, 26), time(9))
CALLED_OFF = meeting(13, date(2026, 11, 27), time(9), cancelled=True)
LEFT = meeting(14, date(2026, 11, 27), time(13, 30))
FOOTBALL = meeting(15, date(2026, 11, 30), time(19), SPORT, spot=Spot("Sports hall"))
# The same half-day with other groups.
FRIDAY = meeting(31, date(2026, 11, 27), time(13, 30), STATEMENT, part=2)
TUESDAY = meeting(32, date(2026, 12, 1), time(10), STATEMENT, part=2)
LAST_DATE = date(2027, 3, 1)
PLANNED = replace(
    LINKED,
    timetable=Timetable(
        (
            Appointment(BEGUN),
            Appointment(PART_TWO),
            Appointment(DUTCH),
            Appointment(CALLED_OFF),
            Appointment(LEFT, expected=False),
            Appointment(FOOTBALL, "come"),
        ),
        {PART_TWO.id: (FRIDAY, TUESDAY)},
        LAST_DATE,
    ),
)


def parse(intent: str, confidence: float = 0.9, language: str = "nl", *others: str) -> Parse:
    """What an engine would give."""
    rest = tuple(Intent(name, 0.2) for name in others)
    return Parse("...", language, Intent(intent, confidence), (Intent(intent, confidence), *rest))


def cannot_come(*days: str) -> Parse:
    """What an engine makes of "I cannot come", with the days that were named."""
    named = tuple(Entity("day", day, 0, 1) for day in days)
    return replace(parse("cannot_attend"), entities=named)


def after(facts: Facts, effect: Effect) -> Facts:
    """What is known when an effect has been carried out, as far as the stories go."""
    if isinstance(effect, SetLanguage):
        return replace(facts, chat=replace(facts.chat, language=effect.language))
    table = facts.timetable
    if isinstance(effect, AnswerMeeting):
        answered = tuple(
            replace(each, answer=effect.answer) if each.meeting.id == effect.meeting else each
            for each in table.appointments
        )
        return replace(facts, timetable=replace(table, appointments=answered))
    if isinstance(effect, SwapMeeting):
        taken = next(each for each in table.others[effect.missed] if each.id == effect.other)
        appointments = (*table.appointments, Appointment(taken, "come"))
        by_time = sorted(appointments, key=lambda each: each.meeting.starts_at)
        return replace(facts, timetable=replace(table, appointments=tuple(by_time), others={}))
    return facts


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
            self.facts = after(self.facts, effect)
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


def english(said: Argument) -> str:
    """What is said, in the English of the catalogue: as many words as a reader would see."""
    match said:
        case Text(msgid, args):
            return msgid.format(**dict(zip(args, map(english, args.values()), strict=True)))
        case Plural():
            return (said.plural, said.singular)[said.count == 1].format(count=said.count)
        case Lines(lines):
            return "\n".join(map(english, lines))
        case Moment(at):
            return f"Wednesday {at:%d-%m-%Y, %H:%M} in the morning"
        case Day(on):
            return f"Wednesday {on:%d-%m-%Y}"
        case Verbatim(characters):
            return characters
    return "Tigrinya" if isinstance(said, LanguageName) else str(said)


def words(message: Message) -> int:
    """How many words stand above the buttons, the title included."""
    parts = (*((message.title,) if message.title else ()), *message.paragraphs)
    return sum(len(english(part).split()) for part in parts)
