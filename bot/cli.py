"""The command line ``wegwijs``."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import app as building
from bot.channels.contract import Arrival, ArrivalKind
from bot.channels.terminal import Terminal
from bot.checks import all_problems
from bot.cli_calendar import calendar
from bot.cli_planning import planning
from bot.cli_records import records
from bot.cli_tools import print_json, read_settings, with_database
from bot.clock import system_now
from bot.confusion import draw_confusion
from bot.content import load_content
from bot.course_types import load_course_types
from bot.moving_clock import clock_of
from bot.problems import ProblemsError
from bot.settings import COURSE_TYPES, LOCALES, NLU, Settings
from bot.store import people
from bot.store.database import STORE_TROUBLE, Database
from bot.store.migration import is_empty, migrate
from bot.usecases.demo import load_demo
from bot.usecases.evaluate import as_table, evaluate_with_threshold, read_sentences, trained_on
from bot.usecases.plan import Plan
from nlu.contract import Language, Understanding, as_language

cli = typer.Typer(
    help="Wegwijs: a chatbot in Tigrinya, Arabic, Dutch and English for newcomers in Leeuwarden.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(planning)
cli.add_typer(records)
cli.add_typer(calendar, name="calendar")


class LanguageOption(StrEnum):
    """The languages as the command line takes them."""

    ti = "ti"
    ar = "ar"
    nl = "nl"
    en = "en"


class EngineOption(StrEnum):
    """The engines as the command line takes them."""

    embedded = "embedded"
    rasa = "rasa"


TextArgument = Annotated[str, typer.Argument(help="The text; - reads one text a line from standard input.")]
LangOption = Annotated[
    LanguageOption | None, typer.Option(help="The language of the chat; recognised from the text without it.")
]


def main() -> None:
    """Run the command line; problems are listed and end it with exit code 1."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    try:
        cli()
    except ProblemsError as error:
        _end_with(error.problems)
    except STORE_TROUBLE as error:
        # Its message can hold what was being stored, or a password; its class says enough.
        _end_with(
            [f"environment: WEGWIJS_DATABASE_URL: the database cannot be used ({type(error).__name__})"]
        )
    except KeyboardInterrupt:
        sys.exit(130)


def _end_with(problems: Iterable[str]) -> NoReturn:
    for problem in problems:
        typer.echo(problem, err=True)
    sys.exit(1)


@cli.command()
def run() -> None:
    """Start the program: web chat, and Telegram when its token is set. Ctrl-C stops it."""
    settings = read_settings()
    typer.echo("Wegwijs is starting ...")
    program = building.App(settings, building.lay_foundation(settings))
    asyncio.run(program.serve(_announce))
    typer.echo("Wegwijs has stopped.")


@cli.command()
def chat() -> None:
    """Talk with the bot in this terminal. A number presses a button; an empty line ends it."""
    settings = read_settings(quiet=True)
    terminal = Terminal(typer.echo)
    program = building.App(settings, building.lay_foundation(settings), more_channels=(terminal,))
    asyncio.run(_talk(program, terminal))


