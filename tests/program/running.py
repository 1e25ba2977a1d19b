"""The whole program as an operator runs it: its own process, its own database file."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from bot.settings import ROOT

READY = re.compile(r"open (http://\S+) in a browser")


class Program:
    """``wegwijs run`` with settings of its own; usable as a context."""

    def __init__(self, folder: Path, cache: Path, **settings: str) -> None:
        self.folder = folder
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("WEGWIJS_")},
            "WEGWIJS_DATABASE_URL": f"sqlite:///{folder}/program.db",
            "WEGWIJS_CACHE_DIR": str(cache),
            "WEGWIJS_PORT": "0",
            "WEGWIJS_DEMO": "false",
            "WEGWIJS_LOG_LEVEL": "debug",
            **{f"WEGWIJS_{name.upper()}": value for name, value in settings.items()},
        }
        self.lines: list[str] = []
        self.clients: list[WebClient] = []
        self.log = folder / "log.txt"
        self.address = ""

    def start(self, wait: float = 120) -> Program:
        """Start it; returns when it says that it is ready."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        said: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(said,), daemon=True)
        self._reader.start()
        end = time.monotonic() + wait
        while time.monotonic() < end:
            line = said.get(timeout=wait)
            if line is None:
                raise AssertionError(f"it stopped:\n{self.log.read_text()}\n{self.lines}")
            if found := READY.search(line):
                self.address = found[1]
                return self
        raise AssertionError("it never became ready")

    def _read(self, said: queue.Queue[str | None]) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            said.put(line)
        said.put(None)

    def kill(self) -> None:
        """As the power going off: nothing can be saved."""
        self.process.send_signal(signal.SIGKILL)
        self._ended()

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self._ended()

    def client(self) -> WebClient:
        """Somebody new opens the web chat."""
        self.clients.append(WebClient(self.address))
        return self.clients[-1]

    def _ended(self) -> int:
        code = self.process.wait(20)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def __enter__(self) -> Program:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.interrupt()
        for client in self.clients:
            client.http.close()


class WebClient:
    """Talks with the program through its documented HTTP interface."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=30, trust_env=False)
        token = self.http.post("/api/chat").raise_for_status().json()["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.seen = 0
        self._count = 0

    def moves_to(self, address: str) -> None:
        """The program was started anew, at another port."""
        self.http.base_url = httpx.URL(address)

    def says(self, text: str) -> list[dict[str, Any]]:
        """Type, and wait for what the bot says."""
        return self._sends(text=text)

    def presses(self, choice: str) -> list[dict[str, Any]]:
        """Press a button, and wait for what the bot says."""
        return self._sends(choice=choice)

    def _sends(self, **message: str) -> list[dict[str, Any]]:
        self._count += 1
        self.http.post("/api/chat/messages", json={"id": f"m{self._count}", **message}).raise_for_status()
        said = self.news()
        # A reply can have several messages; they come right behind each other.
        while more := self.news(wait=1):
            said += more
        return said

    def news(self, wait: int = 10) -> list[dict[str, Any]]:
        """What the bot said since the last time."""
        found = self.http.get("/api/chat/messages", params={"after": self.seen, "wait": wait})
        messages: list[dict[str, Any]] = found.raise_for_status().json()["messages"]
        self.seen = max((message["number"] for message in messages), default=self.seen)
        return messages


def until(happened: Callable[[], object], seconds: float = 45) -> None:
    """Wait until something is so; fails when it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return
        time.sleep(0.02)
    raise AssertionError("it never happened")
