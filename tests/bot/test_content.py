"""Content is refused with every problem at once, each as ``path: field: problem``; never skipped."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content import MOST_WORDS, OWN_GROUP, Content, fingerprint, load_content
from bot.problems import ProblemsError
from bot.settings import LOCALES
from nlu.contract import LANGUAGES

DOCTOR = "answers/health/gp_registration.yml"
GROUPS = "answers/groups.yml"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="session")
def few_answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two groups of the real content: enough for every mistake, and read quickly."""
    root = tmp_path_factory.mktemp("content") / "locales"
    others = [
        path.name
        for path in (LOCALES / "answers").iterdir()
        if path.stem not in {"health", "money", "groups"}
    ]
    shutil.copytree(LOCALES, root, ignore=shutil.ignore_patterns("LC_MESSAGES", *others))
    kept = {path.stem for path in root.glob("answers/*/*.yml")}
    for path in root.glob("answers/*/*.yml"):
        edit(path, lambda answer: answer.update(related=[key for key in answer["related"] if key in kept]))
    return root


@pytest.fixture
def locales(few_answers: Path, tmp_path: Path) -> Path:
    """A copy to make mistakes in."""
    return Path(shutil.copytree(few_answers, tmp_path / "locales"))


def edit(path: Path, change: Change) -> None:
    """Change what a file holds, not how it is written."""
    data = yaml.safe_load(path.read_text("utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")


def rewrite(path: Path, old: str, new: str) -> None:
    """Change how a file is written."""
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), "utf-8")


def problems(locales: Path) -> list[str]:
    """What is said about the content; paths relative to ``locales``. None is a test that tests nothing."""
    with pytest.raises(ProblemsError) as raised:
        load_content(locales)
    assert str(raised.value) == "\n".join(raised.value.problems)
    return [problem.replace(f"{locales}/", "") for problem in raised.value.problems]


def says(language: str, page: str, words: str) -> Change:
    """A change of one page of an answer."""
    return lambda answer: answer["texts"][language].update({page: words})


def without(*keys: str) -> Change:
    """A change that takes away what is found along ``keys``."""

    def change(data: dict[str, Any]) -> None:
        for key in keys[:-1]:
            data = data[key]
        del data[keys[-1]]

    return change


