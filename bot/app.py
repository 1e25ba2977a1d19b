"""The one place that builds things: from settings to a program that runs."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

import structlog
import uvicorn
from starlette.applications import Starlette

from bot.calendar_feed import CalendarFeeds
from bot.catalogues import load_catalogues
from bot.channels.contract import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from bot.clock import Clock, system_now
from bot.content import Content, load_content
from bot.course_types import CourseTypes, load_course_types
from bot.moment_picture import MomentPictures
from bot.moving_clock import MovingClock, clock_of
from bot.problems import ProblemsError
from bot.settings import COURSE_TYPES, LOCALES, NLU, Settings
from bot.store.database import Database
from bot.store.migration import is_empty, migrate
from bot.store.transcripts import StoredTranscript
from bot.usecases.ask import Ask
from bot.usecases.converse import Converse, Tools
from bot.usecases.deliver import LEASE, Deliver, Sender
from bot.usecases.demo import load_demo
from bot.usecases.demo_town import RunningDemoTown
from bot.usecases.materialise import Materialise
from bot.usecases.plan import Plan
from bot.usecases.preview import Preview
from bot.usecases.remind import Remind
from bot.usecases.retire import Retire
from bot.web.calendar import calendar_route
from bot.web.chat import chat_routes, error_handlers
from bot.web.demo_bar import DemoTown
from bot.wording import Wording
from flows import texts
from flows.actions import COMMANDS
from nlu.contract import LANGUAGES, Danger, Language, Understanding, as_language
from nlu.danger import load_danger
from nlu.danger_first import DangerFirst
from nlu.datafiles import DataError
from nlu.embedded import load_or_train
from nlu.failover import Failover
from nlu.rasa_client import RasaClient

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """What can be said: quick to lay, and enough for commands that understand nothing."""

    content: Content
    wording: Wording
    course_types: CourseTypes


@dataclass(frozen=True, slots=True)
class Foundation(Words):
    """What needs no database: words and understanding. Takes a while to lay the first time."""

    understanding: Understanding
    detect_danger: Callable[[str], Danger | None]

    def asking(self, now: Callable[[], datetime] = system_now) -> Ask:
        """The whole way from a text to an answer, without a channel."""
        return Ask(self.understanding, self.detect_danger, self.wording, self.content.catalogue, now)


def lay_words(settings: Settings) -> Words:
    """Load content, catalogues and kinds of courses; raises ProblemsError when something is wrong there."""
    content = load_content(LOCALES)
    pictures = MomentPictures(settings.pictures_dir)
    wording = Wording(content, load_catalogues(LOCALES), settings.recordings_dir, pictures)
    return Words(content, wording, load_course_types(COURSE_TYPES))


def lay_foundation(settings: Settings) -> Foundation:
    """Lay the words, train or load the engine; raises ProblemsError when content is wrong."""
    words = lay_words(settings)
    detect = danger_detector()
    engine = understanding(settings, detect)
    return Foundation(words.content, words.wording, words.course_types, engine, detect)


def danger_detector() -> Callable[[str], Danger | None]:
    """Finds danger by phrases; raises ProblemsError when its data is wrong."""
    try:
        return load_danger(NLU / "data" / "danger").detect
    except DataError as error:
        raise ProblemsError(error.problems) from error


def understanding(
    settings: Settings, detect: Callable[[str], Danger | None], engine: str | None = None
) -> Understanding:
    """The engine of the settings; ``engine`` "embedded" or "rasa" asks for that one alone."""
    try:
        embedded = load_or_train(NLU, settings.cache_dir)
    except DataError as error:
        raise ProblemsError(error.problems) from error
    except OSError as error:
        problem = f"environment: WEGWIJS_CACHE_DIR: {settings.cache_dir} cannot be used ({error.strerror})"
        raise ProblemsError([problem]) from error
    if settings.nlu_url is None or engine == "embedded":
        return DangerFirst(embedded, detect)
    rasa = RasaClient(
        str(settings.nlu_url),
        settings.nlu_timeout,
        embedded.detector,
        embedded.intents,
        embedded.lexicons,
    )
    return DangerFirst(rasa if engine == "rasa" else Failover(rasa, embedded), detect)


class App:
    """The running program. Building it opens nothing; `start` does."""

    def __init__(
        self,
        settings: Settings,
        foundation: Foundation,
        now: Callable[[], datetime] | None = None,
        more_channels: tuple[Channel, ...] = (),
    ) -> None:
        """``now`` tells the time; without it the clock of the settings does."""
        now = now or clock_of(settings)
        self._settings = settings
        self._now = now
        self._tasks: list[asyncio.Task[None]] = []
        self.database = Database(settings.database_url.get_secret_value())
        self.webchat = WebChat()
        channels: dict[str, Channel] = {channel.name: channel for channel in (self.webchat, *more_channels)}
        types = foundation.course_types
        self.remind = Remind(self.database, foundation.wording, types)
        self.deliver = Deliver(Sender(self.database, channels, foundation.wording, now, self.remind))
        self.plan = Plan(types)
        self.materialise = Materialise(self.database, self.plan, now, self.deliver.soon)
        self.converse = Converse(
            Tools(
                self.database,
                foundation.understanding,
                foundation.detect_danger,
                foundation.wording,
                foundation.content.catalogue,
                types,
                now,
                self.deliver.soon,
            )
        )
        self.telegram = _telegram(settings, foundation.wording, self.converse)
        if self.telegram is not None:
            channels[self.telegram.name] = self.telegram
        self._retire = Retire(
            self.database, foundation.wording, foundation.content.catalogue, now, self.deliver.soon
        )
        self.clock = Clock(self.database, now)
        self.web = self._web(foundation)
        config = uvicorn.Config(
            self.web, log_config=None, access_log=False, timeout_graceful_shutdown=3, proxy_headers=True
        )
        self._server = _Server(config, self.webchat.close)

    def _web(self, foundation: Foundation) -> Starlette:
        transcript = StoredTranscript(self.database)
        routes = chat_routes(
            self.converse.accept,
            transcript,
            self.webchat,
            foundation.wording.word,
            is_known=transcript.is_known,
            now=self._now,
            media=(self._settings.recordings_dir, self._settings.pictures_dir),
            demo=self._demo_town(),
        )
        feeds = CalendarFeeds(self.database, foundation.wording, foundation.course_types, self._now)
        routes.append(calendar_route(feeds.by_token))
        if self.telegram is not None and self._settings.webhook_url is not None:
            routes.append(self.telegram.webhook_route())
        return Starlette(routes=routes, exception_handlers=dict(error_handlers(foundation.wording.word)))

    def _demo_town(self) -> DemoTown | None:
        """What the bar over the chat shows and moves; None: no bar."""
        if not self._settings.can_show_demo or not isinstance(self._now, MovingClock):
            return None
        preview = Preview(self.database, self.remind, self._now)
        return RunningDemoTown(self.database, self._now, preview, self.materialise.tick)

    async def start(self) -> list[tuple[str, str, str]]:
        """Migrate, load the demo town into an empty database, take up what was left, begin to tick.

        Returns the invitation codes of the demo town when it was loaded now.
        """
        await migrate(self.database)
        shown: list[tuple[str, str, str]] = []
        if self._settings.demo and await is_empty(self.database):
            shown = await load_demo(self.database, self._now(), self.plan)
        # One process serves a SQLite file, so whatever is still claimed belongs to one that died.
        await self.deliver.recover(timedelta(0) if self.database.is_sqlite else None)
        waiting = await self.converse.wake_all()
        log.info("started", waiting=waiting)
        self._begin(self.deliver.run())
        self.deliver.soon()
        if self.telegram is not None:
            self._begin(self._speak_telegram(self.telegram))
        self._start_clock()
        return shown

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Work that should go on for ever and broke ends the program: whoever watches it starts it anew."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task.broke", exc_info=error)
            self._server.should_exit = True

    def _start_clock(self) -> None:
        self.clock.every(1, "materialise", self.materialise.tick)
        self.clock.every(1, "deliver", self.deliver.tick)
        self.clock.every(10, "rescue", self._rescue)
        self.clock.every(60, "retire", self._retire.run)
        self.clock.every(30, "heartbeat", self.clock.beat)
        self.clock.start()

    async def _rescue(self) -> None:
        """Take up what another process, or a moment of trouble, left behind."""
        await self.converse.wake_all()
        # A clock that runs fast must not take what is being sent for lost.
        if await self.deliver.recover(LEASE * max(self._settings.clock_speed, 1)):
            self.deliver.soon()

    async def _speak_telegram(self, telegram: TelegramChannel) -> None:
        await telegram.start()
        await telegram.run()

    async def stop(self) -> None:
        """Stop cleanly: take nothing in, finish what is being answered, send it, close."""
        if self._tasks:
            self.clock.stop()
        if self.telegram is not None:
            await self.telegram.stop()
        await self.converse.settle()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.deliver.everything_due(), timeout=5)
        if self.telegram is not None:
            await self.telegram.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.database.close()
        log.info("stopped")

    async def serve(self, announce: Callable[[str, list[tuple[str, str, str]]], None]) -> None:
        """Run until interrupted; ``announce`` is given the address and the codes of the demo town.

        Raises ProblemsError when the port cannot be had. It is taken first: a program that is started
        twice by mistake must not touch what the first one is sending.
        """
        listening = _listen(self._settings.host, self._settings.port)
        try:
            codes = await self.start()
            port = listening.getsockname()[1]
            announce(f"http://{self._settings.host}:{port}/", codes)
            await self._server.serve([listening])
        finally:
            await self.stop()
            listening.close()


class _Server(uvicorn.Server):
    """Leaves the signals to the loop: uvicorn would raise them again and cut the clean stop short.

    ``before_stop`` ends what would otherwise stream for ever.
    """

    def __init__(self, config: uvicorn.Config, before_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._before_stop = before_stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._before_stop()
        super().handle_exit(sig, frame)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer waits for 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ProblemsError(
            [f"environment: WEGWIJS_PORT: {host}:{port} cannot be used ({error.strerror})"]
        ) from error
    listening.listen(2048)
    return listening


def _telegram(settings: Settings, wording: Wording, converse: Converse) -> TelegramChannel | None:
    if settings.telegram_token is None:
        return None

    def private_only(tag: str | None) -> str:
        language: Language = as_language((tag or "").split("-")[0]) or "nl"
        return wording.word(texts.PRIVATE_ONLY, language)

    described: dict[Language | None, list[tuple[str, str]]] = {
        language: [(command, wording.word(text, language)) for command, text in COMMANDS]
        for language in LANGUAGES
    }
    secret = settings.webhook_secret
    return TelegramChannel(
        settings.telegram_token.get_secret_value(),
        converse.accept,
        base_url=str(settings.telegram_base_url) if settings.telegram_base_url else None,
        webhook_url=str(settings.webhook_url) if settings.webhook_url else None,
        webhook_secret=secret.get_secret_value() if secret else None,
        commands={**described, None: described["nl"]},
        private_only=private_only,
    )
