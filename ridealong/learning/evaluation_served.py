"""A model of a store, opened and asked in this process by the very engine that serves it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ridealong.learning.errors import ModelUnknown
from ridealong.learning.evaluation import Answered
from ridealong.learning.evaluation_labels import Described
from ridealong.serving.errors import ModelNotFound
from ridealong.serving.protocol.requests import InferRequest
from ridealong.serving.server import open_server
from ridealong.serving.tensors import InputTensor

TEXT = "text"


class InProcess:
    """`Served` without a wire: loading, batching, tokenising, features and heads are the served.

    Use as `async with`: what runs is waited for at the end.
    """

    def __init__(self, name: str, store: Path) -> None:
        self._name = name
        self._store = store
        self._server = open_server(store, slots=1)

    async def __aenter__(self) -> "InProcess":
        """Load the model and the encoder below it."""
        try:
            await self._server.load(self._name)
        except ModelNotFound as error:
            raise ModelUnknown(
                f"no model {self._name} in {self._store}; `ridealong models build` assembles it"
            ) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of it."""
        await self._server.close()

    async def describe(self) -> Described:
        """Labels by output; none where the model does not read texts."""
        signature = self._server.find(self._name).signature
        if list(signature.inputs_by_name) != [TEXT]:
            return Described(self._name, {})
        return Described(
            self._name,
            {
                output.name: output.labels
                for output in signature.outputs
                if output.labels is not None
            },
        )

    async def answer(self, texts: Sequence[str], outputs: Sequence[str]) -> Answered:
        """As one request with many rows."""
        rows = InputTensor(TEXT, "BYTES", np.array(texts, dtype=object))
        answer = await self._server.infer(
            self._name, None, InferRequest(inputs=(rows,), outputs=tuple(outputs))
        )
        return Answered(answer.version, {name: answer.arrays[name] for name in outputs})
