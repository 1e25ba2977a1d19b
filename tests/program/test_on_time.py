"""A day before a lesson, from outside: records come in as files, the clock is set, four people talk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot.bidi import plain
from bot.settings import ROOT
from tests.program.running import Program, WebClient, until

# What somebody types for "what are my appointments?" and "I can't come tomorrow".
TYPED = {
    "ti": ("ቆጸራታተይ እንታይ እዮም?", "ጽባሕ ክመጽእ ኣይክእልን እየ"),
    "ar": ("ما هي مواعيدي؟", "لا أستطيع أن أحضر غدا"),
    "nl": ("Wat zijn mijn afspraken?", "Ik kan morgen niet komen"),
    "en": ("What are my appointments?", "I can't come tomorrow"),
}
PEOPLE = "reference,name,language\n" + "".join(
    f"N-{language},{language} T.,{language}\n" for language in TYPED
)
COURSES = """reference,type,title,organisation,capacity
PVT-1,participation_statement,Groep 1,friesland_college,15
PVT-2,participation_statement,Groep 2,friesland_college,15
"""
MEETINGS = """reference,course,part,date,start,end,place,address,latitude,longitude,bring
PVT-1-2,PVT-1,2,2026-12-09,13:00,16:00,Stadhuis,,53.2,5.79,pen
PVT-1-3,PVT-1,3,2026-12-16,13:00,16:00,Stadhuis,,,,
PVT-2-2,PVT-2,2,2026-12-21,09:30,12:30,Friesland College,,,,
"""
ENROLMENTS = "person,course\n" + "".join(f"N-{language},PVT-1\n" for language in TYPED)
# On Tuesday, in the minute before the reminder of the evening before; a minute passes in a second.
EVENING_BEFORE = {"clock": "2026-12-08T17:58:00+01:00", "clock_speed": "60"}
MEETING = "09-12-2026"
OTHER = "21-12-2026"


def command(program: Program, *words: str) -> str:
    """The output of a command of `wegwijs` on the same database."""
    ran = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def bring_in(program: Program, folder: Path) -> None:
    for kind, table in {
        "people": PEOPLE,
        "courses": COURSES,
        "meetings": MEETINGS,
        "enrolments": ENROLMENTS,
    }.items():
        file = folder / f"{kind}.csv"
        file.write_text(table, "utf-8")
        assert "new" in command(program, "import", kind, str(file))
        assert " 0 new, 0 changed" in command(program, "import", kind, str(file))


def pressed(client: WebClient, said: list[dict[str, object]], begin: str) -> str:
    """The data of the button among what was said that begins like this."""
    return next(
        button["data"]
        for message in said
        for row in message["buttons"]  # type: ignore[attr-defined]
        for button in row
        if button["data"].startswith(begin)
    )


def words(said: list[dict[str, object]]) -> str:
    return plain("\n".join(f"{message['title']}\n{message['text']}" for message in said))


def joins(program: Program, language: str) -> WebClient:
    """Somebody with an invitation chooses a language and sees the own appointments at once."""
    client = program.client()
    client.says(f"/start {command(program, 'invite', f'N-{language}').strip()}")
    said = client.presses(f"at/onboarding.welcome/language/{language}")
    assert MEETING in words(said)
    return client


def test_a_lesson_in_four_languages_from_the_reminder_to_another_day(
    tmp_path: Path, engine_cache: Path
) -> None:
    program = Program(tmp_path, engine_cache, **{**EVENING_BEFORE, "clock_speed": "1"})
    command(program, "migrate")
    bring_in(program, tmp_path)
    with program:
        clients = {language: joins(program, language) for language in TYPED}
        program.interrupt()
        # The people are there; from here on time runs.
        program.environment["WEGWIJS_CLOCK_SPEED"] = EVENING_BEFORE["clock_speed"]
        program.start()
        for language, client in clients.items():
            client.moves_to(program.address)
            reminded: list[dict[str, object]] = []
            until(lambda client=client, reminded=reminded: reminded.extend(client.news(1)) or reminded)
            (reminder,) = reminded
            assert MEETING in words([reminder])
            assert reminder["language"] == language
            kinds = [attachment["kind"] for attachment in reminder["attachments"]]  # type: ignore[attr-defined]
            assert kinds == ["picture", "place"]
            talks(client, language)
        (absent,) = {
            line["reason"]
            for line in map(json.loads, command(program, "inbox").splitlines())
            if line["kind"] == "cannot_come"
        }
        assert absent == "ill"
    listed = command(
        program, "reminders", "--person", "N-ti", "--from", "2026-12-08", "--days", "14", "--json"
    )
    lines = [json.loads(line) for line in listed.splitlines()]
    assert [(line["meeting"], line["due_at"][:16], line["status"]) for line in lines] == [
        # The week before had passed when the meeting came in, and nobody was linked yet.
        ("PVT-1-2", "2026-12-08T17:58", "skipped"),
        ("PVT-1-2", "2026-12-08T18:00", "sent"),
        ("PVT-1-2", "2026-12-09T11:00", "skipped"),
        ("PVT-1-3", "2026-12-09T13:00", "planned"),
        ("PVT-2-2", "2026-12-14T09:30", "planned"),
        ("PVT-1-3", "2026-12-15T18:00", "planned"),
        ("PVT-1-3", "2026-12-16T11:00", "planned"),
        ("PVT-2-2", "2026-12-20T18:00", "planned"),
        ("PVT-2-2", "2026-12-20T20:59", "planned"),
    ]


def talks(client: WebClient, language: str) -> None:
    """Asks for the appointments, cannot come tomorrow, is ill, comes with another group."""
    question, cannot = TYPED[language]
    assert MEETING in words(client.says(question))
    which = client.says(cannot)
    why = client.presses(pressed(client, which, "at/attendance.which/meeting/"))
    other = client.presses(pressed(client, why, "at/attendance.why/reason/ill"))
    swapped = client.presses(pressed(client, other, "at/attendance.other/other/"))
    assert OTHER in words(swapped)
    assert all(message["language"] == language for message in swapped)
