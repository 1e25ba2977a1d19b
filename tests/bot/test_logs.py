"""Logs tell what happened, never what was said, by whom, or from where."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot.channels.contract import Arrival, Outgoing, TryAgain
from bot.channels.telegram import TelegramChannel
from bot.logs import TALKATIVE, set_up_logs
from bot.store import people
from bot.store.tables import Person
from tests.fakes.bot_api import FakeBotApi
from tests.usecases.conftest import World

SECRET = "mijn-geheim"
Logged = Callable[..., io.StringIO]


@pytest.fixture
def logged(logs_put_back: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logged]:
    """Sets the logs up as the program does; what they say is kept in memory."""

    def set_up(level: str = "debug", form: str = "json") -> io.StringIO:
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        set_up_logs(level, form)
        return stream

    yield set_up


def events(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


# a whole conversation

NAME, ADDRESS = "Abrehet Tesfamariam", "address-31612345678"
SAID = {
    "question": "Mijn zus Helen zoekt een tandarts",
    "unknown": "Hoe lang leeft een schildpad",
    "danger": "Samira ruikt fire bij de buren",
    "bsn": "mijn bsn is 111222333 van Yonas",
    "breaking": "Deze zin breekt het programma",
}


async def talk(world: World) -> str:
    """Everything that can happen in a chat, in Dutch; returns the invitation code that was used."""
    async with world.database.writing() as session:
        person = Person(reference="N-0042", name=NAME, role="newcomer", contact="amaryllis")
        session.add(person)
        await session.flush()
        code = await people.invite(session, person, world.clock())
    world.understanding.teach(SAID["question"], "dentist", "nl")
    await world.arrives(code, "joined", ADDRESS, "nl-NL")
    await world.arrives("at/onboarding.welcome/language/nl", "chose", ADDRESS)
    await world.arrives("Nederlands", address=ADDRESS)
    (answer,) = await world.arrives(SAID["question"], address=ADDRESS)
    (down,) = [button.data for row in answer.rows for button in row if "/down/" in button.data]
    await world.arrives(down, "chose", ADDRESS)
    for said in ("unknown", "danger", "bsn"):
        await world.arrives(SAID[said], address=ADDRESS)
    await break_down(world)
    world.channel.fail_with(TryAgain("the channel says 500"))
    for choice in ("go/human", "at/people.ask_contact/contact/amaryllis", "at/people.ask_contact/sure/yes"):
        await world.arrives(choice, "chose", ADDRESS)
    for choice in ("go/export", "go/delete", "at/privacy.delete/sure/yes"):
        await world.arrives(choice, "chose", ADDRESS)
    await world.arrives("blocked", "left", ADDRESS)
    world.clock.move(hours=30)
    await world.retire.run()
    return code


async def break_down(world: World) -> None:
    """An engine that fails, with what was said in the error."""
    parse = world.understanding.parse

    async def broken(text: str, prior: object = None) -> object:
        raise RuntimeError(f"cannot parse {text!r} of {NAME}")

    world.understanding.parse = broken  # type: ignore[assignment,method-assign]
    await world.arrives(SAID["breaking"], address=ADDRESS)
    world.understanding.parse = parse  # type: ignore[method-assign]


@pytest.mark.parametrize("form", ["json", "text"])
async def test_a_whole_conversation_leaves_no_words_names_codes_or_addresses(
    world: World, logged: Logged, form: str
) -> None:
    stream = logged("debug", form)
    code = await talk(world)
    told = stream.getvalue()
    assert len(told.splitlines()) > 30
    secrets = {
        *SAID.values(),
        NAME,
        ADDRESS,
        code,
        "Helen",
        "Samira",
        "Yonas",
        "schildpad",
        "111222333",
        "N-0042",
    }
    assert sorted(secret for secret in secrets if secret.casefold() in told.casefold()) == []
    said = {
        line for _, outgoing in world.channel.sent for line in outgoing.text.splitlines() if len(line) > 20
    }
    assert said
    assert sorted(line for line in said if line in told) == []


async def test_a_conversation_can_be_followed_by_its_trace(world: World, logged: Logged) -> None:
    stream = logged()
    await world.joined_in("nl")
    seen = [event for event in events(stream) if event.get("trace")]
    traces = [event["trace"] for event in seen if event["event"] == "arrival"]
    assert len(traces) == len(set(traces)) == 2
    delivered = {event["trace"] for event in seen if event["event"] == "delivery"}
    assert delivered == set(traces)


async def test_what_broke_is_named_with_its_place(world: World, logged: Logged) -> None:
    stream = logged()
    await world.joined_in("nl")
    await break_down(world)
    (failed,) = [event for event in events(stream) if event["event"] == "turn.failed"]
    assert (failed["level"], failed["error"]) == ("error", "RuntimeError")
    assert "tests.bot.test_logs:" in str(failed["at"])
    assert "bot.usecases.converse:" in str(failed["at"])


async def test_no_token_and_no_text_of_a_telegram_chat_is_told(logged: Logged) -> None:
    stream = logged()
    with FakeBotApi() as api:

        async def take(arrival: Arrival) -> None:
            pass

        telegram = TelegramChannel(
            api.token, take, commands={None: []}, private_only=lambda tag: "", base_url=api.address
        )
        api.user_types(31612345678, SECRET, "ti")
        for kind in ("500", "429", "403", "400", "nonsense", "close"):
            api.fail("sendMessage", kind, description=f"{SECRET} {api.token}")  # type: ignore[arg-type]
            await telegram.send("31612345678", Outgoing(SECRET, "nl"))
        await telegram.send("31612345678", Outgoing(SECRET, "nl"))
        await telegram.stop()
        await telegram.close()
    told = stream.getvalue()
    assert [secret for secret in (api.token, "secret-token", SECRET, "31612345678") if secret in told] == []


# exceptions


def fail() -> None:
    raise ValueError(f"cannot store {SECRET}") from KeyError(SECRET)


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("library", [False, True])
def test_an_exception_shows_class_and_place_but_not_its_message(
    logged: Logged, form: str, library: bool
) -> None:
    stream = logged("debug", form)
    log = logging.getLogger("some.library") if library else structlog.get_logger("bot.something")
    try:
        fail()
    except ValueError:
        log.exception("it.failed")
    told = stream.getvalue()
    assert "it.failed" in told
    assert "ValueError" in told
    assert "tests.bot.test_logs:" in told
    assert SECRET not in told
    assert "Traceback" not in told


@pytest.mark.parametrize("as_tuple", [False, True])
def test_an_exception_may_be_given_by_itself(logged: Logged, as_tuple: bool) -> None:
    stream = logged()
    error = ValueError(SECRET)
    structlog.get_logger("bot").error("it.failed", exc_info=(ValueError, error, None) if as_tuple else error)
    (event,) = events(stream)
    assert event["error"] == "ValueError"
    assert SECRET not in stream.getvalue()


def test_without_an_exception_none_is_told(logged: Logged) -> None:
    stream = logged()
    structlog.get_logger("bot").error("it.failed", exc_info=True)
    structlog.get_logger("bot").error("it.failed", exc_info=False)
    assert [event for event in events(stream) if "error" in event] == []
    assert len(events(stream)) == 2


async def test_work_that_nobody_waited_for_does_not_tell_its_message(logged: Logged) -> None:
    stream = logged()

    async def work() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(work())
    await asyncio.wait([task])
    context = {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    asyncio.get_running_loop().default_exception_handler(context)
    assert "ValueError" in stream.getvalue()
    assert SECRET not in stream.getvalue()


# form and level


def test_json_is_one_object_a_line_with_time_and_level(logged: Logged) -> None:
    stream = logged("info", "json")
    structlog.get_logger("bot.x").info("hello", number=1, words="ሰላም")
    logging.getLogger("library").warning("two\nlines %s", "here")
    ours, theirs = events(stream)
    assert (ours["event"], ours["number"], ours["level"], ours["logger"]) == ("hello", 1, "info", "bot.x")
    assert str(ours["timestamp"]).endswith("Z")
    assert "ሰላም" in stream.getvalue()
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("two\nlines here", "warning", "library")


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_the_level_is_kept(logged: Logged, level: str, told: list[str]) -> None:
    stream = logged(level)
    log = structlog.get_logger("bot")
    for name in ("debug", "info", "warning", "error"):
        getattr(log, name)(name)
    assert [event["event"] for event in events(stream)] == told


@pytest.mark.parametrize("library", TALKATIVE)
def test_talkative_libraries_only_warn(logged: Logged, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A server that another test started may have given it a handler of its own.
    for name in (library.split(".")[0], library):
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    stream = logged("debug")
    logging.getLogger(library).info("https://api.telegram.org/bot123:%s/getMe", SECRET)
    logging.getLogger(library).warning("careful")
    assert [event["event"] for event in events(stream)] == ["careful"]


def test_setting_up_twice_tells_nothing_twice(logged: Logged) -> None:
    logged()
    stream = logged()
    structlog.get_logger("bot").info("once")
    assert len(events(stream)) == 1
