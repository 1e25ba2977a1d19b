"""Everything that can be wrong with what people write: content, catalogues, training data, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType

from babel.messages.catalog import Catalog, Message

from bot.catalogues import SOURCE, compiled, po_path, read_catalogue
from bot.content import load_content
from bot.course_types import load_course_types
from bot.problems import ProblemsError
from bot.settings import COURSE_TYPES, load_settings
from bot.web import texts as web_texts
from flows import texts as flow_texts
from flows.message import Plural, Text
from nlu.concepts import load_concepts
from nlu.contract import LANGUAGES, OUT_OF_SCOPE
from nlu.danger import load_danger
from nlu.datafiles import DataError
from nlu.training import load_training


def all_problems(locales: Path, nlu: Path) -> list[str]:
    """Every problem as ``path: field: problem``."""
    problems: list[str] = []
    for load in (
        load_settings,
        lambda: load_content(locales),
        lambda: load_course_types(COURSE_TYPES),
        lambda: load_training(nlu),
        lambda: load_danger(nlu / "data" / "danger"),
        lambda: load_concepts(nlu),
    ):
        problems += _problems_of(load)
    problems += catalogue_problems(locales)
    problems += _register_problems(locales, nlu) if not problems else []
    return problems


def _problems_of(load: Callable[[], object]) -> list[str]:
    try:
        load()
    except (ProblemsError, DataError) as error:
        return list(error.problems)
    return []


def _register_problems(locales: Path, nlu: Path) -> list[str]:
    """Every topic that can be understood has an answer, and the other way round."""
    answered = set(load_content(locales).answers)
    understood = set(load_training(nlu).intents) - {OUT_OF_SCOPE}
    domain = nlu / "domain.yml"
    return [f"{domain}: intents: {topic} has no answer" for topic in sorted(understood - answered)] + [
        f"{locales / 'answers'}: {topic}: no intent of this name in {domain}"
        for topic in sorted(answered - understood)
    ]


def sentences(*modules: ModuleType) -> Iterator[Text | Plural]:
    """All sentences that the modules define."""
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Text | Plural):
                yield value


def catalogue_problems(locales: Path) -> list[str]:
    """Missing sentences, and placeholders that differ from the English ones."""
    problems: list[str] = []
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        path = po_path(locales, language)
        if not path.exists():
            problems.append(f"{path}: : missing")
            continue
        try:
            catalogue = read_catalogue(locales, language)
            compiled(catalogue)
        except ValueError as error:
            problems.append(f"{path}: : cannot be read ({error})")
            continue
        for sentence in sentences(flow_texts, web_texts):
            problems += [f"{path}: {line}" for line in _sentence_problems(sentence, catalogue)]
    return problems


def _sentence_problems(sentence: Text | Plural, catalogue: Catalog) -> list[str]:
    english = sentence.plural if isinstance(sentence, Plural) else sentence.msgid
    message = catalogue.get(sentence.singular if isinstance(sentence, Plural) else sentence.msgid)
    forms = _forms(message)
    if message is None or not forms or not all(forms):
        return [f"{english!r}: not translated"]
    if isinstance(message.id, str) is isinstance(sentence, Plural):
        return [f"{english!r}: must have {'plural forms' if isinstance(sentence, Plural) else 'one form'}"]
    problems = [
        line for form in forms for line in _form_problems(form, english, isinstance(sentence, Plural))
    ]
    return problems + ([f"{english!r}: marked fuzzy"] if message.fuzzy else [])


def _form_problems(form: str, english: str, plural: bool) -> list[str]:
    try:
        given = _fields(form)
    except ValueError:
        return [f"{english!r}: a brace without its other half: {form!r}"]
    wanted = _fields(english)
    # A plural form for none, one or two may say the number in words.
    if given - wanted or (wanted - given and not plural):
        return [f"{english!r}: the placeholders differ: {form!r}"]
    return []


def _fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field is not None}


def _forms(message: Message | None) -> tuple[str, ...]:
    if message is None:
        return ()
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
