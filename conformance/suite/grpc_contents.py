"""Over gRPC, where all is right: raw and typed contents, parameters, deadlines."""

import time
from typing import Any, Final

import grpc
import numpy as np

from conformance.cases import GRPC, OIP_GRPC, case
from conformance.exchange import Answer, Ask, Refusal, expect
from conformance.rpc import RpcCaller, read_answer, write_request
from conformance.suite import asks
from conformance.tensors import DATATYPES, Tensor, is_same, make, pack, sample

TYPED: Final = tuple(datatype for datatype in DATATYPES if datatype != "FP16")
EMPTY: Final = ("FP32", "BYTES", "BOOL", "INT64")
CHOICE: Final = OIP_GRPC.chosen()
LONG_ROUNDS: Final = 4000


def came_back(answer: Answer, datatype: str) -> None:
    """The sample of this datatype, in every bit."""
    expect(answer.datatypes["y"] == datatype, f"datatype is {answer.datatypes['y']}")
    expect(is_same(answer.outputs["y"], sample(datatype)), f"{answer.outputs['y']!r}")


@case(OIP_GRPC, over=GRPC)
def half_floats_go_raw(rpc: RpcCaller) -> None:
    """FP16 must be represented as raw content."""
    came_back(rpc.infer(asks.identity("FP16", sample("FP16"))), "FP16")


@case(OIP_GRPC, over=GRPC, each=TYPED)
def goes_as_typed_contents(rpc: RpcCaller, datatype: str) -> None:
    """Each datatype has its repeated field."""
    came_back(rpc.infer_typed(asks.identity(datatype, sample(datatype))), datatype)


@case(OIP_GRPC, over=GRPC)
def several_inputs_go_raw(rpc: RpcCaller) -> None:
    """Raw contents stand in the order of the inputs."""
    ask = asks.add_sub()
    turned = ask._replace(inputs=list(reversed(ask.inputs)))
    expect(rpc.infer(turned).outputs["difference"].tolist() == asks.DIFFERENCE, "mixed up")


@case(OIP_GRPC, over=GRPC)
def several_inputs_go_typed(rpc: RpcCaller) -> None:
    """Typed contents stand in their own inputs."""
    outputs = rpc.infer_typed(asks.add_sub()).outputs
    expect(outputs["sum"].tolist() == asks.SUM, "sum is wrong")
    expect(outputs["difference"].tolist() == asks.DIFFERENCE, "difference is wrong")


@case(OIP_GRPC, over=GRPC, each=EMPTY)
def no_elements_go_raw(rpc: RpcCaller, datatype: str) -> None:
    """A tensor without elements has raw contents of no bytes."""
    empty = Tensor("x", datatype, make("x", datatype, []).array.reshape(0, 3))
    answer = rpc.infer(Ask(f"identity_{datatype.lower()}", [empty]))
    expect(answer.outputs["y"].shape == (0, 3), f"shape is {answer.outputs['y'].shape}")


@case(OIP_GRPC, over=GRPC, each=EMPTY)
def no_elements_go_typed(rpc: RpcCaller, datatype: str) -> None:
    """A tensor without elements has no contents at all."""
    empty = Tensor("x", datatype, make("x", datatype, []).array.reshape(0, 3))
    answer = rpc.infer_typed(Ask(f"identity_{datatype.lower()}", [empty]))
    expect(answer.outputs["y"].shape == (0, 3), f"shape is {answer.outputs['y'].shape}")


@case(CHOICE, over=GRPC)
def outputs_come_raw(rpc: RpcCaller) -> None:
    """Either is allowed; Triton's clients read raw contents only."""
    request = write_request(asks.add_sub())
    for tensor in asks.add_sub().inputs:
        request.raw_input_contents.append(pack(tensor.array, "FP32"))
    response = rpc.call("ModelInfer", request)
    expect(len(response.raw_output_contents) == 2, "not raw")


@case(CHOICE, over=GRPC)
def nan_and_infinity_pass(rpc: RpcCaller) -> None:
    """Floats of protobuf carry them, and so do bytes."""
    ask = asks.identity("FP32", [[float("nan"), float("inf"), float("-inf")]])
    expect(is_same(rpc.infer(ask).outputs["y"], ask.inputs[0].array), "raw: changed")
    expect(np.isnan(rpc.infer_typed(ask).outputs["y"][0, 0]), "typed: changed")


@case(OIP_GRPC, over=GRPC, each=("request", "input", "output"))
def parameters_may_stand_everywhere(rpc: RpcCaller, place: str) -> None:
    """Request, inputs and outputs have parameters of three types."""
    ask = asks.add_sub(outputs=("sum",))
    request = write_request(ask)
    request.raw_input_contents.extend(pack(tensor.array, "FP32") for tensor in ask.inputs)
    holders: dict[str, Any] = {
        "request": request,
        "input": request.inputs[0],
        "output": request.outputs[0],
    }
    parameters = holders[place].parameters
    parameters["conformance_truth"].bool_param = True
    parameters["conformance_number"].int64_param = -(2**63)
    parameters["conformance_words"].string_param = "grüße"
    answer = read_answer(rpc.call("ModelInfer", request))
    expect(answer.outputs["sum"].tolist() == asks.SUM, "sum is wrong")


@case(OIP_GRPC, over=GRPC, sidecar="its gRPC messages are 4 MiB at most, by default")
def a_message_of_eight_megabytes_is_answered(rpc: RpcCaller) -> None:
    """Beyond the 4 MiB that gRPC libraries take unless they are told otherwise."""
    values = np.arange(2 * 1024 * 1024, dtype="<f4").reshape(-1, 64)
    answer = rpc.infer(Ask("identity_fp32", [Tensor("x", "FP32", values)]))
    expect(is_same(answer.outputs["y"], values), "numbers came back changed")


@case(CHOICE, over=GRPC)
def a_deadline_is_kept(rpc: RpcCaller) -> None:
    """The caller's own deadline ends the call; the server answers the next."""
    request = write_request(asks.slow(LONG_ROUNDS))
    request.raw_input_contents.append(pack(np.array([LONG_ROUNDS]), "INT64"))
    started = time.monotonic()
    try:
        rpc.call("ModelInfer", request, timeout=0.05)
    except Refusal as refusal:
        expect(refusal.how == "DEADLINE_EXCEEDED", str(refusal))
    expect(time.monotonic() - started < 20, "it took longer than any run")
    expect(rpc.infer(asks.add_sub()).outputs["sum"].tolist() == asks.SUM, "sum is wrong")


@case(CHOICE, over=GRPC)
def a_call_may_be_cancelled(rpc: RpcCaller) -> None:
    """Cancelled under way; the server answers the next."""
    request = write_request(asks.slow(LONG_ROUNDS))
    request.raw_input_contents.append(pack(np.array([LONG_ROUNDS]), "INT64"))
    calls = [
        rpc.method("ModelInfer").future(request, timeout=30, metadata=rpc.metadata)
        for _ in range(3)
    ]
    time.sleep(0.02)
    for call in calls:
        call.cancel()
    ended = {call.code() for call in calls}
    expect(ended <= {grpc.StatusCode.CANCELLED, grpc.StatusCode.OK}, f"codes are {ended}")
    expect(rpc.infer(asks.add_sub()).outputs["sum"].tolist() == asks.SUM, "sum is wrong")
