"""``make pictures``: photographs the real program in four languages for the README, and to be looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bot.settings import ROOT
from tests.needs import CHROMIUM
from tests.program.running import Program

PICTURES = ROOT / "docs" / "pictures"
SIZES = {360: 1000, 1440: 900}
TALKS = {
    "ti": ("ትግርኛ", "ሓኪም ስኒ የድልየኒ ኣሎ", "ገዛና ይነድድ ኣሎ"),
    "ar": ("العربية", "كيف أسجل عند طبيب؟", "زوجي يضربني"),
    "nl": ("Nederlands", "Ik zoek een huisarts", "er is brand in mijn huis"),
    "en": ("English", "How do I find a doctor?", "I want to die"),
}
# Chromium looks for its maker's hosts at the start; there is no such network in a test.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def talk(page: Page, address: str, language: str, name: str) -> None:
    """Choose a language, ask, then say that there is danger; a picture of each."""
    own_name, question, danger = TALKS[language]
    page.goto(address)
    page.wait_for_timeout(800)
    page.get_by_role("button", name=own_name).last.click()
    menu = page.locator(".bubble, article, li").last
    menu.wait_for()
    page.wait_for_timeout(1200)
    page.screenshot(path=PICTURES / f"menu-{name}.png")
    for said, picture in ((question, "chat"), (danger, "danger")):
        page.locator("textarea, input[name=text]").first.fill(said)
        page.keyboard.press("Enter")
        page.wait_for_timeout(1500)
        page.screenshot(path=PICTURES / f"{picture}-{name}.png")


def remind(page: Page, address: str, language: str, name: str) -> None:
    """Become a newcomer of the demo town, jump to the next reminder, cannot come; a picture of each."""
    page.goto(address)
    page.wait_for_timeout(800)
    page.get_by_role("button", name=TALKS[language][0]).last.click()
    page.wait_for_timeout(1200)
    page.locator("form[action='/demo/join'] button").click()
    page.wait_for_timeout(2000)
    page.screenshot(path=PICTURES / f"appointments-{name}.png")
    page.locator("form[action='/demo/jump'] button").click()
    page.locator("button[value^='go/cannot/']").last.wait_for()
    page.wait_for_timeout(1500)
    page.screenshot(path=PICTURES / f"reminder-{name}.png")
    page.locator("button[value^='go/cannot/']").last.click()
    page.wait_for_timeout(1500)
    page.screenshot(path=PICTURES / f"cannot-{name}.png")


def photograph(browser: Browser, address: str, act: Callable[[Page, str, str, str], None]) -> None:
    """In every language and size, each as a new visitor."""
    for language in TALKS:
        for width, height in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, locale=language)
            act(page, address, language, f"{language}-{width}")
            page.close()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    cache = ROOT / "var" / "cache"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with tempfile.TemporaryDirectory() as folder, Program(Path(folder), cache) as program:
            photograph(browser, program.address, talk)
        town = {"demo": "true", "clock": "2026-11-30T09:00+01:00"}
        with tempfile.TemporaryDirectory() as folder, Program(Path(folder), cache, **town) as program:
            photograph(browser, program.address, remind)
        browser.close()


if __name__ == "__main__":
    main()
