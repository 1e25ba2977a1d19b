"""Logs: structured, with the trace of an arrival; never a message text, a name, an address or a token."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

# httpx logs full addresses at INFO, and a Bot API address holds the token.
TALKATIVE = ("httpx", "httpcore", "telegram", "apscheduler", "aiosqlite", "asyncio", "uvicorn.access")


def set_up_logs(level: str, form: str) -> None:
    """Send our own events and those of the libraries to standard error in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_values(_logger: object, _method: str, event: EventDict) -> EventDict:
    """An exception's message can hold what was being stored; its class and place are enough."""
    if event.get("logger") == "asyncio":
        # It writes the task that nobody waited for, error and all, below its first line.
        event["event"] = str(event["event"]).split("\n")[0]
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, BaseException):
        error = (type(error), error, error.__traceback__)
    if isinstance(error, tuple) and error[0] is not None:
        event["error"] = error[0].__name__
        event["at"] = _place(error[2])
    return event


def _place(trace: Any) -> str:
    places = []
    while trace is not None:
        frame = trace.tb_frame
        places.append(f"{frame.f_globals.get('__name__')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places[-6:])
