"""The commands `wegwijs import` and `wegwijs export`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli_records import records
from bot.problems import ProblemsError
from bot.settings import ROOT
from bot.store.database import Database, async_url
from bot.store.migration import migrate

TEMPLATES = ROOT / "docs" / "templates"
# How many rows the templates have.
ROWS = {"people": 3, "courses": 2, "meetings": 3, "enrolments": 3, "presence": 2}
Run = Callable[..., Result]


@pytest.fixture
def wegwijs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logs_put_back: None) -> Run:
    """Runs a command on an empty database, on the morning of 23 November 2026."""
    url = f"sqlite:///{tmp_path}/wegwijs.db"
    monkeypatch.setenv("WEGWIJS_DATABASE_URL", url)
    monkeypatch.setenv("WEGWIJS_CLOCK", "2026-11-23T10:00+01:00")

    async def make() -> None:
        database = Database(async_url(url))
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return lambda *arguments: CliRunner().invoke(records, [str(each) for each in arguments])


def problems(result: Result) -> tuple[str, ...]:
    assert isinstance(result.exception, ProblemsError)
    return result.exception.problems


def test_the_templates_come_in_go_out_and_come_in_again(wegwijs: Run, tmp_path: Path) -> None:
    for kind in ROWS:
        taken = wegwijs("import", kind, TEMPLATES / f"{kind}.csv")
        assert (taken.exit_code, taken.stderr) == (0, "")
        assert taken.stdout.startswith(f"{kind}: ") and taken.stdout.endswith(
            " new, 0 changed, 0 unchanged\n"
        )
    for kind in ROWS:
        file = tmp_path / (f"{kind}.XLSX" if kind == "meetings" else f"{kind}.csv")
        assert wegwijs("export", kind, file).stdout == f"{kind}: {ROWS[kind]} rows written\n"
        assert file.stat().st_mode & 0o077 == 0
        again = f"{kind}: 0 new, 0 changed, {ROWS[kind]} unchanged\n"
        assert wegwijs("import", kind, file).stdout == again


def test_an_export_without_a_file_is_csv_on_standard_output(wegwijs: Run) -> None:
    wegwijs("import", "courses", TEMPLATES / "courses.csv")
    assert wegwijs("export", "courses").stdout.splitlines() == [
        "reference,type,title,organisation,capacity",
        "PVT-90,participation_statement,Participation statement group 90,friesland_college,15",
        "SPORT-90,sport,Football on Wednesday,wellzo,",
    ]


def test_a_dry_run_says_so(wegwijs: Run) -> None:
    said = "courses: 2 new, 0 changed, 0 unchanged\n"
    dry = wegwijs("import", "courses", TEMPLATES / "courses.csv", "--dry-run")
    assert dry.stdout == f"{said}dry run: nothing was written\n"
    assert wegwijs("import", "courses", TEMPLATES / "courses.csv").stdout == said


def test_notes_are_told_beside_the_result_and_beside_problems(wegwijs: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("reference,name,birth_date\nN-1,Eden,٢٠٠١-٠٢-٠٣\n", "utf-8")
    note = f"{file}: row 2, column birth_date: Arabic-Indic digits read as 2001-02-03\n"
    taken = wegwijs("import", "people", file)
    assert (taken.stdout, taken.stderr) == ("people: 1 new, 0 changed, 0 unchanged\n", note)
    file.write_text("reference,name,birth_date\nN-1,Eden,٢٠٠١-٠٢-٠٣\nN-1,Abel,\n", "utf-8")
    refused = wegwijs("import", "people", file)
    assert (refused.exit_code, refused.stdout, refused.stderr) == (1, "", note)
    assert problems(refused) == (f"{file}: row 3, column reference: stands in row 2 already",)


def test_a_file_that_is_not_there_and_one_of_another_kind_are_problems(wegwijs: Run, tmp_path: Path) -> None:
    assert problems(wegwijs("import", "people", tmp_path / "no.csv")) == (
        f"{tmp_path}/no.csv: : does not exist",
    )
    assert problems(wegwijs("export", "people", tmp_path / "no.ods")) == (
        f"{tmp_path}/no.ods: : the name must end in .csv or .xlsx",
    )


@pytest.mark.parametrize(
    "arguments", [("import",), ("import", "people"), ("import", "pets", "x.csv"), ("export",)]
)
def test_a_wrong_call_ends_with_code_two(wegwijs: Run, arguments: tuple[str, ...]) -> None:
    assert wegwijs(*arguments).exit_code == 2
