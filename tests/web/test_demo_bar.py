"""The bar over the chat of the demo town, without a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from bot.bidi import plain
from bot.channels.webchat import WebChat
from bot.web import chat as page_module
from bot.web import forms, texts
from bot.wording import Wording
from nlu.contract import LANGUAGES, Language
from tests.fakes.demo_town import REMINDER, FakeDemoTown
from tests.fakes.transcript import FakeTranscript
from tests.web.running import Chat, build

HTMX = {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
PLAIN = {"Content-Type": "application/x-www-form-urlencoded"}
DUTCH = {"Accept-Language": "nl-NL,nl;q=0.9"}
LATER = timedelta(days=6, hours=8)
PRESSES = ("/demo/jump", "/demo/join")


@dataclass(frozen=True, slots=True)
class Town:
    """A chat with a bar over it, and what the bar shows."""

    chat: Chat
    demo: FakeDemoTown
    wording: Wording

    def visitor(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.chat.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://chat.test", headers=DUTCH)

    def codes(self) -> list[str]:
        """The codes of the invitations that arrived."""
        return [each.text for each in self.chat.transcript.arrivals if each.kind == "joined" and each.text]

    def words(self, text: Any, language: Language = "nl") -> str:
        return self.wording.word(text, language)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait less long for an answer that does not come."""
    monkeypatch.setattr(page_module, "GREETING", 0.3)
    monkeypatch.setattr(forms, "ANSWER", 0.3)
    monkeypatch.setattr(forms, "SECOND_BUBBLE", 0.05)


@pytest.fixture
def town(wording: Wording) -> Town:
    transcript = FakeTranscript(WebChat())
    demo = FakeDemoTown(transcript, ahead=(LATER, LATER + timedelta(hours=3)))
    return Town(build(transcript=transcript, demo=demo, word=wording.word), demo, wording)


