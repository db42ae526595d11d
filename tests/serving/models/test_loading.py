"""Switches under load: no answer missing, none of a wrong version, whatever comes and goes."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import numpy as np
import pytest

from ridealong.serving.errors import ModelNotFound, ModelNotReady, ModelUnusable
from ridealong.serving.models.memory import MemoryLimit
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.plans import Plan
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.models.store import ModelStore, State, VersionPolicy
from tests.serving.tiny_models import write_scaler

ONES = {"x": np.ones((1, 3), dtype=np.float32)}
CALLERS = 16
SWITCHES = 200
PAUSE_S = 0.002


def loaded(folder: Path, policy: VersionPolicy = VersionPolicy.LATEST) -> ModelStore:
    store = ModelStore(folder, Opener(folder), policy=policy)
    store.load_all()
    return store


def ask(store: ModelStore, name: str, version: str | None = None) -> str:
    """The version that answered, proven by its answer: version N multiplies by N."""
    model = store.find(name, version)
    answer = model.runner.run(ONES, ["y"])["y"]
    assert answer.tolist() == [[float(model.version)] * 3]
    assert version in (None, model.version)
    return model.version


@contextmanager
def callers(ask_once: Callable[[], str], count: int = CALLERS) -> Iterator[set[str]]:
    """So many threads ask until the block ends; what any of them raised is raised here."""
    done, seen = Event(), set[str]()

    def ask_on() -> None:
        while not done.wait(PAUSE_S):
            seen.add(ask_once())

    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(ask_on) for _ in range(count)]
        try:
            yield seen
        finally:
            done.set()
        for one in running:
            one.result()


def test_two_hundred_switches_under_load_fail_nobody(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        write_scaler(tmp_path, version)
    store = loaded(tmp_path)
    index_states: set[int] = set()

    def ask_and_look() -> str:
        index_states.add(sum(entry.state is State.READY for entry in store.index()))
        return ask(store, "scaler")

    with callers(ask_and_look) as seen:
        for switch in range(SWITCHES):
            store.load("scaler", str(1 + switch % 3))

    assert seen == {"1", "2", "3"}
    assert index_states == {1}


def test_what_comes_and_goes_is_there_or_named_as_not_ready(tmp_path: Path) -> None:
    write_scaler(tmp_path, 1, "fleeting")
    write_scaler(tmp_path, 2, "steady")
    store = loaded(tmp_path)

    def ask_both() -> str:
        ask(store, "steady")
        try:
            return ask(store, "fleeting")
        except ModelNotReady:
            return "not ready"

    with callers(ask_both, 8) as seen:
        for _ in range(30):
            store.unload("fleeting")
            store.load("fleeting")

    assert seen == {"1", "not ready"}


async def test_models_that_come_back_answer_everybody_who_waited(tmp_path: Path) -> None:
    """Three models, room for two, wanted in turn by eight callers at once; an hour between turns,
    so that whoever was there long enough may leave.
    """
    names = ("a", "b", "c")
    for number, name in enumerate(names, start=1):
        write_scaler(tmp_path, number, name, 1 << 16)
    one = sum(Opener(tmp_path).prepare(tmp_path / "a" / "1").weights.values())
    hours = iter(range(10**6))
    memory = MemoryLimit(int(one * 2.5), clock=lambda: monotonic() + 3600 * next(hours))
    store = ModelStore(tmp_path, Opener(tmp_path), memory=memory)
    await asyncio.to_thread(store.load_all)

    async def ask_for(name: str) -> float:
        model = await store.reload(name)
        model.enter()
        try:
            answer = await asyncio.to_thread(model.runner.run, ONES, ["y"])
            return float(answer["y"][0, 0])
        finally:
            model.leave()

    for turn in range(30):
        answers = await asyncio.gather(*(ask_for(names[turn % 3]) for _ in range(8)))
        assert answers == [turn % 3 + 1.0] * 8

    assert sum(entry.state is State.READY for entry in store.index()) == 2


def test_a_canary_serves_beside_the_default_and_takes_none_of_its_callers(tmp_path: Path) -> None:
    write_scaler(tmp_path, 1)
    store = loaded(tmp_path)
    write_scaler(tmp_path, 2)

    canary = store.ensure("scaler", "2")

    assert canary is store.find("scaler", "2") is store.ensure("scaler", "2")
    assert ask(store, "scaler") == "1"
    assert store.versions("scaler") == ["2", "1"]


def test_a_rollback_releases_the_new_version_and_a_promotion_not_what_the_policy_chose(
    tmp_path: Path,
) -> None:
    for version in (1, 2):
        write_scaler(tmp_path, version)
    store = ModelStore(tmp_path, Opener(tmp_path))
    store.load("scaler", "1")
    store.ensure("scaler", "2")

    with callers(lambda: ask(store, "scaler"), 4) as seen:
        store.release("scaler", {"2"}.__contains__)
        promoted = store.versions("scaler")
        store.ensure("scaler", "1")
        store.release("scaler", {"1"}.__contains__)

    assert promoted == ["2", "1"]
    assert seen <= {"1"}
    assert ask(store, "scaler") == "1"
    with pytest.raises(ModelNotReady):
        store.find("scaler", "2")


def test_a_version_that_nobody_names_gives_its_memory_back_unless_the_policy_chose_it(
    tmp_path: Path,
) -> None:
    for version in (1, 2):
        write_scaler(tmp_path, version)
    opener = Opener(tmp_path)
    store = ModelStore(tmp_path, opener)
    store.load_all()
    before = opener.alive()
    store.ensure("scaler", "1")
    store.ensure("scaler", "2")

    store.release("scaler", set[str]().__contains__)

    assert store.versions("scaler") == ["2"]
    assert opener.alive() == before
    store.load("scaler", "1")
    assert store.versions("scaler") == ["1"]


def test_what_a_rollout_holds_outlives_a_load(tmp_path: Path) -> None:
    for version in (1, 2):
        write_scaler(tmp_path, version)
    store = loaded(tmp_path)
    store.ensure("scaler", "1")
    write_scaler(tmp_path, 3)

    store.load("scaler")

    assert store.versions("scaler") == ["3", "1"]
    assert ask(store, "scaler") == "3"


def test_a_version_that_cannot_be_ensured_hurts_nothing_and_says_why(tmp_path: Path) -> None:
    write_scaler(tmp_path, 1)
    (write_scaler(tmp_path, 2) / "model.onnx").write_bytes(b"torn")
    store = ModelStore(tmp_path, Opener(tmp_path))
    store.load("scaler", "1")

    with pytest.raises(ModelUnusable, match="bytes"):
        store.ensure("scaler", "2")
    with pytest.raises(ModelNotFound):
        store.ensure("scaler", "9")

    assert ask(store, "scaler") == "1"
    assert "bytes" in store.index()[0].reason


def test_a_folder_that_is_gone_does_not_end_what_serves(tmp_path: Path) -> None:
    folder = write_scaler(tmp_path, 1)
    store = loaded(tmp_path)
    folder.parent.rename(tmp_path / ".gone")

    [tried] = store.load("scaler")

    assert (tried.state, "as loaded before" in tried.reason) == (State.READY, True)
    assert ask(store, "scaler") == "1"


class Slipping(Opener):
    """Stands for a library that fails in a way nobody thought of."""

    def open(self, plan: Plan) -> LoadedModel:
        if plan.source.folder.name == "2":
            raise IndexError("a value of the model")
        return super().open(plan)


def test_a_failure_nobody_thought_of_costs_one_model_and_not_the_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for version in (1, 2):
        write_scaler(tmp_path, version)
    store = ModelStore(tmp_path, Slipping(tmp_path))

    with caplog.at_level(logging.WARNING):
        store.load_all()

    assert ask(store, "scaler") == "1"
    assert "IndexError" in store.index()[0].reason
    assert "a value" not in store.index()[0].reason


def test_loads_of_one_model_from_many_threads_end_in_one_of_them(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        write_scaler(tmp_path, version)
    store = loaded(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda turn: store.load("scaler", str(1 + turn % 3)), range(24)))

    assert all(len(entries) == 1 and not entries[0].reason for entries in tried)
    assert store.versions("scaler") == [ask(store, "scaler")]
