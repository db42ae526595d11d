"""Callers: some that ask again as soon as they are answered, some that come when they come."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import orjson

from bench.inference.findings import quantile
from bench.inference.wire import Connections, write_post

# A caller with a deadline of 100 ms does not wait for ever; this bounds the open connections.
PATIENCE_S: Final = 1.0
PAUSE_WHEN_REFUSED_S: Final = 0.01
PATIENCE_IN_A_CLOSED_LOOP_S: Final = 30.0


@dataclass
class Seen:
    """What callers saw: seconds from the moment a request was due to its answer, by status.

    Status 0 (`NO_ANSWER`) stands for none in time.
    """

    took_s: dict[int, list[float]] = field(default_factory=dict)
    lags_s: list[float] = field(default_factory=list)

    def add(self, status: int, took_s: float) -> None:
        """One answer."""
        self.took_s.setdefault(status, []).append(took_s)

    def in_time(self, deadline_s: float) -> int:
        """Good answers that came before the deadline."""
        return sum(took <= deadline_s for took in self.took_s.get(200, ()))

    def counts(self) -> Mapping[int, int]:
        """Answers by status."""
        return Counter({status: len(took) for status, took in self.took_s.items()})

    def p99_ms(self) -> float:
        """Of good answers."""
        return 1000 * quantile(self.took_s[200], 0.99)

    def lag_ms(self) -> tuple[float, float]:
        """How late requests were sent, because the generator was busy: median and 99 %."""
        return 1000 * quantile(self.lags_s, 0.5), 1000 * quantile(self.lags_s, 0.99)


def row_body(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    parameters: Mapping[str, object] | None = None,
) -> bytes:
    """Rows of `gb64` or of the busy model as the protocol's JSON."""
    tensor = {
        "name": "input",
        "shape": list(values.shape),
        "datatype": "FP32",
        "data": values.ravel().tolist(),
    }
    body: dict[str, object] = {"inputs": [tensor]}
    if parameters:
        body["parameters"] = dict(parameters)
    return orjson.dumps(body)


def poisson_schedule(rate: float, seconds: float, *, seed: int) -> list[float]:
    """Moments of arrival, seconds from the start, ascending: `rate` a second on the mean.

    In a Poisson process the gaps are independent and exponential with mean 1 / rate.
    """
    rng = np.random.default_rng(seed)
    expected = rate * seconds
    gaps = rng.exponential(1 / rate, int(expected + 10 * expected**0.5 + 10))
    moments = np.cumsum(gaps)
    return [float(moment) for moment in moments[moments < seconds]]


async def keep_asking(url: str, body: bytes, *, callers: int, seconds: float) -> Seen:
    """A closed loop: each caller waits for its answer. A refused one pauses for a moment."""
    seen, request = Seen(), write_post(url, body)
    end = time.perf_counter() + seconds

    async def caller(server: Connections) -> None:
        while (began := time.perf_counter()) < end:
            status = await server.ask(request, PATIENCE_IN_A_CLOSED_LOOP_S)
            seen.add(status, time.perf_counter() - began)
            if status != 200:
                await asyncio.sleep(PAUSE_WHEN_REFUSED_S)

    async with Connections(url) as server:
        await asyncio.gather(*(caller(server) for _ in range(callers)))
    return seen


async def ask_on_time(url: str, body: bytes, schedule: list[float], *, count_from_s: float) -> Seen:
    """An open loop: requests are sent when they are due, whatever became of those before.

    Times run from the moment a request was due, so that a late generator or a full socket counts
    against the answer. Arrivals before `count_from_s` warm the server and are not counted.
    """
    seen, request = Seen(), write_post(url, body)
    tasks: set[asyncio.Task[None]] = set()
    start = time.perf_counter()

    async def caller(server: Connections, due: float) -> None:
        lag = time.perf_counter() - start - due
        status = await server.ask(request, PATIENCE_S)
        if due >= count_from_s:
            seen.lags_s.append(lag)
            seen.add(status, time.perf_counter() - start - due)

    async with Connections(url) as server:
        for due in schedule:
            if (wait := start + due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            task = asyncio.create_task(caller(server, due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
    return seen
