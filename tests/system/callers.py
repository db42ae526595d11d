"""Many callers at once, through one caller's sidecar, over REST and gRPC: what each of them saw."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import grpc

from ridealong.local.topology import Service
from ridealong.serving.protocol.rpc import open_inference_pb2 as messages
from ridealong.serving.protocol.rpc.calls import SERVICE

ROW = {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1, 2, 3]}
BODY = json.dumps({"inputs": [ROW]}).encode()
PATH = "/v1.0/invoke/inference/method/v2/models/doubler/infer"
SUM = 6.0
PATIENCE_S = 20
Ask = Callable[[], Awaitable[str]]


@dataclass
class Tally:
    """Every call of one kind: when it began, how long it took, and what was wrong with it."""

    calls: list[tuple[float, float, str]] = field(default_factory=list)

    def failures(self, *, since: float = 0) -> list[str]:
        """What was wrong with the calls that began after that moment."""
        return [wrong for began, _, wrong in self.calls if wrong and began >= since]

    def count(self, *, since: float) -> int:
        """How many calls began after that moment."""
        return sum(began >= since for began, _, _ in self.calls)

    def quantile_ms(self, share: float) -> float:
        """How long the calls took."""
        took = sorted(took for _, took, _ in self.calls)
        return 1000 * took[min(len(took) - 1, int(len(took) * share))]

    def __str__(self) -> str:
        quantiles = ", ".join(f"p{q}: {self.quantile_ms(q / 100):.0f} ms" for q in (50, 99, 99.9))
        return f"{len(self.calls)} calls, {len(self.failures())} failed; {quantiles}"


@asynccontextmanager
async def calling(sidecar: Service, callers: int) -> AsyncIterator[dict[str, Tally]]:
    """Half of the callers ask by REST and half by gRPC, each again and again, until the block ends.

    `sidecar` is the callers' own.
    """
    tallies = {"rest": Tally(), "grpc": Tally()}
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    url = f"http://127.0.0.1:{sidecar.dapr_http_port}"
    async with (
        aiohttp.ClientSession(url, timeout=timeout) as http,
        grpc.aio.insecure_channel(f"127.0.0.1:{sidecar.dapr_grpc_port}") as channel,
    ):
        asks = {"rest": rest_asker(http), "grpc": grpc_asker(channel)}
        is_over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for number in range(callers):
                kind = ("rest", "grpc")[number % 2]
                group.create_task(ask_until(is_over, asks[kind], tallies[kind]))
            try:
                yield tallies
            finally:
                is_over.set()


async def ask_until(is_over: asyncio.Event, ask: Ask, tally: Tally) -> None:
    """One caller."""
    while not is_over.is_set():
        began = time.monotonic()
        wrong = await ask()
        tally.calls.append((began, time.monotonic() - began, wrong))


def rest_asker(http: aiohttp.ClientSession) -> Ask:
    """One inference; what comes back is empty, or says what is wrong."""

    async def ask() -> str:
        try:
            async with http.post(PATH, data=BODY) as reply:
                text = await reply.text()
                if reply.status != 200:
                    return f"{reply.status} {text}"
                return "" if json.loads(text)["outputs"][1]["data"] == [SUM] else f"wrong: {text}"
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return repr(error)

    return ask


def grpc_asker(channel: grpc.aio.Channel) -> Ask:
    """The same question to `inference-grpc`."""
    request = messages.ModelInferRequest(model_name="doubler")
    tensor = request.inputs.add(name="x", datatype="FP32", shape=[1, 3])
    tensor.contents.fp32_contents.extend([1, 2, 3])
    request.outputs.add(name="sums")
    infer = channel.unary_unary(
        f"/{SERVICE}/ModelInfer",
        request_serializer=messages.ModelInferRequest.SerializeToString,
        response_deserializer=messages.ModelInferResponse.FromString,
    )
    metadata = (("dapr-app-id", "inference-grpc"),)

    async def ask() -> str:
        try:
            answer = await infer(request, metadata=metadata, timeout=PATIENCE_S)
        except grpc.aio.AioRpcError as error:
            return f"{error.code().name} {error.details()}"
        return "" if sums(answer) == [SUM] else f"wrong: {answer}"

    return ask


def sums(answer: messages.ModelInferResponse) -> list[float]:
    """The output, whichever way the server put it."""
    if answer.raw_output_contents:
        return list(memoryview(answer.raw_output_contents[0]).cast("f"))
    return list(answer.outputs[0].contents.fp32_contents)
