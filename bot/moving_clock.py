"""A clock to try the program with: begins at any moment, runs at any speed, and can jump ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.clock import system_now
from bot.settings import Settings


class MovingClock:
    """Call it for the time, aware and in UTC. It never goes back, also where the machine's clock does."""

    def __init__(
        self, start: datetime | None, speed: float, real: Callable[[], datetime] = system_now
    ) -> None:
        """``start`` is an aware moment, None for now; ``speed`` is how many seconds pass in a real one."""
        self._real = real
        self._seen = real()
        self._passed = timedelta(0)
        self._start = (self._seen if start is None else start).astimezone(UTC)
        self._speed = speed

    def __call__(self) -> datetime:
        """The time."""
        seen = self._real()
        self._passed += max(seen - self._seen, timedelta(0))
        self._seen = seen
        # From the sum: many short stretches, each of them rounded, would make a slow clock stand still.
        return self._start + self._passed * self._speed

    def jump_to(self, moment: datetime) -> None:
        """Go on from an aware moment ahead; one that has passed changes nothing."""
        self._start += max(moment - self(), timedelta(0))


def clock_of(settings: Settings) -> Callable[[], datetime]:
    """The clock that the settings ask for: that of the machine, unless it is set or may have to jump."""
    if settings.clock is None and settings.clock_speed == 1 and not settings.can_show_demo:
        return system_now
    return MovingClock(settings.clock, settings.clock_speed)
