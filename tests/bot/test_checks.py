"""What ``wegwijs check`` finds in the catalogues, and between the floors."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.catalogues import load_catalogues, po_path, read_catalogue
from bot.checks import all_problems, catalogue_problems, sentences
from bot.settings import LOCALES, NLU
from bot.web import texts as web_texts
from flows import texts
from flows.message import Plural, Text
from nlu.contract import LANGUAGES, Language
from nlu.danger import URGENCY

BACK = 'msgid "Back"\nmsgstr "رجوع"\n'
CALL = 'msgid "Call {number}"\nmsgstr "اتصل بالرقم {number}"\n'


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A copy of the catalogues to make mistakes in."""
    root = tmp_path / "locales"
    for language in ("ti", "ar", "nl"):
        shutil.copytree(LOCALES / language, root / language)
    return root


def rewrite(locales: Path, old: str, new: str, language: Language = "ar") -> None:
    path = po_path(locales, language)
    before = path.read_text("utf-8")
    assert before.count(old) == 1
    path.write_text(before.replace(old, new), "utf-8")


def problems(locales: Path, language: Language = "ar") -> list[str]:
    """What is said about one catalogue; nothing may be said about the others."""
    path = po_path(locales, language)
    told = catalogue_problems(locales)
    assert all(line.startswith(f"{path}: ") for line in told)
    return [line.removeprefix(f"{path}: ") for line in told]


def test_our_own_catalogues_have_no_problems() -> None:
    assert catalogue_problems(LOCALES) == []


def test_a_missing_entry_is_named(locales: Path) -> None:
    rewrite(locales, BACK, "")
    assert problems(locales) == ["'Back': not translated"]


def test_an_empty_entry_is_named(locales: Path) -> None:
    rewrite(locales, BACK, 'msgid "Back"\nmsgstr ""\n')
    assert problems(locales) == ["'Back': not translated"]


@pytest.mark.parametrize("words", ["اتصل", "اتصل {phone}", "اتصل {number} {name}"])
def test_a_differing_placeholder_is_named_with_the_words(locales: Path, words: str) -> None:
    rewrite(locales, CALL, f'msgid "Call {{number}}"\nmsgstr "{words}"\n')
    assert problems(locales) == [f"'Call {{number}}': the placeholders differ: {words!r}"]


def test_a_fuzzy_entry_is_named(locales: Path) -> None:
    rewrite(locales, BACK, f"#, fuzzy\n{BACK}")
    assert problems(locales) == ["'Back': marked fuzzy"]


def test_a_missing_plural_form_is_named(locales: Path) -> None:
    form = 'msgstr[5] "{count} سؤال منك محفوظ لموظفينا، بدون اسمك."\n'
    rewrite(locales, form, "")
    assert problems(locales) == [f"{texts.KEPT_QUESTIONS.plural!r}: not translated"]


def test_a_plural_form_may_say_the_number_in_words_but_not_another_placeholder(locales: Path) -> None:
    rewrite(locales, "سؤال واحد منك", "{number} سؤال واحد منك")
    (line,) = problems(locales)
    assert line.startswith(f"{texts.KEPT_QUESTIONS.plural!r}: the placeholders differ: ")


def test_a_missing_catalogue_is_named(locales: Path) -> None:
    po_path(locales, "ti").unlink()
    assert catalogue_problems(locales) == [f"{po_path(locales, 'ti')}: : missing"]


def test_problems_of_all_catalogues_are_told_at_once(locales: Path) -> None:
    po_path(locales, "ti").unlink()
    rewrite(locales, BACK, "")
    rewrite(locales, 'msgid "Back"\nmsgstr "Terug"\n', "", "nl")
    assert len(catalogue_problems(locales)) == 3


def test_a_catalogue_that_is_something_else_has_nothing_translated(locales: Path) -> None:
    po_path(locales, "ar").write_text("", "utf-8")
    assert len(set(problems(locales))) == len({repr(each) for each in sentences(texts, web_texts)})


