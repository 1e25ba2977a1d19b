"""The curated content: answers, contacts, groups and languages, read strictly from ``locales/``."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.problems import ProblemsError, read_yaml
from flows.facts import Catalogue, Group, Topic
from nlu.contract import LANGUAGES, Language

# The group whose topics are about the bot itself; it is not in the menu.
OWN_GROUP = "bot"
PLACEHOLDER = re.compile(r"\{([^}]*)\}")
PHONE_PLACEHOLDER = re.compile(r"phone:([a-z_]+)")
# Six digits or more, or a short number: those belong into contacts.yml, where they carry their source.
DATE = re.compile(r"\b\d{1,2}-\d{1,2}-\d{4}\b")
TYPED_NUMBER = re.compile(r"(?<!€ )\b(?:\d[\d -]{4,}\d|11[23]|0[89]00)\b(?!\.nl)")
MOST_WORDS = 65


class Strict(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PhoneNumber(Strict):
    """A number with its certainty (H, M or L) and the day it was looked up."""

    number: str = Field(min_length=2)
    certainty: Literal["H", "M", "L"]
    checked_on: date
    also: str | None = None


class ContactEntry(Strict):
    """An organisation or a helpline."""

    name: str = Field(min_length=1)
    phone: PhoneNumber | None
    web: str | None
    does: dict[Language, str]


class ContactsFile(Strict):
    """``locales/contacts.yml``."""

    version: Literal[1]
    contacts: dict[str, ContactEntry]


class GroupEntry(Strict):
    """A group of the menu."""

    pictogram: str
    title: dict[Language, str]


class GroupsFile(Strict):
    """``locales/answers/groups.yml``."""

    version: Literal[1]
    groups: dict[str, GroupEntry]


class LanguageEntry(Strict):
    """A language of the bot: own name, direction, where to fall back to, who signs its texts."""

    name: str
    direction: Literal["ltr", "rtl"]
    fallback: list[Language]
    owner: str


class LanguagesFile(Strict):
    """``locales/languages.yml``."""

    version: Literal[1]
    languages: dict[Language, LanguageEntry]
    foreign: dict[str, str]


class Source(Strict):
    """Where a fact of an answer comes from."""

    fact: str
    from_: Literal["seed", "law", "topics"] = Field(alias="from")
    certainty: Literal["H", "M", "L"] | None = None


class Unconfirmed(Strict):
    """A fact that an administrator must confirm."""

    fact: str
    why: Literal["local", "M", "L"]
    checked_on: date


class AnswerText(Strict):
    """An answer in one language. ``translated_from`` is the fingerprint of the Dutch it was made from."""

    title: str = Field(pattern=r"\S")
    text: str = Field(pattern=r"\S")
    more: str | None
    reviewed: str
    translated_from: str | None = None


class AnswerFile(Strict):
    """``locales/answers/<group>/<topic>.yml``."""

    topic: str
    pictogram: str
    contact: str | None
    related: list[str]
    sources: list[Source] = Field(min_length=1)
    confirm: list[Unconfirmed]
    texts: dict[Language, AnswerText]


@dataclass(frozen=True, slots=True)
class Content:
    """All curated texts, in one place."""

    answers: dict[str, AnswerFile]
    catalogue: Catalogue
    contacts: dict[str, ContactEntry]
    groups: dict[str, GroupEntry]
    languages: dict[Language, LanguageEntry]
    foreign: dict[str, str]

    def is_stale(self, topic: str, language: Language) -> bool:
        """Whether the Dutch text was changed after this translation was made."""
        answer = self.answers[topic]
        return language != "nl" and answer.texts[language].translated_from != fingerprint(answer.texts["nl"])

    def unconfirmed(self) -> list[tuple[str, str, str]]:
        """Facts an administrator must confirm: (where, fact, why)."""
        facts: list[tuple[str, str, str]] = [
            (f"answer {key}", item.fact, item.why)
            for key, answer in self.answers.items()
            for item in answer.confirm
        ]
        numbers: list[tuple[str, str, str]] = [
            (f"contact {key}", f"{entry.name}: {entry.phone.number}", entry.phone.certainty)
            for key, entry in self.contacts.items()
            if entry.phone and entry.phone.certainty != "H"
        ]
        return facts + numbers


def fingerprint(dutch: AnswerText) -> str:
    """What a translation remembers of the Dutch text it was made from."""
    text = "\n\n".join((dutch.title, dutch.text, dutch.more or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def load_content(root: Path) -> Content:
    """Read everything below ``locales/``; raises ProblemsError with all that is wrong."""
    problems: list[str] = []
    languages = read_yaml(root / "languages.yml", LanguagesFile, problems)
    contacts = read_yaml(root / "contacts.yml", ContactsFile, problems)
    groups = read_yaml(root / "answers" / "groups.yml", GroupsFile, problems)
    answers: dict[str, AnswerFile] = {}
    members: dict[str, list[str]] = {}
    for path in _answer_files(root, problems):
        answer = read_yaml(path, AnswerFile, problems)
        if answer is None:
            continue
        if answer.topic != path.stem:
            problems.append(f"{path}: topic: must be the name of the file")
        if path.stem in answers:
            problems.append(f"{path}: topic: stands in another group too")
        answers[path.stem] = answer
        members.setdefault(path.parent.name, []).append(path.stem)
    if languages is None or contacts is None or groups is None:
        raise ProblemsError(problems)
    problems += _problems_between(root, answers, members, contacts, groups, languages)
    if problems:
        raise ProblemsError(problems)
    return Content(
        answers=answers,
        catalogue=_catalogue(answers, members, groups, languages),
        contacts=contacts.contacts,
        groups=groups.groups,
        languages=languages.languages,
        foreign=languages.foreign,
    )


def _answer_files(root: Path, problems: list[str]) -> list[Path]:
    """The files of the answers; whatever lies elsewhere would never be read, so it is a problem."""
    files = sorted((root / "answers").glob("*/*.yml"))
    for path in sorted((root / "answers").rglob("*")):
        if path.is_file() and path not in files and path != root / "answers" / "groups.yml":
            problems.append(f"{path}: : not an answer: write answers/<group>/<topic>.yml")
    return files


def _catalogue(
    answers: dict[str, AnswerFile],
    members: dict[str, list[str]],
    groups: GroupsFile,
    languages: LanguagesFile,
) -> Catalogue:
    group_of = {topic: group for group, topics in members.items() for topic in topics}
    topics = {
        key: Topic(
            key=key,
            group=group_of[key],
            pictogram=answer.pictogram,
            contact=answer.contact,
            related=tuple(answer.related),
            has_more=bool(answer.texts["nl"].more),
        )
        for key, answer in answers.items()
    }
    menu = tuple(
        Group(key, entry.pictogram, tuple(members.get(key, ()))) for key, entry in groups.groups.items()
    )
    return Catalogue(topics, menu, frozenset(languages.foreign))


def _problems_between(
    root: Path,
    answers: dict[str, AnswerFile],
    members: dict[str, list[str]],
    contacts: ContactsFile,
    groups: GroupsFile,
    languages: LanguagesFile,
) -> list[str]:
    problems: list[str] = []
    for group in members:
        if group not in {*groups.groups, OWN_GROUP}:
            problems.append(f"{root / 'answers' / group}: : no such group in groups.yml")
    # A file that is wrong in itself is told once, not again by everybody who names it.
    known = {path.stem for path in (root / "answers").glob("*/*.yml")}
    for group, topics in members.items():
        for topic in topics:
            path = root / "answers" / group / f"{topic}.yml"
            problems += [f"{path}: {line}" for line in _answer_problems(answers[topic], known, contacts)]
    for key, contact in contacts.contacts.items():
        problems += _missing(f"{root / 'contacts.yml'}: contacts.{key}.does", contact.does)
    for key, entry in groups.groups.items():
        problems += _missing(f"{root / 'answers' / 'groups.yml'}: groups.{key}.title", entry.title)
    missing = set(LANGUAGES) - set(languages.languages)
    problems += [f"{root / 'languages.yml'}: languages.{language}: missing" for language in sorted(missing)]
    return problems


def _missing(field: str, words: dict[Language, str]) -> list[str]:
    return [f"{field}.{language}: missing" for language in LANGUAGES if not words.get(language)]


def _answer_problems(answer: AnswerFile, known: set[str], contacts: ContactsFile) -> list[str]:
    problems = [f"related: no such topic {key!r}" for key in answer.related if key not in known]
    if answer.contact is not None and answer.contact not in contacts.contacts:
        problems.append(f"contact: no such contact {answer.contact!r}")
    for language in LANGUAGES:
        text = answer.texts.get(language)
        if text is None:
            problems.append(f"texts.{language}: missing")
            continue
        pages = {"title": text.title, "text": text.text, "more": text.more or ""}
        for page, words in pages.items():
            problems += [f"texts.{language}.{page}: {line}" for line in _page_problems(words, contacts)]
        if PLACEHOLDER.search(text.title):
            problems.append(f"texts.{language}.title: no placeholder is filled here")
        if bool(text.more) != bool(answer.texts["nl"].more if "nl" in answer.texts else text.more):
            problems.append(f"texts.{language}.more: must be there if and only if it is in Dutch")
        if language != "nl" and not text.translated_from:
            problems.append(f"texts.{language}.translated_from: missing")
    return problems


def _page_problems(words: str, contacts: ContactsFile) -> list[str]:
    problems = []
    for name in PLACEHOLDER.findall(words):
        found = PHONE_PLACEHOLDER.fullmatch(name)
        entry = contacts.contacts.get(found[1]) if found else None
        if entry is None or entry.phone is None:
            problems.append(f"placeholder {{{name}}} names no contact with a phone")
    rest = PLACEHOLDER.sub("", words)
    if "{" in rest or "}" in rest:
        problems.append("a brace without its other half")
    if TYPED_NUMBER.search(DATE.sub("", _with_latin_digits(rest))):
        problems.append("a phone number is typed; write {phone:...} and put it into contacts.yml")
    if (count := len(words.split())) > MOST_WORDS:
        problems.append(f"{count} words, at most {MOST_WORDS} are read")
    return problems


def _with_latin_digits(words: str) -> str:
    return "".join(str(unicodedata.digit(letter, letter)) for letter in words)
