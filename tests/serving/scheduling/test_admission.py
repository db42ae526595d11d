"""Who may still join the queue, by the time that is left."""

import numpy as np
import pytest

from ridealong.serving.errors import DeadlinePassed, ServerFull
from ridealong.serving.scheduling.admission import Admission, Limits
from ridealong.serving.scheduling.jobs import Job
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.scheduling.scheduler import Scheduler
from tests.serving.scheduling.lanes import Doubler, quick_lane, row, slow_lane

RUN_S = 0.1


@pytest.fixture
def lane() -> Lane:
    return slow_lane(Doubler(), max_rows=1, seconds=RUN_S)


def job_with(lane: Lane, timeout_s: float) -> Job:
    job = Job(lane, row(1.0), ("y",), 1)
    job.deadline = job.asked_at + timeout_s
    return job


def admission_with(lane: Lane, waiting: int) -> Admission:
    admission = Admission(Limits(), slots=1)
    for _ in range(waiting):
        admission.admit(Job(lane, row(0.0), ("y",), 1))
    return admission


def test_a_line_is_at_most_half_as_long_as_callers_have_time(lane: Lane) -> None:
    admission = admission_with(lane, waiting=0)
    refused = 0
    for _ in range(20):
        try:
            admission.admit(job_with(lane, 10 * RUN_S))
        except DeadlinePassed:
            refused += 1

    assert 4 <= admission.waiting <= 6
    assert refused == 20 - admission.waiting


def test_who_has_no_deadline_joins_a_line_of_any_length(lane: Lane) -> None:
    admission = admission_with(lane, waiting=50)

    admission.admit(Job(lane, row(1.0), ("y",), 1))

    assert admission.waiting == 51


def test_an_empty_line_takes_whoever_has_time_for_one_run(lane: Lane) -> None:
    admission = admission_with(lane, waiting=0)

    admission.admit(job_with(lane, 1.5 * RUN_S))

    assert admission.waiting == 1


def test_empty_texts_take_their_place_in_memory_and_give_it_back(lane: Lane) -> None:
    admission = Admission(Limits(bytes=10_000, tenant_share=1.0), slots=1)
    nothing_said = {"x": np.full(100, "", dtype=object)}
    waiting = Job(lane, nothing_said, ("y",), 100)
    admission.admit(waiting)

    with pytest.raises(ServerFull):
        admission.admit(Job(lane, nothing_said, ("y",), 100, tenant="other"))
    admission.release(waiting)
    admission.admit(Job(lane, nothing_said, ("y",), 100, tenant="other"))

    assert admission.waiting == 1


async def test_a_quick_job_with_time_to_spare_waits_for_nobody() -> None:
    scheduler, runner = Scheduler(1), Doubler()

    job = await scheduler.run(quick_lane(runner), row(2.0), ("y",), 1, timeout_s=10)
    scheduler.close()

    assert job.arrays["y"].tolist() == [[4.0]]
    assert not job.is_waiting
    assert job.deadline > job.asked_at


async def test_a_quick_job_without_time_is_refused_before_it_costs_anything() -> None:
    scheduler, runner = Scheduler(1), Doubler()

    with pytest.raises(DeadlinePassed):
        await scheduler.run(quick_lane(runner), row(2.0), ("y",), 1, timeout_s=1e-6)
    scheduler.close()

    assert runner.runs == []
