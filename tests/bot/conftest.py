"""The real content and words, a program with a fake channel, and logs that are put back as they were."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import TALKATIVE
from tests.usecases.conftest import content, wording, world

__all__ = ["content", "wording", "world"]


@pytest.fixture
def logs_put_back() -> Iterator[None]:
    """`bot.logs.set_up_logs` changes the whole process; afterwards nothing of that is left."""
    root = logging.getLogger()
    handlers, level, ours = root.handlers, root.level, structlog.get_config()
    levels = {name: logging.getLogger(name).level for name in TALKATIVE}
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**ours)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
