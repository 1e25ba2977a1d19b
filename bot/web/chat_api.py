"""The chat as JSON, for clients other than our page. Described in docs/chat-api.md."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.contract import Attachment, NotStored, Outgoing
from bot.channels.transcript import Line
from bot.web import visitors
from bot.web.error_pages import json_error
from bot.web.security import TooLarge, body_of
from bot.web.talks import MOST_CHARACTERS, ChatTools, Talk, as_number

# Every character as \uXXXX\uXXXX; and the other fields.
MOST_BYTES = 12 * MOST_CHARACTERS + 10_000
LONGEST_WAIT = 30.0  # seconds

_SUBMIT = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class ChatApi:
    """The endpoints under ``/api/chat``."""

    def __init__(self, tools: ChatTools) -> None:
        self._tools = tools

    def routes(self, middleware: Sequence[Middleware]) -> list[Route]:
        """The routes."""
        endpoints: list[tuple[str, str, Endpoint]] = [
            ("POST", "/api/chat", self.open),
            ("POST", "/api/chat/messages", self.say),
            ("GET", "/api/chat/messages", self.read),
            ("GET", "/api/chat/files/{number}/{index}", self.enclosed),
        ]
        # One route a path: with two of them a wrong method is refused by the first.
        by_path: dict[str, dict[str, Endpoint]] = {}
        for method, path, endpoint in endpoints:
            by_path.setdefault(path, {})[method] = endpoint
        return [
            Route(path, _as_json(calls), methods=list(calls), middleware=middleware)
            for path, calls in by_path.items()
        ]

    async def open(self, request: Request) -> Response:
        """A new chat: ``{"start": CODE, "language": TAG}``, both optional -> ``{"token": ...}``."""
        wanted = await _object_of(request)
        tag = _text(wanted, "language") or visitors.client_language(request)
        token = visitors.new_token()
        await Talk(self._tools, token).join(_text(wanted, "start") or "", tag)
        return JSONResponse({"token": token}, 201)

    async def say(self, request: Request) -> Response:
        """``{"id": ..., "text": ...}`` or ``{"id": ..., "choice": ...}`` -> ``{"id": ...}``."""
        talk = await self._talk(request)
        message = await _object_of(request)
        submit, text, choice = (_text(message, name) for name in ("id", "text", "choice"))
        if submit is None or not _SUBMIT.fullmatch(submit):
            raise HTTPException(400, '"id" must be 1 to 64 of A-Z a-z 0-9 _ . : -')
        if (text is None) == (choice is None):
            raise HTTPException(400, 'either "text" or "choice" is needed')
        language = visitors.client_language(request)
        if choice:
            await talk.choose(choice, submit, language)
        elif text:
            await talk.say(text, submit, language)
        return JSONResponse({"id": submit}, 202)

    async def read(self, request: Request) -> Response:
        """``?after=N&wait=SECONDS`` -> ``{"messages": [...]}``, what the bot said behind line N."""
        talk = await self._talk(request)
        after = _number(request, "after")
        wait = min(_number(request, "wait"), LONGEST_WAIT)
        lines = await talk.next_lines(after, wait)
        return JSONResponse({"messages": [_message(line, line.outgoing) for line in lines if line.outgoing]})

    async def enclosed(self, request: Request) -> Response:
        """A voice, a picture or a document that goes with a message."""
        talk = await self._talk(request)
        return await talk.enclosed(request.path_params["number"], request.path_params["index"])

    async def _talk(self, request: Request) -> Talk:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and visitors.is_token(token):
            talk = Talk(self._tools, token)
            if await talk.is_known():
                return talk
        raise HTTPException(401, "send the token of a chat: Authorization: Bearer TOKEN")


def _as_json(calls: dict[str, Endpoint]) -> Endpoint:
    """The endpoint for the request's method, with what it raises as JSON."""

    async def run(request: Request) -> Response:
        try:
            return await calls["GET" if request.method == "HEAD" else request.method](request)
        except NotStored:
            return json_error(503, "the message could not be stored; send it again with the same id")
        except TooLarge:
            return json_error(413, f"a text has at most {MOST_CHARACTERS} characters, a choice 64 bytes")
        except HTTPException as error:
            return json_error(error.status_code, error.detail)

    return run


async def _object_of(request: Request) -> dict[str, Any]:
    """The JSON object in the body; no body is an empty one."""
    body = await body_of(request, MOST_BYTES)
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "the body must be application/json")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(value, dict):
        raise HTTPException(400, "the body must be a JSON object")
    return value


def _text(values: dict[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise HTTPException(400, f'"{name}" must be a text')
    return value


def _number(request: Request, name: str) -> int:
    digits = request.query_params.get(name, "0")
    if not digits.isascii() or not digits.isdigit():
        raise HTTPException(400, f'"{name}" must be a whole number, 0 or more')
    return as_number(digits)


def _message(line: Line, outgoing: Outgoing) -> dict[str, Any]:
    return {
        "number": line.number,
        "at": line.at.isoformat(),
        "title": outgoing.title,
        "text": outgoing.text,
        "language": outgoing.language,
        "direction": outgoing.direction,
        "tone": outgoing.tone,
        "buttons": [[{"label": each.label, "data": each.data} for each in row] for row in outgoing.rows],
        "phones": list(outgoing.phones),
        "attachments": [
            _attachment(line.number, index, each) for index, each in enumerate(outgoing.attachments)
        ],
    }


def _attachment(number: int, index: int, attachment: Attachment) -> dict[str, Any]:
    if attachment.kind == "place":
        spot = {"latitude": attachment.latitude, "longitude": attachment.longitude}
        return {"kind": "place", "name": attachment.name, "text": attachment.text, **spot}
    url = f"/api/chat/files/{number}/{index}"
    text = "" if attachment.kind == "document" else attachment.text
    return {"kind": attachment.kind, "name": attachment.name, "text": text, "url": url}
