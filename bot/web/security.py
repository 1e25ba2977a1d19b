"""What keeps a page of ours from being misused: headers, bounded bodies, no requests from elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "media-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with that a browser sends the origin "null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # A talk is private, and phones are shared.
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """Adds the headers to every response that does not have them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


def is_cross_site(request: Request) -> bool:
    """Was this request made by a page of somebody else? Old browsers only say from which origin."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


class TooLarge(Exception):
    """The body is larger than it may be."""


async def body_of(request: Request, most: int) -> bytes:
    """The body, of at most ``most`` bytes; raises TooLarge.

    A larger one is read to its end and thrown away: a client that is still sending would not see the
    answer.
    """
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            kept += chunk
    if size > most:
        raise TooLarge
    return bytes(kept)


def legible(text: str) -> str:
    """``text`` without halves of characters and null characters, which neither UTF-8 nor PostgreSQL takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
