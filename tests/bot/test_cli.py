"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from bot.bidi import FSI, LRI, PDI
from bot.channels.contract import Attachment, Outgoing, OutgoingButton, Sent
from bot.channels.terminal import Terminal
from bot.cli import cli, main
from bot.content import Content
from bot.settings import NLU, ROOT
from bot.store.database import Database, async_url
from bot.store.tables import Chat, ContactRequest, Invitation, Person, Question
from bot.usecases.ask import Ask
from bot.wording import Wording
from nlu.contract import LANGUAGES, OUT_OF_SCOPE, Intent, Parse
from nlu.danger import DangerDataError
from nlu.training import TrainingDataError, load_training
from tests.fakes.clock import FakeClock
from tests.fakes.understanding import FakeUnderstanding, fake_danger

ASKED = ["language", "topic", "confidence", "alternatives", "text", "buttons"]
PARSED = ["text", "language", "intent", "intent_ranking", "entities"]
COMMANDS = [
    command.name or command.callback.__name__ for command in cli.registered_commands if command.callback
]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it had printed."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.removesuffix("\n").split("\n")]


@dataclass
class CommandLine:
    """Runs ``wegwijs`` in this process, with a database and settings of its own."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, stdin: str = "") -> Ended:
        self.monkeypatch.setattr(sys, "argv", ["wegwijs", *arguments])
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        self.capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = self.capsys.readouterr()
        return Ended(code, out, err)

    def database(self, use: Callable[[Database], Awaitable[Any]]) -> Any:
        """Look into the database, or put something there."""

        async def opened() -> Any:
            database = Database(async_url(self.database_url))
            try:
                return await use(database)
            finally:
                await database.close()

        return asyncio.run(opened())


@pytest.fixture
def wegwijs(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    engine_cache: Path,
    logs_put_back: None,
) -> CommandLine:
    url = f"sqlite:///{tmp_path}/wegwijs.db"
    monkeypatch.setenv("WEGWIJS_DATABASE_URL", url)
    monkeypatch.setenv("WEGWIJS_CACHE_DIR", str(engine_cache))
    return CommandLine(monkeypatch, capsys, url)


@pytest.fixture
def quick(wegwijs: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """The command line with fakes that understand and detect, where only the way there matters."""
    fake = FakeUnderstanding()
    fake.teach("tandarts", "dentist", "nl")
    monkeypatch.setattr("bot.app.understanding", lambda settings, detect, engine=None: fake)
    monkeypatch.setattr("bot.app.load_danger", lambda folder: SimpleNamespace(detect=fake_danger))
    yield wegwijs


def started(*arguments: str, stdin: bytes = b"", **settings: str) -> Ended:
    """``python -m bot`` in a process of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WEGWIJS_")}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**environment, "PYTHONUTF8": "1", **settings},
        input=stdin,
        capture_output=True,
        timeout=300,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


# ask and parse, the whole way


def dentists() -> dict[str, str]:
    """A question about dentists in each language that the engine has learned."""
    examples = load_training(NLU).examples
    return {each.language: each.text for each in examples if each.intent == "dentist" and len(each.text) > 12}


HOSTILE = {
    "nothing": "",
    "spaces": "   ",
    "emoji": "😀🦷👨‍👩‍👧",
    "long": "x" * 100_000,
    "long and said": "waar is de tandarts? " * 5_000,
    "controls": "\x07\x1b[\u202e\u200b\ufeff",
    "separators": "tandarts\u2028tandarts\u0085tandarts",
    "html": "<script>alert(1)</script>",
    "braces": "{0} {name} %s",
    "command": "/start",
    "three scripts": "ሰላም hello سلام",
    "bsn": "mijn bsn is 111222333",
    "french": "Je ne parle pas néerlandais, est-ce que vous parlez français ?",
}


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """What is put before ``ask -`` and ``parse -``, by a name."""
    return {**HOSTILE, **dentists()}


@pytest.fixture(scope="module")
def asked(written: dict[str, str], engine_cache: Path) -> dict[str, dict[str, Any]]:
    """What ``ask -`` says to each line."""
    return in_lines("ask", written, engine_cache)


@pytest.fixture(scope="module")
def parsed(written: dict[str, str], engine_cache: Path) -> dict[str, dict[str, Any]]:
    """What ``parse -`` says to each line."""
    return in_lines("parse", written, engine_cache)


