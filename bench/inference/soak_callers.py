"""Those who keep the server busy in the soak: over REST and gRPC, right, wrong and impatient."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

import aiohttp
import grpc
import numpy as np
from yarl import URL

from bench.inference.requests import Request, Samples

# By name: the package has no types.
service_pb2: Any = import_module("tritonclient.grpc.service_pb2")
service_pb2_grpc: Any = import_module("tritonclient.grpc.service_pb2_grpc")

GOOD_SHARE, BAD_SHARE, SPARE_SHARE = 0.70, 0.22, 0.05
HANGS_UP_AFTER_S: Final = (0.0005, 0.005)
PATIENCE_S: Final = 30.0
LOADS_EVERY_S: Final = 1.0


@dataclass
class Tally:
    """What came back: expected outcomes by name, and everything else."""

    expected: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)

    def note(self, what: str, *, is_expected: bool) -> None:
        """One outcome."""
        (self.expected if is_expected else self.unexpected)[what] += 1


@dataclass(frozen=True)
class Menu:
    """What callers choose from."""

    good: Sequence[Request]
    bad: Sequence[Request]
    spare: Sequence[Request]

    def choose(self, dice: random.Random) -> tuple[Request, bool]:
        """A request, and whether its caller hangs up before the answer."""
        share = dice.random()
        if share < GOOD_SHARE:
            return dice.choice(self.good), False
        if share < GOOD_SHARE + BAD_SHARE:
            return dice.choice(self.bad), False
        if share < GOOD_SHARE + BAD_SHARE + SPARE_SHARE:
            return dice.choice(self.spare), False
        return dice.choice(self.good), True


async def rest_caller(
    session: aiohttp.ClientSession,
    base: str,
    menu: Menu,
    tally: Tally,
    is_over: Callable[[], bool],
    *,
    seed: int,
) -> None:
    """One request after another."""
    dice = random.Random(seed)  # noqa: S311 - chance, not secrets
    while not is_over():
        request, hangs_up = menu.choose(dice)
        patience_s = dice.uniform(*HANGS_UP_AFTER_S) if hangs_up else PATIENCE_S
        try:
            async with asyncio.timeout(patience_s):
                await send(session, base, request, tally)
        except TimeoutError:
            tally.note("hung up" if hangs_up else f"{request.name}: silence", is_expected=hangs_up)
        except aiohttp.ClientError as error:
            what = f"{request.name}: {type(error).__name__}"
            tally.note("hung up" if hangs_up else what, is_expected=hangs_up)


async def send(session: aiohttp.ClientSession, base: str, request: Request, tally: Tally) -> None:
    """One request, its answer held against what may be answered."""
    url = URL(base + request.path, encoded=True)
    async with session.request(
        request.method, url, data=request.body or None, headers=request.headers
    ) as answer:
        body = await answer.read()
        what = f"{request.name}: {answer.status}"
        if answer.status == 200 and request.is_right is not None and not request.is_right(body):
            tally.note(f"{request.name}: wrong answer", is_expected=False)
        else:
            tally.note(what, is_expected=answer.status in request.allowed)


async def load_and_unload(
    session: aiohttp.ClientSession, base: str, tally: Tally, is_over: Callable[[], bool]
) -> None:
    """The spare model comes and goes."""
    while not is_over():
        for verb in ("unload", "load"):
            path = f"/v2/repository/models/spare/{verb}"
            await send(session, base, Request(verb, path, b"{}"), tally)
            await asyncio.sleep(LOADS_EVERY_S)


async def grpc_caller(
    address: str, samples: Samples, tally: Tally, is_over: Callable[[], bool], *, seed: int
) -> None:
    """Every fourth request is wrong."""
    dice = random.Random(seed)  # noqa: S311 - chance, not secrets
    async with grpc.aio.insecure_channel(address) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        while not is_over():
            sample = dice.choice(samples["gb64"])
            request, allowed = grpc_request(sample["input"], dice)
            try:
                answer = await stub.ModelInfer(request, timeout=PATIENCE_S)
            except grpc.aio.AioRpcError as error:
                code = error.code()
                tally.note(f"gRPC: {code.name}", is_expected=code is allowed)
            else:
                is_right = allowed is grpc.StatusCode.OK and label_of(answer) == sample["label"]
                tally.note("gRPC: OK" if is_right else "gRPC: wrong answer", is_expected=is_right)


def grpc_request(values: Sequence[float], dice: random.Random) -> tuple[Any, grpc.StatusCode]:
    """A request and the code that it must be answered with."""
    model, shape, code = dice.choice(
        [("gb64", [1, 64], grpc.StatusCode.OK)] * 6
        + [
            ("nobody", [1, 64], grpc.StatusCode.NOT_FOUND),
            ("gb64", [2, 64], grpc.StatusCode.INVALID_ARGUMENT),
        ]
    )
    request = service_pb2.ModelInferRequest(model_name=model)
    tensor = request.inputs.add(name="input", datatype="FP32", shape=shape)
    tensor.contents.fp32_contents.extend(values)
    return request, code


def label_of(answer: Any) -> int | None:  # noqa: ANN401 - a generated message
    """The label of the one row, from raw bytes or from typed contents."""
    for place, output in enumerate(answer.outputs):
        if output.name == "label":
            if answer.raw_output_contents:
                return int(np.frombuffer(answer.raw_output_contents[place], dtype="<i8")[0])
            return int(output.contents.int64_contents[0])
    return None
