"""A channel that keeps what it was given and fails as it is told."""

from __future__ import annotations

from collections import deque

from bot.channels.contract import Outcome, Outgoing, Pace, Sent


class FakeChannel:
    """Keeps every message that was sent; `fail_with` queues outcomes for the next ones."""

    def __init__(self, name: str = "fake", pace: Pace | None = None) -> None:
        self.name = name
        self.pace = pace
        self.sent: list[tuple[str, Outgoing]] = []
        self.outcomes: deque[Outcome] = deque()

    def fail_with(self, *outcomes: Outcome) -> None:
        """The next sends end like this."""
        self.outcomes.extend(outcomes)

    async def send(self, address: str, outgoing: Outgoing) -> Outcome:
        """See `bot.channels.contract.Channel`."""
        outcome = self.outcomes.popleft() if self.outcomes else Sent(str(len(self.sent)))
        if isinstance(outcome, Sent):
            self.sent.append((address, outgoing))
        return outcome

    def texts(self, address: str) -> list[str]:
        """What was said in one chat."""
        return [f"{said.title}\n{said.text}".strip() for to, said in self.sent if to == address]
