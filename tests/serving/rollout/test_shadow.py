"""A shadow is asked after the answer, compared, counted, and in nobody's way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from itertools import count

import numpy as np
import pytest
from prometheus_client import REGISTRY

from ridealong.serving.errors import RunFailed, ServerFull
from ridealong.serving.rollout.shadow import Mirrored, Shadow, ShadowAnswer
from ridealong.serving.tensors import Array, InputTensor

NAMES = (f"model-{number}" for number in count())
CUSTOMER_WORDS = "my card is 4111"
Run = Callable[[str, str, tuple[InputTensor, ...], tuple[str, ...]], Awaitable[ShadowAnswer]]


def scores(*values: float) -> dict[str, Array]:
    return {"intent": np.array([values], dtype=np.float32)}


def mirrored(
    model: str, *, shadow: str = "2", arrays: Mapping[str, Array] | None = None
) -> Mirrored:
    text = np.array([CUSTOMER_WORDS], dtype=object)
    inputs = (InputTensor("text", "BYTES", text),)
    return Mirrored(model, "1", shadow, inputs, arrays or scores(0.9, 0.1), 0.004)


def saying(arrays: Mapping[str, Array], run_s: float = 0.002) -> Run:
    async def run(
        model: str, version: str, inputs: tuple[InputTensor, ...], outputs: tuple[str, ...]
    ) -> ShadowAnswer:
        return ShadowAnswer(arrays, run_s)

    return run


def failing(error: BaseException) -> Run:
    async def run(*_: object) -> ShadowAnswer:
        raise error

    return run


class Held:
    """A shadow that answers once it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()

    async def run(self, *_: object) -> ShadowAnswer:
        await self.let.wait()
        return ShadowAnswer(scores(0.9, 0.1), 0.001)


def nameless(model: str, version: str, output: str) -> None:
    return None


def shadow_of(run: Run, **options: float) -> Shadow:
    return Shadow(run, nameless, **options)  # type: ignore[arg-type]


async def settled(shadow: Shadow) -> None:
    async with asyncio.timeout(5):
        while shadow.in_flight:  # noqa: ASYNC110 - nothing in it tells of its end
            await asyncio.sleep(0)


def counted(model: str, outcome: str) -> float | None:
    labels = {"model": model, "version": "2", "outcome": outcome}
    return REGISTRY.get_sample_value("ridealong_inference_shadow_comparisons_total", labels)


async def test_an_agreement_is_counted_and_reported() -> None:
    model, shadow = next(NAMES), shadow_of(saying(scores(0.75, 0.25)))

    shadow.mirror(mirrored(model))
    await settled(shadow)

    report = shadow.report(model, "2", "1")
    assert report is not None
    assert (report.compared, report.agreed, report.agreement) == (1, 1, 1.0)
    assert (report.mean_ms, report.mean_ms_beside) == (2.0, 4.0)
    assert report.outputs["intent"].max_difference == pytest.approx(0.15)
    assert counted(model, "agreed") == 1


async def test_the_shadow_is_asked_the_same() -> None:
    asked: list[tuple[object, ...]] = []

    async def run(*request: object) -> ShadowAnswer:
        asked.append(request)
        return ShadowAnswer(scores(0.9, 0.1), 0.001)

    model, shadow = next(NAMES), shadow_of(run)
    request = mirrored(model)
    shadow.mirror(request)
    await settled(shadow)

    assert asked == [(model, "2", request.inputs, ("intent",))]


async def test_a_difference_is_counted_and_the_share_told() -> None:
    answers = iter([scores(0.9, 0.1), scores(0.1, 0.9), scores(0.6, 0.4), scores(0.8, 0.2)])

    async def run(*_: object) -> ShadowAnswer:
        return ShadowAnswer(next(answers), 0.001)

    model, shadow = next(NAMES), shadow_of(run)
    for _ in range(4):
        shadow.mirror(mirrored(model))
    await settled(shadow)

    report = shadow.report(model, "2", "1")
    assert report is not None
    assert report.agreement == 0.75
    assert report.outputs["intent"].mean_difference == pytest.approx((0 + 0.8 + 0.3 + 0.1) / 4)
    assert (counted(model, "agreed"), counted(model, "differed")) == (3, 1)
    largest = REGISTRY.get_sample_value(
        "ridealong_inference_shadow_difference_sum", {"model": model, "version": "2"}
    )
    assert largest == pytest.approx(1.2)


async def test_labels_of_both_versions_are_compared() -> None:
    labels = {"1": ("refund", "track"), "2": ("other", "refund", "track")}
    shadow = Shadow(saying(scores(0.1, 0.8, 0.1)), lambda model, version, output: labels[version])
    model = next(NAMES)

    shadow.mirror(mirrored(model))
    await settled(shadow)

    assert counted(model, "agreed") == 1


