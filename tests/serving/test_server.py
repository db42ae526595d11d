"""Many callers at once: nobody's answer is another's, and no switch is seen half done."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.store import ModelStore, VersionPolicy
from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.requests import InferRequest, read_infer_request
from ridealong.serving.rollout.choice import Rollout
from ridealong.serving.scheduling.scheduler import Scheduler
from ridealong.serving.server import ModelServer, open_server
from tests.serving.tiny_models import write_doubler, write_encoder, write_pipeline

HEADS = ("embedding", "commerce", "sentiment")


def request(tensor: dict[str, Any], outputs: tuple[str, ...], tenant: str) -> InferRequest:
    wanted = [{"name": name} for name in outputs]
    document = {"inputs": [tensor], "outputs": wanted, "parameters": {"tenant": tenant}}
    return read_infer_request(json.dumps(document).encode())


def numbers(values: list[int]) -> dict[str, Any]:
    shape = [len(values) // 3, 3]
    return {"name": "x", "datatype": "FP32", "shape": shape, "data": values}


def words(texts: list[str]) -> dict[str, Any]:
    return {"name": "text", "datatype": "BYTES", "shape": [len(texts)], "data": texts}


rows = st.lists(st.integers(-9, 9), min_size=3, max_size=9).map(lambda v: v[: len(v) // 3 * 3])
sentences = st.lists(
    st.sampled_from(["where is my order", "refund please!", "", "MY ORDER!!!"]), max_size=3
)
tenants = st.sampled_from(["acme", "bank"])
calls = st.one_of(
    st.tuples(st.just("doubler"), rows.map(numbers), st.sampled_from([(), ("sums",)]), tenants),
    st.tuples(
        st.just("tiny-pipeline"),
        sentences.map(words),
        st.lists(st.sampled_from(HEADS), unique=True).map(tuple),
        tenants,
    ),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("store")
    write_doubler(store)
    write_encoder(store)
    write_pipeline(store)
    return store


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[ModelServer]:
    server = open_server(store, slots=3, queue_limit=1000)
    asyncio.run(server.load_all())
    yield server
    asyncio.run(server.close())


def same(one: InferAnswer, other: InferAnswer) -> bool:
    return list(one.arrays) == list(other.arrays) and all(
        one.arrays[name].shape == array.shape and np.allclose(one.arrays[name], array, atol=1e-5)
        for name, array in other.arrays.items()
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(calls, min_size=1, max_size=12))
def test_each_answer_among_many_equals_the_answer_alone(
    server: ModelServer, mix: list[tuple[str, dict[str, Any], tuple[str, ...], str]]
) -> None:
    asked = [(model, request(tensor, outputs, tenant)) for model, tensor, outputs, tenant in mix]

    async def ask_together() -> list[InferAnswer]:
        return await asyncio.gather(*(server.infer(model, None, one) for model, one in asked))

    async def ask_alone() -> list[InferAnswer]:
        return [await server.infer(model, None, one) for model, one in asked]

    together, alone = asyncio.run(ask_together()), asyncio.run(ask_alone())
    assert all(same(one, other) for one, other in zip(together, alone, strict=True))
    assert len({answer.prediction_id for answer in together}) == len(together)


@pytest.mark.parametrize(
    ("parameters", "why"),
    [({"versions": "7"}, "version 7: .* missing"), ({}, "no folder of it is named")],
)
async def test_a_refused_load_leaves_what_serves(
    tmp_path: Path, parameters: dict[str, str], why: str
) -> None:
    folder = write_doubler(tmp_path)
    server = open_server(tmp_path, slots=1)
    await server.load_all()
    if not parameters:
        folder.rename(tmp_path / ".aside")

    with pytest.raises(ModelUnusable, match=why):
        await server.load("doubler", parameters)
    answer = await server.infer("doubler", None, request(numbers([1, 2, 3]), ("sums",), "acme"))
    await server.close()

    assert answer.arrays["sums"].tolist() == [6.0]


async def test_versions_switch_under_load_without_a_failed_answer(tmp_path: Path) -> None:
    write_doubler(tmp_path, version="1")
    store = ModelStore(tmp_path, Opener(tmp_path))
    server = ModelServer(store, Scheduler(2))
    await server.load_all()
    seen: list[str] = []
    one = request(numbers([1, 2, 3]), ("sums",), "acme")

    async def ask_on(until: asyncio.Event) -> None:
        while not until.is_set():
            answer = await server.infer("doubler", None, one)
            assert answer.arrays["sums"].tolist() == [6.0]
            seen.append(answer.version)

    done = asyncio.Event()
    callers = [asyncio.create_task(ask_on(done)) for _ in range(4)]
    for version in range(2, 12):
        write_doubler(tmp_path, version=str(version))
        await asyncio.to_thread(store.load, "doubler")
    done.set()
    await asyncio.gather(*callers)
    await server.close()

    assert server.find("doubler").version == "11"
    assert len(set(seen)) > 1
    assert set(seen) <= {str(number) for number in range(1, 12)}


async def test_a_shadow_that_made_room_for_others_comes_back_to_be_compared(tmp_path: Path) -> None:
    for version in ("1", "2"):
        write_doubler(tmp_path, version=version)
    server = open_server(tmp_path, policy=VersionPolicy.ALL)
    await server.load_all()
    server.rollouts.put(Rollout("doubler", stable="2", shadow="1"), ["2", "1"])
    server.store._shelf.evict(server.find("doubler", "1"))

    await server.infer("doubler", None, request(numbers([1, 2, 3]), ("sums",), "acme"))
    async with asyncio.timeout(10):
        while server.shadow.in_flight:  # noqa: ASYNC110 - nothing in it tells of its end
            await asyncio.sleep(0.005)

    report = server.shadow.report("doubler", "1", "2")
    await server.close()
    assert report is not None
    assert (report.agreed, report.failed) == (1, {})
