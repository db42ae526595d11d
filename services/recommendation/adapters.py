"""The vectors of the articles: asked of `inference` once, and kept in a file."""

import asyncio
import base64
import binascii
import json
import logging
import math
import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ridealong.chassis.calls import read_reply
from ridealong.chassis.errors import ServiceError
from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.contract import Reply
from ridealong.contracts.nlp import Embedding
from ridealong.knowledge.shelf import Floats, Shelf
from services.recommendation.errors import EncoderUnavailable, VectorMalformed
from services.recommendation.settings import Settings

logger = logging.getLogger(__name__)


class Tensor(Reply):
    """One output of the Open Inference Protocol, as JSON."""

    name: str
    shape: tuple[int, ...]
    data: list[float]


class Inference(Reply):
    """The answer to `/v2/models/<name>/infer`, as far as it is read here."""

    model_version: str = ""
    outputs: tuple[Tensor, ...]


class ArticleVectors:
    """One matrix per encoder, a row per passage. Until it is there, messages do without."""

    def __init__(self, shelf: Shelf, sidecar: Sidecar, settings: Settings) -> None:
        self._shelf = shelf
        self._sidecar = sidecar
        self._settings = settings
        self._matrices: dict[str, Floats] = {}
        self._versions: dict[str, str] = {}
        self._give_up_at = time.monotonic() + settings.wait_for_vectors_s

    @property
    def is_complete(self) -> bool:
        """Whether every encoder's matrix is there."""
        return all(model in self._matrices for model in self._settings.encoders)

    @property
    def is_waited_for(self) -> bool:
        """Whether it still pays to wait; afterwards suggestions go by intent and words alone."""
        return not self.is_complete and time.monotonic() < self._give_up_at

    def compare(self, embedding: Embedding | None) -> Floats | None:
        """How near each passage is to the message; None where either side has no vector."""
        if embedding is None or embedding.model not in self._matrices:
            return None
        matrix = self._matrices[embedding.model]
        near: Floats = matrix @ decode_vector(embedding, matrix.shape[1])
        return near

    async def keep_fresh(self) -> None:
        """Until cancelled: learn what is missing, then look whether a model has changed."""
        while True:
            for model in self._settings.encoders:
                await self._try_to_learn(model)
            pause_s = (
                self._settings.look_again_s if self.is_complete else self._settings.ask_again_s
            )
            await asyncio.sleep(pause_s)

    async def _try_to_learn(self, model: str) -> None:
        try:
            await self.learn(model)
        except (ServiceError, OSError) as error:
            failure = type(error).__name__
            logger.info("article vectors not refreshed", extra={"model": model, "error": failure})

    async def learn(self, model: str) -> None:
        """Have the vectors this model makes now. One passage tells its version; a file may do."""
        version, _ = await self._encode(model, self._shelf.passages[:1])
        if self._versions.get(model) == version:
            return
        path = self._path(model, version)
        matrix = await asyncio.to_thread(read_matrix, path, len(self._shelf.passages))
        is_new = matrix is None
        if matrix is None:
            matrix = await self._encode_all(model, version)
        self._matrices[model], self._versions[model] = matrix, version
        logger.info("article vectors ready", extra={"model": model, "version": version})
        if is_new:
            await asyncio.to_thread(keep_matrix, path, matrix)

    def _path(self, model: str, version: str) -> Path:
        name = re.sub(r"[^\w.-]", "_", f"{model}-{version}-{self._shelf.digest[:16]}.npy")
        return self._settings.vectors_folder / name

    async def _encode_all(self, model: str, version: str) -> Floats:
        step = self._settings.encode_at_once
        parts = []
        for start in range(0, len(self._shelf.passages), step):
            made_by, part = await self._encode(model, self._shelf.passages[start : start + step])
            if made_by != version:
                raise EncoderUnavailable("the model changed while the articles were read")
            parts.append(part)
        return np.concatenate(parts)

    async def _encode(self, model: str, passages: Sequence[str]) -> tuple[str, Floats]:
        text = {
            "name": "text",
            "datatype": "BYTES",
            "shape": [len(passages)],
            "data": list(passages),
        }
        body = json.dumps({"inputs": [text], "outputs": [{"name": "embedding"}]}).encode()
        answer = await self._sidecar.call(
            "inference",
            f"/v2/models/{model}/infer",
            body,
            headers={"content-type": "application/json"},
            timeout_s=self._settings.encode_timeout_s,
        )
        reply = read_reply("inference", answer, Inference)
        return reply.model_version, read_vectors(reply, len(passages))


def read_vectors(reply: Inference, rows: int) -> Floats:
    """The `embedding` output as a matrix of unit rows."""
    for output in reply.outputs:
        is_whole = output.shape[:1] == (rows,) and math.prod(output.shape) == len(output.data)
        if output.name == "embedding" and is_whole:
            return np.asarray(output.data, dtype=np.float32).reshape(rows, -1)
    raise EncoderUnavailable("inference answered without an embedding for every passage")


def decode_vector(embedding: Embedding, size: int) -> Floats:
    """The message's vector; what is not one is refused without showing it."""
    try:
        vector = np.frombuffer(base64.b64decode(embedding.vector, validate=True), dtype="<f4")
    except (binascii.Error, ValueError) as error:
        raise VectorMalformed("the vector is not base64 of float32 values") from error
    if vector.shape != (size,) or not np.isfinite(vector).all():
        raise VectorMalformed(f"the vector is not {size} finite numbers")
    return vector


def read_matrix(path: Path, rows: int) -> Floats | None:
    """A kept matrix; None where there is none, or where it is not whole."""
    try:
        matrix: Floats = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return (
        matrix if matrix.ndim == 2 and len(matrix) == rows and np.isfinite(matrix).all() else None
    )


def keep_matrix(path: Path, matrix: Floats) -> None:
    """Written beside and moved into place: another replica never reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{time.time_ns()}")
    with beside.open("wb") as file:
        np.save(file, matrix)
    beside.replace(path)
