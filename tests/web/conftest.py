"""The real content and words, and Chromium with visitors of the chat that a test module serves as ``at``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.needs import chromium
from tests.usecases.conftest import content, wording
from tests.web.browsing import FLAGS, Visitors
from tests.web.running import Served

__all__ = ["content", "wording"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, at: Served) -> Iterator[Visitors]:
    """Visitors of a chat; a complaint of the browser that was not expected fails the test."""
    visitors = Visitors(browser)
    yield visitors
    visitors.leave()
    assert visitors.complaints == []
