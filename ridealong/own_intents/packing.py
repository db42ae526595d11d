"""Heads and examples as bytes of JSON: arrays as NumPy's own format, never pickled."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ridealong.own_intents.examples import Example
from ridealong.own_intents.fitting import OwnHead
from ridealong.own_intents.head import Side
from ridealong.own_intents.views import Matrix

Arrays = Mapping[str, NDArray[Any]]


class PackedSide(BaseModel):
    """The numbers of a side that are no arrays."""

    model_config = ConfigDict(frozen=True)

    uses_english: bool
    temperature: float
    shift: float
    centres: int


class PackedHead(BaseModel):
    """A head; `arrays` in base64."""

    model_config = ConfigDict(frozen=True)

    labels: tuple[str, ...]
    thresholds: dict[str, float]
    sides: tuple[PackedSide, PackedSide]
    arrays: str


class PackedExamples(BaseModel):
    """Some examples with their vectors."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    examples: tuple[Example, ...]
    arrays: str


def pack_examples(examples: Sequence[Example], english: Matrix, multilingual: Matrix) -> bytes:
    """Half precision moves a unit vector by less than a quantised encoder does."""
    arrays = pack({"english": english, "multilingual": multilingual})
    return PackedExamples(examples=tuple(examples), arrays=arrays).model_dump_json().encode()


def unpack_examples(packed: bytes) -> tuple[tuple[Example, ...], Matrix, Matrix]:
    """The examples, and the vectors of both encoders, one row for each."""
    found = PackedExamples.model_validate_json(packed)
    arrays = unpack(found.arrays)
    return found.examples, arrays["english"], arrays["multilingual"]


def pack_head(head: OwnHead) -> bytes:
    """A head as it is kept."""
    arrays: dict[str, NDArray[Any]] = {}
    for number, side in enumerate((head.english, head.other)):
        arrays |= {
            f"{number}.weight": side.weight,
            f"{number}.bias": side.bias,
            f"{number}.rarity": side.rarity,
        } | {f"{number}.centre.{place}": each for place, each in enumerate(side.centres)}
    sides = tuple(
        PackedSide(
            uses_english=side.uses_english,
            temperature=side.temperature,
            shift=side.shift,
            centres=len(side.centres),
        )
        for side in (head.english, head.other)
    )
    packed = PackedHead(
        labels=head.labels,
        thresholds=dict(head.thresholds),
        sides=(sides[0], sides[1]),
        arrays=pack(arrays),
    )
    return packed.model_dump_json().encode()


def unpack_head(packed: bytes) -> OwnHead:
    """The same head, in half precision."""
    found = PackedHead.model_validate_json(packed)
    arrays = unpack(found.arrays)
    english, other = (
        Side(
            side.uses_english,
            arrays[f"{number}.weight"],
            arrays[f"{number}.bias"],
            arrays[f"{number}.rarity"],
            tuple(arrays[f"{number}.centre.{place}"] for place in range(side.centres)),
            side.temperature,
            side.shift,
        )
        for number, side in enumerate(found.sides)
    )
    return OwnHead(found.labels, english, other, found.thresholds)


def pack(arrays: Arrays) -> str:
    """Base64 of an `.npz`."""
    file = io.BytesIO()
    halves: dict[str, Any] = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez(file, allow_pickle=False, **halves)
    return base64.b64encode(file.getvalue()).decode()


def unpack(packed: str) -> dict[str, Matrix]:
    """In single precision again."""
    with np.load(io.BytesIO(base64.b64decode(packed)), allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}
