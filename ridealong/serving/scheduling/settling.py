"""Runs batches on the event loop, and tells their callers how any batch ended."""

from ridealong.serving.errors import OUR_MISTAKE, RunFailed
from ridealong.serving.scheduling.jobs import Batch, Job


def run_here(batch: Batch) -> None:
    """Run and settle. A bug rises to the loop, which logs it once; the callers are answered too."""
    is_done = False
    try:
        batch.run()
        is_done = True
    finally:
        settle(batch, is_done=is_done)


def run_alone(batch: Batch) -> Job:
    """Run a batch of one job, whose caller has not begun to wait. Raises what the model raised."""
    [job] = batch.jobs
    batch.run()
    close(batch)
    job.batch = batch
    if job.error is not None:
        raise job.error
    return job


def settle(batch: Batch, *, is_done: bool) -> None:
    """Answer everybody who still waits. `is_done`: False where a bug ended the run."""
    jobs = close(batch) if is_done else batch.jobs
    batch.jobs = []
    for job in jobs:
        job.batch = batch
        if job.future.done():
            pass
        elif error := job.error if is_done else RunFailed(OUR_MISTAKE):
            job.future.set_exception(error)
        else:
            job.future.set_result(None)


def close(batch: Batch) -> list[Job]:
    """Learn from the run; its jobs.

    The batch forgets them, and a future holds none: they are freed at once. Cycles would wait for
    the collector, which was seen to cost more than all the scheduling.
    """
    if batch.rows:
        batch.lane.saw(batch)
    jobs, batch.jobs = batch.jobs, []
    return jobs
