"""Requests out of protobuf messages: every datatype, and every way to get one wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.protocol.rpc.open_inference_pb2 import ModelInferRequest
from ridealong.serving.protocol.rpc.reading import CONTENTS, read_infer_message
from ridealong.serving.tensors import NUMPY_TYPES
from tests.serving.protocol.rpc.messages import SAMPLES, empty, raw, row, sample, typed

SECRET = "hunter2"


def refusal(message: ModelInferRequest) -> str:
    with pytest.raises(InvalidRequest) as caught:
        read_infer_message(message)
    return str(caught.value)


@pytest.mark.parametrize("datatype", CONTENTS)
def test_typed_contents_become_an_array_of_their_datatype(datatype: str) -> None:
    (tensor,) = read_infer_message(typed(datatype, SAMPLES[datatype])).inputs

    assert tensor.array.dtype == NUMPY_TYPES[datatype]
    assert tensor.array.tolist() == sample(datatype).tolist()


@pytest.mark.parametrize("datatype", SAMPLES)
def test_raw_contents_become_an_array_of_their_datatype(datatype: str) -> None:
    (tensor,) = read_infer_message(raw(datatype, sample(datatype))).inputs

    assert tensor.array.dtype == NUMPY_TYPES[datatype]
    assert tensor.array.tolist() == sample(datatype).tolist()


def test_elements_are_row_major() -> None:
    (tensor,) = read_infer_message(typed("INT64", range(6), shape=[2, 3])).inputs

    assert tensor.array.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_tensor_without_elements_needs_no_contents() -> None:
    (tensor,) = read_infer_message(empty("FP32", shape=[0, 3])).inputs

    assert tensor.array.shape == (0, 3)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (ModelInferRequest(), "at least one tensor"),
        (typed("FP32", [1, 2], shape=[3]), "2 elements, its shape asks for 3"),
        (typed("FP32", [1, 2], shape=[-1]), "whole numbers from 0"),
        (typed("FP32", [1, 2], shape=[2**62, 2]), "more than"),
        (empty("FP32", shape=[0, 2**62]), "more than 16777216 elements"),
        (typed("FP32", [1], shape=[1] * 5000), "more than 16 dimensions"),
        (typed("FP32", [1], name=""), "needs a name"),
        (typed("FP32", [1], name="x" * 300), "needs a name"),
        (typed("FP32", [1], datatype="FP31"), "needs a datatype"),
        (typed("FP32", [1], datatype="FP16"), "raw_input_contents only"),
        (typed("FP32", [1], datatype="FP64"), "belong in fp64_contents alone"),
        (typed("INT32", [128], datatype="INT8"), "a number beyond INT8"),
        (typed("UINT32", [2**16], datatype="UINT16"), "a number beyond UINT16"),
        (typed("BYTES", [b"\xff\xfe"]), "not UTF-8"),
        (raw("FP32", sample("FP32"), shape=[4]), "12 bytes, shape and datatype ask for 16"),
        (raw("BYTES", sample("BYTES"), shape=[2]), "behind its last element"),
        (raw("BYTES", sample("BYTES"), shape=[4]), "cut short"),
        (raw("UINT8", np.array([0, 2], dtype=np.uint8), datatype="BOOL"), "neither 0 nor 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_tensor_that_lies_is_refused_in_words(message: ModelInferRequest, words: str) -> None:
    assert words in refusal(message)


def test_typed_and_raw_contents_do_not_mix() -> None:
    message = typed("FP32", [1, 2, 3])
    message.raw_input_contents.append(b"\0" * 12)

    assert "contents beside its raw_input_contents" in refusal(message)


def test_contents_in_two_fields_are_refused() -> None:
    message = typed("FP32", [1, 2, 3])
    message.inputs[0].contents.int_contents.append(1)

    assert "fp32_contents alone" in refusal(message)


def test_raw_contents_are_as_many_as_inputs() -> None:
    message = raw("FP32", sample("FP32"))
    message.raw_input_contents.append(b"")

    assert refusal(message) == "2 raw_input_contents for 1 inputs"


def test_an_input_is_given_once() -> None:
    message = row()
    message.inputs.append(message.inputs[0])

    assert refusal(message) == "an input is given twice"


def test_there_are_only_so_many_inputs() -> None:
    message = row()
    message.inputs.extend([message.inputs[0]] * 64)

    assert refusal(message) == "more than 64 inputs"


def test_parameters_say_how_to_be_treated() -> None:
    message = row()
    message.id = "a1"
    message.parameters["timeout"].uint64_param = 250_000
    message.parameters["tenant"].string_param = "acme"
    message.parameters["routing_key"].string_param = "customer-7"
    request = read_infer_message(message, tenant="other")

    assert (request.request_id, request.timeout_s) == ("a1", 0.25)
    assert (request.tenant, request.routing_key) == ("acme", "customer-7")


def test_a_tenant_may_stand_in_the_metadata() -> None:
    assert read_infer_message(row(), tenant="acme").tenant == "acme"


@pytest.mark.parametrize(
    ("timeout_us", "left_s", "expected_s"),
    [
        (0, None, None),
        (0, 2.0, 2.0),
        (500_000, None, 0.5),
        (500_000, 2.0, 0.5),
        (500_000, 0.1, 0.1),
    ],
)
def test_the_nearer_of_deadline_and_timeout_counts(
    timeout_us: int, left_s: float | None, expected_s: float | None
) -> None:
    message = row()
    message.parameters["timeout"].int64_param = timeout_us

    assert read_infer_message(message, time_left_s=left_s).timeout_s == expected_s


def test_a_deadline_that_has_passed_leaves_no_time() -> None:
    assert read_infer_message(row(), time_left_s=-1.0).timeout_s == 0


def test_a_parameter_without_a_value_is_refused() -> None:
    message = row()
    message.parameters["timeout"].SetInParent()

    assert refusal(message) == "a parameter of the request has no value"


@pytest.mark.parametrize("field", ["bool_param", "double_param", "string_param"])
def test_a_timeout_is_a_whole_number(field: str) -> None:
    message = row()
    value = {"bool_param": True, "double_param": 1.5, "string_param": "1"}[field]
    setattr(message.parameters["timeout"], field, value)

    assert "whole number of microseconds" in refusal(message)


def test_the_outputs_asked_for_are_named() -> None:
    message = row()
    message.outputs.add(name="sums")
    message.outputs.add(name="y")

    assert read_infer_message(message).outputs == ("sums", "y")


def test_what_could_only_be_ignored_is_refused() -> None:
    wanting = row()
    wanting.outputs.add(name="y").parameters["classification"].int64_param = 3
    sharing = row()
    sharing.inputs[0].parameters["shared_memory_region"].string_param = "region"
    shared = row()
    shared.outputs.add(name="y").parameters["shared_memory_region"].string_param = "region"

    assert "classification" in refusal(wanting)
    assert "shared-memory" in refusal(sharing)
    assert "shared-memory" in refusal(shared)


def test_no_refusal_quotes_the_caller() -> None:
    messages = [
        typed("FP32", [1], name=SECRET, shape=[2]),
        typed("FP32", [1], datatype=SECRET),
        typed("BYTES", [SECRET], shape=[2]),
        raw("BYTES", np.array([SECRET], dtype=object), shape=[2]),
        typed("BYTES", [SECRET.encode() + b"\xff"]),
    ]
    tenanted = row()
    tenanted.parameters["tenant"].string_param = SECRET.upper()

    for message in [*messages, tenanted]:
        assert SECRET.lower() not in refusal(message).lower()


shapes = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 4), max_size=20)
tensors: st.SearchStrategy[dict[str, object]] = st.builds(
    dict,
    name=st.sampled_from(["x", "y", ""]),
    datatype=st.sampled_from([*NUMPY_TYPES, "", "FP31"]),
    shape=shapes,
    contents=st.builds(
        dict,
        int_contents=st.lists(st.integers(-(2**31), 2**31 - 1), max_size=4),
        fp32_contents=st.lists(st.floats(width=32), max_size=4),
        bytes_contents=st.lists(st.binary(max_size=4), max_size=4),
    ),
)


@given(inputs=st.lists(tensors, max_size=3), raws=st.lists(st.binary(max_size=24), max_size=3))
def test_whatever_is_sent_is_read_whole_or_refused(
    inputs: list[dict[str, object]], raws: list[bytes]
) -> None:
    message = ModelInferRequest(inputs=inputs, raw_input_contents=raws)
    try:
        request = read_infer_message(message)
    except InvalidRequest:
        return

    for tensor, sent in zip(request.inputs, message.inputs, strict=True):
        assert list(tensor.array.shape) == list(sent.shape)
        assert tensor.array.dtype == NUMPY_TYPES[sent.datatype]
