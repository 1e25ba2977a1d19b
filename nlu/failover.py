"""Two engines behind one door: the fallback answers while the primary is down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from nlu.contract import Language, Parse, Understanding
from nlu.rasa_client import UnderstandingDown

logger = logging.getLogger(__name__)


class Failover:
    """Asks ``primary``; while that is down, ``fallback``. Each change is logged once.

    ``pause`` is how many seconds of ``monotonic`` pass before a primary that was down is tried again, with
    the next question; only one question at a time is spent on trying.
    """

    def __init__(
        self,
        primary: Understanding,
        fallback: Understanding,
        pause: float = 30.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._primary = primary
        self._fallback = fallback
        self._pause = pause
        self._monotonic = monotonic
        self._retry_at: float | None = None  # None while the primary is up

    async def parse(self, text: str, prior: Language | None = None) -> Parse:
        """Understand ``text`` with the primary, or with the fallback when it is down."""
        now = self._monotonic()
        if self._retry_at is not None:
            if now < self._retry_at:
                return await self._fallback.parse(text, prior)
            self._retry_at = now + self._pause  # those who ask meanwhile do not wait for the try
        try:
            parse = await self._primary.parse(text, prior)
        except UnderstandingDown as error:
            if self._retry_at is None:
                logger.warning("understanding server is down (%s), the embedded engine answers", error)
            self._retry_at = self._monotonic() + self._pause
            return await self._fallback.parse(text, prior)
        if self._retry_at is not None:
            logger.info("understanding server is back")
            self._retry_at = None
        return parse