# One mistake each: the file, the change, and what is said about it.
IN_ONE_FILE: list[tuple[str, Change, str]] = [
    (DOCTOR, lambda a: a.update(colour="red"), "colour: Extra inputs are not permitted"),
    (DOCTOR, lambda a: a["texts"]["ti"].update(txt="?"), "texts.ti.txt: Extra inputs are not permitted"),
    (DOCTOR, without("pictogram"), "pictogram: Field required"),
    (DOCTOR, without("texts", "ar", "reviewed"), "texts.ar.reviewed: Field required"),
    (DOCTOR, lambda a: a.update(sources=[]), "sources: List should have at least 1 item"),
    (DOCTOR, lambda a: a["sources"][0].update({"from": "hearsay"}), "sources.0.from: Input should be 'seed'"),
    (DOCTOR, lambda a: a["confirm"][0].update(checked_on="soon"), "confirm.0.checked_on: Input should be a"),
    (DOCTOR, lambda a: a["texts"].update(fr=a["texts"]["en"]), "texts.fr.[key]: Input should be 'ti', 'ar'"),
    (DOCTOR, says("nl", "title", ""), "texts.nl.title: String should match pattern"),
    (DOCTOR, says("nl", "text", " \n "), "texts.nl.text: String should match pattern"),
    (DOCTOR, lambda a: a.update(topic="gp"), "topic: must be the name of the file"),
    ("contacts.yml", without("contacts", "wellzo", "phone"), "contacts.wellzo.phone: Field required"),
    (
        "contacts.yml",
        lambda c: c["contacts"]["police"]["phone"].update(certainty="X"),
        "contacts.police.phone.certainty: Input should be 'H', 'M' or 'L'",
    ),
    ("languages.yml", lambda f: f.update(version=2), "version: Input should be 1"),
    (
        "languages.yml",
        lambda f: f["languages"]["ar"].update(direction="up"),
        "languages.ar.direction: Input should be 'ltr' or 'rtl'",
    ),
    (GROUPS, without("groups", "health", "pictogram"), "groups.health.pictogram: Field required"),
]
BETWEEN_FILES: list[tuple[str, Change, str]] = [
    (DOCTOR, without("texts", "ar"), "texts.ar: missing"),
    (DOCTOR, without("texts", "nl"), "texts.nl: missing"),
    (DOCTOR, lambda a: a.update(contact="nobody"), "contact: no such contact 'nobody'"),
    (DOCTOR, lambda a: a["related"].append("nothing"), "related: no such topic 'nothing'"),
    (DOCTOR, says("nl", "text", "Bel 0800-2000."), "texts.nl.text: a phone number is typed"),
    (DOCTOR, says("nl", "text", "Bel 116117."), "texts.nl.text: a phone number is typed"),
    (DOCTOR, says("nl", "text", "Bel 14 058."), "texts.nl.text: a phone number is typed"),
    (DOCTOR, says("ar", "text", "اتصل ١١٢ الآن."), "texts.ar.text: a phone number is typed"),
    (DOCTOR, says("en", "more", "Call 112 now."), "texts.en.more: a phone number is typed"),
    (DOCTOR, says("ti", "title", "ደውሉ 058 123 45 67"), "texts.ti.title: a phone number is typed"),
    (DOCTOR, says("ar", "text", "٠٥٨١٢٣٤٥٦٧"), "texts.ar.text: a phone number is typed"),
    (
        DOCTOR,
        says("nl", "text", "woord " * (MOST_WORDS + 1)),
        f"texts.nl.text: {MOST_WORDS + 1} words, at most {MOST_WORDS} are read",
    ),
    (
        DOCTOR,
        says("nl", "text", "Bel {phone:wellzo}."),
        "texts.nl.text: placeholder {phone:wellzo} names no contact with a phone",
    ),
    (
        DOCTOR,
        says("ar", "more", "{phone:nobody}"),
        "texts.ar.more: placeholder {phone:nobody} names no contact with a phone",
    ),
    (DOCTOR, says("en", "text", "Hi {name}."), "texts.en.text: placeholder {name} names no contact"),
    (DOCTOR, says("en", "text", "Hi {}."), "texts.en.text: placeholder {} names no contact"),
    (DOCTOR, says("en", "text", "Hi {name."), "texts.en.text: a brace without its other half"),
    (DOCTOR, says("en", "text", "Hi name}."), "texts.en.text: a brace without its other half"),
    (DOCTOR, says("nl", "title", "{phone:emergency}"), "texts.nl.title: no placeholder is filled here"),
    (
        DOCTOR,
        lambda a: a["texts"]["ti"].update(more=None),
        "texts.ti.more: must be there if and only if it is in Dutch",
    ),
    (DOCTOR, without("texts", "ti", "translated_from"), "texts.ti.translated_from: missing"),
    ("contacts.yml", without("contacts", "wellzo", "does", "ti"), "contacts.wellzo.does.ti: missing"),
    (GROUPS, without("groups", "health", "title", "en"), "groups.health.title.en: missing"),
    ("languages.yml", without("languages", "en"), "languages.en: missing"),
]


def test_the_real_content_has_no_problems(content: Content) -> None:
    assert len(content.answers) > 60
    assert set(content.languages) == set(LANGUAGES)
    assert {group.key for group in content.catalogue.groups} == set(content.groups)
    assert all(
        topic.group in content.groups or topic.group == OWN_GROUP
        for topic in content.catalogue.topics.values()
    )


