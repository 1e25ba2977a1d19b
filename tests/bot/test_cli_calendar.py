"""The command `wegwijs calendar`: the addresses it makes, ends and refuses to make."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli import main
from bot.store import feeds
from bot.store.database import Database, async_url
from bot.store.migration import migrate
from bot.store.tables import Course, Feed, Person

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PUBLIC = "http://127.0.0.1:8000/calendar/"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a person and a course that have the same reference."""
    url = f"sqlite:///{tmp_path}/wegwijs.db"
    monkeypatch.setenv("WEGWIJS_DATABASE_URL", url)

    async def fill() -> None:
        database = Database(async_url(url))
        await migrate(database)
        async with database.writing() as session:
            session.add(Person(reference="N-1", name="Eden", role="newcomer"))
            session.add(Course(reference="N-1", kind="sport", title="Sport", organisation="wellzo"))
        await database.close()

    asyncio.run(fill())
    return url


@pytest.fixture
def wegwijs(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], logs_put_back: None
) -> Run:
    """Runs ``wegwijs calendar ...`` in this process: how it ended, what it printed, what it complained."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["wegwijs", "calendar", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out.strip(), err.strip()

    return run


def found(url: str, address: str) -> str:
    """Whose calendar is behind an address, as far as the database knows."""

    async def look() -> str:
        database = Database(async_url(url))
        async with database.reading() as session:
            feed = await feeds.by_token(session, address.removeprefix(PUBLIC).removesuffix(".ics"))
        await database.close()
        if feed is None:
            return "nobody"
        return "course" if feed.course_id is not None else "person"

    return asyncio.run(look())


def addresses(url: str) -> int:
    async def count() -> int:
        database = Database(async_url(url))
        async with database.reading() as session:
            kept = (await session.scalars(select(Feed))).all()
        await database.close()
        return len(kept)

    return asyncio.run(count())


@pytest.mark.parametrize("owner", ["person", "course"])
def test_an_address_is_printed_renewed_and_ended(wegwijs: Run, url: str, owner: str) -> None:
    (code, first, err), (_, second, _) = wegwijs(owner, "N-1"), wegwijs(owner, "N-1")
    assert (code, err) == (0, "")
    assert first.startswith(PUBLIC) and first.endswith(".ics") and len(first.splitlines()) == 1
    assert (found(url, first), found(url, second)) == ("nobody", owner)
    assert wegwijs(owner, "N-1", "--withdraw") == (0, "the address is ended", "")
    assert found(url, second) == "nobody"
    assert wegwijs(owner, "N-1", "--withdraw") == (0, "there was no address", "")


def test_a_person_and_a_course_of_the_same_reference_have_their_own(wegwijs: Run, url: str) -> None:
    (_, person, _), (_, course, _) = wegwijs("person", "N-1"), wegwijs("course", "N-1")
    wegwijs("person", "N-1", "--withdraw")
    assert (found(url, person), found(url, course)) == ("nobody", "course")


@pytest.mark.parametrize("more", [(), ("--withdraw",)])
@pytest.mark.parametrize(("owner", "where"), [("person", "people"), ("course", "courses")])
def test_an_unknown_reference_is_named(
    wegwijs: Run, url: str, owner: str, where: str, more: tuple[str, ...]
) -> None:
    assert wegwijs(owner, "N-2", *more) == (1, "", f"{where}: N-2: there is no such reference")
    assert addresses(url) == 0


@pytest.mark.parametrize("arguments", [("person",), ("course",), ("somebody", "N-1"), ("person", "N-1", "x")])
def test_a_wrong_call_ends_with_code_two(wegwijs: Run, arguments: tuple[str, ...]) -> None:
    assert wegwijs(*arguments)[0] == 2


def test_the_public_address_is_used(wegwijs: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWIJS_PUBLIC_URL", "https://wegwijs.example/chat/")
    assert wegwijs("course", "N-1")[1].startswith("https://wegwijs.example/chat/calendar/")


def test_without_a_port_or_a_public_address_none_is_made(
    wegwijs: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEGWIJS_PORT", "0")
    refused = "environment: WEGWIJS_PUBLIC_URL: needed where WEGWIJS_PORT is 0"
    assert wegwijs("course", "N-1") == (1, "", refused)
    assert addresses(url) == 0


def test_a_database_that_is_not_there_is_a_problem(
    wegwijs: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEGWIJS_DATABASE_URL", f"sqlite:///{tmp_path}/none/wegwijs.db")
    code, out, err = wegwijs("course", "N-1")
    assert (code, out) == (1, "")
    assert err.startswith("environment: WEGWIJS_DATABASE_URL: ")
