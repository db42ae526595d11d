"""What may be said of a prediction's inputs and outputs: a digest, labels, or values if allowed.

Arrays that are no probabilities of named classes are never shown: from an embedding a text can be
won back. A label is one of a closed set that the manifest publishes; its probability is rounded, so
that it is no fingerprint of the text.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from ridealong.serving.models.manifest import Manifest
from ridealong.serving.predictions import NOTHING, PredictionRecord
from ridealong.serving.tensors import NUMPY_TYPES, Array

DIGEST_BYTES: Final = 16
MOST_LABELLED_ROWS: Final = 16
DIGITS: Final = 3
DATATYPES: Final = {dtype: name for name, dtype in NUMPY_TYPES.items()}

Value = bool | int | float | str


def describe(record: PredictionRecord, key: bytes, *, most_value_bytes: int) -> dict[str, object]:
    """A record as plain values for an event: the inputs as a digest under this key.

    `inputs`, with at most so many bytes of values, only where the manifest says
    `"payload_log": {"inputs": "values"}`. `outputs`: the likeliest classes.
    """
    manifest = record.manifest
    shows_values = manifest.payload_log.inputs == "values"
    return {
        "prediction_id": record.prediction_id,
        "model": record.model,
        "model_version": record.version,
        "rows": record.rows,
        "input_digest": digest_inputs(record.inputs, key),
        "took_ms": milliseconds(record.took_s),
        "failure": record.failure,
        "route": record.route,
        "queued_ms": None if record.queued_s is None else milliseconds(record.queued_s),
        "batch_rows": record.batch_rows,
        "batch_requests": record.batch_requests,
        "outputs": top_labels(manifest, record.outputs),
        "inputs": show_inputs(record.inputs, most_value_bytes) if shows_values else (),
    }


def milliseconds(seconds: float) -> float:
    """To the microsecond."""
    return round(seconds * 1000, 3)


def digest_inputs(inputs: Mapping[str, Array], key: bytes) -> str:
    """Equal inputs, equal digest; keyed, or a short text could be guessed from it."""
    digest = hashlib.blake2b(key=key, digest_size=DIGEST_BYTES)
    for name in sorted(inputs):
        array = inputs[name]
        digest.update(f"{name}{array.dtype}{array.shape}".encode())
        if array.dtype.hasobject:
            for item in array.ravel().tolist():
                content = item if isinstance(item, bytes) else item.encode(errors="surrogatepass")
                digest.update(len(content).to_bytes(8, "little") + content)
        else:
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def show_inputs(inputs: Mapping[str, Array], most_bytes: int) -> list[dict[str, object]]:
    """The inputs' values, in all at most so many bytes as JSON; the rest is cut and marked."""
    left = most_bytes
    shown: list[dict[str, object]] = []
    for name, array in inputs.items():
        values, left = first_values(array, left)
        shown.append(
            {
                "name": name,
                "datatype": DATATYPES[array.dtype],
                "shape": array.shape,
                "values": values,
                "is_truncated": left < 0,
            }
        )
        left = max(left, 0)
    return shown


def first_values(array: Array, most_bytes: int) -> tuple[list[Value], int]:
    """Values, row-major, and the bytes left; below zero: there are more, or a text was cut."""
    left = most_bytes
    values: list[Value] = []
    for value in readable(array, most_bytes):
        cost = json_bytes(value)
        if cost > left:
            if isinstance(value, str) and (head := cut_text(value, left)):
                values.append(head)
            return values, -1
        values.append(value)
        left -= cost
    return values, left if len(values) == array.size else -1


def readable(array: Array, most: int) -> Iterator[Value]:
    """The first values as JSON can carry them.

    Floats in the fewest digits that read back as the same number of their datatype.
    """
    for item in array.ravel()[:most]:
        if isinstance(item, bytes):
            yield item.decode(errors="backslashreplace")
        elif isinstance(item, str):
            yield item.encode(errors="backslashreplace").decode()
        elif array.dtype.kind == "f":
            yield float(str(item)) if math.isfinite(item) else name_of_infinity(float(item))
        else:
            yield item.item()


def name_of_infinity(number: float) -> str:
    """A number that JSON has no word for."""
    if math.isnan(number):
        return "NaN"
    return "Infinity" if number > 0 else "-Infinity"


def json_bytes(value: Value) -> int:
    """About what it takes in JSON, its comma included."""
    if isinstance(value, str):
        return len(value.encode()) + 3
    return len(str(value)) + 1


def cut_text(text: str, most_bytes: int) -> str:
    """Its head, whole characters only."""
    return text.encode()[: max(0, most_bytes - 3)].decode(errors="ignore")


def keep_labelled(manifest: Manifest, outputs: Mapping[str, Array]) -> Mapping[str, Array]:
    """Copies of the first rows of [n, k] outputs whose classes the manifest names; nothing else."""
    if not outputs:
        return NOTHING
    return {
        tensor.name: scores[:MOST_LABELLED_ROWS].copy()
        for tensor in manifest.outputs
        if tensor.labels is not None
        and (scores := outputs.get(tensor.name)) is not None
        and scores.ndim == 2
    }


def top_labels(manifest: Manifest, kept: Mapping[str, Array]) -> list[dict[str, object]]:
    """For every [n, k] output of scores for k classes; scores that are NaN have no winner.

    A manifest whose labels say who somebody is says `"payload_log": {"outputs": "none"}`.
    """
    if getattr(manifest.payload_log, "outputs", "labels") == "none":
        return []
    labels = {tensor.name: tensor.labels for tensor in manifest.outputs if tensor.labels}
    return [
        {"output": name, "labels": label_rows(scores, labels[name])}
        for name, scores in kept.items()
        if scores.dtype.kind == "f"
        and scores.shape[1] == len(labels[name])
        and not np.isnan(scores).any()
    ]


def label_rows(scores: Array, labels: tuple[str, ...]) -> list[dict[str, object]]:
    """The winner of each row. Scores outside of 0 to 1 are no probabilities and are left out."""
    return [
        {
            "label": labels[place],
            "probability": round(float(score), DIGITS) if 0 <= score <= 1 else None,
        }
        for place, score in zip(scores.argmax(axis=1), scores.max(axis=1), strict=True)
    ]
