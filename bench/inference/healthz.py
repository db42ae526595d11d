"""How long `/healthz` takes to answer while the server is at full load.

wrk keeps the server busy from 64 connections, with a model that runs on the event loop and with one
that needs 3 ms on a thread; meanwhile one caller asks `/healthz` fifty times a second.

    python -m bench.inference.healthz
    python -m bench.inference.healthz --repeats 1 --duration 4
"""

import http.client
import json
import os
import subprocess
import time
from argparse import Namespace
from pathlib import Path
from typing import Final

import numpy as np

from bench.inference.findings import Finding, Part, at_most, digits, quantile, spread
from bench.inference.graphs import PLACES, busy_for, write_repository
from bench.inference.options import add_repeats, parser
from bench.inference.peers import LUA, need_wrk, prepare
from bench.inference.report import print_findings, print_part
from bench.inference.servers import Running, serving_models
from bench.inference.traffic import row_body

CALLERS: Final = 64
EVERY_S: Final = 0.02
SETTLE_S: Final = 0.5
MODEL_MS: Final = 3.0
AIM: Final = at_most(50)
HEAD: Final = ("load", "model req/s", "asked", "p50 ms", "p99 ms", "slowest ms")


def measure(args: Namespace) -> Part:
    """The slowest answer of each repeat is what is held against the aim."""
    need_wrk()
    prepare(args.scratch, ("build",))
    graphs = {"text": args.scratch / "models" / "text.onnx", "busy": busy_for(MODEL_MS)}
    models = write_repository(args.scratch / "healthz" / "models", graphs)
    bodies = write_bodies(args.scratch)
    part = Part("/healthz under full load", head=HEAD)
    slowest: dict[str, list[float]] = {name: [] for name in bodies}
    with serving_models(args.command, models, args.scratch / "run" / "healthz.log") as server:
        for _ in range(args.repeats):
            for name, path in bodies.items():
                took_ms, rate = under_load(server, name, path, args.duration)
                slowest[name].append(max(took_ms))
                part.rows.append(row(name, took_ms, rate))
    for name, found in slowest.items():
        what = f"/healthz while {name} is at full load: slowest answer, ms"
        part.findings.append(Finding(what, str(CALLERS), spread(found), AIM))
    return part


def write_bodies(scratch: Path) -> dict[str, Path]:
    """What wrk sends to each model, one request a line."""
    samples = json.loads((scratch / "models" / "samples.json").read_text())["text"]
    tensor = {"name": "text", "shape": [1, 1], "datatype": "BYTES"}
    texts = [json.dumps({"inputs": [{**tensor, "data": [one["input"]]}]}) for one in samples]
    values = np.random.default_rng(5).normal(size=(1, PLACES)).astype(np.float32)
    bodies = {"text": "\n".join(texts), "busy": row_body(values).decode()}
    paths = {name: scratch / "healthz" / f"{name}.bodies" for name in bodies}
    for name, path in paths.items():
        path.write_text(bodies[name] + "\n")
    return paths


def under_load(
    server: Running, model: str, bodies: Path, seconds: int
) -> tuple[list[float], float]:
    """Milliseconds of each `/healthz` while wrk runs, and the rate that wrk had."""
    command = ["wrk", "-t1", f"-c{CALLERS}", f"-d{seconds}s", "--latency", "-s", str(LUA)]
    command.append(f"{server.url}/v2/models/{model}/infer")
    load = subprocess.Popen(
        command, env={**os.environ, "BODIES": str(bodies)}, stdout=subprocess.PIPE, text=True
    )
    try:
        time.sleep(SETTLE_S)
        took_ms = probe(server.port, seconds - 2 * SETTLE_S)
        out, _ = load.communicate(timeout=seconds + 30)
    finally:
        load.kill()
    line = next(line for line in out.splitlines() if line.startswith("JSON "))
    seen = json.loads(line.removeprefix("JSON "))
    return took_ms, (seen["requests"] - seen["err_status"]) / seen["seconds"]


def probe(port: int, seconds: float) -> list[float]:
    """Milliseconds of `GET /healthz`, asked at a steady pace on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    took_ms = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        took_ms.append(1000 * (time.perf_counter() - began))
        if answer.status >= 400:
            raise RuntimeError(f"/healthz answered {answer.status}")
        time.sleep(EVERY_S)
    connection.close()
    return took_ms


def row(name: str, took_ms: list[float], rate: float) -> list[str]:
    """One measurement."""
    figures = (quantile(took_ms, 0.5), quantile(took_ms, 0.99), max(took_ms))
    return [name, digits(rate), str(len(took_ms)), *map(digits, figures)]


def main() -> None:
    made = parser("bench.inference.healthz", __doc__)
    add_repeats(made, duration=8)
    part = measure(made.parse_args())
    print_part(part)
    print_findings(part.findings)


if __name__ == "__main__":
    main()