@pytest.fixture
async def client(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who has opened the chat."""
    async with town.visitor() as client:
        await client.get("/")
        yield client


async def press(client: httpx.AsyncClient, path: str, script: bool = True, **headers: str) -> httpx.Response:
    return await client.post(path, headers=(HTMX if script else PLAIN) | headers)


def shown(page: str) -> str:
    """The bar of a page; fails where it has none."""
    found = re.search(r'<div class="inner" hx-get="/demo/bar".*?</div>', page, re.DOTALL)
    assert found is not None
    return found[0]


# what it shows


@pytest.mark.parametrize(
    ("language", "time"),
    [
        ("nl", "Demostad: maandag 23-11-2026, 10:00 ’s ochtends"),
        ("en", "Demo town: Monday 23-11-2026, 10:00 in the morning"),
        ("ar", "مدينة للتجربة: الاثنين 23-11-2026، الساعة 10:00 صباحًا"),
        ("ti", "ናይ ፈተነ ከተማ፦ ሰኑይ 23-11-2026፣ ሰዓት 10:00 ናይ ንግሆ"),
    ],
)
async def test_the_time_of_the_town_stands_over_the_chat_in_the_language_of_the_talk(
    town: Town, client: httpx.AsyncClient, language: str, time: str
) -> None:
    await client.post("/chat/choose", data={"data": f"go/speak/{language}"})
    page = (await client.get("/")).text
    assert plain(time) in plain(shown(page))
    assert '<time datetime="2026-11-23T10:00:00+01:00">' in shown(page)
    assert page.index('id="demo"') < page.index("<header")
    assert "css/demo.css" in page


async def test_where_there_is_no_demo_town_there_is_no_bar() -> None:
    chat = build()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(chat.app), base_url="http://chat.test"
    ) as client:
        assert "demo" not in (await client.get("/")).text
        for path in PRESSES:
            assert (await press(client, path)).status_code == 404
        assert (await client.get("/demo/bar")).status_code == 404


async def test_a_demo_that_is_over_takes_its_bar_along(town: Town, client: httpx.AsyncClient) -> None:
    assert "demo" in (await client.get("/")).text
    town.demo.shown = False
    assert "demo" not in (await client.get("/")).text
    bar = await client.get("/demo/bar", headers=HTMX)
    assert (bar.status_code, bar.text) == (200, "")
    for path in PRESSES:
        assert (await press(client, path)).status_code == 404
    assert town.codes() == []


async def test_the_bar_comes_alone_with_the_time_as_it_is_then(town: Town, client: httpx.AsyncClient) -> None:
    town.chat.transcript.clock.move(hours=9, minutes=7)
    bar = (await client.get("/demo/bar", headers=HTMX)).text
    assert bar.strip() == shown(bar)
    assert "maandag 23-11-2026, 19:07 ’s avonds" in bar


async def test_a_stranger_may_be_somebody_and_somebody_may_go_on(
    town: Town, client: httpx.AsyncClient
) -> None:
    stranger = shown((await client.get("/")).text)
    assert town.words(texts.BE_A_NEWCOMER) in stranger
    assert town.words(texts.TO_NEXT_REMINDER) not in stranger
    somebody = (await press(client, "/demo/join")).text
    assert town.words(texts.TO_NEXT_REMINDER) in somebody
    assert town.words(texts.BE_A_NEWCOMER) not in somebody
    async with town.visitor() as other:
        assert town.words(texts.BE_A_NEWCOMER) in (await other.get("/")).text


# to be a newcomer


async def test_who_wants_to_be_a_newcomer_comes_with_an_invitation(
    town: Town, client: httpx.AsyncClient
) -> None:
    for _ in range(2):
        assert (await press(client, "/demo/join")).status_code == 200
    assert town.codes() == ["CODE-1"]
    invited = town.chat.transcript.arrivals[-1]
    assert (invited.channel, invited.client_language) == ("web", "nl-NL")
    async with town.visitor() as other:
        await other.get("/")
        await press(other, "/demo/join")
    assert town.codes() == ["CODE-1", "CODE-2"]
    assert len({each.address for each in town.chat.transcript.arrivals}) == 2


async def test_where_nobody_is_left_to_be_the_bar_says_so(town: Town) -> None:
    told = town.words(texts.NOBODY_LEFT)
    for number in range(3):
        async with town.visitor() as client:
            await client.get("/")
            answer = await press(client, "/demo/join")
            assert (told in answer.text) == (number == 2)
            assert told not in (await client.get("/demo/bar")).text


# to the next reminder


async def test_each_jump_leads_to_a_reminder_until_none_is_ahead(
    town: Town, client: httpx.AsyncClient
) -> None:
    await press(client, "/demo/join")
    told = town.words(texts.NOTHING_AHEAD)
    for time in ("zondag 29-11-2026, 18:00", "zondag 29-11-2026, 21:00"):
        bar = (await press(client, "/demo/jump")).text
        assert time in bar
        assert told not in bar
    before = town.demo.now()
    bar = (await press(client, "/demo/jump")).text
    assert 'role="status"' in bar and told in bar
    assert 'aria-describedby="demo-note"' in bar
    assert town.demo.now() == before
    later = (await client.get("/demo/bar")).text
    assert told not in later and "aria-describedby" not in later


async def test_a_note_stands_longer_than_the_time(town: Town, client: httpx.AsyncClient) -> None:
    def pause(bar: str) -> int:
        found = re.search(r"every (\d+)s", bar)
        assert found is not None
        return int(found[1])

    assert pause((await client.get("/demo/bar")).text) <= 10
    assert pause((await press(client, "/demo/jump")).text) >= 30


# without a script


async def test_without_a_script_the_page_comes_again_with_the_reminder(
    town: Town, client: httpx.AsyncClient
) -> None:
    joined = await press(client, "/demo/join", script=False)
    assert (joined.status_code, joined.headers["location"]) == (303, "/#end")
    page = (await client.get("/")).text
    assert town.words(texts.TO_NEXT_REMINDER) in page
    assert "CODE" not in page
    found = re.search(r'<form method="post" action="([^"]+)"[^>]*hx-sync', shown(page))
    assert found is not None
    jumped = await press(client, found[1], script=False)
    assert (jumped.status_code, jumped.headers["location"]) == (303, "/#end")
    page = (await client.get("/")).text
    assert REMINDER in page
    assert "zondag 29-11-2026, 18:00 ’s avonds" in shown(page)


@pytest.mark.parametrize(
    ("path", "text"), [("/demo/jump", texts.NOTHING_AHEAD), ("/demo/join", texts.NOBODY_LEFT)]
)
async def test_without_a_script_what_cannot_be_done_stands_on_the_page(
    wording: Wording, path: str, text: Any
) -> None:
    transcript = FakeTranscript(WebChat())
    demo = FakeDemoTown(transcript, codes=())
    town = Town(build(transcript=transcript, demo=demo, word=wording.word), demo, wording)
    async with town.visitor() as client:
        await client.get("/")
        answer = await press(client, path, script=False)
        assert answer.status_code == 303
        page = (await client.get(answer.headers["location"])).text
        assert town.words(text) in shown(page)
        assert town.words(text) not in (await client.get("/")).text


async def test_only_our_own_notes_can_be_put_in_an_address(town: Town, client: httpx.AsyncClient) -> None:
    page = (await client.get("/", params={"demo": "<b>You won</b>"})).text
    assert "You won" not in page
    assert "demo-note" not in page


# who may press


@pytest.mark.parametrize("path", PRESSES)
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.test"}])
async def test_pages_of_others_cannot_press(
    town: Town, client: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    await press(client, "/demo/join")
    before = town.demo.now()
    assert (await press(client, path, **headers)).status_code == 403
    assert town.demo.now() == before
    assert town.codes() == ["CODE-1"]


@pytest.mark.parametrize("path", PRESSES)
async def test_only_small_forms_of_visitors_are_read(
    town: Town, client: httpx.AsyncClient, path: str
) -> None:
    async with town.visitor() as stranger:
        assert (await press(stranger, path)).status_code == 401
        assert (await stranger.get("/demo/bar")).status_code == 401
    assert (await client.post(path, json={})).status_code == 415
    assert (await client.post(path, content=b"x=" + b"x" * 3_000_000, headers=PLAIN)).status_code == 413
    assert (await client.get(path)).status_code == 405
    assert town.codes() == []


async def test_an_invitation_that_could_not_be_kept_is_said_in_words(
    town: Town, client: httpx.AsyncClient
) -> None:
    town.chat.transcript.locked = True
    answer = await press(client, "/demo/join")
    assert answer.status_code == 503
    assert answer.text == town.words(texts.MESSAGE_NOT_KEPT)


async def test_the_bar_is_as_strict_as_the_page(town: Town, client: httpx.AsyncClient) -> None:
    bar = await client.get("/demo/bar")
    assert bar.headers["cache-control"] == "no-store"
    assert "default-src 'self'" in bar.headers["content-security-policy"]
    assert not re.search(r"<style|style=|<script|\son\w+=", bar.text)


def test_every_sentence_of_the_bar_differs_by_language(wording: Wording) -> None:
    for text in (texts.TO_NEXT_REMINDER, texts.BE_A_NEWCOMER, texts.NOTHING_AHEAD, texts.NOBODY_LEFT):
        worded = [wording.word(text, language) for language in LANGUAGES]
        assert all(one != other for one, other in pairwise(sorted(worded)))