async def test_mirroring_waits_for_nothing() -> None:
    held = Held()
    model, shadow = next(NAMES), shadow_of(held.run)

    shadow.mirror(mirrored(model))

    # Still the same turn of the event loop: whoever mirrors goes on to answer its caller.
    assert shadow.in_flight == 1
    assert counted(model, "agreed") is None
    held.let.set()
    await settled(shadow)
    assert counted(model, "agreed") == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RunFailed(CUSTOMER_WORDS), "run_failed"),
        (ZeroDivisionError(CUSTOMER_WORDS), "ZeroDivisionError"),
    ],
)
async def test_a_failure_is_counted_by_its_name_and_says_nothing_of_the_request(
    error: Exception, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    model, shadow = next(NAMES), shadow_of(failing(error))

    with caplog.at_level(logging.INFO):
        shadow.mirror(mirrored(model))
        await settled(shadow)

    report = shadow.report(model, "2", "1")
    assert report is not None
    assert (report.compared, report.agreement, report.failed) == (0, None, {reason: 1})
    assert counted(model, "failed") == 1
    assert [record.message for record in caplog.records] == ["shadow failed"]
    assert CUSTOMER_WORDS not in str(vars(caplog.records[0]))


async def test_an_output_that_the_shadow_lacks_is_a_failure() -> None:
    model, shadow = next(NAMES), shadow_of(saying({}))

    shadow.mirror(mirrored(model))
    await settled(shadow)

    assert counted(model, "failed") == 1


async def test_a_shadow_that_never_answers_is_given_up() -> None:
    model, shadow = next(NAMES), shadow_of(Held().run, timeout_s=0.01)

    shadow.mirror(mirrored(model))
    await settled(shadow)

    assert counted(model, "failed") == 1


async def test_no_more_than_agreed_are_in_flight_and_the_others_are_counted() -> None:
    held = Held()
    model, shadow = next(NAMES), shadow_of(held.run, most_at_once=2)

    for _ in range(5):
        shadow.mirror(mirrored(model))
    held.let.set()
    await settled(shadow)
    shadow.mirror(mirrored(model))
    await settled(shadow)

    report = shadow.report(model, "2", "1")
    assert report is not None
    assert (report.compared, report.dropped) == (3, 3)
    assert counted(model, "busy") == 3


@pytest.mark.parametrize(
    "large",
    [np.zeros((1, 1000), dtype=np.float32), np.full((1, 1000), "", dtype=object)],
    ids=["numbers", "empty texts"],
)
async def test_no_more_bytes_than_agreed_are_held(large: Array) -> None:
    model, shadow = next(NAMES), shadow_of(saying(scores(0.9, 0.1)), most_bytes=1000)

    shadow.mirror(mirrored(model, arrays={"intent": large}))
    shadow.mirror(mirrored(model))
    await settled(shadow)

    assert (counted(model, "busy"), counted(model, "agreed")) == (1, 1)


async def test_a_server_without_time_drops_the_shadow() -> None:
    model, shadow = next(NAMES), shadow_of(failing(ServerFull("many wait")))

    shadow.mirror(mirrored(model))
    await settled(shadow)

    assert counted(model, "busy") == 1
    assert counted(model, "failed") is None


async def test_large_answers_are_compared_too() -> None:
    large = {"vector": np.ones((8, 20_000), dtype=np.float32)}
    model, shadow = next(NAMES), shadow_of(saying({"vector": large["vector"] * 2}))

    shadow.mirror(mirrored(model, arrays=large))
    await settled(shadow)

    report = shadow.report(model, "2", "1")
    assert report is not None
    assert report.outputs["vector"].max_difference == 1


async def test_another_pair_begins_another_report() -> None:
    model, shadow = next(NAMES), shadow_of(saying(scores(0.9, 0.1)))
    shadow.mirror(mirrored(model))
    await settled(shadow)

    assert shadow.report(model, "3", "1") is None
    shadow.mirror(mirrored(model, shadow="3"))
    await settled(shadow)

    report = shadow.report(model, "3", "1")
    assert report is not None
    assert report.compared == 1
    assert shadow.report(model, "2", "1") is None


async def test_closing_asks_no_further_and_counts_nothing() -> None:
    model, shadow = next(NAMES), shadow_of(Held().run)
    shadow.mirror(mirrored(model))
    await asyncio.sleep(0)

    await shadow.close()

    assert shadow.in_flight == 0
    assert counted(model, "failed") is None
