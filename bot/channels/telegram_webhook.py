"""The door through which Telegram hands over updates by itself.

https://core.telegram.org/bots/api#setwebhook: an answer other than 2xx makes Telegram hand the update over
again, so 200 is only said once it is stored.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.contract import NotStored

_log = structlog.get_logger(__name__)

BODY_LIMIT = 1024 * 1024  # bytes; an update is a message of at most 4,096 characters and its surroundings

Take = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Stores an update; raises NotStored."""


def webhook(path: str, secret: str, take: Take) -> Route:
    """A route that hands the updates posted to ``path`` with ``secret`` to ``take``.

    Answers 200 (stored, or nothing for us), 503 (could not be stored), 403 (wrong secret), 413 (too
    large), 400 (not an update).
    """

    async def receive(request: Request) -> Response:
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            _log.warning("telegram.webhook_refused", status=403)
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            _log.warning("telegram.webhook_refused", status=413)
            return Response(status_code=413)
        return Response(status_code=await _handed_over(body, take))

    return Route(path, receive, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """The body; None when it is larger than allowed."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT:
                return None
    except ClientDisconnect:
        return b""  # nobody reads the answer
    return body


async def _handed_over(body: bytes, take: Take) -> int:
    """The status to answer with."""
    update = _update(body)
    if update is None:
        _log.warning("telegram.webhook_refused", status=400)
        return 400
    try:
        await take(update)
    except NotStored:
        _log.warning("telegram.webhook_not_stored", update=update["update_id"])
        return 503
    return 200


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