def test_a_copy_without_mistakes_is_taken(locales: Path) -> None:
    taken = load_content(locales)
    assert set(taken.answers) == {path.stem for path in locales.glob("answers/*/*.yml")}
    assert taken.answers["gp_registration"].topic == "gp_registration"


@pytest.mark.parametrize(
    ("file", "change", "said"),
    IN_ONE_FILE + BETWEEN_FILES,
    ids=[
        f"{number} {said.split(': ')[0]}" for number, (_, _, said) in enumerate(IN_ONE_FILE + BETWEEN_FILES)
    ],
)
def test_a_mistake_is_named_with_its_file_and_field(
    locales: Path, file: str, change: Change, said: str
) -> None:
    edit(locales / file, change)
    told = problems(locales)
    assert len([line for line in told if line.startswith(f"{file}: {said}")]) == 1
    assert all(re.fullmatch(r"[\w./]+\.yml: [\w.\[\]]*: .+", line) for line in told)


def test_broken_yaml_is_named_with_its_line(locales: Path) -> None:
    rewrite(locales / DOCTOR, "topic: gp_registration\n", "topic: gp_registration\nrelated: [one, two\n")
    line = problems(locales)[0]
    assert re.match(rf"{DOCTOR}:\d+: : broken YAML \(.+\)", line)
    number = int(line.removeprefix(f"{DOCTOR}:").split(":")[0])
    assert 2 <= number <= 4


def test_a_tab_is_named_with_its_line(locales: Path) -> None:
    rewrite(locales / DOCTOR, "pictogram:", "\tpictogram:")
    assert problems(locales)[0].startswith(f"{DOCTOR}:2: : broken YAML")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (DOCTOR, b""),
        (GROUPS, b"- a\n- list\n"),
        ("contacts.yml", b"just words"),
        ("languages.yml", b"\xff\xfe\x00"),
    ],
)
def test_a_file_that_holds_something_else_is_refused(locales: Path, file: str, content: bytes) -> None:
    (locales / file).write_bytes(content)
    assert problems(locales)[0].startswith(f"{file}: : ")


@pytest.mark.parametrize("file", [GROUPS, "contacts.yml", "languages.yml"])
def test_a_file_that_is_not_there_is_named(locales: Path, file: str) -> None:
    (locales / file).unlink()
    assert problems(locales) == [f"{file}: : cannot be read (FileNotFoundError)"]


def test_a_file_under_a_wrong_name_is_named(locales: Path) -> None:
    (locales / DOCTOR).rename(locales / "answers/health/huisarts.yml")
    assert problems(locales)[0] == "answers/health/huisarts.yml: topic: must be the name of the file"


def test_a_folder_that_is_no_group_is_named(locales: Path) -> None:
    (locales / "answers/health").rename(locales / "answers/wellness")
    assert "answers/wellness: : no such group in groups.yml" in problems(locales)


def different_answers(locales: Path, wrong: list[tuple[str, Change, str]]) -> list[str]:
    """Make each mistake in a file of its own where it is one of an answer; returns what must be said."""
    files = iter(
        sorted(path.relative_to(locales).as_posix() for path in locales.glob("answers/health/*.yml"))
    )
    expected = []
    for file, change, said in wrong:
        target = next(files) if file == DOCTOR else file
        if file == DOCTOR:
            shutil.copy(LOCALES / DOCTOR, locales / target)
            edit(locales / target, lambda answer, name=Path(target).stem: answer.update(topic=name))
        edit(locales / target, change)
        expected.append(f"{target}: {said}")
    return expected


@pytest.mark.parametrize(
    "wrong",
    [IN_ONE_FILE[:8], BETWEEN_FILES[:6] + BETWEEN_FILES[-3:], [IN_ONE_FILE[0], *BETWEEN_FILES[2:5]]],
    ids=["inside files", "between files", "of both kinds"],
)
def test_all_problems_are_told_at_once(locales: Path, wrong: list[tuple[str, Change, str]]) -> None:
    expected = different_answers(locales, wrong)
    told = problems(locales)
    assert [said for said in expected if not any(line.startswith(said) for line in told)] == []


