"""A calendar from outside: the command prints its address, the program serves it, no log knows it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
from icalendar import Calendar

from bot.clock import system_now
from bot.settings import ROOT
from bot.store.database import Database, async_url
from bot.store.tables import Course, Enrolment, Meeting, Person
from tests.program.running import Program


async def fill(url: str) -> None:
    """A person with one meeting tomorrow."""
    database = Database(async_url(url))
    now = system_now()
    async with database.writing() as session:
        person = Person(reference="N-0042", name="Eden", role="newcomer")
        course = Course(reference="nl-1", kind="sport", title="Sport", organisation="wellzo")
        session.add_all([person, course])
        await session.flush()
        begin = now + timedelta(days=1)
        end = begin + timedelta(hours=1)
        session.add_all(
            [
                Enrolment(course_id=course.id, person_id=person.id, enrolled_at=now),
                Meeting(
                    reference="nl-1-1",
                    course_id=course.id,
                    starts_at=begin,
                    ends_at=end,
                    place="Sporthal",
                    changed_at=now,
                ),
            ]
        )
    await database.close()


def wegwijs(program: Program, *arguments: str) -> str:
    """What a command prints beside the running program."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.strip()


def test_a_calendar_is_served_where_the_command_says_until_it_is_withdrawn(
    tmp_path: Path, engine_cache: Path
) -> None:
    public = "https://wegwijs.example/chat"
    with Program(tmp_path, engine_cache, public_url=f"{public}/") as program:
        asyncio.run(fill(program.environment["WEGWIJS_DATABASE_URL"]))
        address = wegwijs(program, "calendar", "person", "N-0042")
        path = address.removeprefix(public)
        with httpx.Client(base_url=program.address, timeout=30, trust_env=False) as phone:
            got = phone.get(path)
            (event,) = Calendar.from_ical(got.content).walk("VEVENT")
            assert (event["SUMMARY"], event["LOCATION"]) == ("Sporten", "Sporthal")
            looked = phone.head(path)
            assert (looked.status_code, looked.content) == (200, b"")
            assert looked.headers["content-length"] == str(len(got.content))
            known = phone.get(path, headers={"If-None-Match": got.headers["etag"]})
            assert (known.status_code, known.content) == (304, b"")
            assert wegwijs(program, "calendar", "person", "N-0042", "--withdraw") == "the address is ended"
            assert phone.get(path).status_code == 404
            # What breaks is logged, and must not tell for whom.
            with closing(sqlite3.connect(tmp_path / "program.db")) as database:
                database.execute("DROP TABLE feeds")
            assert phone.get(path).status_code == 500
    log = program.log.read_text()
    assert "OperationalError" in log
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 22
    assert token not in log
