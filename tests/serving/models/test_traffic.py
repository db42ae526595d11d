"""Who is inside a model, and that leaving it gives its memory back."""

import asyncio
from pathlib import Path
from time import monotonic
from weakref import ref

import pytest

from ridealong.serving.errors import ModelNotReady
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.store import ModelStore
from ridealong.serving.models.traffic import Traffic, drained
from tests.serving.tiny_models import write_scaler


async def test_an_empty_model_is_drained_at_once() -> None:
    assert await Traffic().drained(0)


async def test_whoever_waits_goes_on_when_the_last_request_leaves() -> None:
    one, other = Traffic(), Traffic()
    for traffic in (one, one, other):
        traffic.enter()
    waiting = asyncio.create_task(drained([one, other], 30))
    for traffic in (one, other):
        traffic.leave()
        await asyncio.sleep(0)
    is_done_early = waiting.done()
    one.leave()

    assert await waiting
    assert not is_done_early


async def test_a_request_that_stays_ends_the_waiting_with_a_no() -> None:
    stuck = Traffic()
    stuck.enter()

    assert not await stuck.drained(0.01)
    stuck.leave()
    assert await stuck.drained(0.01)


def test_idle_time_counts_from_the_last_leave() -> None:
    times = iter([1.0, 5.0])
    traffic = Traffic(clock=lambda: next(times))
    traffic.enter()

    traffic.leave()

    assert (traffic.in_flight, traffic.last_used_s) == (0, 5.0)


async def test_memory_is_free_when_an_unload_returns_and_not_while_a_request_holds_it(
    tmp_path: Path,
) -> None:
    write_scaler(tmp_path, 1, weights=1 << 20)
    opener = Opener(tmp_path)
    store = ModelStore(tmp_path, opener)
    store.load_all()
    inside, may_leave = asyncio.Event(), asyncio.Event()

    async def ask() -> None:
        model = store.find("scaler")
        model.enter()
        try:
            inside.set()
            await may_leave.wait()
        finally:
            model.leave()

    session = ref(vars(store.find("scaler").runner)["_session"])
    request = asyncio.create_task(ask())
    await inside.wait()

    assert not await store.unload_drained("scaler", limit_s=0.01)
    assert session() is not None
    with pytest.raises(ModelNotReady):
        store.find("scaler")
    may_leave.set()
    await request
    assert await store.unload_drained("scaler", limit_s=5)
    assert session() is None
    assert sum(opener.alive().values()) == 0


async def test_an_unload_waits_no_longer_than_the_last_request(tmp_path: Path) -> None:
    write_scaler(tmp_path, 1)
    store = ModelStore(tmp_path, Opener(tmp_path))
    store.load_all()
    model = store.find("scaler")
    model.enter()
    began = monotonic()
    asyncio.get_running_loop().call_later(0.05, model.leave)

    assert await store.unload_drained("scaler", limit_s=60)
    assert monotonic() - began < 30
