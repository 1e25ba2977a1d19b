"""Calendars at secret addresses, for the calendar of a phone that looks again by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.security import SecurityHeaders

PATH = "/calendar"

FeedByToken = Callable[[str], Awaitable[bytes | None]]
"""The calendar (RFC 5545, UTF-8) behind a token; None when there is none, or not any more."""


def calendar_path(token: str) -> str:
    """Where the calendar of a token is found."""
    return f"{PATH}/{token}.ics"


def calendar_route(feed_by_token: FeedByToken) -> Route:
    """A route that answers 200 with the calendar, 304 where it is known already, 404 to any other token."""

    async def subscribed(request: Request) -> Response:
        feed = await feed_by_token(request.path_params["token"])
        if feed is None:
            raise HTTPException(404)
        tag = f'"{hashlib.sha256(feed).hexdigest()[:32]}"'
        # A phone may keep it and must ask; a cache on the way may not. A download is not named by its token.
        headers = {
            "Cache-Control": "private, no-cache",
            "Content-Disposition": 'inline; filename="wegwijs.ics"',
            "ETag": tag,
        }
        if _knows(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(feed, headers=headers, media_type="text/calendar")

    return Route(f"{PATH}/{{token}}.ics", subscribed, middleware=[Middleware(SecurityHeaders)])


def _knows(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return tag in {each.strip().removeprefix("W/") for each in known.split(",")}
