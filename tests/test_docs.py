"""The README says what is true: settings, commands, files."""

from __future__ import annotations

import re

from pydantic import SecretStr
from typer.main import get_command

from bot.cli import cli
from bot.settings import ROOT, Settings

README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_stands_in_the_table_with_its_default_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `(WEGWIJS_\w+)` \| (.*?) \|", README, re.MULTILINE))
    expected = {}
    for name, field in Settings.model_fields.items():
        value = field.default
        value = value.get_secret_value() if isinstance(value, SecretStr) else value
        default = "" if value is None else str(value)
        default = default.lower() if isinstance(field.default, bool) else default
        expected[f"WEGWIJS_{name.upper()}"] = f"`{default}`" if default else ""
    assert {name: default.strip() for name, default in rows.items()} == expected


def test_every_command_stands_in_the_table() -> None:
    named = set(re.findall(r"^\| `wegwijs (\w+)", README, re.MULTILINE))
    assert named == set(get_command(cli).commands)  # type: ignore[attr-defined]


def test_every_file_that_the_documents_link_to_is_there() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_make_target_of_the_readme_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^ {4}make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
