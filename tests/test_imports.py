"""Importing a module opens nothing: no socket, no file, no process; and no module needs another one first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("bot", "flows", "nlu")
# The first is the program itself; migrations are run by Alembic, which gives them a database.
NOT_IMPORTED = ("bot.__main__", "bot.store.migrations")

MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for floor in FLOORS
    for path in (ROOT / floor).rglob("*.py")
)
IMPORTED = [module for module in MODULES if not module.startswith(NOT_IMPORTED)]

# Imports each module with all of ours forgotten before it, and notes what it touches of the world.
PROGRAM = """
import importlib, json, os, sys, threading

floors, modules = json.loads(sys.argv[1])
touched, failed, module = [], [], ""

outside = ("socket.", "subprocess.", "sqlite3.", "os.system", "os.exec", "os.posix_spawn", "os.fork")
changes = ("os.mkdir", "os.remove", "os.rename", "os.link", "os.symlink", "tempfile.", "shutil.")

def writes(path, mode, flags):
    return set(mode) & set("wax+") if isinstance(mode, str) else flags & (os.O_WRONLY | os.O_RDWR)

def note(event, arguments):
    if event.startswith(outside + changes) or (event == "open" and writes(*arguments)):
        touched.append(f"{module}: {event} {arguments!r:.200}")

sys.addaudithook(note)
for module in modules:
    for name in [name for name in sys.modules if name.split(".")[0] in floors]:
        del sys.modules[name]
    try:
        importlib.import_module(module)
    except BaseException as error:
        failed.append(f"{module}: {type(error).__name__}: {error}")
print(json.dumps({"touched": touched, "failed": failed, "threads": threading.active_count()}))
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What happened when every module was imported, in an empty folder."""
    folder = tmp_path_factory.mktemp("empty")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WEGWIJS_")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, json.dumps([FLOORS, IMPORTED])],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    said: dict[str, object] = json.loads(ended.stdout)
    return {**said, "err": ended.stderr, "left": sorted(path.name for path in folder.iterdir())}


def test_every_floor_has_modules() -> None:
    assert {module.split(".")[0] for module in IMPORTED} == set(FLOORS)
    assert len(IMPORTED) > 60


def test_every_module_can_be_imported_first(imported: dict[str, object]) -> None:
    assert imported["failed"] == []


def test_importing_touches_nothing_of_the_world(imported: dict[str, object]) -> None:
    assert imported["touched"] == []
    assert imported["left"] == []


def test_importing_starts_no_thread_and_says_nothing(imported: dict[str, object]) -> None:
    assert imported["threads"] == 1
    assert imported["err"] == ""
