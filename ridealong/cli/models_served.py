"""A model asked by the running system, over a sidecar, or by the same engine in this process."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np

from ridealong.cli.peers import Peer, ServiceSaysNo, with_peer
from ridealong.contracts.contract import Reply, Request
from ridealong.learning import places
from ridealong.learning.evaluation import Answered, Evaluation, evaluate
from ridealong.learning.evaluation_labels import Described, Wishes
from ridealong.learning.evaluation_rows import LabelledFile
from ridealong.learning.evaluation_served import InProcess
from ridealong.learning.metrics_bootstrap import Matrix

TEXT: Final = "text"
SERVER: Final = "inference"
ADVICE: Final = "see `ridealong status`, or ask the models on disk with --offline"
BRING_UP: Final = "bring up the version that this command belongs to"
# During a canary one and the same version answers all rows.
ROUTING_KEY: Final = "ridealong models evaluate"


class AskedInput(Request):
    """Texts, as the protocol wants them."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    data: tuple[str, ...]


class AskedOutput(Request):
    """An output that is wanted."""

    name: str


class AskInference(Request):
    """One inference request."""

    inputs: tuple[AskedInput, ...]
    outputs: tuple[AskedOutput, ...]
    parameters: Mapping[str, str]


class GivenOutput(Reply):
    """One tensor, row after row."""

    name: str
    shape: tuple[int, ...]
    data: tuple[float, ...]


class InferenceGiven(Reply):
    """One inference answer."""

    model_version: str
    outputs: tuple[GivenOutput, ...]


class OutputParameters(Reply):
    """What a model says of an output beside its shape."""

    labels: tuple[str, ...] = ()


class ShownTensor(Reply):
    """An input or output of a model."""

    name: str
    parameters: OutputParameters = OutputParameters()


class ModelShown(Reply):
    """A model's metadata."""

    inputs: tuple[ShownTensor, ...]
    outputs: tuple[ShownTensor, ...]


class OverSidecar:
    """`Served` by the running system."""

    def __init__(self, peer: Peer, name: str) -> None:
        self._peer = peer
        self._name = name
        self._path = f"/v2/models/{quote(name, safe='')}"

    async def describe(self) -> Described:
        """Labels by output; none where the model does not read texts."""
        shown = await self._peer.ask("GET", self._path, ModelShown)
        if [tensor.name for tensor in shown.inputs] != [TEXT]:
            return Described(self._name, {})
        labels = {tensor.name: tensor.parameters.labels for tensor in shown.outputs}
        return Described(self._name, {name: said for name, said in labels.items() if said})

    async def answer(self, texts: Sequence[str], outputs: Sequence[str]) -> Answered:
        """One request with many rows."""
        rows = AskedInput(name=TEXT, datatype="BYTES", shape=(len(texts),), data=tuple(texts))
        wanted = tuple(AskedOutput(name=name) for name in outputs)
        request = AskInference(
            inputs=(rows,), outputs=wanted, parameters={"routing_key": ROUTING_KEY}
        )
        given = await self._peer.ask("POST", f"{self._path}/infer", InferenceGiven, request=request)
        found = {output.name: read_matrix(output, len(texts)) for output in given.outputs}
        if missing := set(outputs) - set(found):
            raise ServiceSaysNo(f"inference left out {', '.join(sorted(missing))}", BRING_UP)
        return Answered(given.model_version, found)


def read_matrix(output: GivenOutput, rows: int) -> Matrix:
    """Rows x labels."""
    if (
        len(output.shape) != 2
        or output.shape[0] != rows
        or np.prod(output.shape) != len(output.data)
    ):
        raise ServiceSaysNo(f"inference gave {output.name} in a shape we do not know", BRING_UP)
    return np.array(output.data, dtype=np.float32).reshape(output.shape)


async def ask_engine(name: str, rows: LabelledFile, wishes: Wishes) -> Evaluation:
    """By the model store of this checkout."""
    async with InProcess(name, places.STORE) as served:
        return await evaluate(served, rows, wishes)


def ask_system(name: str, rows: LabelledFile, wishes: Wishes, run_file: Path) -> Evaluation:
    """By `inference`, wherever the run file says that its sidecar listens."""

    async def work(peer: Peer) -> Evaluation:
        return await evaluate(OverSidecar(peer, name), rows, wishes)

    return with_peer(run_file, SERVER, work, advice=ADVICE)
