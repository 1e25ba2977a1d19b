"""Floors: who may import whom, and which library is known in one file only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "nlu": {"nlu"},
    "flows": {"flows", "nlu"},
    "bot": {"bot", "flows", "nlu"},
}
NOT_IN_FLOWS = {
    "telegram",
    "sqlalchemy",
    "apscheduler",
    "starlette",
    "httpx",
    "os",
    "asyncio",
    "pathlib",
    "time",
    "random",
}
ONLY_IN = {"telegram": {"bot/channels/telegram_api.py"}, "apscheduler": {"bot/clock.py"}}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Every imported module, those below TYPE_CHECKING and inside functions included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: a relative import"
            yield node.module or ""


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_those_below(floor: str) -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in modules(floor)
        for module in imports(path)
        if module.split(".")[0] in FLOORS and module.split(".")[0] not in FLOORS[floor]
    ]
    assert wrong == []


def test_flows_know_only_the_contract_of_nlu_and_nothing_of_the_world() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in modules("flows")
        for module in imports(path)
        if (module.startswith("nlu") and module != "nlu.contract") or module.split(".")[0] in NOT_IN_FLOWS
    ]
    assert wrong == []


def test_flows_do_nothing_and_read_no_clock() -> None:
    wrong = []
    for path in modules("flows"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef | ast.Await):
                wrong.append(f"{name_of(path)}:{node.lineno} is asynchronous")
            if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}:
                known = isinstance(node.value, ast.Name) and node.value.id == "facts"
                if not known:
                    wrong.append(f"{name_of(path)}:{node.lineno} reads a clock")
    assert wrong == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_one_file_only(library: str) -> None:
    users = {
        name_of(path)
        for path in modules("bot", "flows", "nlu")
        for module in imports(path)
        if module.split(".")[0] == library
    }
    assert users == ONLY_IN[library]


def test_channels_do_not_know_use_cases() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in modules("bot/channels", "bot/store")
        for module in imports(path)
        if module.startswith(("bot.usecases", "bot.app", "bot.web"))
    ]
    assert wrong == []


def test_modules_and_functions_stay_small() -> None:
    wrong = []
    for path in modules("bot", "flows", "nlu"):
        if "migrations" in path.parts:
            continue
        source = path.read_text("utf-8")
        if (lines := source.count("\n")) > 400:
            wrong.append(f"{name_of(path)} has {lines} lines")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 45:
                    wrong.append(f"{name_of(path)}:{node.name} has {length} lines")
    assert wrong == []
