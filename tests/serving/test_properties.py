"""Whoever asks, together with whomever, and whoever leaves: each answer is the answer alone.

Random mixes of models, shapes, outputs, tenants, deadlines and departures, each against what the
model answers to every row by itself.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ridealong.serving.errors import (
    CallerGone,
    DeadlinePassed,
    ServerFull,
    ServingError,
    TenantQueueFull,
)
from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.requests import InferRequest
from ridealong.serving.scheduling.admission import Limits
from ridealong.serving.scheduling.jobs import Job
from ridealong.serving.scheduling.scheduler import Scheduler
from ridealong.serving.server import ModelServer, open_server
from ridealong.serving.tensors import NUMPY_TYPES, Array, InputTensor
from tests.serving.tiny_mix import answer_by_row, settle_pace, write_mix

ENDED_WITHIN_S = 30
TOLERANCE = 1e-5
ROOMY = Limits()
TIGHT = Limits(requests=6, bytes=600)
SENTENCES = ["where is my order", "refund please!", "", "MY ORDER!!!", "is is is is is is is is"]
Outcome = InferAnswer | BaseException


@dataclass(frozen=True)
class Departure:
    """How and after how many turns of the loop a caller leaves; `hang-up` is seen by a watch."""

    how: str
    turns: int = 0


@dataclass(frozen=True)
class Call:
    """One caller: what it asks, how long it waits, and whether it stays."""

    model: str
    inputs: Mapping[str, Array]
    outputs: tuple[str, ...]
    tenant: str | None
    timeout_s: float | None
    departure: Departure
    comes_after: int
    request: InferRequest = field(init=False)

    def __post_init__(self) -> None:
        tensors = tuple(
            InputTensor(name, datatype_of(array), array) for name, array in self.inputs.items()
        )
        asked = InferRequest(tensors, self.outputs, "its own id", self.timeout_s, self.tenant)
        object.__setattr__(self, "request", asked)


def datatype_of(array: Array) -> str:
    return next(name for name, dtype in NUMPY_TYPES.items() if dtype == array.dtype)


floats = st.floats(-1e4, 1e4, width=32)
rows = st.integers(0, 5)
widths = st.integers(1, 3)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, dict[str, Array]]:
    shape = draw(rows), draw(widths)
    made = arrays.arrays(np.dtype(np.float32), shape, elements=floats)
    return "pairs", {"a": draw(made), "b": draw(made)}


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, dict[str, Array]]:
    whole = arrays.arrays(
        np.dtype(np.int64), (draw(rows), 3), elements=st.integers(-(2**40), 2**40)
    )
    return draw(st.sampled_from(["quick", "slow", "slow"])), {"x": draw(whole)}


@st.composite
def one_matrix(draw: st.DrawFn) -> tuple[str, dict[str, Array]]:
    """Rows of very different sizes, which is what one scale for all of them cannot serve."""
    scales = np.array(draw(st.lists(st.sampled_from([1e-3, 1.0, 1e3]), max_size=5)))
    values = np.random.default_rng(draw(st.integers(0, 9))).normal(size=(len(scales), 4))
    return "int8", {"x": (values * scales[:, None]).astype(np.float32)}


@st.composite
def words(draw: st.DrawFn) -> tuple[str, dict[str, Array]]:
    shape = draw(rows), draw(widths)
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    made = arrays.arrays(np.dtype(object), shape, elements=anything, fill=st.nothing())
    return "texts", {"x": draw(made)}


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, dict[str, Array]]:
    chosen = draw(st.lists(st.sampled_from(SENTENCES), max_size=3))
    return "tiny-pipeline", {"text": np.array(chosen, dtype=object)}


OUTPUTS = {
    "pairs": ("y", "sums"),
    "quick": ("y", "odd"),
    "slow": ("y", "odd"),
    "int8": ("y",),
    "texts": ("y", "first"),
    "tiny-pipeline": ("embedding", "commerce", "sentiment"),
}
stays = st.just(Departure("stays"))
leaves = st.builds(Departure, st.sampled_from(["cancelled", "hang-up"]), st.integers(0, 6))


@st.composite
def calls(draw: st.DrawFn) -> Call:
    model, inputs = draw(pairs() | numbers() | numbers() | one_matrix() | words() | sentences())
    return Call(
        model,
        inputs,
        tuple(draw(st.lists(st.sampled_from(OUTPUTS[model]), unique=True))),
        draw(st.sampled_from([None, "acme", "bank"])),
        draw(st.sampled_from([None, None, None, 1e-6, 0.004, 0.03, 20.0])),
        draw(stays | stays | leaves),
        draw(st.integers(0, 4)),
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """Their answers a row at a time are taken from here, past every queue."""
    store = tmp_path_factory.mktemp("store")
    write_mix(store)
    server = open_server(Path(store))
    asyncio.run(server.load_all())
    settle_pace(server)
    yield server
    asyncio.run(server.close())


async def ask(server: ModelServer, call: Call) -> Outcome:
    """Come, ask, and perhaps leave; what became of it."""
    for _ in range(call.comes_after):
        await asyncio.sleep(0)

    def watch(job: Job) -> "asyncio.Task[None]":
        async def hang_up() -> None:
            await asyncio.sleep(call.departure.turns / 1000)
            job.abandon()

        return asyncio.create_task(hang_up())

    watched = watch if call.departure.how == "hang-up" else None
    asked = asyncio.create_task(server.infer(call.model, None, call.request, watch=watched))
    if call.departure.how == "cancelled":
        for _ in range(call.departure.turns):
            await asyncio.sleep(0)
        asked.cancel()
    return (await asyncio.gather(asked, return_exceptions=True))[0]


async def ask_all(
    models: ModelServer, mix: list[Call], slots: int, limits: Limits
) -> list[Outcome]:
    """All of them on a scheduler of their own, which must be empty when the last has left."""
    scheduler = Scheduler(slots, limits)
    server = ModelServer(models.store, scheduler)
    outcomes = await asyncio.wait_for(
        asyncio.gather(*(ask(server, call) for call in mix)), ENDED_WITHIN_S
    )
    await server.close()
    require_nothing_left(server, scheduler)
    # Runs whose callers have left end before the server does; watches end in the next turn.
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return outcomes


def require_nothing_left(server: ModelServer, scheduler: Scheduler) -> None:
    """No job in a queue or a group, no entry in the books, nobody inside a model."""
    assert scheduler.waiting == 0
    assert scheduler._lines.quick == {}
    for queue in (scheduler._lines.slow, scheduler._lines.background):
        assert (queue.waiting, queue._groups) == (0, {})
        assert queue.head() is None
    books = scheduler._lines._admission
    assert books._by_tenant == {}
    assert (books._all.requests, books._all.bytes) == (0, 0)
    assert abs(books._all.seconds) < 1e-9
    for name in OUTPUTS:
        assert server.find(name).traffic.in_flight == 0


def require_own_answer(models: ModelServer, call: Call, outcome: Outcome) -> None:
    """The answer alone; or a refusal that this caller asked for, or the limits."""
    assert isinstance(outcome, InferAnswer), repr(outcome)
    outputs = call.outputs or OUTPUTS[call.model]
    model = models.find(call.model)
    assert (outcome.model, outcome.version) == (call.model, "1")
    assert outcome.request_id == "its own id"
    assert tuple(spec.name for spec in outcome.specs) == outputs
    assert set(outcome.arrays) == set(outputs)
    given = next(iter(call.inputs.values()))
    if not len(given):
        assert all(len(array) == 0 for array in outcome.arrays.values())
        return
    for name, alone in answer_by_row(model, call.inputs, outputs).items():
        require_equal(outcome.arrays[name], alone)


def require_equal(answer: Array, alone: Array) -> None:
    """Bit for bit, but for floats."""
    assert (answer.shape, answer.dtype) == (alone.shape, alone.dtype)
    if alone.dtype.kind == "f":
        np.testing.assert_allclose(answer, alone, rtol=TOLERANCE, atol=TOLERANCE)
    else:
        assert np.array_equal(answer, alone)


def excuses(call: Call, limits: Limits) -> tuple[type[BaseException], ...]:
    """What may become of this call beside an answer."""
    found: list[type[BaseException]] = []
    if call.timeout_s is not None and call.timeout_s < 1:
        found.append(DeadlinePassed)
    if limits is TIGHT:
        found += [ServerFull, TenantQueueFull]
    leaving = {"cancelled": asyncio.CancelledError, "hang-up": CallerGone}
    if call.departure.how in leaving:
        found.append(leaving[call.departure.how])
    return tuple(found)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(calls(), min_size=1, max_size=24),
    st.integers(1, 3),
    st.sampled_from([ROOMY, ROOMY, TIGHT]),
)
def test_each_answer_is_the_answer_alone_and_nothing_is_left_behind(
    models: ModelServer, mix: list[Call], slots: int, limits: Limits
) -> None:
    outcomes = asyncio.run(ask_all(models, mix, slots, limits))

    for call, outcome in zip(mix, outcomes, strict=True):
        if not isinstance(outcome, excuses(call, limits)):
            require_own_answer(models, call, outcome)
    given_ids = [one.prediction_id for one in outcomes if isinstance(one, InferAnswer)]
    assert len(set(given_ids)) == len(given_ids)


@settings(deadline=None, max_examples=20)
@given(st.lists(calls(), min_size=1, max_size=12), st.lists(st.integers(0, 12), max_size=4))
def test_requests_that_do_not_fit_leave_the_others_alone(
    models: ModelServer, mix: list[Call], places: list[int]
) -> None:
    """Widths that differ pass the signature and fail in the graph, in the same queue."""
    odd = {"a": np.ones((2, 2), np.float32), "b": np.ones((2, 3), np.float32)}
    bad = Call("pairs", odd, (), None, None, Departure("stays"), 0)
    together = list(mix)
    for place in places:
        together.insert(place, bad)

    outcomes = asyncio.run(ask_all(models, together, 1, ROOMY))

    for call, outcome in zip(together, outcomes, strict=True):
        if call is bad:
            assert isinstance(outcome, ServingError)
        elif not isinstance(outcome, excuses(call, ROOMY)):
            require_own_answer(models, call, outcome)


def test_a_caller_who_left_first_holds_nobody_up(models: ModelServer) -> None:
    """Two groups of one lane: where all of the first has left, the second is served."""
    one: dict[str, Any] = {"x": np.ones((1, 3), np.int64)}
    leaver = Call("quick", one, ("y",), None, None, Departure("cancelled", 1), 0)
    stayer = Call("quick", one, ("odd",), None, None, Departure("stays"), 0)

    _, outcome = asyncio.run(ask_all(models, [leaver, stayer], 1, ROOMY))

    require_own_answer(models, stayer, outcome)
