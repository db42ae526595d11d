"""Answers and documents as protobuf messages."""

import json

import numpy as np
import pytest

from ridealong.serving.models.store import IndexEntry, State
from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.binary import read_tensor
from ridealong.serving.protocol.rpc.reading import CONTENTS
from ridealong.serving.protocol.rpc.writing import (
    write_index,
    write_infer_message,
    write_metadata,
    write_statistics,
)
from ridealong.serving.statistics import Statistics
from ridealong.serving.tensors import TensorSpec
from tests.serving.protocol.rpc.messages import SAMPLES, sample


def answer(*datatypes: str, request_id: str | None = None) -> InferAnswer:
    specs = [TensorSpec(datatype.lower(), datatype, (-1,)) for datatype in datatypes]
    arrays = {spec.name: sample(spec.datatype) for spec in specs}
    return InferAnswer("m", "2", "p-1", specs, arrays, request_id)


@pytest.mark.parametrize("datatype", SAMPLES)
def test_raw_contents_are_the_array(datatype: str) -> None:
    message = write_infer_message(answer(datatype), raw=True)
    (output,), (content,) = message.outputs, message.raw_output_contents

    assert read_tensor(content, datatype, tuple(output.shape), "it").tolist() == (
        sample(datatype).tolist()
    )
    assert not output.contents.ListFields()


@pytest.mark.parametrize("datatype", CONTENTS)
def test_typed_contents_are_the_array(datatype: str) -> None:
    message = write_infer_message(answer(datatype), raw=False)
    elements = list(getattr(message.outputs[0].contents, CONTENTS[datatype]))
    texts = [text.decode() if isinstance(text, bytes) else text for text in elements]

    assert texts == sample(datatype).tolist()
    assert not message.raw_output_contents


def test_an_answer_with_half_floats_is_raw_as_a_whole() -> None:
    message = write_infer_message(answer("FP32", "FP16"), raw=False)

    assert [len(content) for content in message.raw_output_contents] == [12, 6]
    assert not any(output.contents.ListFields() for output in message.outputs)


def test_elements_of_more_dimensions_are_row_major() -> None:
    spec = TensorSpec("y", "INT64", (-1, 3))
    array = np.arange(6, dtype=np.int64).reshape(3, 2).T
    message = write_infer_message(InferAnswer("m", "1", "p", [spec], {"y": array}), raw=False)

    assert list(message.outputs[0].shape) == [2, 3]
    assert list(message.outputs[0].contents.int64_contents) == [0, 2, 4, 1, 3, 5]


def test_the_id_is_the_callers_else_the_predictions() -> None:
    named = write_infer_message(answer("BOOL", request_id="a1"), raw=False)
    unnamed = write_infer_message(answer("BOOL"), raw=False)

    assert (named.id, named.parameters["prediction_id"].string_param) == ("a1", "p-1")
    assert (unnamed.id, len(unnamed.parameters)) == ("p-1", 0)


def test_metadata_tells_labels_as_a_json_array() -> None:
    document = {
        "name": "m",
        "versions": ["1"],
        "platform": "onnx",
        "inputs": [{"name": "x", "datatype": "BYTES", "shape": [-1]}],
        "outputs": [
            {
                "name": "y",
                "datatype": "FP32",
                "shape": [-1, 2],
                "parameters": {"labels": ["a", "b"]},
            }
        ],
        "parameters": {"label_set": "moods-1", "rows": 8, "share": 0.5, "is_shadow": False},
    }
    message = write_metadata(document)

    assert json.loads(message.outputs[0].parameters["labels"].string_param) == ["a", "b"]
    assert message.parameters["label_set"].string_param == "moods-1"
    assert message.parameters["rows"].int64_param == 8
    assert message.parameters["share"].double_param == 0.5
    assert message.parameters["is_shadow"].WhichOneof("parameter_choice") == "bool_param"
    assert list(message.inputs[0].shape) == [-1]


def test_the_index_tells_states_and_reasons() -> None:
    message = write_index([IndexEntry("m", "1", State.UNAVAILABLE, "cut in half")])
    (entry,) = message.models

    assert (entry.name, entry.version) == ("m", "1")
    assert (entry.state, entry.reason) == ("UNAVAILABLE", "cut in half")


def test_statistics_keep_every_number() -> None:
    statistics = Statistics()
    model = statistics.of("m", "1")
    model.batch_ran(4, 2, 0.001, 0.002, 0.003)
    model.answered(3, 0.5, 1.5)
    (told,) = write_statistics(statistics.show([("m", "1")])).model_stats

    assert (told.inference_count, told.execution_count) == (3, 1)
    assert told.inference_stats.queue.ns == 500_000_000
    assert told.batch_stats[0].batch_size == 4
    assert told.batch_stats[0].compute_infer.ns == 2_000_000
