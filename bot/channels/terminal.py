"""The terminal: for trying the bot without a browser."""

from __future__ import annotations

from collections.abc import Callable

from bot.bidi import plain
from bot.channels.contract import Outcome, Outgoing, OutgoingButton, Pace, Sent


class Terminal:
    """Prints what is sent; remembers the buttons of the last message, so that a number presses one."""

    name = "terminal"
    pace: Pace | None = None

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._buttons: list[OutgoingButton] = []

    async def send(self, address: str, outgoing: Outgoing) -> Outcome:
        """Print the message with numbered buttons."""
        lines = [outgoing.title, "=" * len(plain(outgoing.title))] if outgoing.title else []
        lines.append(outgoing.text)
        self._buttons = [button for row in outgoing.rows for button in row]
        lines += [f"  [{number}] {button.label}" for number, button in enumerate(self._buttons, 1)]
        lines += [f"  <{file.kind}: {file.name}>\n{file.text}" for file in outgoing.attachments]
        self._write("\n".join(lines) + "\n")
        return Sent()

    def pressed(self, typed: str) -> OutgoingButton | None:
        """The button whose number was typed."""
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
        return self._buttons[number - 1] if 1 <= number <= len(self._buttons) else None
