"""The training data as a Rasa server can use it: ``python -m nlu.rasa_data FOLDER [ROOT]``.

The sentences are copied as they are. The concept lexicon becomes one pattern a concept for all languages
together: Rasa takes a lookup entry letter by letter (``huis*`` never matches), makes four features of a
concept that stands in four files, and knows no clitics.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from nlu.contract import LANGUAGES
from nlu.embedded import HERE
from nlu.training import FORMAT

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Rasa looks its patterns up in the cache of Python's ``re``, which holds 512: one more than fits, and every
# message compiles them all anew.
MOST_CONCEPTS = 500

# What is written on to a word: the short forms of nlu/wordforms.py, before and after, by alphabet.
_AFFIXES = (
    (re.compile("[\u0600-\u06ff]"), "[وف]?(?:[بكعهف]?ال|لل|[بلكسحهع])?", ""),
    (re.compile("[\u1200-\u139f]"), "(?:ን|ብ|በ|ም|ዝ|ዘ|ካብ|ናይ|ናብ|እንተ|ስለ|ከም|ምስ|ኣብ)?", "(?:ን|ዶ|ውን|ከ|ስ)?"),
)


def write_rasa_data(folder: Path, root: Path = HERE) -> None:
    """Fill ``folder``, which is emptied first, with what ``rasa train nlu --nlu`` takes of ``root/data``.

    Raises ValueError when there are more concepts than Rasa has room for.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for language in LANGUAGES:
        shutil.copytree(root / "data" / language, folder / language)
    entries: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "data" / "concepts").glob("*.yml")):
        for section in yaml.load(path.read_text("utf-8"), _SafeLoader)["nlu"]:
            lines = section["examples"].splitlines()
            entries[section["lookup"]] += [line.removeprefix("- ").strip() for line in lines]
    if len(entries) > MOST_CONCEPTS:
        raise ValueError(f"{len(entries)} concepts, and Rasa has room for {MOST_CONCEPTS}")
    if entries:
        (folder / "concepts.yml").write_text(_section(entries.values()), "utf-8")


def _section(concepts: Iterable[list[str]]) -> str:
    """All patterns under one name: Rasa notes on every word which names it has, and 444 notes on each of
    150,000 words take gigabytes. The features are those of the patterns, whatever their name."""
    lines = "".join(f"    - {pattern(entries)}\n" for entries in concepts)
    return f'version: "{FORMAT}"\nnlu:\n- regex: concept\n  examples: |\n{lines}'


def pattern(entries: Iterable[str]) -> str:
    """One regular expression for the words, phrases and stems with ``*`` of a concept."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in entries:
        before, after = next((pair for letters, *pair in _AFFIXES if letters.search(entry)), ("", ""))
        found[before, after].add(r"\w*".join(map(re.escape, entry.split("*"))))
    groups = (f"{before}(?:{'|'.join(sorted(words))}){after}" for (before, after), words in found.items())
    return rf"\b(?:{'|'.join(groups)})\b"


if __name__ == "__main__":
    write_rasa_data(Path(sys.argv[1]), *map(Path, sys.argv[2:]))
