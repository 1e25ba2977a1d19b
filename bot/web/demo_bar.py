"""The bar over the chat of the demo town: what time it is there, and ways to try its reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web import bubbles, texts, visitors
from bot.web.error_pages import Endpoint
from bot.web.forms import answered, by_script, page_again, talk_and_form
from bot.web.pages import Pages
from bot.web.talks import ChatTools, Talk
from flows.message import Moment, Text
from nlu.contract import Language

# What can be said in the bar, by its name in the address bar of a browser without a script.
NOTES = {"nothing-ahead": texts.NOTHING_AHEAD, "nobody-left": texts.NOBODY_LEFT}


class DemoTown(Protocol):
    """The demo town, as far as the bar needs it. Addresses are those of the web chat."""

    def now(self) -> datetime:
        """The time there, aware."""
        ...

    async def is_shown(self) -> bool:
        """Demo mode is on and the town is there."""
        ...

    async def is_linked(self, address: str) -> bool:
        """This chat belongs to a person."""
        ...

    async def invitation_code(self) -> str | None:
        """A fresh code of a newcomer with meetings ahead; None: there is no such newcomer."""
        ...

    async def jump(self, address: str) -> datetime | None:
        """Move the clock to the next message due to this chat's person; None: nothing is ahead."""
        ...


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar shows. ``linked``: the chat belongs to a person, for whom reminders can be ahead."""

    moment: Moment
    iso: str
    linked: bool
    note: Text | None


class DemoBar:
    """The endpoints behind the bar."""

    def __init__(self, demo: DemoTown, tools: ChatTools, pages: Pages) -> None:
        self._demo = demo
        self._tools = tools
        self._pages = pages

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """Method, path and endpoint of each."""
        return [
            ("GET", "/demo/bar", self.again),
            ("POST", "/demo/jump", self.jump),
            ("POST", "/demo/join", self.join),
        ]

    async def shown(self, address: str, note: str = "") -> Bar | None:
        """The bar as it is now; None where there is none to show."""
        if not await self._demo.is_shown():
            return None
        now = self._demo.now()
        linked = await self._demo.is_linked(address)
        return Bar(Moment(now), bubbles.moment(now).iso, linked, NOTES.get(note))

    async def again(self, request: Request) -> Response:
        """The bar alone; nothing once the demo is over."""
        token = visitors.token_of(request)
        if token is None:
            raise HTTPException(401)
        talk = Talk(self._tools, token)
        return await self._bar(talk, await talk.language(request))

    async def jump(self, request: Request) -> Response:
        """Move the clock of the town to the next reminder of this visitor."""
        talk = await self._talk(request)
        last = await talk.last_number()
        if await self._demo.jump(talk.address) is None:
            return await self._answer(request, talk, "nothing-ahead")
        if not by_script(request):
            await answered(talk, last)
        return await self._answer(request, talk)

    async def join(self, request: Request) -> Response:
        """Let this visitor be a newcomer of the town; nothing happens to one who is somebody already."""
        talk = await self._talk(request)
        if await self._demo.is_linked(talk.address):
            return await self._answer(request, talk)
        code = await self._demo.invitation_code()
        if code is None:
            return await self._answer(request, talk, "nobody-left")
        last = await talk.last_number()
        await talk.join(code, visitors.client_language(request))
        await answered(talk, last)
        return await self._answer(request, talk)

    async def _talk(self, request: Request) -> Talk:
        talk, _ = await talk_and_form(self._tools, request)
        if not await self._demo.is_shown():
            raise HTTPException(404)
        return talk

    async def _answer(self, request: Request, talk: Talk, note: str = "") -> Response:
        """For a script the bar; without one the whole page again."""
        if by_script(request):
            return await self._bar(talk, await talk.language(request), note)
        return page_again(f"?demo={note}" if note else "")

    async def _bar(self, talk: Talk, language: Language, note: str = "") -> Response:
        bar = await self.shown(talk.address, note)
        return HTMLResponse(self._pages.render("chat/demo_bar.html", language, demo=bar) if bar else "")
