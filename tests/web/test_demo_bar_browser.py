"""The bar over the chat of the demo town in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from bot.channels.webchat import WebChat
from bot.web import texts
from bot.wording import Wording
from nlu.contract import Language
from tests.fakes.demo_town import REMINDER, FakeDemoTown
from tests.fakes.transcript import FakeTranscript
from tests.web.browsing import (
    DESK,
    OWN_NAMES,
    PHONE,
    SIZES,
    Visitors,
    assert_accessible,
    assert_fits,
    assert_in_sight,
    picture,
    send,
    speak,
)
from tests.web.running import Served, build, served

LATER = timedelta(days=6, hours=8)


@dataclass(frozen=True, slots=True)
class Town:
    """What is served, and the words of the bar."""

    at: Served
    demo: FakeDemoTown
    wording: Wording

    def press(self, page: Page) -> Locator:
        """The one button of the bar."""
        return page.locator("#demo").get_by_role("button")

    def join(self, page: Page, language: Language = "nl") -> Locator:
        return self.press(page).and_(page.get_by_text(self.wording.word(texts.BE_A_NEWCOMER, language)))

    def jump(self, page: Page, language: Language = "nl") -> Locator:
        return self.press(page).and_(page.get_by_text(self.wording.word(texts.TO_NEXT_REMINDER, language)))


@pytest.fixture
def town(wording: Wording) -> Iterator[Town]:
    transcript = FakeTranscript(WebChat())
    demo = FakeDemoTown(transcript, ahead=[LATER])
    with served(build(transcript=transcript, demo=demo, word=wording.word)) as at:
        yield Town(at, demo, wording)


@pytest.fixture
def at(town: Town) -> Served:
    return town.at


def bar(page: Page) -> Locator:
    return page.locator("#demo")


def assert_over_the_chat(page: Page) -> None:
    """The bar is on top and whole, header and talk are below it, and there is room to read."""
    box, header = bar(page).bounding_box(), page.locator("header.top").bounding_box()
    log = page.locator("#log").bounding_box()
    assert box is not None and header is not None and log is not None
    assert (box["x"], box["y"]) == (0, 0)
    assert header["y"] >= box["height"] - 1
    assert log["y"] >= header["y"] + header["height"] - 1
    assert log["height"] > 300
    assert bar(page).evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    expect(bar(page).get_by_role("button")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", OWN_NAMES)
def test_from_a_stranger_to_the_first_reminder(
    visit: Visitors, town: Town, language: Language, size: str
) -> None:
    page = visit(town.at, SIZES[size], locale=language)
    speak(page, language)
    expect(town.join(page, language)).to_be_visible()
    assert_over_the_chat(page)
    assert_accessible(page)
    picture(page, f"demo-{language}-{size}-stranger")
    town.join(page, language).click()
    expect(town.jump(page, language)).to_be_visible()
    assert town.at.chat.transcript.arrivals[-1].text == "CODE-1"
    town.jump(page, language).click()
    expect(bar(page)).to_contain_text("29-11-2026")
    expect(page.locator(".bot").last).to_contain_text(REMINDER)
    assert_in_sight(page, page.locator(".bot").last)
    assert_over_the_chat(page)
    picture(page, f"demo-{language}-{size}-reminder")
    height = bar(page).evaluate("bar => bar.clientHeight")
    town.jump(page, language).click()
    expect(bar(page).get_by_role("status")).to_have_text(town.wording.word(texts.NOTHING_AHEAD, language))
    assert bar(page).evaluate("bar => bar.clientHeight") == height
    assert_over_the_chat(page)
    assert_fits(page)
    assert_accessible(page)
    picture(page, f"demo-{language}-{size}-nothing")
    assert page.locator(".own").count() == 1  # pressing in the bar is no part of the talk


def test_on_a_wide_screen_the_bar_is_one_line(visit: Visitors, town: Town) -> None:
    for language in OWN_NAMES:
        page = visit(town.at, DESK, locale=language)
        box = bar(page).bounding_box()
        assert box is not None and box["height"] <= 56, language


def test_the_bar_speaks_the_language_of_the_talk_at_once(visit: Visitors, town: Town) -> None:
    page = visit(town.at, locale="en")
    expect(bar(page)).to_contain_text("Demo town: Monday")
    speak(page, "ar")
    expect(town.join(page, "ar")).to_be_visible(timeout=2000)
    time, button = page.locator("#demo-time").bounding_box(), town.press(page).bounding_box()
    assert time is not None and button is not None
    assert time["x"] + time["width"] > 340  # from the right


def test_the_time_goes_on_by_itself(visit: Visitors, town: Town) -> None:
    page = visit(town.at, locale="nl")
    expect(bar(page)).to_contain_text("10:00")
    town.at.chat.transcript.clock.move(minutes=1)
    expect(bar(page)).to_contain_text("10:01", timeout=15_000)


def test_the_keyboard_stays_where_it_was_in_the_bar(visit: Visitors, town: Town) -> None:
    page = visit(town.at, locale="nl")
    speak(page, "nl")
    town.press(page).focus()
    page.keyboard.press("Enter")
    expect(town.jump(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(bar(page)).to_contain_text("29-11-2026")
    expect(town.jump(page)).to_be_focused()
    page.evaluate("htmx.ajax('GET', '/demo/bar', {target: '#demo'})")
    page.wait_for_timeout(300)
    expect(town.jump(page)).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_draft_is_left_alone_by_the_bar(visit: Visitors, town: Town) -> None:
    page = visit(town.at, locale="nl")
    speak(page, "nl")
    page.locator("#field").fill("Ik wil")
    page.locator("#field").focus()
    page.evaluate("htmx.ajax('GET', '/demo/bar', {target: '#demo'})")
    page.wait_for_timeout(300)
    expect(page.locator("#field")).to_be_focused()
    expect(page.locator("#field")).to_have_value("Ik wil")


def test_two_quick_presses_are_one(visit: Visitors, town: Town) -> None:
    page = visit(town.at, locale="nl")
    speak(page, "nl")
    page.evaluate("const press = document.getElementById('demo-press'); press.click(); press.click()")
    expect(town.jump(page)).to_be_visible()
    assert [each.text for each in town.at.chat.transcript.arrivals if each.text.startswith("CODE")] == [
        "CODE-1"
    ]


def test_an_old_answer_does_not_wipe_out_a_newer_one(visit: Visitors, town: Town) -> None:
    page = visit(town.at, locale="nl")
    speak(page, "nl")
    town.join(page).click()
    town.jump(page).click()
    expect(page.locator(".bot").last).to_contain_text(REMINDER)
    page.wait_for_timeout(600)  # the bar has come again because of it
    held: list[Route] = []
    page.route("**/demo/bar", lambda route: held.append(route))
    with page.expect_request("**/demo/bar"):
        town.at.run(town.at.chat.transcript.say(town.at.address, "place"))
    town.jump(page).click()
    note = bar(page).get_by_role("status")
    expect(note).to_be_visible()
    with page.expect_response("**/demo/bar"):
        held[0].continue_()
    page.wait_for_timeout(200)
    expect(note).to_be_visible()


def test_the_chat_goes_on_below_the_bar(visit: Visitors, town: Town) -> None:
    page = visit(town.at, locale="nl")
    speak(page, "nl")
    send(page, "Waar is de dokter?")
    expect(page.locator(".bot")).to_have_count(4)
    assert_over_the_chat(page)
    button = town.press(page).bounding_box()
    assert button is not None and button["height"] >= 44 and button["width"] >= 44


def test_a_demo_that_is_over_takes_its_bar_along(visit: Visitors, town: Town) -> None:
    page = visit(town.at, locale="nl")
    expect(bar(page)).to_be_visible()
    town.demo.shown = False
    send(page, "dokter")
    expect(bar(page)).to_be_hidden()
    header = page.locator("header.top").bounding_box()
    assert header is not None and header["y"] == 0
    expect(page.locator(".bot").last).to_be_visible()


def test_it_works_without_scripts(visit: Visitors, town: Town) -> None:
    page = visit(town.at, PHONE, java_script_enabled=False, locale="nl")
    page.get_by_role("button", name=OWN_NAMES["nl"]).click()
    town.join(page).click()
    town.jump(page).click()
    expect(bar(page)).to_contain_text("29-11-2026")
    expect(page.get_by_text(REMINDER)).to_be_visible()
    town.jump(page).click()
    expect(bar(page).get_by_role("status")).to_be_visible()
    assert re.search(r"\?demo=nothing-ahead#end$", page.url)


def test_dark_is_readable(visit: Visitors, town: Town) -> None:
    page = visit(town.at, color_scheme="dark", reduced_motion="reduce", locale="ti")
    speak(page, "ti")
    assert_accessible(page)
    picture(page, "demo-ti-phone-dark")
