"""What is said of inputs and outputs: digests, labels, and values only where they are allowed."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridealong.serving.payloads.showing import (
    MOST_LABELLED_ROWS,
    describe,
    digest_inputs,
    keep_labelled,
    show_inputs,
    top_labels,
)
from ridealong.serving.tensors import Array
from tests.serving.payloads.records import SCORES, manifest, record

KEY = b"k" * 32
VALUES_ALLOWED = {"inputs": "values"}


def texts(*items: str | bytes) -> Array:
    return np.array(items, dtype=object)


def shown(array: Array, most_bytes: int = 4096) -> Any:
    [tensor] = show_inputs({"x": array}, most_bytes)
    return tensor


def labels(scores: Array, **changes: Any) -> list[dict[str, object]]:
    about = manifest(**changes)
    return top_labels(about, keep_labelled(about, {"intent": scores}))


def test_equal_inputs_have_equal_digests_and_others_do_not() -> None:
    numbers = np.arange(6, dtype=np.float32)
    variants: list[dict[str, Any]] = [
        {"x": numbers},
        {"y": numbers},
        {"x": numbers.reshape(2, 3)},
        {"x": numbers.astype(np.float64)},
        {"x": texts("ab", "c")},
        {"x": texts("a", "bc")},
        {"x": np.zeros((0, 3), dtype=np.int8)},
    ]

    digests = {digest_inputs(variant, KEY) for variant in variants}

    assert len(digests) == len(variants)
    assert digest_inputs({"x": numbers.copy()}, KEY) in digests
    assert digest_inputs({"x": numbers}, b"another") not in digests


def test_a_digest_depends_on_values_not_on_how_they_lie_in_memory() -> None:
    array = np.arange(12, dtype=np.int64).reshape(3, 4)

    turned = np.asfortranarray(array)
    stepped = np.repeat(array, 2, axis=0)[::2]

    digests = {digest_inputs({"x": each}, KEY) for each in (array, turned, stepped)}
    assert len(digests) == 1


def test_a_text_and_its_bytes_have_one_digest() -> None:
    one, other = (
        digest_inputs({"x": texts("é")}, KEY),
        digest_inputs({"x": texts(b"\xc3\xa9")}, KEY),
    )

    assert one == other
    assert digest_inputs({"x": texts(b"\xff\xfe")}, KEY) != one


def test_values_are_said_only_where_the_manifest_allows_them() -> None:
    secret = record("my card is 4111")
    allowed = record("my card is 4111", about=manifest(payload_log=VALUES_ALLOWED))

    assert "4111" not in str(describe(secret, KEY, most_value_bytes=4096))
    said: Any = describe(allowed, KEY, most_value_bytes=4096)["inputs"]
    assert said[0] == {
        "name": "text",
        "datatype": "BYTES",
        "shape": (1,),
        "values": ["my card is 4111"],
        "is_truncated": False,
    }


@pytest.mark.parametrize(
    ("array", "values"),
    [
        (np.array([0.1, 2], dtype=np.float32), [0.1, 2.0]),
        (np.array([0.1, 65504], dtype=np.float16), [0.1, 65500.0]),
        (np.array([1e300], dtype=np.float64), [1e300]),
        (np.array([np.nan, np.inf, -np.inf]), ["NaN", "Infinity", "-Infinity"]),
        (np.array([[2**63 - 1], [-5]], dtype=np.int64), [2**63 - 1, -5]),
        (np.array([True, False]), [True, False]),
        (texts("a", b"\xff", "\ud800"), ["a", "\\xff", "\\ud800"]),
        (np.zeros((0,), dtype=np.uint8), []),
    ],
)
def test_values_are_what_json_can_carry(array: Array, values: list[object]) -> None:
    tensor = shown(array)

    assert tensor["values"] == values
    assert [type(value) for value in tensor["values"]] == [type(value) for value in values]
    assert tensor["is_truncated"] is False
    json.loads(json.dumps(tensor["values"], allow_nan=False).encode())


def test_a_long_text_is_cut_and_marked() -> None:
    tensor = shown(texts("x" * 10, "é" * 5000, "never"), 100)

    assert tensor["is_truncated"] is True
    assert tensor["values"][0] == "x" * 10
    assert set(tensor["values"][1]) == {"é"}
    assert len(tensor["values"]) == 2


def test_many_numbers_are_cut_and_marked() -> None:
    tensor = shown(np.arange(100_000), 50)

    assert tensor["values"] == list(range(len(tensor["values"])))
    assert 10 < len(tensor["values"]) < 50
    assert tensor["is_truncated"] is True
    assert tensor["shape"] == (100_000,)


def test_what_comes_after_a_cut_is_marked_too() -> None:
    first, second = show_inputs({"a": texts("x" * 100), "b": texts("short")}, 50)

    assert first["is_truncated"] is second["is_truncated"] is True
    assert second["values"] == []


@given(
    st.lists(st.one_of(st.text(max_size=40), st.binary(max_size=40)), max_size=20),
    st.integers(0, 200),
)
def test_values_never_take_more_bytes_than_allowed(items: list[str | bytes], most: int) -> None:
    array = np.empty(len(items), dtype=object)
    array[:] = items

    values = shown(array, most)["values"]

    assert sum(len(value.encode()) for value in values) <= most


def test_the_likeliest_class_of_each_row_is_named() -> None:
    assert labels(SCORES) == [
        {
            "output": "intent",
            "labels": [
                {"label": "refund", "probability": 0.912},
                {"label": "other", "probability": 0.7},
            ],
        }
    ]


def test_scores_that_are_no_probabilities_are_left_out() -> None:
    [output] = labels(np.array([[3.5, -1, 0], [-3, -2, -1]], dtype=np.float32))

    assert output["labels"] == [
        {"label": "refund", "probability": None},
        {"label": "other", "probability": None},
    ]


@pytest.mark.parametrize(
    "scores",
    [
        np.array([[0.1, np.nan, 0.3]]),
        np.array([0.1, 0.2, 0.7]),
        np.array([[0.4, 0.6]]),
        np.array([[1, 2, 3]]),
        np.zeros((1, 2, 3)),
        np.array(0.5),
    ],
)
def test_what_is_not_one_score_per_class_is_not_named(scores: Array) -> None:
    assert labels(scores) == []


def test_an_answer_without_rows_has_no_labels() -> None:
    [output] = labels(np.zeros((0, 3)))

    assert output["labels"] == []


def test_only_outputs_with_named_classes_are_kept_and_only_their_first_rows() -> None:
    batch = np.tile(SCORES, (100, 1))
    outputs: dict[str, Array] = {"embedding": np.ones((200, 4)), "intent": batch[10:110]}

    kept = keep_labelled(manifest(), outputs)

    assert list(kept) == ["intent"]
    assert len(kept["intent"]) == MOST_LABELLED_ROWS
    assert kept["intent"].base is None


def test_numbers_of_an_embedding_are_never_said() -> None:
    one = record()
    one.outputs = keep_labelled(one.manifest, {"embedding": np.full((1, 4), 0.777)})

    assert "0.777" not in str(describe(one, KEY, most_value_bytes=4096))
