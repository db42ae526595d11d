"""What the start tells: models and their states, addresses, and a line to try it with."""

import json
import shlex
from collections.abc import Iterable
from math import prod
from typing import Any, Final

from ridealong.serving.alone.options import Options
from ridealong.serving.alone.sockets import Doors, address_of, port_of
from ridealong.serving.models.store import IndexEntry, State
from ridealong.serving.server import ModelServer

MOST_EXAMPLE_VALUES: Final = 128
EXAMPLE_TEXT: Final = "where is my order?"


def start_report(server: ModelServer, options: Options, doors: Doors, took_s: float) -> list[str]:
    """All of it, line by line."""
    url = f"http://{address_of(options.host, port_of(doors.rest))}"
    rpc = [] if doors.rpc_port is None else [f"gRPC     {address_of(options.host, doors.rpc_port)}"]
    return [
        f"models in {options.models}, loaded in {took_s:.1f} s:",
        *loaded_lines(server.index()),
        f"REST     {url}/v2",
        *rpc,
        f"metrics  {url}/metrics",
        f"try      {try_line(url, server)}",
    ]


def loaded_lines(entries: Iterable[IndexEntry]) -> list[str]:
    """One line a version: what serves, and why the others do not."""
    rows = [
        (entry.name, entry.version, " ".join(filter(None, (entry.state.lower(), entry.reason))))
        for entry in entries
    ]
    wide = max((len(name) for name, _, _ in rows), default=0)
    return [f"  {name:<{wide}}  {version:>3}  {state}" for name, version, state in rows]


def try_line(url: str, server: ModelServer) -> str:
    """A command that gets an answer from the model that is easiest to ask."""
    ready = [entry for entry in server.index() if entry.state is State.READY]
    asks = [(entry.name, example_request(server.metadata(entry.name))) for entry in ready]
    small = [(name, ask) for name, ask in asks if ask is not None]
    if not small:
        return f"curl {url}/v2/models/{ready[0].name}"
    name, ask = min(small, key=lambda pair: len(json.dumps(pair[1])))
    body = shlex.quote(json.dumps(ask, separators=(",", ":")))
    return f"curl {url}/v2/models/{name}/infer -d {body}"


def example_request(metadata: dict[str, Any]) -> dict[str, Any] | None:
    """One row of zeros or a short text for each input; None where that would be long."""
    inputs = []
    for spec in metadata["inputs"]:
        shape = [max(size, 1) for size in spec["shape"]]
        if prod(shape) > MOST_EXAMPLE_VALUES:
            return None
        value = {"BYTES": EXAMPLE_TEXT, "BOOL": False}.get(spec["datatype"], 0)
        inputs.append(
            {
                "name": spec["name"],
                "datatype": spec["datatype"],
                "shape": shape,
                "data": [value] * prod(shape),
            }
        )
    return {"inputs": inputs}
