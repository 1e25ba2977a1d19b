"""People who look at the chat with Chromium, on a phone or at a desk.

With ``WEGWIJS_TEST_PICTURES`` naming a folder, pictures of what they see are left there.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.web.running import Served

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
SIZES = {"phone": PHONE, "desk": DESK}
OWN_NAMES = {"ti": "ትግርኛ", "ar": "العربية", "nl": "Nederlands", "en": "English"}
PICTURES = os.environ.get("WEGWIJS_TEST_PICTURES")


class Visitors:
    """Opens the chat for new visitors, and keeps what the browser complains about."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(self, at: Served, size: dict[str, Any] = PHONE, **options: Any) -> Page:
        context = self._browser.new_context(**{"locale": "en-GB", **size, **options})
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        page.goto(at.url)
        return page

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def expect_complaints(self, pattern: str) -> None:
        """Every complaint so far was one of these."""
        assert [each for each in self.complaints if not re.search(pattern, each)] == []
        self.complaints.clear()

    def leave(self) -> None:
        """Close every page."""
        while self._contexts:
            self._contexts.pop().close()


def speak(page: Page, language: str) -> None:
    """Choose a language, wait for the menu."""
    page.get_by_role("button", name=OWN_NAMES[language]).click()
    expect(page.locator(".bot")).to_have_count(3)


def send(page: Page, text: str) -> None:
    page.locator("#field").fill(text)
    page.locator(".send").click()


def assert_fits(page: Page) -> None:
    """Nothing is wider or higher than the window, and the composer is in it."""
    width, room, height = page.evaluate(
        "(({scrollWidth, clientWidth, scrollHeight}) => [scrollWidth, clientWidth, scrollHeight])"
        "(document.scrollingElement)"
    )
    assert width <= room
    assert page.evaluate("log.scrollWidth <= log.clientWidth")
    assert height <= page.evaluate("innerHeight")
    expect(page.locator(".send")).to_be_in_viewport(ratio=1)


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing serious or critical, contrast included."""
    page.wait_for_timeout(250)  # what arrives fades in
    found = Axe().run(page).response["violations"]
    assert [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ] == []


def assert_in_sight(page: Page, bubble: Locator) -> None:
    """The beginning of the bubble is between header and composer."""
    box, log = bubble.bounding_box(), page.locator("#log").bounding_box()
    assert box is not None and log is not None
    assert log["y"] - 1 <= box["y"] < log["y"] + log["height"]


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled")