def test_one_answer_can_have_many_problems(locales: Path) -> None:
    def change(answer: dict[str, Any]) -> None:
        answer["contact"] = "nobody"
        answer["texts"]["nl"]["text"] = "Bel 112, {name}. " * 30
        del answer["texts"]["ar"]

    edit(locales / DOCTOR, change)
    fields = [line.split(": ")[1] for line in problems(locales) if "{name}" not in line]
    assert sorted(fields) == ["contact", "texts.ar", "texts.nl.text", "texts.nl.text"]


def test_a_key_that_stands_twice_is_named_with_its_line(locales: Path) -> None:
    rewrite(locales / DOCTOR, "contact: vluchtelingenwerk", "contact: ggd\ncontact: vluchtelingenwerk")
    assert problems(locales)[0] == f"{DOCTOR}:4: : broken YAML (the key 'contact' stands twice)"


def test_a_day_that_does_not_exist_is_named(locales: Path) -> None:
    rewrite(locales / DOCTOR, "checked_on: 2026-11-23", "checked_on: 2026-02-30")
    assert problems(locales)[0].startswith(f"{DOCTOR}: : day is out of range")


def test_a_topic_in_two_groups_is_named(locales: Path) -> None:
    shutil.copy(locales / DOCTOR, locales / "answers/money/gp_registration.yml")
    assert problems(locales) == ["answers/money/gp_registration.yml: topic: stands in another group too"]


@pytest.mark.parametrize("place", ["gp_registration.yml", "health/gp_registration.yaml", "health/x/y.yml"])
def test_an_answer_where_none_is_read_is_named(locales: Path, place: str) -> None:
    path = locales / "answers" / place
    path.parent.mkdir(exist_ok=True)
    shutil.copy(locales / DOCTOR, path)
    assert problems(locales) == [f"answers/{place}: : not an answer: write answers/<group>/<topic>.yml"]


def test_a_broken_answer_is_the_only_one_that_is_told(locales: Path) -> None:
    (locales / DOCTOR).write_text("")
    assert len(problems(locales)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Voor 1-10-2026 betalen.",
        "Je krijgt € 1250 per maand.",
        "Chatten kan op 113.nl.",
        "Je bent 18 jaar, in 2026.",
        "Bel {phone:emergency} of {phone:doctor_oohs}.",
    ],
)
def test_dates_amounts_and_placeholders_are_no_typed_numbers(locales: Path, words: str) -> None:
    edit(locales / DOCTOR, says("nl", "text", words))
    load_content(locales)


# translations


def test_a_changed_dutch_text_makes_its_translations_stale(locales: Path) -> None:
    edit(locales / DOCTOR, says("nl", "text", "Dit is nieuw."))
    changed = load_content(locales)
    stale = {
        (topic, each) for topic in changed.answers for each in LANGUAGES if changed.is_stale(topic, each)
    }
    assert stale == {("gp_registration", each) for each in ("ti", "ar", "en")}


@pytest.mark.parametrize("page", ["title", "text", "more"])
def test_the_fingerprint_knows_every_part_of_the_dutch_answer(content: Content, page: str) -> None:
    dutch = content.answers["gp_registration"].texts["nl"]
    changed = dutch.model_copy(update={page: f"{getattr(dutch, page)} x"})
    assert fingerprint(changed) != fingerprint(dutch)
    assert fingerprint(dutch.model_copy(update={"reviewed": "somebody"})) == fingerprint(dutch)


def test_what_must_be_confirmed_is_listed_with_its_reason(content: Content) -> None:
    listed = content.unconfirmed()
    assert ("contact doctor_oohs", "Dokterswacht Friesland: 0900-112 7 112", "M") in listed
    assert not any(where in {"contact police", "contact wellzo"} for where, _, _ in listed)
    assert {why for _, _, why in listed} <= {"local", "M", "L"}
