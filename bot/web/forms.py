"""Forms that the page sends: whose they are, what is in them, and the page again where no script runs."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import visitors
from bot.web.security import body_of, is_cross_site
from bot.web.talks import MOST_CHARACTERS, ChatTools, Talk

# Every character as four bytes, each of them written as %XX; and the other fields.
MOST_BYTES = 12 * MOST_CHARACTERS + 10_000

# How long a form that was sent without a script waits for the answer, seconds.
ANSWER = 2.5
# An answer can have more than one bubble; a page without a script waits this much longer, seconds.
SECOND_BUBBLE = 0.25


async def talk_and_form(tools: ChatTools, request: Request) -> tuple[Talk, dict[str, str]]:
    """Whose form it is, and its fields; raises HTTPException and TooLarge."""
    if is_cross_site(request):
        raise HTTPException(403)
    token = visitors.token_of(request)
    if token is None:
        raise HTTPException(401)
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise HTTPException(415)
    body = await body_of(request, MOST_BYTES)
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise HTTPException(400) from error
    return Talk(tools, token), {name: values[0] for name, values in fields.items()}


def by_script(request: Request) -> bool:
    """Did the script of the page send it?"""
    return request.headers.get("hx-request") == "true"


async def answered(talk: Talk, last: int) -> None:
    """Wait a moment for what the bot says behind its line ``last``."""
    if await talk.next_lines(last, ANSWER):
        await asyncio.sleep(SECOND_BUBBLE)


def page_again(query: str = "") -> Response:
    """Send a browser without a script back to the end of the talk."""
    return RedirectResponse(f"/{query}#end", 303)
