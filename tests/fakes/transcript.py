"""A bot for the web chat that keeps its talks in memory and says a few real things in four languages."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from bot.channels.contract import Arrival, Attachment, NotStored, Outgoing, OutgoingButton
from bot.channels.transcript import Line
from bot.channels.webchat import WebChat
from flows.message import Text
from nlu.contract import LANGUAGES, Language, as_language
from tests.fakes.clock import FakeClock
from tests.fakes.transcript_words import BUBBLES, PAGE, Sample


def page_word(text: Text, language: Language) -> str:
    """The words around the talk; English where nobody translated them."""
    words = PAGE.get(text.msgid, {}).get(language, text.msgid)
    return words.format(**{name: str(value) for name, value in text.args.items()})


def outgoing(sample: Sample, language: Language) -> Outgoing:
    """One of the sample messages."""
    title, text, *labels = sample.words[language]
    buttons = iter([OutgoingButton(label, data) for label, data in zip(labels, sample.data, strict=True)])
    return Outgoing(
        title=title,
        text=text,
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        tone=sample.tone,
        rows=tuple(tuple(islice(buttons, count)) for count in sample.rows or [1] * len(sample.data)),
        phones=sample.phones,
        attachments=sample.attachments,
    )


class FakeTranscript:
    """The transcript, and the bot that fills it.

    ``locked``: nothing that arrives can be stored. ``pause``: how long the bot thinks, seconds.
    """

    def __init__(self, webchat: WebChat, clock: FakeClock | None = None) -> None:
        self.webchat = webchat
        self.clock = clock or FakeClock()
        self.locked = False
        self.pause = 0.0
        self.arrivals: list[Arrival] = []
        self._talks: defaultdict[str, list[Line]] = defaultdict(list)
        self._languages: dict[str, Language] = {}
        self._opened: set[str] = set()
        self._busy: set[asyncio.Task[None]] = set()

    async def lines(self, address: str) -> Sequence[Line]:
        """See `bot.channels.transcript.Transcript`."""
        return tuple(self._talks.get(address, ()))

    async def bot_lines_after(self, address: str, number: int) -> Sequence[Line]:
        """See `bot.channels.transcript.Transcript`."""
        talk = self._talks.get(address, ())
        return [line for line in talk if line.outgoing is not None and line.number > number]

    async def language(self, address: str) -> Language | None:
        """See `bot.channels.transcript.Transcript`."""
        return self._languages.get(address)

    async def is_known(self, address: str) -> bool:
        """Was a chat opened here?"""
        return address in self._opened

    async def on_arrival(self, arrival: Arrival) -> None:
        """Keep it, and answer a moment later."""
        if self.locked:
            raise NotStored
        if arrival.key in {earlier.key for earlier in self.arrivals}:
            return
        self.arrivals.append(arrival)
        self._opened.add(arrival.address)
        if arrival.kind == "said":
            self._keep(arrival.address, said=arrival.text)
        elif arrival.kind == "chose":
            self._keep(arrival.address, said=self._label(arrival))
        task = asyncio.get_running_loop().create_task(self._answer(arrival))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def say(
        self, address: str, sample: str, language: Language | None = None, **changes: object
    ) -> None:
        """The bot says one of the sample messages."""
        words = outgoing(BUBBLES[sample], language or self._languages.get(address, "en"))
        await self.say_this(address, replace(words, **changes))  # type: ignore[arg-type]

    async def say_this(self, address: str, words: Outgoing) -> None:
        """The bot says this."""
        self._keep(address, outgoing=words)
        await self.webchat.send(address, words)

    def forget(self, address: str) -> None:
        """Everything about a chat is deleted."""
        self._talks.pop(address, None)
        self._languages.pop(address, None)
        self._opened.discard(address)
        self.arrivals = [arrival for arrival in self.arrivals if arrival.address != address]

    def _keep(self, address: str, outgoing: Outgoing | None = None, said: str | None = None) -> None:
        talk = self._talks[address]
        last = talk[-1].number if talk else 0
        talk.append(Line(last + (outgoing is not None), self.clock(), outgoing, said))

    def _label(self, arrival: Arrival) -> str | None:
        shown = [line.outgoing for line in self._talks[arrival.address] if line.outgoing is not None]
        labels = {button.data: button.label for said in shown for row in said.rows for button in row}
        return labels.get(arrival.text)

    async def _answer(self, arrival: Arrival) -> None:
        await asyncio.sleep(self.pause)
        chosen = as_language(arrival.text.removeprefix("go/speak/"))
        if arrival.kind == "chose" and chosen is not None:
            self._languages[arrival.address] = chosen
        for sample in self._samples(arrival, chosen):
            await self.say(arrival.address, sample)

    def _samples(self, arrival: Arrival, chosen: Language | None) -> tuple[str, ...]:
        if arrival.kind == "joined":
            return ("choose",)
        if arrival.kind == "chose":
            by_data = {"go/language": ("choose",), "go/topic/gp_registration/0": ("doctor",)}
            return ("welcome", "menu") if chosen else by_data.get(arrival.text, ("menu",))
        for word, samples in {"112": ("alarm", "advice"), "map": ("place",)}.items():
            if word in arrival.text:
                return samples
        return ("doctor",)


def with_files(folder: Path) -> tuple[Attachment, ...]:
    """One attachment of every kind; the files are written into ``folder``."""
    voice, picture = folder / "doctor.ogg", folder / "card.svg"
    voice.write_bytes(b"OggS")
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200">'
        '<rect width="320" height="200" fill="#cfe3ff"/><circle cx="80" cy="90" r="36" fill="#4573b5"/></svg>'
    )
    return (
        Attachment("voice", name="doctor", path=str(voice)),
        Attachment("picture", text="A health insurance card", path=str(picture)),
        Attachment("document", name="wegwijs.json", text='{"language": "ti"}'),
        Attachment("place", "Stadskantoor", "Oldehoofsterkerkhof 2", latitude=53.2037, longitude=5.7895),
    )


assert all(set(sample.words) == set(LANGUAGES) for sample in BUBBLES.values())
