"""A live Rasa server, trained on a slice of the topics, does what the embedded engine does."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from nlu.contract import Parse, Understanding
from nlu.embedded import HERE, EmbeddedEngine, load_or_train
from nlu.failover import Failover
from nlu.rasa_client import RasaClient
from tests.needs import missing
from tests.nlu.contract_suite import SLICE, UnderstandingContract, write_slice
from tests.rasa.server import ENVIRONMENT, GET_RASA, NO_PYTHON, RasaServer, can_be_installed

EPOCHS = 25
TEXT = "ik zoek een huisarts"
PATIENCE = 30.0  # seconds; a test machine may be busy, and the first answer compiles the patterns
PAUSE = 0.05


# Rasa's transformer needs the square of the number of words: this one takes all memory of the machine.
@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_slice(tmp_path_factory.mktemp("project"))
    shutil.copytree(HERE / "data" / "concepts", root / "data" / "concepts", dirs_exist_ok=True)
    return root


@pytest.fixture(scope="session")
def embedded(project: Path, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    return load_or_train(project, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def server(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    if not (ENVIRONMENT / "bin" / "rasa").exists():
        if not can_be_installed():
            pytest.skip(NO_PYTHON)
        missing(GET_RASA)
    live = RasaServer(tmp_path_factory.mktemp("rasa"))
    live.train(project, EPOCHS)
    live.start()
    yield live
    live.stop()


def same(one: Parse, other: Parse) -> bool:
    """Rasa adds up in parallel, so the last digits of a confidence may differ."""
    alike = one.intent.name == other.intent.name
    return alike and one.intent.confidence == pytest.approx(other.intent.confidence, abs=1e-3)


async def until_back(both: Failover, by_embedded: Parse) -> Parse:
    """What the server answers once it is asked again."""
    async with asyncio.timeout(60):
        while True:
            parse = await both.parse(TEXT)
            if parse != by_embedded:
                return parse
            await asyncio.sleep(PAUSE)


@pytest.fixture
async def client(server: RasaServer, embedded: EmbeddedEngine) -> AsyncIterator[RasaClient]:
    opened = RasaClient(server.url, PATIENCE, embedded.detector, SLICE, embedded.lexicons)
    yield opened
    await opened.aclose()


class TestRasa(UnderstandingContract):
    @pytest.fixture
    def engine(self, client: RasaClient) -> Understanding:
        return client


class TestFailover(UnderstandingContract):
    @pytest.fixture
    def engine(self, client: RasaClient, embedded: EmbeddedEngine) -> Understanding:
        return Failover(client, embedded)


class TestAway:
    @pytest.fixture
    async def both(self, server: RasaServer, embedded: EmbeddedEngine) -> AsyncIterator[Failover]:
        client = RasaClient(server.url, 2.0, embedded.detector, SLICE, embedded.lexicons)
        yield Failover(client, embedded, PAUSE)
        await client.aclose()

    @pytest.fixture
    async def by_rasa(self, client: RasaClient) -> Parse:
        return await client.parse(TEXT)

    async def test_while_the_server_is_stopped_the_embedded_engine_answers_and_says_so_once(
        self,
        server: RasaServer,
        both: Failover,
        by_rasa: Parse,
        embedded: EmbeddedEngine,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        by_embedded = embedded.understand(TEXT)
        assert by_embedded != by_rasa
        with caplog.at_level(logging.INFO, "nlu.failover"):
            assert same(await both.parse(TEXT), by_rasa)
            server.stop()
            assert [await both.parse(TEXT) for _ in range(3)] == [by_embedded] * 3
            server.start()
            assert same(await until_back(both, by_embedded), by_rasa)
        assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
        assert "huisarts" not in caplog.text

    async def test_a_server_that_hangs_is_left_for_the_embedded_engine(
        self, server: RasaServer, both: Failover, by_rasa: Parse, embedded: EmbeddedEngine
    ) -> None:
        by_embedded = embedded.understand(TEXT)
        server.freeze()
        try:
            assert await both.parse(TEXT) == by_embedded
        finally:
            server.thaw()
        assert same(await until_back(both, by_embedded), by_rasa)