def in_lines(command: str, written: dict[str, str], cache: Path) -> dict[str, dict[str, Any]]:
    lines = "".join(f"{text}\n" for text in written.values())
    ended = started(command, "-", stdin=lines.encode(), WEGWIJS_CACHE_DIR=str(cache))
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.lines) == len(written)
    return dict(zip(written, ended.lines, strict=True))


@pytest.mark.parametrize("name", [*HOSTILE, *LANGUAGES])
def test_every_line_is_answered_with_one_object(asked: dict[str, dict[str, Any]], name: str) -> None:
    answer = asked[name]
    assert sorted(answer) == sorted(ASKED)
    assert answer["language"] in LANGUAGES
    assert 0 <= answer["confidence"] <= 1
    assert len(answer["alternatives"]) <= 3
    for alternative in answer["alternatives"]:
        assert sorted(alternative) == ["confidence", "topic"]
        assert alternative["topic"] != answer["topic"]
        assert alternative["confidence"] <= answer["confidence"]
    assert answer["text"].strip()
    assert answer["buttons"]
    for button in answer["buttons"]:
        assert sorted(button) == ["data", "label"]
        assert not {LRI, FSI, PDI} & set(button["label"])


@pytest.mark.parametrize("name", [*HOSTILE, *LANGUAGES])
def test_every_line_is_parsed_to_one_object_in_the_shape_of_rasa(
    parsed: dict[str, dict[str, Any]], written: dict[str, str], name: str
) -> None:
    parse = parsed[name]
    assert list(parse) == PARSED
    assert parse["text"] == written[name]
    assert list(parse["intent"]) == ["name", "confidence"]
    assert parse["intent_ranking"][0] == parse["intent"]
    assert all(0 <= intent["confidence"] <= 1 for intent in parse["intent_ranking"])
    for entity in parse["entities"]:
        assert sorted(entity) == ["end", "entity", "start", "value"]
        assert 0 <= entity["start"] < entity["end"] <= len(written[name])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_learned_question_is_answered_in_its_language(
    asked: dict[str, dict[str, Any]], content: Content, language: str
) -> None:
    answer = asked[language]
    assert (answer["topic"], answer["language"]) == ("dentist", language)
    assert answer["confidence"] > 0.5
    title, _, rest = answer["text"].partition("\n\n")
    assert title.endswith(content.answers["dentist"].texts[language].title)  # type: ignore[index]
    assert rest


@pytest.mark.parametrize("name", ["nothing", "spaces", "emoji", "controls"])
def test_what_has_no_words_is_said_to_have_none(asked: dict[str, dict[str, Any]], name: str) -> None:
    assert (asked[name]["topic"], asked[name]["confidence"]) == (OUT_OF_SCOPE, 0)
    assert "geen woorden" in asked[name]["text"]


def test_a_bsn_is_told_to_be_removed(asked: dict[str, dict[str, Any]]) -> None:
    assert "BSN" in asked["bsn"]["text"]
    assert "111222333" not in json.dumps(asked["bsn"])


