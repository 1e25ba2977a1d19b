"""The chat page and its JSON interface, without a browser."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.channels.contract import Arrival, Outgoing, OutgoingButton, Sent
from bot.channels.transcript import Line
from bot.channels.webchat import WebChat
from bot.web import chat as page_module
from bot.web import forms, texts, visitors
from bot.web.bubbles import bot_bubble, foreign_language, linked, tel
from bot.web.pages import HERE, Pages
from flows.message import Text
from nlu.contract import LANGUAGES
from tests.fakes.clock import FakeClock
from tests.fakes.transcript import FakeTranscript, page_word, with_files
from tests.fakes.transcript_words import PAGE
from tests.web.running import Chat, build, served

HTMX = {"HX-Request": "true"}
DUTCH = {"Accept-Language": "nl-NL,nl;q=0.9"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait less long for an answer that does not come."""
    monkeypatch.setattr(page_module, "GREETING", 0.3)
    monkeypatch.setattr(forms, "ANSWER", 0.3)
    monkeypatch.setattr(forms, "SECOND_BUBBLE", 0.05)


@pytest.fixture
def chat() -> Chat:
    return build()


@pytest.fixture
async def client(chat: Chat) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(chat) as client:
        yield client


def visitor(chat: Chat, **options: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(chat.app, raise_app_exceptions=False)
    return httpx.AsyncClient(**{"transport": transport, "base_url": "http://chat.test", **options})


def arrivals(chat: Chat, kind: str) -> list[Arrival]:
    return [arrival for arrival in chat.transcript.arrivals if arrival.kind == kind]


# the page


async def test_the_first_visit_opens_a_talk_under_the_hash_of_a_secret(
    chat: Chat, client: httpx.AsyncClient
) -> None:
    page = await client.get("/", headers={"Accept-Language": "de, ar-SY;q=0.8, en;q=0.5"})
    (cookie,) = page.headers.get_list("set-cookie")
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    token = page.cookies[visitors.COOKIE]
    (joined,) = chat.transcript.arrivals
    assert (joined.channel, joined.kind, joined.text) == ("web", "joined", "")
    assert joined.client_language == "ar-SY"
    assert joined.address == hashlib.sha256(token.encode()).hexdigest()
    assert token not in page.text
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "العربية" in page.text and "ትግርኛ" in page.text


async def test_the_same_browser_finds_its_talk_again_and_a_deleted_one_begins_anew(
    chat: Chat, client: httpx.AsyncClient
) -> None:
    await client.get("/")
    await client.get("/")
    assert len(arrivals(chat, "joined")) == 1
    chat.transcript.forget(chat.transcript.arrivals[0].address)
    assert "English" in (await client.get("/")).text
    assert len(arrivals(chat, "joined")) == 1


async def test_an_invitation_leaves_the_address_bar(chat: Chat, client: httpx.AsyncClient) -> None:
    answer = await client.get("/?start=ABCD-1234")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert [arrival.text for arrival in arrivals(chat, "joined")] == ["ABCD-1234"]
    assert "ABCD" not in (await client.get("/")).text


async def test_a_known_chat_can_bring_an_invitation_once(chat: Chat, client: httpx.AsyncClient) -> None:
    for path in ("/", "/?start=ABCD", "/?start=ABCD", "/?start="):
        await client.get(path)
    assert [arrival.text for arrival in arrivals(chat, "joined")] == ["", "ABCD"]


async def test_the_cookie_is_secure_where_the_request_is(chat: Chat) -> None:
    async with visitor(chat, base_url="https://chat.test") as client:
        assert "Secure" in (await client.get("/")).headers["set-cookie"]


async def test_looking_without_reading_opens_nothing(chat: Chat, client: httpx.AsyncClient) -> None:
    assert (await client.head("/")).status_code == 200
    assert (await client.get("/chat/health")).json() == {"status": "ok"}
    assert chat.transcript.arrivals == []


async def test_every_answer_has_the_headers_and_no_page_has_anything_inline(
    chat: Chat, client: httpx.AsyncClient
) -> None:
    home = await client.get("/")
    assert home.headers["cache-control"] == "no-store"
    for answer in (home, await client.get("/nowhere"), await client.get("/api/chat/messages")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", answer.text)


async def test_what_a_page_refers_to_is_there_and_can_be_kept(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(files) >= 6
    for file in files:
        answer = await client.get(file)
        assert answer.status_code == 200, file
        kept = "immutable" if "?v=" in file else "max-age"
        assert kept in answer.headers["cache-control"], file
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await client.get("/static/css/base.css")).headers["cache-control"] == "no-cache"
    assert (await client.get("/static/../chat.py")).status_code == 404


# what is said


async def say(client: httpx.AsyncClient, text: str, submit: str = "a1", **headers: str) -> httpx.Response:
    form = {"text": text, "id": submit}
    return await client.post("/chat/say", data=form, headers=HTMX | headers)


async def test_what_is_said_comes_back_as_a_bubble(chat: Chat, client: httpx.AsyncClient) -> None:
    await client.get("/")
    answer = await say(client, "<script>alert('x')</script>\r\n& ሰላም \u0000")
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<li class="line own">')
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\n&amp; ሰላም" in answer.text
    assert "<script>" not in answer.text
    assert arrivals(chat, "said")[0].text == "<script>alert('x')</script>\n& ሰላም \ufffd"


async def test_the_same_submit_arrives_once(chat: Chat, client: httpx.AsyncClient) -> None:
    await client.get("/")
    for submit in ("a1", "a1", "b2", "not an id!", "not an id!"):
        assert (await say(client, "hallo", submit)).status_code == 200
    assert len(arrivals(chat, "said")) == 4
    async with visitor(chat) as other:
        await other.get("/")
        await say(other, "hallo", "a1")
    assert len(arrivals(chat, "said")) == 5


@pytest.mark.parametrize("text", ["", "   ", "\r\n\t"])
async def test_nothing_said_does_nothing(chat: Chat, client: httpx.AsyncClient, text: str) -> None:
    await client.get("/")
    assert (await say(client, text)).status_code == 204
    plain = await client.post("/chat/say", data={"text": text, "id": "a1"})
    assert (plain.status_code, plain.headers["location"]) == (303, "/#end")
    assert arrivals(chat, "said") == []


async def test_a_very_long_text_arrives_and_a_longer_one_is_refused(
    chat: Chat, client: httpx.AsyncClient
) -> None:
    await client.get("/")
    assert (await say(client, "ሀ" * 100_000)).status_code == 200
    assert len(arrivals(chat, "said")[0].text) == 100_000
    refused = await say(client, "ሀ" * 100_001, "b2", **DUTCH)
    assert refused.status_code == 413
    assert refused.text == PAGE[texts.TOO_LONG_TO_SEND.msgid]["nl"]
    assert (await say(client, "x" * 3_000_000, "c3")).status_code == 413
    assert len(arrivals(chat, "said")) == 1


async def test_without_a_script_the_page_comes_again_with_the_answer(
    chat: Chat, client: httpx.AsyncClient
) -> None:
    page = (await client.get("/", headers=DUTCH)).text
    pressed = await client.post("/chat/choose", data={"data": "go/speak/nl"})
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/#end")
    page = (await client.get("/")).text
    assert '<html lang="nl" dir="ltr">' in page
    assert "Waar gaat je vraag over?" in page
    found = re.search(r'name="id" value="([^"]+)"', page)
    assert found is not None
    for _ in range(2):
        await client.post("/chat/say", data={"text": "Waar is de dokter?", "id": found[1]})
    page = (await client.get("/")).text
    assert page.count("Waar is de dokter?") == 1
    assert page.count("icon-check") == 2 and page.count("icon-clock") == page.count('class="failed"') == 1
    assert page.count("Een huisarts zoeken") == 1
    assert [arrival.text for arrival in arrivals(chat, "chose")] == ["go/speak/nl"]


async def test_a_button_comes_back_with_its_label(chat: Chat, client: httpx.AsyncClient) -> None:
    await client.get("/")
    form = {"data": "go/menu", "label": "☰ Menu <b>", "id": "a1"}
    answer = await client.post("/chat/choose", data=form, headers=HTMX)
    assert "☰ Menu &lt;b&gt;" in answer.text
    assert (await client.post("/chat/choose", data={"data": "x" * 65}, headers=HTMX)).status_code == 413
    assert (await client.post("/chat/choose", data={"data": ""}, headers=HTMX)).status_code == 204
    assert [arrival.text for arrival in arrivals(chat, "chose")] == ["go/menu"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.proxy"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://chat.test"}, 200),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_pages_of_others_cannot_speak_for_a_visitor(
    chat: Chat, client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    await client.get("/")
    answer = await client.post("/chat/say", data={"text": "hallo"}, headers=HTMX | headers)
    assert answer.status_code == status
    assert len(arrivals(chat, "said")) == (status == 200)


async def test_only_forms_with_a_cookie_are_read(chat: Chat, client: httpx.AsyncClient) -> None:
    stranger = await client.post("/chat/say", data={"text": "hallo"}, headers=DUTCH)
    assert stranger.status_code == 401
    assert PAGE[texts.CHAT_NOT_OPEN.msgid]["nl"] in stranger.text
    for path in ("/chat/events", "/chat/files/1/0"):
        assert (await client.get(path)).status_code == 401
    await client.get("/")
    assert (await client.post("/chat/say", json={"text": "hallo"})).status_code == 415
    many = {f"f{number}": "x" for number in range(30)}
    assert (await client.post("/chat/say", data=many)).status_code == 400
    client.cookies.set(visitors.COOKIE, "../../etc/passwd")
    assert (await client.get("/chat/events")).status_code == 401


async def test_a_store_that_is_away_is_said_in_words(chat: Chat, client: httpx.AsyncClient) -> None:
    chat.transcript.locked = True
    first = await client.get("/", headers=DUTCH)
    assert (first.status_code, first.headers["retry-after"]) == (503, "5")
    assert "set-cookie" not in first.headers
    assert PAGE[texts.NOT_REACHABLE.msgid]["nl"] in first.text
    chat.transcript.locked = False
    await client.get("/")
    chat.transcript.locked = True
    answer = await say(client, "hallo", **DUTCH)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.text == PAGE[texts.MESSAGE_NOT_KEPT.msgid]["nl"]
    page = await client.post("/chat/say", data={"text": "hallo"}, headers=DUTCH)
    assert page.status_code == 503
    assert 'href="tel:112"' in page.text
    chat.transcript.locked = False
    assert (await say(client, "hallo")).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/fails", 500), ("/nowhere", 404), ("/chat/say", 405)])
async def test_an_error_is_a_page_in_words_with_112(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    page = await client.get(path, headers={"Accept-Language": "ti"})
    assert page.status_code == status
    assert '<html lang="ti"' in page.text
    assert page.text.count('href="tel:112"') == 4
    for language in LANGUAGES:
        assert f'<section lang="{language}"' in page.text
    assert "Traceback" not in page.text and "secret" not in page.text


async def test_the_talk_is_shown_as_it_was(chat: Chat, client: httpx.AsyncClient) -> None:
    await client.get("/", headers=DUTCH)
    address = chat.transcript.arrivals[0].address
    await chat.transcript.say(address, "doctor", "ar")
    chat.transcript.clock.move(days=1)
    await chat.transcript.say(address, "alarm", "nl")
    page = (await client.get("/", headers=DUTCH)).text
    assert re.search(r'<li class="line bot asking" id="line-2" data-number="2" lang="ar" dir="rtl"', page)
    assert re.search(
        r'<li class="line bot alarm" id="line-3".* lang="nl" dir="ltr">\s*<div [^>]*role="alert"', page
    )
    assert 'href="tel:0581234567">058 123 45 67</a>' in page
    assert '<a class="call" href="tel:112">' in page
    assert "23-11-2026" in page and "24-11-2026" in page
    assert "after=3" in page


async def test_words_that_are_not_kept_are_not_shown(chat: Chat, client: httpx.AsyncClient) -> None:
    await client.get("/", headers=DUTCH)
    await client.post("/chat/choose", data={"data": "go/nobody-sent-this"}, headers=HTMX)
    page = (await client.get("/", headers=DUTCH)).text
    assert PAGE[texts.WORDS_NOT_KEPT.msgid]["nl"] in page
    assert "nobody-sent-this" not in page


# what comes live


def events(stream: Any) -> Any:
    """The events of a stream as dictionaries."""
    event: dict[str, str] = {}
    for line in stream:
        if not line and event:
            yield event
            event = {}
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = f"{event[name]}\n{value}" if name in event else value


def test_the_bot_speaks_live() -> None:
    with served(build(every=0.05)) as at, httpx.Client(base_url=at.url, headers=DUTCH) as client:
        client.get("/")
        with client.stream("GET", "/chat/events?after=1&language=nl") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            coming = events(stream.iter_lines())
            assert next(coming) == {"retry": "2000"}
            at.run(at.chat.transcript.say(at.address, "doctor", "nl"))
            line = next(coming)
            assert (line["event"], line["id"]) == ("line", "2")
            assert "Een huisarts zoeken" in line["data"] and 'id="line-2"' in line["data"]
            client.post("/chat/choose", data={"data": "go/speak/ar"}, headers=HTMX)
            change = json.loads(next(coming)["data"])
            assert (change["language"], change["direction"]) == ("ar", "rtl")
            assert change["words"]["send"] == "إرسال"
            assert [next(coming)["id"], next(coming)["id"]] == ["3", "4"]
        with client.stream(
            "GET", "/chat/events?after=1&language=ar", headers={"Last-Event-ID": "3"}
        ) as stream:
            coming = events(stream.iter_lines())
            assert [event.get("id") for event in (next(coming), next(coming))] == [None, "4"]


def test_a_stream_ends_when_the_program_does() -> None:
    chat = build()
    with served(chat) as at, httpx.Client(base_url=at.url) as client:
        client.get("/")
        with client.stream("GET", "/chat/events") as stream:
            coming = events(stream.iter_lines())
            next(coming)
            at.loop.call_soon_threadsafe(chat.webchat.close)
            assert [event.get("id") for event in coming] in (["1"], [])


def test_what_is_streamed_is_not_logged() -> None:
    logging.getLogger("sse_starlette").setLevel(logging.NOTSET)
    build()
    assert not logging.getLogger("sse_starlette.sse").isEnabledFor(logging.DEBUG)


SOMETHING = Outgoing("Hallo", "nl")


async def follow(webchat: WebChat, transcript: FakeTranscript, **options: Any) -> list[int]:
    batches = webchat.follow(transcript, "a", 0, **{"every": 60, "patience": 5, **options})
    try:
        async for lines in batches:
            return [line.number for line in lines]
        return []
    finally:
        await batches.aclose()


class LateTranscript(FakeTranscript):
    """Shows a line only some looks after it was sent, as the ledger does."""

    looks = 0

    async def bot_lines_after(self, address: str, number: int) -> list[Line]:
        self.looks += 1
        return list(await super().bot_lines_after(address, number)) if self.looks > 3 else []


@pytest.mark.parametrize("kind", [FakeTranscript, LateTranscript])
async def test_news_are_found_at_once_also_when_the_ledger_is_late(kind: type[FakeTranscript]) -> None:
    webchat = WebChat()
    transcript = kind(webchat)
    following = asyncio.create_task(follow(webchat, transcript))
    await asyncio.sleep(0.01)
    await transcript.say_this("a", SOMETHING)
    assert await following == [1]


async def test_lines_of_another_process_are_found_without_news() -> None:
    webchat, elsewhere = WebChat(), WebChat()
    transcript = FakeTranscript(elsewhere)
    await transcript.say_this("a", SOMETHING)
    assert await follow(webchat, transcript, every=0.01) == [1]


async def test_waiting_ends_with_patience_and_with_the_program() -> None:
    webchat = WebChat()
    transcript = FakeTranscript(webchat)
    assert await follow(webchat, transcript, patience=0.02) == []
    assert await follow(webchat, transcript, patience=0) == []
    webchat.close()
    assert await follow(webchat, transcript, patience=60) == []


async def test_nobody_who_left_is_remembered() -> None:
    webchat = WebChat()
    with webchat.listening("a"), webchat.listening("a"), webchat.listening("b"):
        assert await webchat.send("a", SOMETHING) == Sent()
    assert webchat._listeners == {}


# other clients


async def open_chat(client: httpx.AsyncClient, **body: str) -> str:
    answer = await client.post("/api/chat", json=body)
    assert answer.status_code == 201
    token: str = answer.json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return token


async def read(client: httpx.AsyncClient, after: int = 0, wait: int = 5) -> list[dict[str, Any]]:
    answer = await client.get("/api/chat/messages", params={"after": after, "wait": wait})
    assert answer.status_code == 200
    messages: list[dict[str, Any]] = answer.json()["messages"]
    return messages


async def test_another_client_can_talk(chat: Chat, client: httpx.AsyncClient) -> None:
    token = await open_chat(client, start="ABCD", language="ar-SY")
    (joined,) = chat.transcript.arrivals
    assert (joined.text, joined.client_language) == ("ABCD", "ar-SY")
    assert joined.address == hashlib.sha256(token.encode()).hexdigest()
    (asked,) = await read(client)
    assert asked["number"] == 1
    assert asked["at"] == "2026-11-23T09:00:00+00:00"
    assert asked["buttons"][1] == [{"label": "العربية", "data": "go/speak/ar"}]
    for _ in range(2):
        chosen = await client.post("/api/chat/messages", json={"id": "c:1", "choice": "go/speak/ar"})
        assert (chosen.status_code, chosen.json()) == (202, {"id": "c:1"})
    said = await client.post("/api/chat/messages", json={"id": "c:2", "text": "أريد طبيباً"})
    assert said.status_code == 202
    heard: list[dict[str, Any]] = []
    while len(heard) < 3:
        heard += await read(client, heard[-1]["number"] if heard else 1)
    assert [message["number"] for message in heard] == [2, 3, 4]
    assert (heard[2]["language"], heard[2]["direction"], heard[2]["tone"]) == ("ar", "rtl", "normal")
    assert heard[2]["title"].startswith("🩺")
    assert [arrival.kind for arrival in chat.transcript.arrivals] == ["joined", "chose", "said"]


async def test_opening_needs_no_body(chat: Chat, client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/chat", headers={"Accept-Language": "ti-ER"})
    assert answer.status_code == 201
    assert chat.transcript.arrivals[0].client_language == "ti-ER"
    assert await read_with(client, "x" * 43) == 401


async def read_with(client: httpx.AsyncClient, token: str) -> int:
    answer = await client.get("/api/chat/messages", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["error"] == "unknown_token"
    return answer.status_code


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic abc", f"Bearer {'a' * 43}"])
async def test_a_token_is_needed(client: httpx.AsyncClient, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for method, path in (("GET", "messages"), ("POST", "messages"), ("GET", "files/1/0")):
        answer = await client.request(method, f"/api/chat/{path}", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == "unknown_token"


@pytest.mark.parametrize(
    ("body", "kind", "status", "error"),
    [
        (b"{", "application/json", 400, "bad_request"),
        (b"[1]", "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "bad_request"),
        (b"[" * 100_000, "application/json", 400, "bad_request"),
        (b'{"text": "x"}', "application/json", 400, "bad_request"),
        (b'{"id": 7, "text": "x"}', "application/json", 400, "bad_request"),
        (b'{"id": "a b", "text": "x"}', "application/json", 400, "bad_request"),
        (b'{"id": "a"}', "application/json", 400, "bad_request"),
        (b'{"id": "a", "text": "x", "choice": "y"}', "application/json", 400, "bad_request"),
        (b'{"id": "a", "text": ["x"]}', "application/json", 400, "bad_request"),
        (b'{"id": "a", "text": "x"}', "text/plain", 415, "unsupported_media_type"),
        (json.dumps({"id": "a", "text": "x" * 100_001}).encode(), "application/json", 413, "too_large"),
        (b'{"id": "a", "choice": "' + b"x" * 65 + b'"}', "application/json", 413, "too_large"),
        (b" " * 2_000_000, "application/json", 413, "too_large"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_its_reason(
    chat: Chat, client: httpx.AsyncClient, body: bytes, kind: str, status: int, error: str
) -> None:
    await open_chat(client)
    answer = await client.post("/api/chat/messages", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["detail"]
    assert len(chat.transcript.arrivals) == 1


async def test_broken_characters_arrive_repaired(chat: Chat, client: httpx.AsyncClient) -> None:
    await open_chat(client)
    body = b'{"id": "a", "text": "x\\ud800\\u0000\\ud83d\\ude00"}'
    answer = await client.post(
        "/api/chat/messages", content=body, headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert answer.status_code == 202
    assert arrivals(chat, "said")[0].text == "x\ufffd\ufffd😀"


async def test_wrong_numbers_wrong_methods_and_a_store_that_is_away(
    chat: Chat, client: httpx.AsyncClient
) -> None:
    await open_chat(client)
    for query in ("after=-1", "after=x", "wait=1.5"):
        assert (await client.get(f"/api/chat/messages?{query}")).status_code == 400
    assert await read(client, after=10**30, wait=0) == []
    assert (await client.delete("/api/chat/messages")).status_code == 405
    assert (await client.get("/api/chat/nothing")).json()["error"] == "not_found"
    chat.transcript.locked = True
    for path, body in (("/api/chat", {}), ("/api/chat/messages", {"id": "a", "text": "x"})):
        answer = await client.post(path, json=body)
        assert (answer.status_code, answer.json()["error"]) == (503, "try_again")
        assert answer.headers["retry-after"] == "5"


# what goes with a message


async def test_attachments_are_given_to_those_whose_they_are(tmp_path: Path) -> None:
    chat = build(media=tmp_path)
    async with visitor(chat) as client, visitor(chat) as other:
        await client.get("/")
        await other.get("/")
        words = Outgoing("Hier", "nl", attachments=with_files(tmp_path))
        await chat.transcript.say_this(chat.transcript.arrivals[0].address, words)
        page = (await client.get("/", headers=DUTCH)).text
        assert '<audio class="voice" controls preload="none" src="/chat/files/2/0"' in page
        assert 'alt="A health insurance card"' in page
        assert 'href="geo:53.203700,5.789500?q=53.203700,5.789500(Stadskantoor)"' in page
        voice, picture, document = [await client.get(f"/chat/files/2/{index}") for index in range(3)]
        assert voice.content == b"OggS"
        assert picture.headers["content-type"] == "image/svg+xml"
        assert document.json() == {"language": "ti"}
        assert document.headers["content-disposition"] == "attachment; filename*=utf-8''wegwijs.json"
        for path in ("2/3", "2/9", "1/0", "7/0", "x/y", f"{10**30}/0"):
            assert (await client.get(f"/chat/files/{path}")).status_code == 404, path
        assert (await other.get("/chat/files/2/0")).status_code == 404


async def test_attachments_in_the_json_interface(tmp_path: Path) -> None:
    chat = build(media=tmp_path)
    async with visitor(chat) as client:
        await open_chat(client)
        await read(client)
        words = Outgoing("Hier", "nl", attachments=with_files(tmp_path))
        await chat.transcript.say_this(chat.transcript.arrivals[0].address, words)
        (message,) = await read(client, after=1)
        voice, _, document, place = message["attachments"]
        assert voice == {"kind": "voice", "name": "doctor", "text": "", "url": "/api/chat/files/2/0"}
        assert (await client.get(voice["url"])).content == b"OggS"
        assert (await client.get(document["url"])).json() == {"language": "ti"}
        assert place["latitude"] == 53.2037


async def test_files_from_elsewhere_are_not_served(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    for media in (inside, None):
        chat = build(media=media)
        async with visitor(chat) as client:
            await client.get("/")
            words = Outgoing("Hier", "nl", attachments=with_files(tmp_path))
            await chat.transcript.say_this(chat.transcript.arrivals[0].address, words)
            assert (await client.get("/chat/files/2/0")).status_code == 404


# bubbles


@given(st.text("a1 0-7+<>&\"'\n112ሀع", max_size=60))
def test_nothing_but_phones_becomes_markup(text: str) -> None:
    marked = linked(text, ("112", "0800-112"))
    tags = re.findall(r"<[^>]*>", marked)
    assert all(re.fullmatch(r'</a>|<a class="phone" dir="ltr" href="tel:\d+">', tag) for tag in tags)
    assert re.sub(r"</?a[^>]*>", "", marked) == escape(text)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Bel 112.", ["112"]),
        ("\u2066112\u2069", ["112"]),
        ("0800-112 of 112", ["0800-112", "112"]),
        ("1123 3112 +112", []),
        ("112112", []),
    ],
)
def test_only_whole_numbers_can_be_called(text: str, links: list[str]) -> None:
    assert re.findall(r">([^<]+)</a>", linked(text, ("112", "0800-112"))) == links


def test_a_number_is_called_without_its_spaces() -> None:
    assert tel("+31 (0)58-123 45 67") == "tel:+310581234567"
    assert tel("\u2066112\u2069") == "tel:112"


@pytest.mark.parametrize(
    ("text", "own", "language"),
    [
        ("اختر لغتك.", "en", "ar"),
        ("ቋንቋ ምረጹ።", "nl", "ti"),
        ("Kies je taal.", "ar", "nl"),
        ("Choose", "nl", None),
        ("ابحث عن huisarts (family doctor) in Leeuwarden", "ar", None),
        ("112 ☎", "ar", None),
        ("Ελληνικά", "en", None),
    ],
)
def test_a_line_in_another_script_is_read_out_in_its_language(text: str, own: Any, language: str) -> None:
    assert foreign_language(text, own) == language


def test_a_bubble_keeps_paragraphs_lines_pictograms_and_isolates() -> None:
    buttons = (
        (OutgoingButton("🩺 Dokter", "a"), OutgoingButton("A B", "b")),
        (),
        (OutgoingButton("✖", "c"),),
    )
    words = Outgoing("een\ntwee\n\n \n\n\u2066drie\u2069 اختر\nاختر", "nl", rows=buttons)
    shown = bot_bubble(Line(1, FakeClock()(), words), words)
    assert [[line.markup for line in paragraph] for paragraph in shown.paragraphs] == [
        ["een", "twee"],
        ["\u2066drie\u2069 اختر", "اختر"],
    ]
    assert shown.paragraphs[1][1].direction == "rtl"
    assert [[press.pictogram for press in row] for row in shown.rows] == [["🩺", ""], [""]]
    assert shown.moment.clock == "10:00"
    assert shown.calls == ()


def test_an_empty_message_is_an_empty_bubble() -> None:
    words = Outgoing("", "ti", title="ሰላም")
    assert bot_bubble(Line(1, FakeClock()(), words), words).paragraphs == ()


# languages and words


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("nl", ["nl"]),
        ("en;q=0.2, ti-ER ; q=0.9,ar", ["ar", "ti-ER", "en"]),
        ("*", []),
        ("ar;q=0, en", ["en"]),
        ("<script>, en;q=x", ["en"]),
        ("x" * 5000, []),
    ],
)
def test_languages_of_a_browser(header: str, tags: list[str]) -> None:
    assert visitors.accepted_languages(header) == tags


def test_every_word_of_the_page_is_one_of_the_catalogue_and_is_used() -> None:
    templates = "".join(path.read_text("utf-8") for path in HERE.rglob("*.html"))
    for name in texts.ON_PAGE:
        assert re.search(rf'words\.{name}\b|words\["{name}"\]', templates), name
    known = {name: value for name, value in vars(texts).items() if isinstance(value, Text)}
    for name in re.findall(r"texts\.([A-Z_]+)", templates):
        assert name in known
    for text in known.values():
        assert text == texts.BOT_NAME or set(PAGE[text.msgid]) == {"ti", "ar", "nl"}, text.msgid


def test_a_page_asks_only_for_what_it_knows() -> None:
    with pytest.raises(Exception, match="undefined"):
        Pages(page_word).render("chat/page.html", "nl")
