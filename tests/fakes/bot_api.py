"""A Bot API server for tests: chats, a queue of updates with Telegram's offset rules, and faults to order.

Inside a test:

    with FakeBotApi() as api:
        channel = TelegramChannel(api.token, ..., base_url=api.address)
        api.user_types(7, "Hello", language_code="ti")
        api.fail("sendMessage", "429", retry_after=3)
        api.sent_to(7)

For another process, ``python -m tests.fakes.bot_api --port 0`` prints the address and runs until it is ended.
Every public method without a leading underscore can then be called as ``POST /control/<method>`` with its
arguments as a JSON object; the answer is ``{"result": ...}``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.fakes import bot_api_rules as rules
from tests.fakes.bot_api_chats import Chats, Params
from tests.fakes.bot_api_rules import Refusal, bad_request

TICK = 0.005  # seconds between two looks at what a waiting request waits for

FaultKind = Literal["429", "500", "502", "403", "400", "401", "409", "hang", "close", "nonsense", "shape"]


@dataclass
class Fault:
    """What goes wrong with ``times`` calls after ``skip`` good ones; ``after``: once they are carried out."""

    kind: FaultKind
    times: int
    skip: int
    after: bool
    description: str
    retry_after: int


class FakeBotApi(Chats):
    """The server and everything on it. The helpers may be called from any thread."""

    def __init__(self, token: str = "123456:TEST-secret-token", username: str = "WegwijsTestBot") -> None:
        super().__init__(username)
        self.token = token
        self.calls: list[tuple[str, Params]] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.webhook: Params = {}
        self.answered_callbacks: list[str] = []
        self._faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self._polls = 0
        self._closing = False
        self._delivery: asyncio.Task[None] | None = None
        # With the protocol named, asyncio sends without delay; else every answer takes 40 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)

    # running

    @property
    def address(self) -> str:
        """The root of the server, once it is started."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> FakeBotApi:
        self._bind(0)
        self._server = self._new_server()
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(TICK)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def serve(self, port: int) -> None:
        """Run in this thread until a signal comes."""
        self._bind(port)
        print(self.address, flush=True)
        self._new_server().run([self._socket])

    def _bind(self, port: int) -> None:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))

    def _new_server(self) -> uvicorn.Server:
        app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/control/{method}", self._control, methods=["POST"]),
            ]
        )
        config = uvicorn.Config(app, log_level="critical", ws="none", lifespan="off")
        return _Server(config)

    def called(self, method: str) -> int:
        """How often a method was called."""
        return sum(name == method for name, _ in list(self.calls))

    # what goes wrong

    def fail(
        self,
        method: str,
        kind: FaultKind,
        times: int = 1,
        skip: int = 0,
        after: bool = False,
        description: str = "",
        retry_after: int = 1,
    ) -> None:
        """Let ``times`` calls of ``method`` go wrong, after ``skip`` good ones and after earlier orders.

        ``hang`` never answers, ``close`` breaks the connection, ``nonsense`` is no JSON, ``shape`` is JSON of
        an unknown form; a number is a status. ``after``: the call is carried out before it goes wrong.
        """
        self._faults[method].append(Fault(kind, times, skip, after, description, retry_after))

    def heal(self) -> None:
        """Forget all orders of faults."""
        self._faults.clear()

    # the server

    async def _call(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except Refusal as refusal:
            return _refused(refusal)

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != self.token:
            raise Refusal(401, "Unauthorized")
        params = await _params(request)
        self.calls.append((method, params))
        handler = self._handlers().get(method)
        if handler is None:
            raise Refusal(404, "Not Found")
        fault = self._next_fault(method)
        if fault and not fault.after:
            return await self._broken(fault)
        answer = JSONResponse({"ok": True, "result": await handler(params)})
        return await self._broken(fault) if fault else answer

    def _handlers(self) -> dict[str, Callable[[Params], Awaitable[Any]]]:
        return {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "setMyCommands": self._set_commands,
            "sendMessage": self._send_message,
            "sendVoice": lambda params: self._send_file("voice", params),
            "sendPhoto": lambda params: self._send_file("photo", params),
            "sendDocument": lambda params: self._send_file("document", params),
            "sendVenue": self._send_venue,
            "answerCallbackQuery": self._answer_callback,
            "editMessageReplyMarkup": self._edit_markup,
        }

    def _next_fault(self, method: str) -> Fault | None:
        faults = self._faults[method]
        if not faults:
            return None
        if faults[0].skip:
            faults[0].skip -= 1
            return None
        faults[0].times -= 1
        return faults.pop(0) if faults[0].times <= 0 else faults[0]

    async def _broken(self, fault: Fault) -> Response:
        match fault.kind:
            case "hang":
                await self._until_closing()
                return _Cut()
            case "close":
                return _Cut()
            case "nonsense":
                return Response("<html>hello</html>")
            case "shape":
                return JSONResponse({"ok": True, "result": {"surprise": 1}})
            case "429":
                raise Refusal(429, "Too Many Requests: retry after", retry_after=fault.retry_after)
            case "502":
                return Response("<html>Bad Gateway</html>", status_code=502)
        raise Refusal(int(fault.kind), fault.description or _DESCRIPTIONS[fault.kind])

    async def _until_closing(self) -> None:
        # The order to close comes from another thread, where an asyncio.Event must not be touched.
        while not self._closing:  # noqa: ASYNC110
            await asyncio.sleep(TICK)

    async def _control(self, request: Request) -> Response:
        method = request.path_params["method"]
        arguments = json.loads(await request.body() or b"{}")
        if method.startswith("_"):
            return JSONResponse({"error": "no such method"}, status_code=404)
        member = getattr(self, method)
        return JSONResponse({"result": member(**arguments) if callable(member) else member})

    # the methods of the Bot API

    async def _get_me(self, _: Params) -> Any:
        return self.me

    async def _get_updates(self, params: Params) -> Any:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._polls += 1
        this = self._polls
        self._acknowledge(int(params.get("offset") or 0))
        until = time.monotonic() + int(params.get("timeout") or 0)
        while not self._updates and not self._closing and time.monotonic() < until:
            await asyncio.sleep(TICK)
            if this != self._polls:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        return self._updates[: int(params.get("limit") or 100)]

    async def _set_webhook(self, params: Params) -> Any:
        self.webhook = params
        if urlsplit(params["url"]).hostname != "127.0.0.1":
            return True  # a test never posts to another machine
        if self._delivery is None or self._delivery.done():
            self._delivery = asyncio.create_task(self._deliver())
        return True

    async def _delete_webhook(self, _: Params) -> Any:
        self.webhook = {}
        return True

    async def _deliver(self) -> None:
        """Post the updates one by one, each until it is taken."""
        async with httpx.AsyncClient(trust_env=False) as client:
            while self.webhook and not self._closing:
                if self._updates and await self._posted(client, self._updates[0]):
                    self._acknowledge(self._updates[0]["update_id"] + 1)
                await asyncio.sleep(TICK)

    async def _posted(self, client: httpx.AsyncClient, update: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        try:
            answer = await client.post(self.webhook["url"], json=update, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success

    async def _set_commands(self, params: Params) -> Any:
        rules.check_commands(params["commands"])
        self.commands[params.get("language_code", "")] = params["commands"]
        return True

    async def _send_message(self, params: Params) -> Any:
        chat = self._reachable(params)
        text = str(params.get("text", ""))
        rules.check_text(text)
        rules.check_entities(text, params.get("entities", []))
        return self._keep(chat, "sendMessage", params, text=text, entities=params.get("entities", []))

    async def _send_file(self, kind: str, params: Params) -> Any:
        chat = self._reachable(params)
        file = params.get(kind)
        if not isinstance(file, dict) or not file["file_size"]:
            raise bad_request("file must be non-empty")
        rules.check_caption(params.get("caption", ""))
        shown = {"file_id": "1", "file_unique_id": "1", "duration": 1, "width": 1, "height": 1} | file
        method = f"send{kind.capitalize()}"
        content = {kind: [shown] if kind == "photo" else shown, "caption": params.get("caption", "")}
        return self._keep(chat, method, params, **content)

    async def _send_venue(self, params: Params) -> Any:
        chat = self._reachable(params)
        if not params.get("title") or not params.get("address"):
            raise bad_request("venue title and address must be non-empty")
        location = {axis: float(params[axis]) for axis in ("latitude", "longitude")}
        venue = {"location": location, "title": params["title"], "address": params["address"]}
        return self._keep(chat, "sendVenue", params, venue=venue, location=location)

    async def _answer_callback(self, params: Params) -> Any:
        callback = str(params["callback_query_id"])
        if callback not in self._callbacks:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self._callbacks.discard(callback)
        self.answered_callbacks.append(callback)
        return True

    async def _edit_markup(self, params: Params) -> Any:
        chat = self._reachable(params)
        markup = params.get("reply_markup") or {}
        rules.check_keyboard(markup)
        for message in self._sent[chat]:
            if message["message_id"] == int(params["message_id"]):
                message["reply_markup"] = markup
                return message
        raise bad_request("message to edit not found")


_DESCRIPTIONS = {
    "500": "Internal Server Error",
    "403": "Forbidden: bot was blocked by the user",
    "400": "Bad Request: wrong",
    "401": "Unauthorized",
    "409": "Conflict: terminated by other getUpdates request",
}


class _Server(uvicorn.Server):
    """Ends at once, where uvicorn takes a fifth of a second: tests start and end many servers."""

    async def main_loop(self) -> None:
        while not self.should_exit:  # noqa: ASYNC110 - it is set in another thread
            await asyncio.sleep(TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for task in self.server_state.tasks:
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(TICK)


class _Cut(Response):
    """Breaks the connection off in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})


def _refused(refusal: Refusal) -> Response:
    answer: Params = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return JSONResponse(answer, status_code=refusal.status)


_JSON_PARAMS = ("entities", "caption_entities", "reply_markup", "commands", "scope", "allowed_updates")


async def _params(request: Request) -> Params:
    """The parameters of a call, those that are JSON read, files as their name, size and text."""
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(await request.json())
    params: Params = dict(request.query_params)
    async with request.form() as form:
        for name, value in form.items():
            params[name] = await _file(value) if isinstance(value, UploadFile) else value
    return {name: json.loads(value) if name in _JSON_PARAMS else value for name, value in params.items()}


async def _file(upload: UploadFile) -> Params:
    content = await upload.read()
    described = {"file_name": upload.filename, "file_size": len(content)}
    return described | {"content": content.decode("utf-8", "replace")}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--token", default=FakeBotApi().token)
    arguments = parser.parse_args()
    FakeBotApi(arguments.token).serve(arguments.port)
