"""Parts of models in memory, each once: two pipelines on one encoder open it once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from ridealong.serving.errors import ModelUnusable
from ridealong.serving.models.runner import PartKey, Weights

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
        self._parts: WeakValueDictionary[PartKey, Any] = WeakValueDictionary()
        self._sizes: dict[PartKey, int] = {}
        # An encoder opens its graph, another part, while it is made.
        self._lock = RLock()

    def open(self, key: PartKey, size: int, make: Callable[[], PartT]) -> PartT:
        """The part of this key, made only if nobody holds it.

        `size`: the bytes it is reckoned at.
        """
        with self._lock:
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = make()
                self._sizes[key] = size
            return cast("PartT", part)

    def alive(self) -> Weights:
        """Bytes by part, of all that are in memory: those of models that serve no more as well."""
        with self._lock:
            self._sizes = {key: self._sizes[key] for key in list(self._parts)}
            return self._sizes

    def __len__(self) -> int:
        return len(self._parts)


@contextmanager
def opening(name: str) -> Iterator[None]:
    """Whatever the libraries make of a bad file becomes one named failure.

    Their own messages are left out: they hold paths of this machine.
    """
    try:
        yield
    except BAD_GRAPH as error:
        raise ModelUnusable(
            f"{name} is not a graph that can be run ({type(error).__name__})"
        ) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelUnusable(f"{name} cannot be read ({type(error).__name__})") from error
    except Exception as error:
        # `tokenizers` raises the bare class, for which there is no narrower name.
        if type(error) is not Exception:
            raise
        raise ModelUnusable(f"{name} cannot be read") from error


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
    with opening(path.name):
        # The fallback would print, and try the same provider again.
        return ort.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], enable_fallback=False
        )
