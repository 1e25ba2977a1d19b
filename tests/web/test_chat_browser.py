"""The chat page in Chromium, as a person on a phone and at a desk sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.channels.contract import Outgoing, OutgoingButton
from tests.fakes.transcript import with_files
from tests.fakes.transcript_words import PAGE
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

QUESTIONS = {
    "ti": "ሓኪም ክረክብ ደልየ",
    "ar": "أريد أن أجد طبيباً",
    "nl": "Hoe vind ik een huisarts?",
    "en": "How do I find a doctor?",
}


@pytest.fixture
def at() -> Iterator[Served]:
    with served(build()) as found:
        yield found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", OWN_NAMES)
def test_a_talk_from_the_first_look_to_the_answer(
    visit: Visitors, at: Served, language: str, size: str
) -> None:
    page = visit(at, SIZES[size], locale=language)
    assert_accessible(page)
    speak(page, language)
    html = page.locator("html")
    expect(html).to_have_attribute("lang", language)
    expect(html).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    words = PAGE["Write your question"].get(language, "Write your question")  # type: ignore[call-overload]
    expect(page.locator("#field")).to_have_attribute("placeholder", words)
    picture(page, f"chat-{language}-{size}-menu")
    send(page, QUESTIONS[language])
    expect(page.locator(".own:not(.pending)").last).to_contain_text(QUESTIONS[language])
    answer = page.locator(".bot").nth(3)
    expect(answer).to_have_attribute("lang", language)
    expect(answer.locator("a.phone")).to_have_attribute("href", "tel:0581234567")
    assert_in_sight(page, page.locator(".own").last)
    assert_in_sight(page, answer)
    assert_fits(page)
    assert_accessible(page)
    picture(page, f"chat-{language}-{size}-answer")
    assert page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').length") >= 1


def test_own_letters_are_ours(visit: Visitors, at: Served) -> None:
    page = visit(at)
    page.evaluate("document.fonts.ready.then(() => true)")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {family.strip('"') for family in loaded} == {"Noto Sans", "Noto Sans Ethiopic", "Noto Sans Arabic"}


def test_own_bubble_at_once_dots_while_waiting_then_the_answer(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "en")
    typing = page.locator("#typing")
    expect(typing).to_be_hidden()
    at.chat.transcript.pause = 0.6
    page.locator("#field").fill("Where is the doctor?")
    page.keyboard.press("Enter")
    expect(page.locator(".own").last).to_contain_text("Where is the doctor?")
    expect(page.locator("#field")).to_have_value("")
    expect(typing).to_be_visible()
    expect(page.locator(".bot")).to_have_count(4)
    expect(typing).to_be_hidden()
    assert page.locator(".own").count() == 2


def test_buttons_of_old_bubbles_work(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "en")
    send(page, "doctor")
    expect(page.locator(".bot")).to_have_count(4)
    page.get_by_role("button", name="Nederlands").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator(".own").last).to_contain_text("Nederlands")
    assert at.chat.transcript.arrivals[-1].text == "go/speak/nl"


def test_the_header_leads_to_menu_and_languages(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "en")
    tools = page.locator(".tools")
    tools.get_by_role("button", name="Menu").click()
    expect(page.locator(".bot")).to_have_count(4)
    tools.get_by_role("button", name="Language").click()
    expect(page.locator(".bot")).to_have_count(5)
    assert [arrival.text for arrival in at.chat.transcript.arrivals[-2:]] == ["go/menu", "go/language"]
    expect(page.locator(".own .words").last).to_have_text("🌐 Language")


def test_messages_keep_their_order(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "en")
    for text in ("one", "two", "three", "four"):
        page.locator("#field").fill(text)
        page.keyboard.press("Enter")
    expect(page.locator(".bot")).to_have_count(7)
    assert [arrival.text for arrival in at.chat.transcript.arrivals[-4:]] == ["one", "two", "three", "four"]
    assert page.locator(".own .words").all_inner_texts()[1:] == ["one", "two", "three", "four"]
    expect(page.locator(".pending")).to_have_count(0)


def test_markup_is_text_and_long_words_stay_inside(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "nl")
    attack = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    send(page, attack + "verzekering" * 30)
    expect(page.locator(".own .words").last).to_contain_text(attack)
    long = "Meervoudigepersoonlijkheidsstoornissen" * 2
    rows = ((OutgoingButton(f"🔔 {long}", "a"), OutgoingButton("Nee", "b")), (OutgoingButton(long, "c"),))
    at.run(at.chat.transcript.say_this(at.address, Outgoing(attack + long * 3, "nl", title=long, rows=rows)))
    expect(page.locator(".bot .words").last).to_contain_text(attack)
    assert_fits(page)
    page.reload()
    expect(page.locator(".bot .words").last).to_contain_text(attack)
    assert page.evaluate("window.hit") is None
    for button in page.locator(".bot").last.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_danger_is_large_and_calls_with_one_touch(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "ar")
    send(page, "112")
    alarm = page.locator(".alarm")
    call = alarm.locator("a.call")
    expect(call).to_have_attribute("href", "tel:112")
    box = call.bounding_box()
    assert box is not None and box["height"] >= 60 and box["width"] >= 250
    expect(alarm.get_by_role("alert")).to_contain_text("112")
    expect(call).to_be_in_viewport(ratio=1)
    assert_accessible(page)
    picture(page, "chat-ar-phone-danger")


def test_everything_to_touch_is_large_enough(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "ti")
    send(page, "doctor")
    expect(page.locator(".bot")).to_have_count(4)
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        if box is not None:
            assert box["height"] >= 44 and box["width"] >= 44, button.inner_text()


def test_what_the_bot_says_by_itself_appears(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "nl")
    send(page, "dokter")
    expect(page.locator(".bot")).to_have_count(4)
    page.wait_for_timeout(3100)  # later than what belongs to the answer
    at.run(at.chat.transcript.say(at.address, "place"))
    expect(page.locator(".bot").nth(4)).to_contain_text("Stadskantoor")
    assert_in_sight(page, page.locator(".bot").nth(4))
    page.locator("#log").evaluate("log => { log.scrollTop = 0; }")
    at.run(at.chat.transcript.say(at.address, "place"))
    expect(page.locator(".bot")).to_have_count(6)
    assert page.locator("#log").evaluate("log => log.scrollTop") == 0
    page.get_by_role("button", name=PAGE["Go to the newest message"]["nl"]).click()
    expect(page.locator(".bot").last).to_be_in_viewport()


def test_a_lost_connection_is_said_and_nothing_is_missed_or_doubled(visit: Visitors) -> None:
    chat = build()
    with served(chat) as at:
        page = visit(at)
        speak(page, "nl")
        port = int(at.url.rpartition(":")[2])
        address = at.address
    notice = page.get_by_text(PAGE["There is no connection. I keep trying."]["nl"])
    expect(notice).to_be_visible()
    with served(build(transcript=chat.transcript), port) as at:
        at.run(chat.transcript.say(address, "doctor"))
        expect(page.locator("#line-4")).to_be_visible(timeout=10_000)
        expect(notice).to_be_hidden()
        at.run(chat.transcript.say(address, "place"))
        expect(page.locator(".bot")).to_have_count(5)
        visit.leave()
    visit.expect_complaints(r"ERR_|\[object Event\]")


def test_what_was_not_kept_can_be_sent_again_and_arrives_once(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "nl")
    at.chat.transcript.locked = True
    send(page, "Waar is de dokter?")
    failed = page.get_by_text(PAGE["Your message was not sent."]["nl"])
    expect(failed).to_be_visible()
    expect(page.locator("#typing")).to_be_hidden()
    assert_accessible(page)
    picture(page, "chat-nl-phone-not-sent")
    again = page.get_by_role("button", name=PAGE["Send again"]["nl"])
    again.click()
    expect(failed).to_be_visible()
    at.chat.transcript.locked = False
    again.click()
    expect(page.locator(".bot")).to_have_count(4)
    expect(failed).to_have_count(0)
    assert [arrival.text for arrival in at.chat.transcript.arrivals if arrival.kind == "said"] == [
        "Waar is de dokter?"
    ]
    visit.expect_complaints("503|htmx:responseError")


def test_a_browser_that_lost_its_cookie_begins_anew(visit: Visitors, at: Served) -> None:
    page = visit(at)
    speak(page, "nl")
    page.context.clear_cookies()
    send(page, "hallo")
    expect(page.locator(".bot")).to_have_count(1)
    assert len({arrival.address for arrival in at.chat.transcript.arrivals}) == 2
    visit.expect_complaints("401|htmx:responseError")


def test_a_draft_survives_a_change_of_language(visit: Visitors, at: Served) -> None:
    page = visit(at)
    page.locator("#field").fill("مرحبا")
    assert page.locator("#field").get_attribute("dir") == "auto"
    speak(page, "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#field")).to_have_value("مرحبا")


def test_the_field_has_the_focus_only_where_no_keyboard_pops_up(visit: Visitors, at: Served) -> None:
    focused = "document.activeElement.id"
    assert visit(at, PHONE).evaluate(focused) == ""
    assert visit(at, DESK).evaluate(focused) == "field"


def test_the_keyboard_is_enough(visit: Visitors, at: Served) -> None:
    page = visit(at, PHONE)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#field")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".bot")).to_have_count(3)
    expect(page.locator(".own .words")).to_have_text(re.compile("|".join(OWN_NAMES.values())))
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_it_works_without_scripts(visit: Visitors, at: Served) -> None:
    page = visit(at, java_script_enabled=False)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("What is your question about?")).to_be_visible()
    page.locator("#field").fill("doctor")
    page.locator(".send").click()
    expect(page.get_by_text("Finding a doctor")).to_have_count(1)
    expect(page.get_by_role("link", name="Show new messages")).to_be_visible()


def test_dark_and_still(visit: Visitors, at: Served) -> None:
    page = visit(at, color_scheme="dark", reduced_motion="reduce")
    speak(page, "nl")
    send(page, "112")
    expect(page.locator(".alarm")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(11, 20, 22)"


def test_attachments_are_shown(visit: Visitors, tmp_path: Path) -> None:
    with served(build(media=tmp_path)) as at:
        page = visit(at)
        speak(page, "nl")
        words = Outgoing("Hier", "nl", attachments=with_files(tmp_path))
        at.run(at.chat.transcript.say_this(at.address, words))
        expect(page.get_by_role("img", name="A health insurance card")).to_be_visible()
        expect(page.locator("audio")).to_have_attribute("controls", "")
        expect(page.get_by_role("link", name="Toon op een kaart")).to_have_attribute(
            "href", re.compile("^geo:53")
        )
        with page.expect_download() as download:
            page.get_by_role("link", name="wegwijs.json").click()
        assert download.value.suggested_filename == "wegwijs.json"
        assert_fits(page)
        assert_accessible(page)
        visit.leave()


def test_an_error_page_is_accessible(visit: Visitors, at: Served) -> None:
    page = visit(at)
    page.goto(f"{at.url}/fails")
    expect(page.get_by_role("link", name="112").first).to_be_visible()
    assert_accessible(page)
    visit.expect_complaints("500")
