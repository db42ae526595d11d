"""Who runs when: together where that is safe, tenants in turn, nobody late, nobody lost."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from ridealong.serving.errors import (
    CallerGone,
    DeadlinePassed,
    RunFailed,
    ServerFull,
    TenantQueueFull,
)
from ridealong.serving.models.profile import Profile
from ridealong.serving.scheduling.admission import Limits
from ridealong.serving.scheduling.jobs import Job
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.scheduling.lines import MOST_IN_BACKGROUND
from ridealong.serving.scheduling.scheduler import Scheduler
from ridealong.serving.scheduling.slots import default_slots
from tests.serving.scheduling.lanes import POISON, Doubler, quick_lane, row, slow_lane

OUTPUTS = ("y",)
Make = Callable[..., Scheduler]


@pytest.fixture
def runner() -> Doubler:
    return Doubler()


@pytest.fixture
async def make(runner: Doubler) -> AsyncIterator[Make]:
    made: list[Scheduler] = []

    def make_one(slots: int = 1, **limits: float) -> Scheduler:
        made.append(Scheduler(slots, Limits(**limits)))  # type: ignore[arg-type]
        return made[-1]

    yield make_one
    runner.let_go()
    for scheduler in made:
        await asyncio.to_thread(scheduler.close)


def ask(
    scheduler: Scheduler,
    lane: Lane,
    *values: float,
    tenant: str = "",
    timeout_s: float | None = None,
) -> "asyncio.Task[Job]":
    return asyncio.create_task(
        scheduler.run(lane, row(*values), OUTPUTS, len(values), tenant=tenant, timeout_s=timeout_s)
    )


async def hold(scheduler: Scheduler, lane: Lane, runner: Doubler) -> "asyncio.Task[Job]":
    """One job occupies the slot until the runner is let go."""
    runner.hold()
    held = ask(scheduler, lane, 0.0, tenant="held")
    assert await asyncio.to_thread(runner.started.wait, 10)
    return held


def answer(job: Job) -> list[float]:
    values: list[float] = job.arrays["y"].ravel().tolist()
    return values


async def test_what_is_ready_when_a_slot_is_free_runs_together(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(), slow_lane(runner)
    held = await hold(scheduler, lane, runner)
    tasks = [ask(scheduler, lane, float(value)) for value in range(1, 6)]
    await asyncio.sleep(0)
    runner.let_go()

    jobs = await asyncio.gather(*tasks)
    await held

    assert runner.runs == [[0.0], [1.0, 2.0, 3.0, 4.0, 5.0]]
    assert [answer(job) for job in jobs] == [[2.0], [4.0], [6.0], [8.0], [10.0]]
    assert {job.batch.rows for job in jobs if job.batch} == {5}


async def test_a_lone_request_waits_for_no_company(make: Make, runner: Doubler) -> None:
    job = await asyncio.wait_for(ask(make(), slow_lane(runner), 1.0), 5)

    assert answer(job) == [2.0]
    assert runner.threads != [threading.get_ident()]


async def test_other_shapes_outputs_and_versions_never_share_a_run(
    make: Make, runner: Doubler
) -> None:
    scheduler, lane, reloaded = make(), slow_lane(runner), slow_lane(runner)
    held = await hold(scheduler, lane, runner)
    wide = {"x": row(1.0, 2.0)["x"].reshape(1, 2)}
    tasks = [
        ask(scheduler, lane, 1.0),
        ask(scheduler, reloaded, 2.0),
        asyncio.create_task(scheduler.run(lane, wide, OUTPUTS, 1)),
        asyncio.create_task(scheduler.run(lane, row(3.0), ("z",), 1)),
    ]
    await asyncio.sleep(0)
    runner.let_go()
    await asyncio.gather(*tasks, held)

    assert len(runner.runs) == 5


async def test_a_batch_is_no_longer_than_the_model_gains_from(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(), slow_lane(runner, max_rows=2)
    held = await hold(scheduler, lane, runner)
    tasks = [ask(scheduler, lane, float(value)) for value in range(5)]
    await asyncio.sleep(0)
    runner.let_go()
    await asyncio.gather(*tasks, held)

    assert max(map(len, runner.runs)) == 2


async def test_poison_fails_its_own_caller_only(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(), slow_lane(runner)
    held = await hold(scheduler, lane, runner)
    tasks = [ask(scheduler, lane, value) for value in (1.0, POISON, 3.0)]
    await asyncio.sleep(0)
    runner.let_go()

    first, poisoned, third = await asyncio.gather(*tasks, return_exceptions=True)
    await held

    assert isinstance(first, Job)
    assert isinstance(third, Job)
    assert (answer(first), answer(third)) == ([2.0], [6.0])
    assert isinstance(poisoned, RunFailed)


async def test_a_flood_of_one_tenant_does_not_delay_the_others_turn(
    make: Make, runner: Doubler
) -> None:
    scheduler, lane = make(), slow_lane(runner, max_rows=2)
    held = await hold(scheduler, lane, runner)
    flood = [ask(scheduler, lane, 1.0, tenant="flood") for _ in range(40)]
    await asyncio.sleep(0)
    quiet = ask(scheduler, lane, 7.0, tenant="quiet")
    await asyncio.sleep(0)
    runner.let_go()
    await asyncio.gather(quiet, held, *flood)

    assert 7.0 in runner.runs[1] + runner.runs[2]


async def test_a_full_share_is_told_apart_from_a_full_server(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(requests=3, tenant_share=0.7), slow_lane(runner)
    held = await hold(scheduler, lane, runner)
    waiting = [ask(scheduler, lane, 1.0, tenant="a") for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(TenantQueueFull) as own_share:
        await ask(scheduler, lane, 1.0, tenant="a")
    waiting.append(ask(scheduler, lane, 1.0, tenant="b"))
    await asyncio.sleep(0)
    with pytest.raises(ServerFull) as everything:
        await ask(scheduler, lane, 1.0, tenant="c")

    assert (own_share.value.status, own_share.value.retry_after_s) == (429, 1)
    assert (everything.value.status, everything.value.retry_after_s) == (503, 1)
    runner.let_go()
    await asyncio.gather(*waiting, held)


async def test_bytes_are_bounded_as_requests_are(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(bytes=100, tenant_share=1.0), slow_lane(runner)
    held = await hold(scheduler, lane, runner)
    waiting = ask(scheduler, lane, *[1.0] * 20)
    await asyncio.sleep(0)

    with pytest.raises(ServerFull):
        await ask(scheduler, lane, *[1.0] * 20, tenant="other")
    runner.let_go()
    await asyncio.gather(waiting, held)


async def test_room_that_was_left_is_room_again(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(requests=2, tenant_share=1.0), slow_lane(runner)
    held = await hold(scheduler, lane, runner)
    for _ in range(5):
        gone = ask(scheduler, lane, 1.0)
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    stays = ask(scheduler, lane, 2.0)
    await asyncio.sleep(0)

    assert scheduler.waiting == 1
    runner.let_go()
    assert answer(await stays) == [4.0]
    await held
    assert [1.0] not in runner.runs


async def test_a_deadline_in_the_queue_is_told_in_time_and_costs_no_run(
    make: Make, runner: Doubler
) -> None:
    scheduler, lane = make(), slow_lane(runner)
    held = await hold(scheduler, lane, runner)

    with pytest.raises(DeadlinePassed):
        await asyncio.wait_for(ask(scheduler, lane, 1.0, timeout_s=0.05), 5)
    runner.let_go()
    await held

    assert runner.runs == [[0.0]]


async def test_less_time_than_a_run_takes_is_refused_before_it_waits(
    make: Make, runner: Doubler
) -> None:
    scheduler, lane = make(), slow_lane(runner, seconds=0.5)

    with pytest.raises(DeadlinePassed):
        await ask(scheduler, lane, 1.0, timeout_s=0.1)

    assert runner.runs == []


async def test_a_wait_longer_than_the_deadline_is_foreseen(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(), slow_lane(runner, max_rows=1, seconds=5)
    held = await hold(scheduler, lane, runner)
    waiting = [ask(scheduler, lane, 1.0) for _ in range(4)]
    await asyncio.sleep(0)

    with pytest.raises(DeadlinePassed):
        await asyncio.wait_for(ask(scheduler, lane, 2.0, timeout_s=15), 10)
    runner.let_go()
    await asyncio.gather(*waiting, held)


async def test_a_tight_deadline_keeps_the_batch_short(make: Make, runner: Doubler) -> None:
    scheduler = make()
    profile = Profile(batches=True, max_rows=8, timings={1: 0.1, 8: 20.0})
    lane = Lane("slow", "1", runner, profile)
    held = await hold(scheduler, lane, runner)
    hurried = ask(scheduler, lane, 1.0, timeout_s=10.0)
    await asyncio.sleep(0)
    others = [ask(scheduler, lane, 2.0) for _ in range(7)]
    await asyncio.sleep(0)
    runner.let_go()
    await asyncio.gather(hurried, held, *others)

    assert len(runner.runs[1]) < 8


async def test_a_caller_who_hangs_up_leaves_the_queue(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(), slow_lane(runner)
    held = await hold(scheduler, lane, runner)

    def hang_up(job: Job) -> "asyncio.Task[None]":
        async def at_once() -> None:
            job.abandon()

        return asyncio.create_task(at_once())

    with pytest.raises(CallerGone):
        await asyncio.wait_for(scheduler.run(lane, row(1.0), OUTPUTS, 1, watch=hang_up), 5)
    runner.let_go()
    await held

    assert runner.runs == [[0.0]]


async def test_a_few_quick_rows_run_on_the_loop_and_many_in_a_slot(
    make: Make, runner: Doubler
) -> None:
    scheduler, lane = make(), quick_lane(runner, inline_rows=2)

    for crowd in (3, 2, 6):
        await asyncio.gather(*(ask(scheduler, lane, 1.0) for _ in range(crowd)))

    here = threading.get_ident()
    assert [
        (len(run), where == here) for run, where in zip(runner.runs, runner.threads, strict=True)
    ] == [
        (1, True),
        (2, True),
        (2, True),
        (6, False),
    ]


async def test_quick_rows_do_not_wait_for_a_slot(make: Make, runner: Doubler) -> None:
    scheduler, quick = make(), Doubler()
    held = await hold(scheduler, slow_lane(runner), runner)

    job = await asyncio.wait_for(ask(scheduler, quick_lane(quick), 1.0), 5)

    assert answer(job) == [2.0]
    assert not held.done()
    runner.let_go()
    await held


async def test_a_stream_of_quick_rows_keeps_nobody_slow_waiting(
    make: Make, runner: Doubler
) -> None:
    scheduler, quick = make(), quick_lane(Doubler())
    is_over = False

    async def stream() -> None:
        while not is_over:
            await asyncio.gather(*(ask(scheduler, quick, 1.0) for _ in range(3)))

    streams = [asyncio.create_task(stream()) for _ in range(3)]
    await asyncio.sleep(0.01)
    job = await asyncio.wait_for(ask(scheduler, slow_lane(runner), 2.0), 5)
    is_over = True
    await asyncio.gather(*streams)

    assert answer(job) == [4.0]


@pytest.mark.parametrize("make_lane", [slow_lane, quick_lane])
async def test_no_rows_were_never_measured_and_do_not_run_on_the_loop(
    make: Make, runner: Doubler, make_lane: Callable[..., Lane]
) -> None:
    job = await make().run(make_lane(runner), row(), OUTPUTS, 0)

    assert answer(job) == []
    assert runner.threads != [threading.get_ident()]


async def test_more_than_was_measured_never_runs_on_the_loop(make: Make, runner: Doubler) -> None:
    lane = quick_lane(runner)

    await make().run(lane, {"x": row(1.0)["x"].repeat(100, axis=1)}, OUTPUTS, 1)

    assert runner.threads != [threading.get_ident()]


async def test_the_background_runs_only_when_nothing_else_does(make: Make, runner: Doubler) -> None:
    scheduler, lane, shadow = make(), slow_lane(runner), Doubler()
    held = await hold(scheduler, lane, runner)
    mirrored = asyncio.create_task(
        scheduler.run_in_background(slow_lane(shadow), row(5.0), OUTPUTS, 1)
    )
    next_one = ask(scheduler, lane, 1.0)
    await asyncio.sleep(0.05)

    assert shadow.runs == []
    runner.let_go()
    await asyncio.gather(held, next_one)
    assert answer(await mirrored) == [10.0]


async def test_a_crowded_background_sheds(make: Make, runner: Doubler) -> None:
    scheduler, lane = make(), slow_lane(runner)
    held = await hold(scheduler, lane, runner)
    mirrored = [
        asyncio.create_task(scheduler.run_in_background(lane, row(1.0), OUTPUTS, 1))
        for _ in range(MOST_IN_BACKGROUND)
    ]
    await asyncio.sleep(0)

    with pytest.raises(ServerFull):
        await scheduler.run_in_background(lane, row(1.0), OUTPUTS, 1)
    runner.let_go()
    await asyncio.gather(held, *mirrored)


class Broken:
    """A bug."""

    def run(self, *_: object) -> dict[str, object]:
        raise ZeroDivisionError


async def test_a_bug_in_a_run_of_ones_own_rises_to_its_caller(make: Make) -> None:
    with pytest.raises(ZeroDivisionError):
        await ask(make(), quick_lane(Broken()), 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("make_lane", [slow_lane, quick_lane])
async def test_a_bug_is_logged_once_and_every_caller_is_answered(
    make: Make, make_lane: Callable[..., Lane]
) -> None:
    scheduler, lane = make(), make_lane(Broken())
    scheduler._is_sparse = False
    risen: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: risen.append(context.get("exception"))
    )

    jobs = await asyncio.gather(
        *(ask(scheduler, lane, 1.0) for _ in range(3)), return_exceptions=True
    )

    assert [type(job) for job in jobs] == [RunFailed] * 3
    assert [type(error) for error in risen] == [ZeroDivisionError]


def test_slots_are_sane_on_small_and_big_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for cores in (1, 2, 8, 64, 256):
        monkeypatch.setattr("os.sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        found.append(default_slots())

    assert found == [1, 2, 2, 16, 16]
