"""Parts of models in memory, each once: two pipelines on one encoder open it once."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from ridealong.serving.errors import ModelUnusable

PartT = TypeVar("PartT")

BAD_GRAPH = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoModel,
    ort_errors.NoSuchFile,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)


class SharedParts:
    """Parts by the digest of what they are made from. A part lives as long as a model holds it."""

    def __init__(self) -> None:
        self._parts: WeakValueDictionary[tuple[object, ...], Any] = WeakValueDictionary()
        self._lock = Lock()

    def open(self, key: tuple[object, ...], make: Callable[[], PartT]) -> PartT:
        """The part of this key, made only if nobody holds it."""
        with self._lock:
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = make()
            return cast("PartT", part)

    def __len__(self) -> int:
        return len(self._parts)


def open_session(path: Path, threads: int = 1) -> ort.InferenceSession:
    """A graph on a fixed number of threads. Idle ones sleep; spinning would rob other services."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    # An arena keeps the room of the longest text for ever and was measured to gain nothing.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except BAD_GRAPH as error:
        raise ModelUnusable(
            f"{path.name} is not a graph that can be run ({type(error).__name__})"
        ) from error
