"""The chat page: a messenger in the browser, live where scripts run and usable where they do not."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.channels.contract import OnArrival
from bot.channels.transcript import Transcript
from bot.channels.webchat import WebChat
from bot.web import visitors
from bot.web.bubbles import BotBubble, OwnBubble, bubble, moment
from bot.web.chat_api import ChatApi
from bot.web.demo_bar import DemoBar, DemoTown
from bot.web.error_pages import Endpoint, ErrorPages, Handler
from bot.web.forms import answered, by_script, page_again, talk_and_form
from bot.web.pages import Assets, Pages, Word
from bot.web.security import SecurityHeaders, legible
from bot.web.talks import ChatTools, IsKnown, Talk, as_number
from nlu.contract import Language, as_language

MOST_LABEL = 200

# How long a page waits for the answer to being opened, seconds.
GREETING = 1.5
PING = 15  # seconds between two signs of life in a stream
# `WebChat.close` ends a stream; one that has not ended when the program stops is cut off after this, seconds.
FAREWELL = 2.0
RECONNECT = 2000  # milliseconds until a browser opens a broken stream again

_SUBMIT = re.compile(r"[A-Za-z0-9_-]{1,64}")


def chat_routes(
    on_arrival: OnArrival,
    transcript: Transcript,
    webchat: WebChat,
    word: Word,
    *,
    is_known: IsKnown,
    now: Callable[[], datetime],
    media: Sequence[Path] = (),
    every: float = 3.0,
    demo: DemoTown | None = None,
) -> list[BaseRoute]:
    """The page at ``/``, its JSON interface under ``/api/chat`` and its files under ``/static``.

    ``is_known`` tells for an address whether a chat was opened there and is still kept. Voices and
    pictures are only served from under ``media``. ``every`` is how often an open page looks for what
    another process sent, seconds. With a ``demo`` town there is a bar over the chat to try it.
    """
    tools = ChatTools(on_arrival, transcript, webchat, word, is_known, now, media, every)
    # At DEBUG it logs what it streams, which are people's messages.
    logging.getLogger("sse_starlette").setLevel(logging.INFO)
    pages = Pages(word)
    in_words = ErrorPages(pages, word).in_words
    bar = DemoBar(demo, tools, pages) if demo else None
    endpoints = ChatPage(tools, pages, bar).routes() + (bar.routes() if bar else [])
    headers = [Middleware(SecurityHeaders)]
    return [
        *(
            Route(path, in_words(call), methods=[method], middleware=headers)
            for method, path, call in endpoints
        ),
        *ChatApi(tools).routes(headers),
        Mount("/static", Assets(), name="static", middleware=headers),
    ]


def error_handlers(word: Word) -> Mapping[Any, Handler]:
    """For ``Starlette(exception_handlers=...)``: every error in words with 112, or as JSON under /api/."""
    return ErrorPages(Pages(word), word).handlers()


class ChatPage:
    """The endpoints behind the page."""

    def __init__(self, tools: ChatTools, pages: Pages, bar: DemoBar | None) -> None:
        self._tools = tools
        self._pages = pages
        self._bar = bar

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """Method, path and endpoint of each."""
        return [
            ("GET", "/", self.home),
            ("POST", "/chat/say", self.say),
            ("POST", "/chat/choose", self.choose),
            ("GET", "/chat/events", self.events),
            ("GET", "/chat/files/{number}/{index}", self.enclosed),
            ("GET", "/chat/health", self.health),
        ]

    async def home(self, request: Request) -> Response:
        """The talk so far. The first visit opens it; ``?start=CODE`` opens it with an invitation."""
        if request.method == "HEAD":
            return HTMLResponse()
        token = visitors.token_of(request) or visitors.new_token()
        talk = Talk(self._tools, token)
        code = request.query_params.get("start")
        if code or not await talk.is_known():
            last = await talk.last_number()
            await talk.join(code or "", visitors.client_language(request))
            await talk.next_lines(last, GREETING)
        # The code leaves the address bar, the history and what is copied from there.
        response = await self._page(request, talk) if code is None else RedirectResponse("/", 303)
        visitors.remember(response, request, token)
        return response

    async def _page(self, request: Request, talk: Talk) -> Response:
        lines = await self._tools.transcript.lines(talk.address)
        note = request.query_params.get("demo", "")
        html = self._pages.render(
            "chat/page.html",
            await talk.language(request),
            demo=await self._bar.shown(talk.address, note) if self._bar else None,
            bubbles=[bubble(line) for line in lines],
            blank=OwnBubble(moment(self._tools.now()), ""),
            last=max((line.number for line in lines), default=0),
            submit=secrets.token_urlsafe(16),
        )
        return HTMLResponse(html)

    async def say(self, request: Request) -> Response:
        """What was typed."""
        talk, form = await talk_and_form(self._tools, request)
        last = await self._last_number(request, talk)
        words = await talk.say(form.get("text", ""), _submit(form), visitors.client_language(request))
        return await self._answer(request, talk, words, last)

    async def choose(self, request: Request) -> Response:
        """Which button was pressed."""
        talk, form = await talk_and_form(self._tools, request)
        last = await self._last_number(request, talk)
        data = form.get("data", "")
        if data:
            await talk.choose(data, _submit(form), visitors.client_language(request))
        label = legible(form.get("label", ""))[:MOST_LABEL].strip() or data
        return await self._answer(request, talk, label, last)

    async def _last_number(self, request: Request, talk: Talk) -> int:
        return 0 if by_script(request) else await talk.last_number()

    async def _answer(self, request: Request, talk: Talk, words: str, last: int) -> Response:
        """For a script its own bubble; without one the whole page again, with the answer on it."""
        if by_script(request):
            if not words:
                return Response(status_code=204)
            own = OwnBubble(moment(self._tools.now()), words)
            return HTMLResponse(self._bubble(own, await talk.language(request)))
        if words:
            await answered(talk, last)
        return page_again()

    async def events(self, request: Request) -> Response:
        """A stream of the bot's new lines as bubbles; the id of an event is the number of its line."""
        token = visitors.token_of(request)
        if token is None:
            raise HTTPException(401)
        after = request.headers.get("last-event-id") or request.query_params.get("after")
        language = as_language(request.query_params.get("language"))
        stream = self._stream(Talk(self._tools, token), as_number(after), language)
        return EventSourceResponse(stream, ping=PING, shutdown_grace_period=FAREWELL)

    async def _stream(
        self, talk: Talk, after: int, language: Language | None
    ) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(retry=RECONNECT)
        async for lines in talk.follow(after):
            known = await self._tools.transcript.language(talk.address)
            if known is not None and known != language:
                language = known
                yield ServerSentEvent(self._pages.language_event(language), event="language")
            for line in lines:
                html = self._bubble(bubble(line), language or visitors.FALLBACK)
                yield ServerSentEvent(html, event="line", id=str(line.number))

    def _bubble(self, shown: BotBubble | OwnBubble, language: Language) -> str:
        return self._pages.render(shown.template, language, bubble=shown)

    async def enclosed(self, request: Request) -> Response:
        """A voice, a picture or a document that goes with a line."""
        token = visitors.token_of(request)
        if token is None:
            raise HTTPException(401)
        path = request.path_params
        return await Talk(self._tools, token).enclosed(path["number"], path["index"])

    async def health(self, request: Request) -> Response:
        """The web server answers."""
        return JSONResponse({"status": "ok"})


def _submit(form: Mapping[str, str]) -> str:
    """What is the same when the same submit arrives twice; nothing is, where the page did not say."""
    submit = form.get("id", "")
    return submit if _SUBMIT.fullmatch(submit) else secrets.token_urlsafe(16)
