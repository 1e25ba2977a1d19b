from __future__ import annotations

import logging
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nlu import embedded
from nlu.contract import OUT_OF_SCOPE
from nlu.embedded import CODE, EmbeddedEngine, load_or_train, train
from nlu.training import TrainingDataError, load_rasa_file, load_training
from tests.nlu.contract_suite import UnderstandingContract, write_slice


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_slice(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def kept(project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[EmbeddedEngine, Path]:
    folder = tmp_path_factory.mktemp("cache")
    return load_or_train(project, folder), folder


class TestEmbeddedEngine(UnderstandingContract):
    @pytest.fixture
    def engine(self, kept: tuple[EmbeddedEngine, Path]) -> EmbeddedEngine:
        return kept[0]


class TestCache:
    @pytest.fixture
    def folder(self, kept: tuple[EmbeddedEngine, Path], tmp_path: Path) -> Path:
        for path in kept[1].iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        return tmp_path

    def test_a_second_start_does_not_train(
        self, project: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedded, "train", _refuse)
        load_or_train(project, folder)

    def test_loaded_and_trained_answer_alike(
        self, project: Path, folder: Path, kept: tuple[EmbeddedEngine, Path]
    ) -> None:
        again = load_or_train(project, folder)
        assert again.understand("ik zoek werk") == kept[0].understand("ik zoek werk")

    def test_only_the_owner_can_read_it(self, kept: tuple[EmbeddedEngine, Path]) -> None:
        (path,) = kept[1].iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nonsense", b"\x80\x04pickle"])
    def test_a_broken_cache_is_trained_anew_with_a_warning(
        self, project: Path, folder: Path, content: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        (path,) = folder.iterdir()
        path.write_bytes(content)
        with caplog.at_level(logging.WARNING, "nlu.embedded"):
            assert load_or_train(project, folder).understand("ik zoek werk").intent.name == "find_work"
        assert len(caplog.records) == 1
        assert path.stat().st_size > len(content)

    def test_changed_data_is_trained_and_the_old_cache_goes(self, tmp_path: Path) -> None:
        project = write_slice(tmp_path / "project")
        load_or_train(project, tmp_path / "cache")
        (old,) = (tmp_path / "cache").iterdir()
        with (project / "data" / "nl" / "slice.yml").open("a", encoding="utf-8") as file:
            file.write("    - vertel een mop over een ezel\n")
        load_or_train(project, tmp_path / "cache")
        (new,) = (tmp_path / "cache").iterdir()
        assert new != old

    def test_bad_data_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(TrainingDataError):
            load_or_train(tmp_path, tmp_path / "cache")


def test_the_same_data_gives_the_same_engine(project: Path, kept: tuple[EmbeddedEngine, Path]) -> None:
    again = train(load_training(project), project)
    assert again.calibration == kept[0].calibration
    assert (again.model.weights == kept[0].model.weights).all()


@pytest.mark.parametrize(
    ("text", "topic"), [("hakim geza kirekb edeli", "gp_registration"), ("biddi la2i shoghol", "find_work")]
)
def test_romanised_meets_native(kept: tuple[EmbeddedEngine, Path], text: str, topic: str) -> None:
    names = [intent.name for intent in kept[0].understand(text).ranking if intent.name != OUT_OF_SCOPE]
    assert names[0] == topic


def test_a_text_of_unknown_letters_is_out_of_scope(kept: tuple[EmbeddedEngine, Path]) -> None:
    parse = kept[0].understand("일자리를 찾고 있어요")
    assert parse.intent.name == OUT_OF_SCOPE


def test_any_rasa_file_can_be_trained_without_out_of_scope(tmp_path: Path) -> None:
    sections = "".join(
        f"- intent: {name}\n  examples: |\n" + "".join(f"    - {line} {n}\n" for n in "abcdef")
        for name, line in [("play", "play some music"), ("weather", "will it rain today")]
    )
    path = tmp_path / "nlu.yml"
    path.write_text(f'version: "3.1"\nnlu:\n{sections}', encoding="utf-8")
    engine = train(load_rasa_file(path))
    assert engine.understand("some music please").intent.name == "play"


def test_a_warm_start_needs_neither_scikit_learn_nor_uroman(
    project: Path, kept: tuple[EmbeddedEngine, Path]
) -> None:
    code = (
        "import sys, pathlib\n"
        "from nlu.embedded import load_or_train\n"
        f"engine = load_or_train(pathlib.Path({str(project)!r}), pathlib.Path({str(kept[1])!r}))\n"
        "engine.understand('ik zoek werk')\n"
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy', 'uroman')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_cache_depends_on_all_the_code_that_makes_the_engine() -> None:
    code = "import sys, nlu.embedded; print(*(m for m in sys.modules if m.startswith('nlu.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert sorted(loaded.replace("nlu.", "").split()) == sorted(CODE)


def _refuse(*_: object) -> EmbeddedEngine:
    raise AssertionError("trained although the cache was good")
