from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from nlu import rasa_data
from nlu.rasa_data import pattern, write_rasa_data
from tests.nlu.contract_suite import SLICE, write_slice

LEXICON = 'version: "3.1"\nnlu:\n- lookup: {name}\n  examples: |\n    - {entry}\n'


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("huisarts*", "ik zoek een HUISARTSENPOST!", True),
        ("huisarts*", "tehuisarts", False),
        ("*kaart", "waar is mijn bankkaart", True),
        ("kaart", "bankkaart", False),
        ("huur betalen", "moet ik huur betalen?", True),
        ("m.b.o", "mxbxo", False),
        ("طبيب", "بدي روح للطبيب", True),
        ("طبيب", "وبالطبيب", True),
        ("طبيب", "طبيبة", False),
        ("ሓኪም", "ናብሓኪምን", True),
        ("ሓኪም", "ሓኪማዊ", False),
    ],
)
def test_an_entry_meets_words_with_what_is_written_on_to_them(entry: str, text: str, found: bool) -> None:
    assert bool(re.search(pattern([entry, "zzz"]), text, re.IGNORECASE)) is found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = write_slice(tmp_path / "project")
    concepts = root / "data" / "concepts"
    concepts.mkdir(exist_ok=True)
    for language, entry in [("nl", "dokter*"), ("ti", "ሓኪም")]:
        (concepts / f"{language}.yml").write_text(LEXICON.format(name="doctor", entry=entry), "utf-8")
    return root


def test_rasa_gets_sentences_and_one_pattern_a_concept_and_nothing_else(
    project: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "left_behind.yml").touch()
    write_rasa_data(tmp_path / "out", project)
    sections = [
        section
        for path in (tmp_path / "out").rglob("*.*")
        for section in yaml.safe_load(path.read_text("utf-8"))["nlu"]
    ]
    assert {section["intent"] for section in sections if "intent" in section} == set(SLICE)
    (concepts,) = (section for section in sections if "regex" in section)
    (line,) = concepts["examples"].splitlines()
    for text in ("doktersassistente", "ንሓኪም"):
        assert re.search(line.removeprefix("- "), text)


def test_more_concepts_than_rasa_has_room_for_are_refused(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasa_data, "MOST_CONCEPTS", 0)
    with pytest.raises(ValueError, match="1 concepts"):
        write_rasa_data(tmp_path / "out", project)
