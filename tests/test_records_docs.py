"""docs/records.md says what is true of the columns, and the templates have them all."""

from __future__ import annotations

import re

import pytest

from bot.records.cells import EMPTIED
from bot.settings import ROOT
from bot.spreadsheets import Column
from bot.usecases.exchange import KINDS, read

DOCUMENT = (ROOT / "docs" / "records.md").read_text("utf-8")


def can_be_emptied(column: Column) -> bool:
    try:
        return column.read("-") is EMPTIED
    except ValueError:
        return False


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_stands_in_the_table_of_its_kind_and_no_other(kind: str) -> None:
    section = DOCUMENT.split(f"\n## {kind.capitalize()}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w*) ?\| (\w*) ?\| (.*) \|$", section, re.MULTILINE)
    assert rows == [
        (
            column.name,
            "yes" if column.required else "",
            "yes" if can_be_emptied(column) else "",
            column.about,
        )
        for column in KINDS[kind].columns
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_has_every_column_and_a_few_rows(kind: str) -> None:
    file = ROOT / "docs" / "templates" / f"{kind}.csv"
    header = file.read_text("utf-8").splitlines()[0]
    assert header.split(",") == [column.name for column in KINDS[kind].columns]
    assert len(read(kind, file).rows) in {2, 3}


def test_the_kinds_are_named_in_the_order_of_an_import() -> None:
    assert re.findall(r"^## (\w+)$", DOCUMENT, re.MULTILINE) == [kind.capitalize() for kind in KINDS]