@cli.command()
def ask(
    text: TextArgument,
    lang: LangOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:
    """Answer a question the whole way, without a channel."""
    settings = read_settings(quiet=True)
    answer = building.lay_foundation(settings).asking(clock_of(settings))

    async def each(line: str) -> None:
        said = await answer(line, _language(lang))
        if as_json or text == "-":
            typer.echo(json.dumps(said, ensure_ascii=False))
            return
        typer.echo(said["text"])
        for button in said["buttons"]:
            typer.echo(f"  [{button['label']}]")

    asyncio.run(_for_each(text, each))


@cli.command()
def parse(
    text: TextArgument,
    lang: LangOption = None,
    engine: Annotated[EngineOption, typer.Option(help="rasa needs WEGWIJS_NLU_URL.")] = EngineOption.embedded,
) -> None:
    """Print what a text is understood to mean, as JSON in the shape of Rasa's /model/parse."""
    settings = read_settings(quiet=True)
    understanding = _understanding(settings, engine)

    async def each(line: str) -> None:
        understood = await understanding.parse(line, _language(lang))
        typer.echo(json.dumps(understood.as_rasa(), ensure_ascii=False))

    asyncio.run(_for_each(text, each))


@cli.command(name="evaluate")
def evaluate_engine(
    files: Annotated[
        list[Path], typer.Argument(help="JSON lines with text, intent, lang, script, kind, also.")
    ],
    engine: Annotated[EngineOption, typer.Option(help="rasa needs WEGWIJS_NLU_URL.")] = EngineOption.embedded,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Write a confusion picture (PNG) here.")] = None,
    train: Annotated[
        Path | None, typer.Option(help="Train the embedded engine on this Rasa NLU file instead of ours.")
    ] = None,
    threshold_from: Annotated[
        list[Path] | None,
        typer.Option(help="Choose the rejection threshold on these JSON lines; goes with --train."),
    ] = None,
) -> None:
    """Measure how well sentences are understood whose meaning is known."""
    settings = read_settings(quiet=True)
    sentences = read_sentences(files)
    chosen_on = read_sentences(threshold_from) if threshold_from else []
    understanding = trained_on(train) if train else _understanding(settings, engine)
    result, judged = asyncio.run(evaluate_with_threshold(understanding, sentences, chosen_on))
    typer.echo(json.dumps(result.as_json(), ensure_ascii=False) if as_json else as_table(result))
    if picture is not None:
        try:
            draw_confusion(judged, picture)
        except (OSError, ValueError) as error:
            raise ProblemsError([f"{picture}: : cannot be written ({type(error).__name__})"]) from error


@cli.command()
def check() -> None:
    """Check content, catalogues, training data and settings; every problem on a line, exit code 1."""
    problems = all_problems(LOCALES, NLU)
    if problems:
        raise ProblemsError(problems)
    typer.echo("content, catalogues, training data and settings: no problems")


@cli.command()
def unconfirmed() -> None:
    """List the facts and phone numbers that an administrator must confirm."""
    for where, fact, why in load_content(LOCALES).unconfirmed():
        typer.echo(f"{where}: {why}: {fact}")


@cli.command(name="migrate")
def migrate_database() -> None:
    """Bring the database to the newest form."""
    asyncio.run(with_database(read_settings(), migrate, makes_it=True))
    typer.echo("the database is up to date")


@cli.command()
def demo() -> None:
    """Load the demo town into an empty database and print a few invitation codes."""
    settings = read_settings()

    async def load(database: Database) -> None:
        await migrate(database)
        if not await is_empty(database):
            raise ProblemsError(["database: : not empty; the demo town is only loaded into an empty one"])
        plan = Plan(load_course_types(COURSE_TYPES))
        _print_codes(await load_demo(database, clock_of(settings)(), plan))

    asyncio.run(with_database(settings, load, makes_it=True))


@cli.command()
def invite(reference: Annotated[str, typer.Argument(help="The case reference of the person.")]) -> None:
    """Make an invitation code for a person; it works once, for 14 days."""
    settings = read_settings()

    async def make(database: Database) -> None:
        async with database.writing() as session:
            person = await people.person_by_reference(session, reference)
            if person is None:
                raise ProblemsError([f"people: {reference}: there is no such reference"])
            typer.echo(await people.invite(session, person, clock_of(settings)()))

    asyncio.run(with_database(settings, make))


@cli.command()
def inbox() -> None:
    """List what waits for staff, as JSON lines: who asked to be contacted, who cannot come, questions to
    learn from."""
    settings = read_settings()

    async def show(database: Database) -> None:
        async with database.reading() as session:
            for request, person, meeting in await people.open_requests(session):
                print_json(
                    kind="contact_request",
                    at=request.asked_at.isoformat(),
                    person=person.reference,
                    contact=request.contact,
                    meeting=meeting.reference if meeting else None,
                )
            for absence, person, meeting, course in await people.cannot_come(session, clock_of(settings)()):
                print_json(
                    kind="cannot_come",
                    at=absence.answered_at.isoformat() if absence.answered_at else None,
                    person=person.reference,
                    meeting=meeting.reference,
                    organisation=course.organisation,
                    reason=absence.reason,
                )
            for question in await people.kept_questions(session):
                print_json(
                    kind="question",
                    at=question.asked_at.isoformat(),
                    language=question.language,
                    words=question.words,
                    topic=question.topic,
                    reason=question.reason,
                )

    asyncio.run(with_database(settings, show))


def _understanding(settings: Settings, engine: EngineOption) -> Understanding:
    if engine is EngineOption.rasa and settings.nlu_url is None:
        raise ProblemsError(["environment: WEGWIJS_NLU_URL: needed for --engine rasa"])
    return building.understanding(settings, building.danger_detector(), engine.value)


def _announce(address: str, codes: list[tuple[str, str, str]]) -> None:
    _print_codes(codes)
    typer.echo(f"\nWegwijs is ready: open {address} in a browser. Ctrl-C stops it.\n")
    sys.stdout.flush()


def _print_codes(codes: list[tuple[str, str, str]]) -> None:
    if codes:
        typer.echo("The demo town is loaded. Invitation codes to try (write /start CODE in the chat):")
    for role, name, code in codes:
        typer.echo(f"  {code}  {name} ({role})")


def _language(lang: LanguageOption | None) -> Language | None:
    return as_language(lang.value) if lang else None


def _texts(text: str) -> Iterator[str]:
    lines: Iterable[str] = sys.stdin if text == "-" else [text]
    for line in lines:
        yield line.rstrip("\n")


async def _for_each(text: str, each: Callable[[str], Awaitable[None]]) -> None:
    for line in _texts(text):
        await each(line)


async def _talk(program: building.App, terminal: Terminal) -> None:
    await program.start()
    address = "terminal"
    await _arrive(program, Arrival("terminal", address, _key(), "joined"))
    try:
        while typed := (await asyncio.to_thread(sys.stdin.readline)).strip():
            button = terminal.pressed(typed)
            kind: ArrivalKind = "chose" if button else "said"
            text = button.data if button else typed
            await _arrive(program, Arrival("terminal", address, _key(), kind, text))
    finally:
        await program.stop()


async def _arrive(program: building.App, arrival: Arrival) -> None:
    await program.converse.accept(arrival)
    await program.converse.settle()
    await program.deliver.everything_due()


def _key() -> str:
    # Not the clock of the settings: one that begins at the same moment again would repeat its keys.
    return system_now().isoformat()
