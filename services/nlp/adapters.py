"""Reads texts through `inference`, by the Open Inference Protocol and our own sidecar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic_core import from_json, to_json

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply, Sidecar
from ridealong.own_intents.readings import SCOPE, Reading, Row, Scores
from services.nlp.analyse import EMBEDDING, EMOTION, SENTIMENT
from services.nlp.errors import InferenceUnavailable, ModelMisfit

APP_ID = "inference"
MOST_VERSIONS = 64
UNREADABLE = "inference answered in a shape we do not know"

Document = dict[str, Any]


@dataclass(frozen=True)
class Raw:
    """An answer as the protocol gives it: by output, one list of numbers for each row."""

    prediction_id: str
    version: str
    outputs: Mapping[str, Sequence[Sequence[float]]]


@dataclass(frozen=True)
class Passport:
    """What a model version says of itself: labels by output, and what was calibrated with it."""

    labels: Mapping[str, tuple[str, ...]]
    label_set: str | None
    thresholds: Mapping[str, Scores]


class InferenceReader:
    """`Reader` by the model server. Labels are fetched once per model version and kept."""

    def __init__(self, sidecar: Sidecar, *, timeout_s: float = 5) -> None:
        self._sidecar = sidecar
        self._timeout_s = timeout_s
        self._timeout_us = round(timeout_s * 1_000_000)
        self._passports: dict[tuple[str, str], Passport] = {}

    async def read(
        self, model: str, texts: Sequence[str], packs: Sequence[str], tenant: str
    ) -> Reading:
        """One call for all; a label outside the model's metadata cannot come out."""
        heads = (SCOPE, SENTIMENT, EMOTION, *packs)
        body = write_request(
            texts, (EMBEDDING, *heads), {"tenant": tenant, "timeout": self._timeout_us}
        )
        raw = read_answer(await self._ask(f"/v2/models/{quote(model)}/infer", body), len(texts))
        passport = await self._passport_of(model, raw.version)
        columns = {head: name_scores(raw.outputs, passport, head) for head in heads}
        vectors = rows_of(raw.outputs, EMBEDDING)
        return Reading(
            prediction_id=raw.prediction_id,
            model=model,
            model_version=raw.version,
            rows=[
                Row(vector, {head: columns[head][place] for head in heads})
                for place, vector in enumerate(vectors)
            ],
            label_set=passport.label_set,
            thresholds=passport.thresholds,
        )

    async def embed(
        self, model: str, texts: Sequence[str], tenant: str
    ) -> tuple[Sequence[Sequence[float]], str]:
        """Vectors alone, and the version that made them."""
        body = write_request(texts, (EMBEDDING,), {"tenant": tenant, "timeout": self._timeout_us})
        raw = read_answer(await self._ask(f"/v2/models/{quote(model)}/infer", body), len(texts))
        return rows_of(raw.outputs, EMBEDDING), raw.version

    async def _passport_of(self, model: str, version: str) -> Passport:
        known = self._passports.get((model, version))
        if known is None:
            path = f"/v2/models/{quote(model)}/versions/{quote(version)}"
            known = read_passport(await self._ask(path, None))
            if len(self._passports) >= MOST_VERSIONS:
                self._passports.clear()
            self._passports[model, version] = known
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


def write_request(
    texts: Sequence[str], outputs: Sequence[str], parameters: Mapping[str, str | int]
) -> bytes:
    """One row for each text, all outputs; `timeout` spares the queue work for who has left."""
    shape = [len(texts)]
    return to_json(
        {
            "inputs": [{"name": "text", "datatype": "BYTES", "shape": shape, "data": texts}],
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


def read_answer(document: Document, rows: int) -> Raw:
    """So many rows of every output."""
    try:
        given_id = document.get("parameters", {}).get("prediction_id")
        return Raw(
            prediction_id=given_id or document["id"],
            version=document["model_version"],
            outputs={each["name"]: cut_rows(each["data"], rows) for each in document["outputs"]},
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise InferenceUnavailable(UNREADABLE) from error


def cut_rows(data: Sequence[float], rows: int) -> Sequence[Sequence[float]]:
    """Row by row what the protocol gives in one line; numbers left over belong to nobody."""
    width, left_over = divmod(len(data), rows)
    if left_over:
        raise InferenceUnavailable(UNREADABLE)
    return [data[start : start + width] for start in range(0, len(data), width)] if width else []


def read_passport(document: Document) -> Passport:
    """Outputs without labels, such as the embedding, are left out."""
    try:
        outputs = {each["name"]: each.get("parameters", {}) for each in document["outputs"]}
        labels = {name: tuple(said["labels"]) for name, said in outputs.items() if "labels" in said}
        thresholds: dict[str, dict[str, float]] = {}
        for name, said in outputs.items():
            for error_rate, threshold in said.get("conformal", {}).items():
                thresholds.setdefault(f"{float(error_rate):g}", {})[name] = float(threshold)
        label_set = document.get("parameters", {}).get("label_set") or None
        return Passport(labels, label_set, thresholds)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InferenceUnavailable(UNREADABLE) from error


def rows_of(
    outputs: Mapping[str, Sequence[Sequence[float]]], output: str
) -> Sequence[Sequence[float]]:
    """An output that was asked for and therefore must be there."""
    if not outputs.get(output):
        raise ModelMisfit(f"the model did not give {output}")
    return outputs[output]


def name_scores(
    outputs: Mapping[str, Sequence[Sequence[float]]], passport: Passport, output: str
) -> Sequence[Scores]:
    """Scores by label, row by row; a count that differs from the label set means that the two do
    not belong together.
    """
    rows, names = rows_of(outputs, output), passport.labels.get(output, ())
    if len(rows[0]) != len(names):
        raise ModelMisfit(f"the model's labels do not fit its output {output}")
    return [dict(zip(names, row, strict=True)) for row in rows]
