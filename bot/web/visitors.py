"""Who looks at the chat: a token that only the browser has, an address made from it, and languages."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from nlu.contract import Language, as_language

COOKIE = "wegwijs_chat"
# Browsers cut a longer life to 400 days.
COOKIE_AGE = 365 * 24 * 3600
# For somebody whose browser says nothing that helps.
FALLBACK: Language = "en"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """A secret of 256 bits, 43 characters that need no escaping anywhere."""
    return secrets.token_urlsafe(32)


def is_token(text: str | None) -> bool:
    """Could this be one of our tokens?"""
    return text is not None and _TOKEN.fullmatch(text) is not None


def address_of(token: str) -> str:
    """Under which address a chat is known. The token cannot be found from it."""
    return hashlib.sha256(token.encode()).hexdigest()


def arrival_key(address: str, *parts: str) -> str:
    """The same for the same submit of the same chat; 64 characters."""
    return hashlib.sha256("\n".join((address, *parts)).encode()).hexdigest()


def token_of(request: Request) -> str | None:
    """The token in the cookie; None when there is none that can be ours."""
    token = request.cookies.get(COOKIE)
    return token if is_token(token) else None


def remember(response: Response, request: Request, token: str) -> None:
    """Leave the token in the browser, out of reach for scripts."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def accepted_languages(header: str) -> list[str]:
    """The language tags of an ``Accept-Language`` header, the dearest first."""
    weighed = []
    for part in header[:1000].split(","):
        tag, _, weight = part.strip().partition(";")
        found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight) if weight else None
        if re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", tag.rstrip()):
            weighed.append((float(found[1]) if found else 1.0, tag.rstrip()))
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]


def client_language(request: Request) -> str | None:
    """The tag of the browser's language: the first that we speak, else the first."""
    tags = accepted_languages(request.headers.get("accept-language", ""))
    ours = (tag for tag in tags if _ours(tag))
    return next(ours, tags[0] if tags else None)


def likely_language(request: Request) -> Language:
    """In which of our languages to word a page while the talk has none."""
    return _ours(client_language(request) or "") or FALLBACK


def direction_of(language: Language) -> Literal["ltr", "rtl"]:
    """How a page in this language runs."""
    return "rtl" if language == "ar" else "ltr"


def _ours(tag: str) -> Language | None:
    return as_language(tag.split("-")[0].casefold())