def test_a_single_question_is_answered_for_humans_or_as_json(quick: CommandLine) -> None:
    ended = quick("ask", "tandarts")
    assert ended.code == 0
    assert "Menu]" in ended.out
    assert "{" not in ended.out
    (answer,) = quick("ask", "--json", "--lang", "ar", "tandarts").lines
    assert sorted(answer) == sorted(ASKED)
    # What was written decides, and a way to speak it from now on is offered.
    assert answer["language"] == "nl"
    assert any(button["data"] == "go/speak/nl" for button in answer["buttons"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_the_chat_is_spoken_where_the_text_has_none(
    quick: CommandLine, language: str
) -> None:
    (answer,) = quick("ask", "--json", "--lang", language, "").lines
    assert answer["language"] == language


def test_no_lines_give_no_lines(wegwijs: CommandLine) -> None:
    assert wegwijs("parse", "-") == Ended(0, "", "")


def test_a_rasa_server_must_be_named(wegwijs: CommandLine) -> None:
    ended = wegwijs("parse", "--engine", "rasa", "hallo")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "environment: WEGWIJS_NLU_URL: needed for --engine rasa\n"


def test_bytes_that_are_no_text_are_answered(engine_cache: Path) -> None:
    ended = started("parse", "-", stdin=b"\xff\xfe\n", WEGWIJS_CACHE_DIR=str(engine_cache), PYTHONUTF8="0")
    assert "Traceback" not in ended.err
    assert len(ended.lines) == 1


# ask, with an understanding that is told


@pytest.fixture
def understanding() -> FakeUnderstanding:
    return FakeUnderstanding()


@pytest.fixture
def ask(understanding: FakeUnderstanding, content: Content, wording: Wording) -> Ask:
    return Ask(understanding, fake_danger, wording, content.catalogue, FakeClock())


async def test_a_sure_question_is_answered(ask: Ask, understanding: FakeUnderstanding) -> None:
    understanding.teach("tand", "dentist", "nl", 0.91234567)
    answer = await ask("tand")
    assert (answer["topic"], answer["confidence"], answer["language"]) == ("dentist", 0.9123, "nl")
    assert [other["topic"] for other in answer["alternatives"]] == ["interpreter"]
    assert answer["buttons"][0] == {"label": "➕ Meer hierover", "data": "go/more/dentist"}


async def test_an_unsure_question_gets_guesses(ask: Ask, understanding: FakeUnderstanding) -> None:
    understanding.teach("tand", "gp_registration", "en", 0.3)
    answer = await ask("tand")
    assert answer["text"] == "Did you mean one of these?"
    assert answer["buttons"][0]["data"] == "go/topic/gp_registration/0"


async def test_an_unknown_question_is_said_to_be_unknown(ask: Ask) -> None:
    answer = await ask("taart bakken", "en")
    assert (answer["topic"], answer["language"]) == (OUT_OF_SCOPE, "en")
    assert answer["text"].startswith("I do not know this.")


async def test_danger_comes_first_whatever_is_understood(ask: Ask, understanding: FakeUnderstanding) -> None:
    understanding.teach("fire at the dentist", "dentist", "en")
    answer = await ask("fire at the dentist", "nl")
    assert (answer["topic"], answer["confidence"], answer["alternatives"]) == ("emergency", 1.0, [])
    assert answer["language"] == "en"
    assert answer["text"].startswith("🆘")
    assert "Call 112 now." in answer["text"]


async def test_a_bsn_never_reaches_the_engine(ask: Ask, understanding: FakeUnderstanding) -> None:
    await ask("mijn bsn is 111222333 en nu")
    assert understanding.asked
    assert not any("111222333" in text for text in understanding.asked)


async def test_what_has_no_words_never_reaches_the_engine(ask: Ask, understanding: FakeUnderstanding) -> None:
    for text in ("", " ", "😀", "?!"):
        await ask(text)
    assert understanding.asked == []


async def test_a_language_that_is_not_ours_gets_the_choice_of_ours(
    content: Content, wording: Wording
) -> None:
    class French(FakeUnderstanding):
        async def parse(self, text: str, prior: object = None) -> Parse:
            return Parse(text, "fr", Intent("dentist", 0.9), (Intent("dentist", 0.9),))

    answer = await Ask(French(), fake_danger, wording, content.catalogue, FakeClock())("bonjour")
    assert answer["text"] == content.foreign["fr"]
    assert {button["data"] for button in answer["buttons"]} == {f"go/speak/{each}" for each in LANGUAGES}
    assert answer["language"] in LANGUAGES


# help, and what is typed wrongly


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    ended = CliRunner().invoke(cli, [command, "--help"])
    assert ended.exit_code == 0
    assert len(ended.output.strip().splitlines()) > 4


def test_the_program_lists_its_commands() -> None:
    listed = CliRunner().invoke(cli, ["--help"])
    assert listed.exit_code == 0
    assert [command for command in COMMANDS if command not in listed.output] == []
    assert {"run", "chat", "ask", "parse", "check", "migrate", "demo", "invite", "inbox"} <= set(COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["--loud"],
        ["ask"],
        ["ask", "hallo", "--colour"],
        ["ask", "hallo", "--lang", "fr"],
        ["ask", "hallo", "twice"],
        ["parse", "hallo", "--engine", "magic"],
        ["invite"],
        *[[command, "--nonsense"] for command in COMMANDS],
    ],
    ids=" ".join,
)
def test_what_is_typed_wrongly_ends_with_2(arguments: list[str]) -> None:
    ended = CliRunner().invoke(cli, arguments)
    assert ended.exit_code == 2
    assert "Usage" in ended.output


# settings


def test_a_broken_setting_is_named_without_a_stack_trace() -> None:
    ended = started("inbox", WEGWIJS_PORT="banana", WEGWIJS_PROT="1")
    assert (ended.code, ended.out) == (1, "")
    assert [line.split(": ")[1] for line in ended.err.splitlines()] == ["WEGWIJS_PROT", "WEGWIJS_PORT"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["chat"],
        ["ask", "hallo"],
        ["parse", "hallo"],
        ["migrate"],
        ["demo"],
        ["invite", "N-0001"],
        ["inbox"],
    ],
    ids=" ".join,
)
def test_no_command_does_anything_with_a_broken_setting(
    wegwijs: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    monkeypatch.setenv("WEGWIJS_LOG_LEVEL", "loud")
    ended = wegwijs(*arguments)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("environment: WEGWIJS_LOG_LEVEL: ")
    assert list(tmp_path.iterdir()) == []


def test_check_finds_no_problem_in_our_own_data(wegwijs: CommandLine) -> None:
    assert wegwijs("check") == Ended(0, "content, catalogues, training data and settings: no problems\n", "")


def test_check_tells_a_broken_setting(wegwijs: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWIJS_DEMO", "perhaps")
    ended = wegwijs("check")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("environment: WEGWIJS_DEMO: ")


def test_what_must_be_confirmed_is_listed(wegwijs: CommandLine, content: Content) -> None:
    ended = wegwijs("unconfirmed")
    assert ended.code == 0
    assert len(ended.out.splitlines()) == len(content.unconfirmed())
    assert "contact doctor_oohs: M: Dokterswacht Friesland: 0900-112 7 112" in ended.out


# the database


def test_the_demo_town_is_loaded_into_an_empty_database_once(wegwijs: CommandLine) -> None:
    first = wegwijs("demo")
    assert first.code == 0
    codes = re.findall(r"^  ([A-Z0-9]{10})  \S.* \((newcomer|volunteer)\)$", first.out, re.MULTILINE)
    assert [role for _, role in codes] == ["newcomer", "newcomer", "volunteer"]

    async def count(database: Database) -> dict[str, int]:
        async with database.reading() as session:
            rows = await session.execute(select(Person.role, func.count()).group_by(Person.role))
            return {role: number for role, number in rows}

    people = wegwijs.database(count)
    assert people["newcomer"] == 504
    second = wegwijs("demo")
    assert (second.code, second.out) == (1, "")
    assert second.err.splitlines()[-1].startswith("database: : not empty")
    assert wegwijs.database(count) == people


def test_the_demo_town_stays_out_of_a_database_where_somebody_talks(wegwijs: CommandLine) -> None:
    wegwijs("migrate")

    async def talk(database: Database) -> None:
        async with database.writing() as session:
            session.add(Chat(channel="terminal", address="1", since=NOW))

    wegwijs.database(talk)
    assert wegwijs("demo").code == 1


def test_migrating_can_be_repeated(wegwijs: CommandLine) -> None:
    for _ in range(2):
        ended = wegwijs("migrate")
        assert (ended.code, ended.out) == (0, "the database is up to date\n")


def test_an_invitation_is_made_for_somebody_who_is_there(wegwijs: CommandLine) -> None:
    wegwijs("demo")
    ended = wegwijs("invite", "N-0001")
    assert ended.code == 0
    assert re.fullmatch(r"[A-Z0-9]{10}\n", ended.out)

    async def newest(database: Database) -> timedelta:
        async with database.reading() as session:
            invitation = await session.scalar(select(Invitation).order_by(Invitation.id.desc()))
            assert invitation is not None
            assert ended.out.strip() not in invitation.code_hash
            return invitation.expires_at - datetime.now(UTC)

    assert timedelta(days=13, hours=23) < wegwijs.database(newest) <= timedelta(days=14)


def test_what_is_written_has_the_time_of_the_clock_that_is_set(
    wegwijs: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEGWIJS_CLOCK", "2031-02-03T09:00+01:00")
    wegwijs("demo")
    wegwijs("invite", "N-0001")

    async def expiries(database: Database) -> list[datetime]:
        async with database.reading() as session:
            return list(await session.scalars(select(Invitation.expires_at).order_by(Invitation.id)))

    start = datetime(2031, 2, 3, 8, 0, tzinfo=UTC)
    *demo, invited = [at - start for at in wegwijs.database(expiries)]
    assert timedelta(days=14) <= invited < timedelta(days=14, minutes=1)
    assert demo
    assert all(timedelta(0) < after < timedelta(days=400) for after in demo)


@pytest.mark.parametrize("reference", ["N-9999", "", "n-0001", "' OR 1=1 --"])
def test_an_unknown_person_is_not_invited(wegwijs: CommandLine, reference: str) -> None:
    wegwijs("demo")
    ended = wegwijs("invite", reference)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"people: {reference}: there is no such reference\n"


def test_the_inbox_lists_who_waits_and_what_was_asked(wegwijs: CommandLine) -> None:
    wegwijs("migrate")
    assert wegwijs("inbox") == Ended(0, "", "")

    async def fill(database: Database) -> None:
        async with database.writing() as session:
            person = Person(reference="N-1", name="Eden T.", role="newcomer", contact="amaryllis")
            chat = Chat(channel="terminal", address="1", since=NOW)
            session.add_all([person, chat])
            await session.flush()
            session.add(ContactRequest(person_id=person.id, contact="amaryllis", asked_at=NOW))
            done = ContactRequest(person_id=person.id, contact="jade", asked_at=NOW, done_at=NOW)
            session.add(done)
            question = {"chat_id": chat.id, "arrival_id": 1, "language": "ti", "topic": None}
            session.add(Question(asked_at=NOW, words="ሕቶ", reason="unanswered", **question))

    wegwijs.database(fill)
    request, question = wegwijs("inbox").lines
    assert request == {
        "kind": "contact_request",
        "at": "2026-11-23T09:00:00+00:00",
        "person": "N-1",
        "contact": "amaryllis",
        "meeting": None,
    }
    assert question == {
        "kind": "question",
        "at": "2026-11-23T09:00:00+00:00",
        "language": "ti",
        "words": "ሕቶ",
        "topic": None,
        "reason": "unanswered",
    }


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        (["inbox"], "sqlite:///{folder}/never-migrated.db"),
        (["invite", "N-0001"], "sqlite:///{folder}/never-migrated.db"),
        (["inbox"], "sqlite:///{folder}/no/such/folder/x.db"),
        (["inbox"], "postgresql://wegwijs:pass-word@127.0.0.1:1/wegwijs"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_problem(tmp_path: Path, arguments: list[str], url: str) -> None:
    ended = started(*arguments, WEGWIJS_DATABASE_URL=url.format(folder=tmp_path))
    assert (ended.code, ended.out) == (1, "")
    assert "Traceback" not in ended.err
    assert "database" in ended.err.casefold()
    assert "pass-word" not in ended.err


def test_a_cache_that_cannot_be_written_is_a_problem(
    wegwijs: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(root: Path, folder: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr("bot.app.load_or_train", refuse)
    ended = wegwijs("parse", "hallo")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("environment: WEGWIJS_CACHE_DIR: ")
    assert ended.err.endswith("(Permission denied)\n")


def test_broken_training_data_is_a_problem(wegwijs: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(root: Path, folder: Path) -> None:
        raise TrainingDataError(["data/nl/bot.yml:7: intent: unknown", "domain.yml:1: intents: missing"])

    monkeypatch.setattr("bot.app.load_or_train", refuse)
    told = "data/nl/bot.yml:7: intent: unknown\ndomain.yml:1: intents: missing\n"
    assert wegwijs("parse", "hallo") == Ended(1, "", told)


def test_broken_danger_data_is_a_problem(quick: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise DangerDataError(["fire.yml: nl.acute: broken"])

    monkeypatch.setattr("bot.app.load_danger", refuse)
    assert quick("ask", "hallo") == Ended(1, "", "fire.yml: nl.acute: broken\n")


# evaluate

GOOD = {"text": "tandarts", "intent": "dentist", "lang": "nl", "script": "latn", "kind": "short", "also": []}


def test_an_engine_is_measured_with_sentences(quick: CommandLine, tmp_path: Path) -> None:
    sentences = tmp_path / "sentences.jsonl"
    wrong = {**GOOD, "text": "iets anders"}
    sentences.write_text("".join(f"{json.dumps(sentence)}\n" for sentence in (GOOD, wrong)))
    (report,) = quick("evaluate", "--json", str(sentences)).lines
    assert (report["overall"]["sentences"], report["overall"]["strict"]) == (2, 0.5)
    picture = tmp_path / "picture.png"
    ended = quick("evaluate", str(sentences), "--picture", str(picture))
    assert ended.code == 0
    assert "all together" in ended.out
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", ":1: : not JSON"),
        ("[]", ":1: : not a JSON object"),
        ('{"text": "x"}', ":1: intent: missing"),
        ('{"text": "x", "intent": "y", "colour": "red"}', ":1: colour: unknown field"),
        ('{"text": 1, "intent": "y"}', ":1: fields: must be text"),
        ("", ": : no sentences"),
    ],
)
def test_a_sentence_that_cannot_be_read_is_named(
    quick: CommandLine, tmp_path: Path, line: str, said: str
) -> None:
    path = tmp_path / "sentences.jsonl"
    path.write_text(f"{line}\n")
    ended = quick("evaluate", str(path))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"{path}{said}")


@pytest.mark.parametrize("also", [5, "dentist"])
def test_alternatives_that_are_no_list_are_named(quick: CommandLine, tmp_path: Path, also: object) -> None:
    path = tmp_path / "sentences.jsonl"
    path.write_text(json.dumps({**GOOD, "also": also}))
    ended = quick("evaluate", str(path))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"{path}:1: ")


def test_a_picture_that_cannot_be_written_is_no_trouble_of_the_database(
    quick: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "sentences.jsonl"
    path.write_text(json.dumps(GOOD))
    ended = quick("evaluate", str(path), "--picture", str(tmp_path / "no" / "such" / "folder.png"))
    assert ended.code == 1
    assert "DATABASE" not in ended.err
    assert "folder.png" in ended.err


# the terminal


async def test_the_terminal_prints_a_message_with_numbered_buttons() -> None:
    printed: list[str] = []
    terminal = Terminal(printed.append)
    rows = (
        (OutgoingButton("☰ Menu", "go/menu"), OutgoingButton("Ja", "at/x/y")),
        (OutgoingButton("Nee", "n"),),
    )
    place = Attachment("place", name="Stadskantoor", text="Oldehoofsterkerkhof 2")
    sent = await terminal.send(
        "1", Outgoing("Hallo.", "nl", title=f"{LRI}Titel{PDI}", rows=rows, attachments=(place,))
    )
    assert sent == Sent()
    assert printed[0].splitlines() == [
        f"{LRI}Titel{PDI}",
        "=====",
        "Hallo.",
        "  [1] ☰ Menu",
        "  [2] Ja",
        "  [3] Nee",
        "  <place: Stadskantoor>",
        "Oldehoofsterkerkhof 2",
    ]
    pressed = {typed: button.data for typed in ("1", "2", "3") if (button := terminal.pressed(typed))}
    assert pressed == {"1": "go/menu", "2": "at/x/y", "3": "n"}


@pytest.mark.parametrize("typed", ["0", "2", "-1", "", "one", "٢", "²", "1.0", "9999", "1" * 5000])
async def test_what_is_no_number_of_a_button_is_text(typed: str) -> None:
    terminal = Terminal(lambda _: None)
    assert terminal.pressed("1") is None
    await terminal.send("1", Outgoing("Hallo.", "nl", rows=((OutgoingButton("Ja", "yes"),),)))
    assert terminal.pressed(typed) is None


async def test_only_the_buttons_of_the_last_message_can_be_pressed() -> None:
    terminal = Terminal(lambda _: None)
    await terminal.send("1", Outgoing("Hallo.", "nl", rows=((OutgoingButton("Ja", "yes"),),)))
    await terminal.send("1", Outgoing("Dag.", "nl"))
    assert terminal.pressed("1") is None


def test_a_talk_in_the_terminal(quick: CommandLine) -> None:
    ended = quick("chat", stdin="Nederlands\ntandarts\n1\n\nnever read\n")
    assert ended.code == 0
    welcome, answer, more = (ended.out.index(words) for words in ("Welkom bij", "🦷", "Meer hierover"))
    assert welcome < answer < more
    assert ended.out.count("🦷") >= 2
    assert "Traceback" not in ended.err


def test_a_talk_ends_where_the_input_ends(quick: CommandLine) -> None:
    assert quick("chat", stdin="").code == 0
    assert quick("chat", stdin="Nederlands").code == 0


def test_a_talk_is_the_same_one_the_next_time(quick: CommandLine) -> None:
    quick("chat", stdin="Nederlands\n")
    ended = quick("chat", stdin="tandarts\n")
    assert "🦷" in ended.out
