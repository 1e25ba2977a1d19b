"""Errors as a person sees them: words in all four languages, and 112. Never a trace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from bot.channels.contract import NotStored
from bot.web import texts
from bot.web.bubbles import linked
from bot.web.pages import Pages, Word
from bot.web.security import HEADERS, TooLarge
from bot.web.visitors import direction_of, likely_language
from flows.message import Text
from nlu.contract import LANGUAGES, Language

API = "/api/"
EMERGENCY = "112"
# After which many seconds it makes sense to try again.
RETRY_AFTER = "5"

_WORDS: dict[int, Text] = {
    401: texts.CHAT_NOT_OPEN,
    403: texts.NOT_FROM_HERE,
    404: texts.NO_SUCH_PAGE,
    405: texts.NO_SUCH_PAGE,
    413: texts.TOO_LONG_TO_SEND,
    503: texts.NOT_REACHABLE,
}
_CODES = {
    400: "bad_request",
    401: "unknown_token",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    503: "try_again",
}

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
Handler = Callable[[Request, Exception], Awaitable[Response]]


class ErrorPages:
    """Builds the response for an error."""

    def __init__(self, pages: Pages, word: Word) -> None:
        self._pages = pages
        self._word = word

    def page(self, request: Request, status: int, text: Text | None = None) -> Response:
        """The error in words; only the words for the chat page that is open, a whole page for a browser."""
        text = text or _WORDS.get(status, texts.PAGE_FAILED)
        first = likely_language(request)
        headers = dict(HEADERS) | ({"Retry-After": RETRY_AFTER} if status == 503 else {})
        if request.headers.get("hx-request"):
            return PlainTextResponse(self._word(text, first), status, headers)
        order = (first, *(language for language in LANGUAGES if language != first))
        page = self._pages.render("error.html", first, parts=[self._part(text, each) for each in order])
        return HTMLResponse(page, status, headers)

    def in_words(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, with what it raises put in words for a person."""

        async def run(request: Request) -> Response:
            try:
                return await endpoint(request)
            except NotStored:
                posted = request.method == "POST"
                return self.page(request, 503, texts.MESSAGE_NOT_KEPT if posted else None)
            except TooLarge:
                return self.page(request, 413)
            except HTTPException as error:
                return self.page(request, error.status_code)

        return run

    async def handle(self, request: Request, error: Exception) -> Response:
        """A handler for Starlette: whatever was raised, in words or as JSON."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if request.url.path.startswith(API):
            return json_error(
                status, "The server failed." if status == 500 else "There is no such thing here."
            )
        return self.page(request, status)

    def handlers(self) -> Mapping[Any, Handler]:
        """What to hand to ``Starlette(exception_handlers=...)``."""
        return {HTTPException: self.handle, Exception: self.handle}

    def _part(self, text: Text, language: Language) -> dict[str, Any]:
        danger = self._word(texts.IN_DANGER.given(number=EMERGENCY), language)
        return {
            "language": language,
            "direction": direction_of(language),
            "text": self._word(text, language),
            "danger": linked(danger, (EMERGENCY,)),
            "open": self._word(texts.OPEN_CHAT, language),
        }


def json_error(status: int, detail: str) -> Response:
    """An error of the JSON interface."""
    body = {"error": _CODES.get(status, "failed"), "detail": detail}
    headers = dict(HEADERS) | ({"Retry-After": RETRY_AFTER} if status == 503 else {})
    return JSONResponse(body, status, headers)
