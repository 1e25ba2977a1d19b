"""An engine whose understanding is told to it, and a detector of danger that knows one word."""

from __future__ import annotations

from nlu.contract import OUT_OF_SCOPE, Danger, Intent, Language, Parse


class FakeUnderstanding:
    """Understands exactly the texts it was taught; everything else is out of scope."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, str, float]] = {}
        self.asked: list[str] = []

    def teach(self, text: str, topic: str, language: str, confidence: float = 0.95) -> None:
        """From now on ``text`` means ``topic``."""
        self.known[text] = (topic, language, confidence)

    async def parse(self, text: str, prior: Language | None = None) -> Parse:
        """See `nlu.contract.Understanding`."""
        self.asked.append(text)
        topic, language, confidence = self.known.get(text, (OUT_OF_SCOPE, prior or "nl", 0.9))
        intent = Intent(topic, confidence)
        others = (Intent("dentist", (1 - confidence) / 2), Intent("interpreter", (1 - confidence) / 3))
        return Parse(text, language, intent, (intent, *others))


def fake_danger(text: str) -> Danger | None:
    """Danger is when somebody says fire."""
    return Danger("fire", acute=True) if "fire" in text else None
