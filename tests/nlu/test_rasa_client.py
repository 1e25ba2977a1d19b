from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from nlu.contract import OUT_OF_SCOPE, Intent, Language, Parse
from nlu.embedded import EmbeddedEngine, train
from nlu.failover import Failover
from nlu.rasa_client import RasaClient, UnderstandingDown
from nlu.training import load_training
from tests.nlu.contract_suite import SLICE, UnderstandingContract, write_slice

GOOD: dict[str, Any] = {
    "text": "ik zoek werk",
    "intent": {"name": "find_work", "confidence": 0.9},
    "intent_ranking": [{"name": "find_work", "confidence": 0.9}, {"name": "greet", "confidence": 0.1}],
    "entities": [],
}


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    project = write_slice(tmp_path_factory.mktemp("project"))
    return train(load_training(project), project)


def client_for(engine: EmbeddedEngine, server: httpx.MockTransport) -> RasaClient:
    return RasaClient("http://rasa", 1.0, engine.detector, SLICE, engine.lexicons, server)


class TestRasaClient(UnderstandingContract):
    """Against a server that answers in Rasa's words; what it knows is what the embedded engine knows."""

    @pytest.fixture
    async def engine(self, trained: EmbeddedEngine) -> AsyncIterator[RasaClient]:
        def serve(request: httpx.Request) -> httpx.Response:
            assert request.url == "http://rasa/model/parse"
            answer = trained.understand(json.loads(request.content)["text"]).as_rasa()
            del answer["language"]
            answer["entities"] = []
            return httpx.Response(200, json=answer)

        client = client_for(trained, httpx.MockTransport(serve))
        yield client
        await client.aclose()


def with_change(**change: Any) -> httpx.Response:
    return httpx.Response(200, json={**GOOD, **change})


def ranked(name: object, confidence: object) -> httpx.Response:
    entry = {"name": name, "confidence": confidence}
    body = json.dumps({**GOOD, "intent": entry, "intent_ranking": [entry]})
    return httpx.Response(200, text=body)


NONSENSE = {
    "500": httpx.Response(500, json=GOOD),
    "404": httpx.Response(404, text="not found"),
    "error body": httpx.Response(200, json={"status": "failure", "code": 409, "reason": "no model"}),
    "html": httpx.Response(200, text="<html>proxy</html>"),
    "a list": httpx.Response(200, json=[GOOD]),
    "nothing": httpx.Response(200, json={}),
    "empty": httpx.Response(200, text=""),
    "no ranking": with_change(intent_ranking=[]),
    "ranking is text": with_change(intent_ranking="find_work"),
    "no intent": with_change(intent={"name": None, "confidence": 0.0}),
    "intent is not the first": with_change(intent={"name": "greet", "confidence": 0.1}),
    "unknown intent": ranked("order_pizza", 0.9),
    "confidence is text": ranked("greet", "high"),
    "confidence is true": ranked("greet", True),
    "confidence above one": ranked("greet", 1.2),
    "confidence below zero": ranked("greet", -0.1),
    "confidence is not a number": ranked("greet", float("nan")),
    "entities are none": with_change(entities=None),
    "an entity outside": with_change(entities=[{"entity": "day", "value": "x", "start": 5, "end": 99}]),
    "not UTF-8": httpx.Response(200, content=b"\xff\xfe{", headers={"content-type": "application/json"}),
}


@pytest.mark.parametrize("case", NONSENSE)
async def test_nonsense_is_refused(trained: EmbeddedEngine, case: str) -> None:
    client = client_for(trained, httpx.MockTransport(lambda _: NONSENSE[case]))
    with pytest.raises(UnderstandingDown) as refused:
        await client.parse("ik zoek werk")
    assert "zoek" not in str(refused.value)


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout, httpx.ConnectTimeout, httpx.ConnectError, httpx.ReadError]
)
async def test_a_server_that_is_away_or_slow_is_down(
    trained: EmbeddedEngine, error: type[httpx.TransportError]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("no", request=request)

    with pytest.raises(UnderstandingDown):
        await client_for(trained, httpx.MockTransport(fail)).parse("ik zoek werk")


async def test_the_fallback_of_rasa_means_out_of_scope_once(trained: EmbeddedEngine) -> None:
    ranking = [
        {"name": "nlu_fallback", "confidence": 0.4},
        {"name": "greet", "confidence": 0.3},
        {"name": "out_of_scope", "confidence": 0.2},
    ]
    answer = with_change(intent=ranking[0], intent_ranking=ranking)
    parse = await client_for(trained, httpx.MockTransport(lambda _: answer)).parse("ik zoek werk")
    assert [intent.name for intent in parse.ranking] == [OUT_OF_SCOPE, "greet"]


async def test_a_softmax_may_round_above_one(trained: EmbeddedEngine) -> None:
    client = client_for(trained, httpx.MockTransport(lambda _: ranked("greet", 1.0000001)))
    assert (await client.parse("hallo")).intent == Intent("greet", 1.0)


class FakeEngine:
    """Answers with its own name as the intent, or is down."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.down = False
        self.asked = 0

    async def parse(self, text: str, prior: Language | None = None) -> Parse:
        self.asked += 1
        if self.down:
            raise UnderstandingDown("timeout")
        intent = Intent(self.name, 1.0)
        return Parse(text, prior or "nl", intent, (intent,))


class FakeClock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class TestFailover:
    @pytest.fixture
    def primary(self) -> FakeEngine:
        return FakeEngine("primary")

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture
    def both(self, primary: FakeEngine, clock: FakeClock) -> Failover:
        return Failover(primary, FakeEngine("fallback"), pause=30.0, monotonic=clock)

    async def test_the_primary_answers_while_it_is_up(self, both: Failover) -> None:
        assert (await both.parse("x", "ti")).intent.name == "primary"

    async def test_the_fallback_answers_and_the_primary_is_left_alone_for_a_while(
        self, both: Failover, primary: FakeEngine
    ) -> None:
        primary.down = True
        assert [(await both.parse("x")).intent.name for _ in range(3)] == ["fallback"] * 3
        assert primary.asked == 1

    async def test_the_primary_comes_back_by_itself(
        self, both: Failover, primary: FakeEngine, clock: FakeClock
    ) -> None:
        primary.down = True
        await both.parse("x")
        primary.down = False
        clock.now = 29.9
        assert (await both.parse("x")).intent.name == "fallback"
        clock.now = 30.0
        assert (await both.parse("x")).intent.name == "primary"
        assert (await both.parse("x")).intent.name == "primary"

    async def test_each_change_is_logged_once_and_no_text(
        self, both: Failover, primary: FakeEngine, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, "nlu.failover"):
            primary.down = True
            for clock.now in (0.0, 1.0, 31.0, 62.0):
                await both.parse("my secret")
            primary.down = False
            clock.now = 100.0
            await both.parse("my secret")
            await both.parse("my secret")
        assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
        assert "secret" not in caplog.text
