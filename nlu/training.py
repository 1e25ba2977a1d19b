"""Training sentences: read strictly from Rasa NLU files, or refused with every problem at once.

The register of intents is ``domain.yml``. A sentence belongs to one language, by its path, and to one
intent; the path and the line are kept, so that a finding can be shown where it stands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from nlu.contract import LANGUAGES, Language
from nlu.datafiles import DataError, SafeLoader
from nlu.folding import fold_text

FORMAT = "3.1"

_OWN_SCRIPT = {"ar": "\u0600-\u06ff", "ti": "\u1200-\u137f"}
_ENTITY_MARK = re.compile(r"\[([^\]\[]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class Example:
    """One training sentence. ``language`` is empty where the file does not say; ``line`` counts from 1."""

    text: str
    intent: str
    language: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class TrainingData:
    """All sentences, the register of intents in its own order, and a hash that changes with either."""

    examples: tuple[Example, ...]
    intents: tuple[str, ...]
    fingerprint: str


class TrainingDataError(DataError):
    """The training data is refused; the text is one ``path:line: field: problem`` a line."""


@dataclass
class _Reading:
    """What was read so far; problems are gathered, not raised, so that all are seen at once."""

    register: frozenset[str] | None
    examples: list[Example] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def complain(self, path: str, line: int, where: str, problem: str) -> None:
        self.problems.append(f"{path}:{line}: {where}: {problem}")


def load_training(root: Path) -> TrainingData:
    """Read ``root/domain.yml`` and ``root/data/<lang>/*.yml``.

    Raises TrainingDataError with every unknown key or intent, empty or repeated example, foreign script and
    broken file.
    """
    reading = _Reading(register=None)
    intents = _read_domain(root / "domain.yml", reading)
    reading.register = frozenset(intents) or None
    for language, path in _files(root):
        _read_strictly(path, path.relative_to(root).as_posix(), language, reading)
    reading.problems += _repeats(reading.examples)
    if not reading.examples and not reading.problems:
        reading.complain("data", 1, "nlu", "no training sentences found")
    if reading.problems:
        raise TrainingDataError(reading.problems)
    return TrainingData(tuple(reading.examples), intents, fingerprint(root))


def load_rasa_file(path: Path) -> TrainingData:
    """Read any one Rasa NLU file with any intents, no register: entity marks are dropped, other sections too.

    Raises TrainingDataError for a broken file, a nameless intent or no sentence at all.
    """
    reading = _Reading(register=None)
    document = _compose(path, path.name, reading)
    for section in _entries(document, path.name, reading):
        if "intent" in section:
            _read_intent(section, path.name, "", reading)
    if not reading.examples and not reading.problems:
        reading.complain(path.name, 1, "nlu", "no training sentences found")
    if reading.problems:
        raise TrainingDataError(reading.problems)
    intents = tuple(dict.fromkeys(example.intent for example in reading.examples))
    return TrainingData(tuple(reading.examples), intents, _digest([path]))


def fingerprint(root: Path) -> str:
    """The SHA-256 (hex) of the domain and all training files, without parsing them."""
    return _digest([root / "domain.yml", *(path for _, path in _files(root))])


def intents_of(root: Path) -> tuple[str, ...]:
    """The register of intents in ``root/domain.yml``; TrainingDataError when it cannot be read."""
    reading = _Reading(register=None)
    intents = _read_domain(root / "domain.yml", reading)
    if reading.problems:
        raise TrainingDataError(reading.problems)
    return intents


def _files(root: Path) -> Iterator[tuple[Language, Path]]:
    for language in LANGUAGES:
        for path in sorted((root / "data" / language).glob("*.yml")):
            yield language, path


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.parent.name}/{path.name}:{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _compose(path: Path, name: str, reading: _Reading) -> yaml.Node | None:
    """The YAML tree with line numbers, or None after a complaint."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=SafeLoader)
    except OSError as error:
        reading.complain(name, 1, "file", f"cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        reading.complain(name, 1, "file", "is not UTF-8")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        reading.complain(name, line, "yaml", error.problem or "cannot be read")
    except yaml.YAMLError as error:
        reading.complain(name, 1, "yaml", " ".join(str(error).split()))
    else:
        return node
    return None


def _pairs(node: yaml.Node | None) -> dict[str, tuple[int, yaml.Node]]:
    """A mapping as {key: (line, value)}; empty for any other node."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): (key.start_mark.line + 1, value) for key, value in node.value}


def _read_domain(path: Path, reading: _Reading) -> tuple[str, ...]:
    before = len(reading.problems)
    document = _compose(path, path.name, reading)
    if len(reading.problems) > before:
        return ()
    pairs = _pairs(document)
    _check_version(pairs, path.name, reading)
    line, listed = pairs.get("intents", (1, None))
    names = [str(item.value) for item in listed.value] if isinstance(listed, yaml.SequenceNode) else []
    if not names:
        reading.complain(path.name, line, "intents", "must be a list of names")
    for name in {name for name in names if names.count(name) > 1}:
        reading.complain(path.name, line, "intents", f"{name!r} is listed twice")
    return tuple(names)


def _check_version(pairs: dict[str, tuple[int, yaml.Node]], name: str, reading: _Reading) -> None:
    line, version = pairs.get("version", (1, None))
    if version is None or version.value != FORMAT:
        reading.complain(name, line, "version", f'must be "{FORMAT}"')


def _entries(
    document: yaml.Node | None, name: str, reading: _Reading
) -> Iterator[dict[str, tuple[int, yaml.Node]]]:
    """The mappings under ``nlu``."""
    if document is None:
        return
    line, listed = _pairs(document).get("nlu", (1, None))
    if not isinstance(listed, yaml.SequenceNode):
        reading.complain(name, line, "nlu", "must be a list")
        return
    for entry in listed.value:
        pairs = _pairs(entry)
        if not pairs:
            reading.complain(name, entry.start_mark.line + 1, "nlu", "an entry must be a mapping")
        else:
            yield pairs


def _read_strictly(path: Path, name: str, language: Language, reading: _Reading) -> None:
    """One file of ours: only ``version``, ``nlu``, ``intent`` and ``examples``, nothing else."""
    document = _compose(path, name, reading)
    if document is None:
        return
    pairs = _pairs(document)
    _check_version(pairs, name, reading)
    _refuse_unknown(pairs, {"version", "nlu"}, name, reading)
    for section in _entries(document, name, reading):
        _refuse_unknown(section, {"intent", "examples"}, name, reading)
        _read_intent(section, name, language, reading)


def _refuse_unknown(
    pairs: dict[str, tuple[int, yaml.Node]], known: set[str], name: str, reading: _Reading
) -> None:
    for key, (line, _) in pairs.items():
        if key not in known:
            reading.complain(name, line, key, f"unknown key (known: {', '.join(sorted(known))})")


def _read_intent(
    section: dict[str, tuple[int, yaml.Node]], name: str, language: str, reading: _Reading
) -> None:
    line = min(number for number, _ in section.values())
    intent_line, node = section.get("intent", (line, None))
    intent = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
    if not intent:
        reading.complain(name, intent_line, "intent", "must be a name")
    elif reading.register is not None and intent not in reading.register:
        reading.complain(name, intent_line, "intent", f"unknown intent {intent!r}, not in domain.yml")
    examples_line, examples = section.get("examples", (line, None))
    if examples is None:
        reading.complain(name, line, "examples", "missing")
        return
    sentences = list(_sentences(examples, name, reading))
    for number, text in sentences:
        _keep(Example(text, intent, language, name, number), reading)
    if not sentences:
        reading.complain(name, examples_line, "examples", f"no sentence for {intent!r}")


def _sentences(node: yaml.Node, name: str, reading: _Reading) -> Iterator[tuple[int, str]]:
    """Lines of a block ``examples: |``, or the ``text`` of Rasa's long form, with their line numbers."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            line, text = _pairs(item).get("text", (item.start_mark.line + 1, item))
            yield line, str(text.value).strip().removeprefix("- ")
        return
    if not isinstance(node, yaml.ScalarNode) or node.style != "|":
        reading.complain(name, node.start_mark.line + 1, "examples", "must be a block that begins with |")
        return
    for number, text in enumerate(node.value.splitlines(), start=node.start_mark.line + 2):
        if not text.strip():
            continue
        if text.startswith("- ") or text.strip() == "-":
            yield number, text[1:].strip()
        else:
            reading.complain(name, number, "examples", "a sentence must begin with '- '")


def _keep(example: Example, reading: _Reading) -> None:
    text = _ENTITY_MARK.sub(r"\1", example.text)
    problem = _fault(text, example.language)
    if problem:
        reading.complain(example.path, example.line, "examples", problem)
    else:
        reading.examples.append(Example(text, example.intent, example.language, example.path, example.line))


def _fault(text: str, language: str) -> str | None:
    if not text:
        return "empty example"
    if not fold_text(text):
        return "nothing is left of the example after folding"
    letters = "".join(filter(str.isalpha, text))  # none in an emoji, which belongs to every language
    own = _OWN_SCRIPT.get(language, "")
    if language and letters and not re.search(rf"[A-Za-zÀ-ɏ{own}]", letters):
        return f"wrong script for {language!r}: neither its own letters nor Latin ones"
    return None


def _repeats(examples: Iterable[Example]) -> Iterator[str]:
    """Sentences that are the same after folding: within one language, or with two meanings anywhere."""
    seen: dict[str, list[Example]] = {}
    for example in examples:
        folded = re.sub(r"[\W_]+", " ", fold_text(example.text)).strip()
        for first in seen.setdefault(folded, []):
            if first.language == example.language or first.intent != example.intent:
                yield (
                    f"{example.path}:{example.line}: examples: the same sentence as "
                    f"{first.path}:{first.line} ({first.intent})"
                )
                break
        seen[folded].append(example)
