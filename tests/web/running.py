"""The web chat with the fake bot behind it: in memory, or on a port of this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.webchat import WebChat
from bot.web.chat import chat_routes, error_handlers
from bot.web.demo_bar import DemoTown
from bot.web.pages import Word
from tests.fakes.transcript import FakeTranscript, page_word


@dataclass(frozen=True, slots=True)
class Chat:
    """The parts of a web chat."""

    app: Starlette
    transcript: FakeTranscript
    webchat: WebChat


async def _fails(request: Request) -> Response:
    raise RuntimeError("secret of the program")


def build(
    media: Path | None = None,
    every: float = 0.2,
    transcript: FakeTranscript | None = None,
    demo: DemoTown | None = None,
    word: Word = page_word,
) -> Chat:
    """A web chat, with what is in ``transcript`` said already; ``/fails`` is a page with a mistake in it."""
    webchat = WebChat()
    transcript = transcript or FakeTranscript(webchat)
    transcript.webchat = webchat
    routes = chat_routes(
        transcript.on_arrival,
        transcript,
        webchat,
        word,
        is_known=transcript.is_known,
        now=transcript.clock,
        media=(media,) if media is not None else (),
        every=every,
        demo=demo,
    )
    app = Starlette(routes=[*routes, Route("/fails", _fails)], exception_handlers=dict(error_handlers(word)))
    return Chat(app, transcript, webchat)


@dataclass(frozen=True, slots=True)
class Served:
    """A web chat that can be visited."""

    chat: Chat
    url: str
    loop: asyncio.AbstractEventLoop

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run it where the server runs, and wait for its end."""
        asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(5)

    @property
    def address(self) -> str:
        """The address of the newest chat."""
        return self.chat.transcript.arrivals[-1].address


@contextmanager
def served(chat: Chat, port: int = 0) -> Iterator[Served]:
    """Serve it from a thread on 127.0.0.1."""
    config = uvicorn.Config(chat.app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the web server did not start")
        threading.Event().wait(0.01)
    try:
        found = server.servers[0].sockets[0].getsockname()[1]
        yield Served(chat, f"http://127.0.0.1:{found}", loops[0])
    finally:
        loops[0].call_soon_threadsafe(chat.webchat.close)
        server.should_exit = True
        thread.join(10)
        if thread.is_alive():
            raise RuntimeError("the web server did not stop")
