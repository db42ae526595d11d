"""Finds the files in which an ONNX graph keeps its weights, where it does not keep them itself.

ONNX Runtime reads them by itself and refuses those outside the graph's folder. They are listed here
to be proven by checksum, and so that two graphs of equal bytes and unequal weights are never
shared.
The `onnx` package could tell as well; it costs 30 MB of a server's memory.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final

from ridealong.serving.errors import ModelUnusable

# `TensorProto.external_data` is a list of StringStringEntryProto: field 1, eight bytes, "location";
# then field 2, the file's name, after its length in one or two bytes (onnx.proto, protobuf wire).
LOCATION: Final = re.compile(rb"\x0a\x08location\x12([\x00-\x7f]|[\x80-\xff][\x01-\x7f])")
BLOCK: Final = 1 << 20
OVERLAP: Final = 4096
LONGEST_NAME: Final = 1024


def external_files(graph: Path) -> frozenset[str]:
    """Names relative to the graph's folder. One that leads out of it makes the model unusable."""
    try:
        with graph.open("rb") as file:
            names = frozenset(find_names(file))
    except OSError as error:
        raise ModelUnusable(f"{graph.name} is missing or unreadable") from error
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or not name.isprintable():
            raise ModelUnusable(
                f"{graph.name} keeps weights outside the model's folder, or oddly named"
            )
    return names


def find_names(file: IO[bytes]) -> Iterator[str]:
    """Block by block, each with the end of the one before: what is cut there is seen whole here."""
    window = b""
    while block := file.read(BLOCK):
        window = window[-OVERLAP:] + block
        for found in LOCATION.finditer(window):
            first, *more = found[1]
            length = (first & 0x7F) | (more[0] << 7 if more else 0)
            name = window[found.end() : found.end() + length]
            if len(name) == length <= LONGEST_NAME:
                yield name.decode(errors="replace")
