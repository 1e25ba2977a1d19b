"""Isolates around every left-to-right run in right-to-left text.

Without them phone numbers, dates, times and names come out reordered (Unicode standard annex 9).
"""

from __future__ import annotations

import re

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"

_LETTER = r"A-Za-zÀ-ɏ0-9"
_WORD = rf"(?:€ ?|[@+#]|\(\d+\) ?)?[{_LETTER}](?:[{_LETTER}.,:/@&'’+%_–-]*[{_LETTER}%])?"
# A run that is isolated already is left as it is.
_RUN = re.compile(rf"{LRI}[^{PDI}]*{PDI}|{_WORD}(?: {_WORD})*")


def isolate(text: str) -> str:
    """``text`` with an isolate around each run of Latin letters and digits; idempotent."""
    return _RUN.sub(lambda run: run[0] if run[0].startswith(LRI) else f"{LRI}{run[0]}{PDI}", text)


def apart(text: str) -> str:
    """``text`` so that it runs in its own direction within text of another."""
    return f"{FSI}{text}{PDI}"


def lines_apart(text: str) -> str:
    """Left-to-right ``text`` so that each of its lines keeps its order within right-to-left text."""
    return "\n".join(f"{LRI}{line}{PDI}" if line.strip() else line for line in text.split("\n"))


def plain(text: str) -> str:
    """``text`` without isolates."""
    return text.replace(LRI, "").replace(FSI, "").replace(PDI, "")
