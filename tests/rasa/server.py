"""A Rasa server of one's own: trained in a folder, started on a free port, stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx

from bot.settings import ROOT
from nlu.embedded import HERE
from nlu.rasa_data import write_rasa_data

ENVIRONMENT = Path(os.environ.get("WEGWIJS_TEST_RASA") or ROOT / ".venv-rasa")
GET_RASA = "Rasa is missing: make .venv-rasa/made (or set WEGWIJS_TEST_RASA)"
NO_PYTHON = "Rasa is missing, and it needs Python 3.10, which this machine does not have"

MOST_START = 180.0  # seconds until a server is up; TensorFlow alone takes ten to load


def can_be_installed() -> bool:
    """Whether ``make`` finds a Python that Rasa runs on."""
    said = subprocess.run(["make", "-s", "rasa-python"], cwd=ROOT, capture_output=True, text=True, check=True)
    return bool(said.stdout.strip())


class RasaServer:
    """One Rasa project in ``folder``; what Rasa says stands in ``folder/rasa.log``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    def train(self, root: Path = HERE, epochs: int | None = None) -> None:
        """Train on the Rasa project in ``root`` with our pipeline; ``epochs`` of DIET instead of its own."""
        write_rasa_data(self._folder / "data", root)
        config = (HERE / "config.yml").read_text("utf-8")
        if epochs is not None:
            config = re.sub(r"epochs: \d+", f"epochs: {epochs}", config)
        (self._folder / "config.yml").write_text(config, "utf-8")
        self._run(
            *("train", "nlu", "--config", "config.yml", "--domain", str(root / "domain.yml")),
            *("--nlu", "data", "--out", ".", "--fixed-model-name", "model"),
        ).wait()
        if not (self._folder / "model.tar.gz").is_file():
            raise RuntimeError(f"Rasa did not train: {self._log()}")

    def start(self) -> None:
        """Start and wait until the model is loaded; raises RuntimeError with the log when it is not."""
        self._process = self._run(
            *("run", "--enable-api", "-i", "127.0.0.1", "--port", str(self._port)),
            *("--model", "model.tar.gz"),
        )
        end = time.monotonic() + MOST_START
        while self._process.poll() is None and time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/status").json().get("model_file"):
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"Rasa did not start: {self._log()}")

    def stop(self) -> None:
        """End it; a frozen one too."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Take connections and answer nothing, as an overloaded server does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on."""
        self._signal(signal.SIGCONT)

    def memory(self) -> float:
        """Resident, in MB."""
        assert self._process is not None
        return resident(self._process.pid)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        quiet = {"RASA_TELEMETRY_ENABLED": "false", "RASA_CACHE_DIRECTORY": "cache"}
        with (self._folder / "rasa.log").open("ab") as log:
            return subprocess.Popen(
                [ENVIRONMENT.absolute() / "bin" / "rasa", *arguments],
                cwd=self._folder,
                env={**os.environ, **quiet},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _log(self) -> str:
        return (self._folder / "rasa.log").read_text("utf-8", "replace")[-2000:]


def resident(pid: int) -> float:
    """What a process holds in memory, in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