def test_no_catalogue_holds_what_is_never_said() -> None:
    said = {each.singular if isinstance(each, Plural) else each.msgid for each in sentences(texts, web_texts)}
    unused = {
        (language, str(message.id))
        for language in LANGUAGES
        if po_path(LOCALES, language).exists()
        for message in read_catalogue(LOCALES, language)
        if message.id and (message.id[0] if isinstance(message.id, tuple | list) else message.id) not in said
    }
    assert unused == set()


def test_the_sentences_are_those_of_the_modules() -> None:
    found = list(sentences(texts))
    assert texts.MENU in found
    assert texts.KEPT_MESSAGES in found
    assert all(isinstance(each, Text | Plural) for each in found)


def test_english_needs_no_catalogue() -> None:
    assert not po_path(LOCALES, "en").exists()
    assert load_catalogues(LOCALES)["en"].gettext("Back") == "Back"


def test_a_plural_that_is_written_as_a_single_sentence_is_named(locales: Path) -> None:
    rewrite(locales, f'msgid_plural "{texts.KEPT_QUESTIONS.plural}"\nmsgstr[0] ', "msgstr ")
    assert f"{texts.KEPT_QUESTIONS.plural!r}: must have plural forms" in problems(locales)


def test_a_sentence_that_is_written_as_a_plural_is_named(locales: Path) -> None:
    forms = "\n".join(f'msgstr[{number}] "رجوع"' for number in range(6))
    rewrite(locales, BACK, f'msgid "Back"\nmsgid_plural "Backs"\n{forms}\n')
    assert problems(locales) == ["'Back': must have one form"]


@pytest.mark.parametrize("words", ["رجوع {", "رجوع }", "{رجوع"])
def test_a_brace_that_is_not_closed_is_named(locales: Path, words: str) -> None:
    rewrite(locales, BACK, f'msgid "Back"\nmsgstr "{words}"\n')
    assert problems(locales) == [f"'Back': a brace without its other half: {words!r}"]


def test_a_rule_for_plurals_that_cannot_be_read_is_named(locales: Path) -> None:
    rewrite(locales, "plural=(n==0 ? 0", "plural=(n=0 ? 0")
    (line,) = problems(locales)
    assert line.startswith(": cannot be read (")


def test_a_catalogue_that_is_not_utf8_is_named(locales: Path) -> None:
    po_path(locales, "ar").write_bytes(b"\xff\xfe\x00")
    (line,) = problems(locales)
    assert line.startswith(": cannot be read (")


# everything together


def test_our_own_data_has_no_problems() -> None:
    assert all_problems(LOCALES, NLU) == []


def test_everything_is_looked_at_also_when_the_settings_are_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEGWIJS_PORT", "banana")
    told = all_problems(tmp_path / "locales", tmp_path / "nlu")
    for part in ("WEGWIJS_PORT", "contacts.yml", "wegwijs.po", "domain.yml", "danger"):
        assert any(part in line for line in told), part


@pytest.mark.parametrize(
    ("answered", "understood"), [("gp_registration", "digid"), ("digid", "gp_registration")]
)
def test_a_topic_without_answer_and_an_answer_without_topic_are_named(
    tmp_path: Path, answered: str, understood: str
) -> None:
    locales, nlu = tmp_path / "locales", tmp_path / "nlu"
    shutil.copytree(LOCALES, locales)
    for folder in ("danger", "nl"):
        (nlu / "data" / folder).mkdir(parents=True)
    for name in ("shared", *URGENCY):
        (nlu / "data" / "danger" / f"{name}.yml").write_text("{}")
    (nlu / "domain.yml").write_text(f'version: "3.1"\nintents: [{understood}, new_topic, out_of_scope]\n')
    example = "version: '3.1'\nnlu:\n- intent: out_of_scope\n  examples: |\n    - hoe laat is het\n"
    (nlu / "data" / "nl" / "x.yml").write_text(example)
    told = all_problems(locales, nlu)
    assert f"{nlu / 'domain.yml'}: intents: new_topic has no answer" in told
    wanted = f"{locales / 'answers'}: {answered}: no intent of this name in {nlu / 'domain.yml'}"
    assert wanted in told
    assert not any(f": {understood}: no intent" in line for line in told)
