"""Reads texts through `inference`, by the Open Inference Protocol and our own sidecar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic_core import from_json, to_json

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply, Sidecar
from services.nlp.analyse import EMBEDDING, EMOTION, SCOPE, SENTIMENT, Reading
from services.nlp.errors import InferenceUnavailable, ModelMisfit

APP_ID = "inference"
MOST_VERSIONS = 64
UNREADABLE = "inference answered in a shape we do not know"

Labels = Mapping[str, tuple[str, ...]]
Document = dict[str, Any]


@dataclass(frozen=True)
class Raw:
    """An answer as the protocol gives it, for one row."""

    prediction_id: str
    version: str
    rows: Mapping[str, Sequence[float]]


class InferenceReader:
    """`Reader` by the model server. Labels are fetched once per model version and kept."""

    def __init__(self, sidecar: Sidecar, *, timeout_s: float = 5) -> None:
        self._sidecar = sidecar
        self._timeout_s = timeout_s
        self._timeout_us = round(timeout_s * 1_000_000)
        self._labels: dict[tuple[str, str], Labels] = {}

    async def read(self, model: str, text: str, packs: Sequence[str], tenant: str) -> Reading:
        """One call for all heads; a label outside the model's metadata cannot come out."""
        heads = (SCOPE, SENTIMENT, EMOTION, *packs)
        body = write_request(
            text, (EMBEDDING, *heads), {"tenant": tenant, "timeout": self._timeout_us}
        )
        raw = read_answer(await self._ask(f"/v2/models/{quote(model)}/infer", body))
        labels = await self._labels_of(model, raw.version)
        return Reading(
            prediction_id=raw.prediction_id,
            model=model,
            model_version=raw.version,
            embedding=row_of(raw.rows, EMBEDDING),
            heads={head: name_scores(raw.rows, labels, head) for head in heads},
        )

    async def _labels_of(self, model: str, version: str) -> Labels:
        known = self._labels.get((model, version))
        if known is None:
            path = f"/v2/models/{quote(model)}/versions/{quote(version)}"
            known = read_labels(await self._ask(path, None))
            if len(self._labels) >= MOST_VERSIONS:
                self._labels.clear()
            self._labels[model, version] = known
        return known

    async def _ask(self, path: str, body: bytes | None) -> Document:
        method = "GET" if body is None else "POST"
        try:
            reply = await self._sidecar.call(
                APP_ID, path, body, method=method, timeout_s=self._timeout_s
            )
        except CallFailed as error:
            raise InferenceUnavailable("inference did not answer") from error
        return read_document(reply)


def write_request(text: str, outputs: Sequence[str], parameters: Mapping[str, str | int]) -> bytes:
    """One row of text, all outputs; `timeout` spares the queue work for who has left."""
    return to_json(
        {
            "inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": [text]}],
            "outputs": [{"name": output} for output in outputs],
            "parameters": parameters,
        }
    )


def read_document(reply: HttpReply) -> Document:
    """The JSON of a good answer, or the failure that the status names.

    Upstream words are not passed on.
    """
    if reply.status >= 500 or reply.status == 429:
        raise InferenceUnavailable(f"inference answered {reply.status}")
    if reply.status >= 300:
        raise ModelMisfit(
            f"inference refused with {reply.status}: a model or one of its outputs is missing"
        )
    try:
        document = from_json(reply.body)
    except ValueError as error:
        raise InferenceUnavailable(UNREADABLE) from error
    if not isinstance(document, dict):
        raise InferenceUnavailable(UNREADABLE)
    return document


def read_answer(document: Document) -> Raw:
    """The one row of every output."""
    try:
        given_id = document.get("parameters", {}).get("prediction_id")
        return Raw(
            prediction_id=given_id or document["id"],
            version=document["model_version"],
            rows={output["name"]: output["data"] for output in document["outputs"]},
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise InferenceUnavailable(UNREADABLE) from error


def read_labels(document: Document) -> Labels:
    """Label sets by output; outputs without one, such as the embedding, are left out."""
    try:
        return {
            output["name"]: tuple(output["parameters"]["labels"])
            for output in document["outputs"]
            if "labels" in output.get("parameters", {})
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise InferenceUnavailable(UNREADABLE) from error


def row_of(rows: Mapping[str, Sequence[float]], output: str) -> Sequence[float]:
    """An output that was asked for and therefore must be there."""
    if output not in rows:
        raise ModelMisfit(f"the model did not give {output}")
    return rows[output]


def name_scores(
    rows: Mapping[str, Sequence[float]], labels: Labels, output: str
) -> Mapping[str, float]:
    """Scores by label; a count that differs from the label set means that the two do not belong
    together.
    """
    scores, names = row_of(rows, output), labels.get(output, ())
    if len(scores) != len(names):
        raise ModelMisfit(f"the model's labels do not fit its output {output}")
    return dict(zip(names, scores, strict=True))
