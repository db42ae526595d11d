"""Runs the harness of `bench/peers` with our server as one more target, and reads its figures."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.inference.graphs import write_repository
from bench.inference.servers import ROOT, environment, fill

HARNESS: Final = ROOT / "bench" / "peers"
SCRATCH: Final = ROOT / "var" / "peers"
VENVS: Final = ("build", "asgi", "mlserver", "mlserver-httptools")
WORKLOADS: Final = ("text", "gb64")
OURS: Final = "ours"
LUA: Final = HARNESS / "post.lua"


class CannotMeasure(Exception):
    """Something that the benchmark needs is not here; the message says how to get it."""


class Point(NamedTuple):
    """One load: a target, a workload, so many callers, one repeat."""

    kind: str
    target: str
    workload: str
    callers: int
    repeat: int
    req_s: float
    p50_ms: float
    p99_ms: float
    pss_mib: float
    errors: int


@dataclass(frozen=True)
class Results:
    """What a run of the harness wrote. `troubles` are failures and wrong answers, for people."""

    points: tuple[Point, ...] = ()
    troubles: tuple[str, ...] = ()

    def of(self, kind: str, target: str, workload: str, callers: int) -> list[Point]:
        """The repeats of one cell, in order."""
        wanted = (kind, target, workload, callers)
        return sorted(
            (point for point in self.points if point[:4] == wanted), key=lambda p: p.repeat
        )

    def cells(self) -> list[tuple[str, str, str, int]]:
        """What was measured, each once."""
        return list(dict.fromkeys(point[:4] for point in self.points))


def need_wrk() -> None:
    """Raises `CannotMeasure` where the load generator is missing."""
    if shutil.which("wrk") is None:
        raise CannotMeasure("wrk is not on the PATH (Debian: apt-get install wrk)")


def prepare(scratch: Path, venvs: Sequence[str] = VENVS) -> None:
    """The peers' virtual environments and the models; quick where they are there already."""
    scratch.mkdir(parents=True, exist_ok=True)
    command = [str(HARNESS / "setup.sh"), str(scratch), *venvs]
    done = subprocess.run(command, env={**os.environ, "PYTHON": sys.executable}, check=False)
    if done.returncode == 0:
        return
    has_compiler = any(shutil.which(name) for name in ("cc", "gcc", "clang"))
    hint = "" if has_compiler else "; no C compiler is on the PATH, which some package may need"
    raise CannotMeasure(f"the peers could not be set up under {scratch}{hint}")


def write_models(scratch: Path) -> Path:
    """Both models of the benchmark as a repository of ours."""
    models = scratch / "models"
    return write_repository(
        scratch / "ours" / "models", {name: models / f"{name}.onnx" for name in WORKLOADS}
    )


def write_target(scratch: Path, command: str) -> Path:
    """Our server as a target of the harness, which fills in the ports."""
    words = fill(command, models=write_models(scratch), port="{port}", grpc_port="{port1}")
    lines = [
        "[[target]]",
        f"name = {json.dumps(OURS)}",
        f"cmd = {json.dumps(words)}",
        f"cwd = {json.dumps(str(ROOT))}",
        f"env = {{ PYTHONPATH = {json.dumps(environment()['PYTHONPATH'])} }}",
        'grpc = "127.0.0.1:{port1}"',
        'path = { text = "/v2/models/text/infer", gb64 = "/v2/models/gb64/infer" }',
        f"workloads = {json.dumps(list(WORKLOADS))}",
    ]
    target = scratch / "ours" / "target.toml"
    target.write_text("\n".join(lines) + "\n")
    return target


def run_harness(
    scratch: Path, target: Path, arguments: Sequence[str], *, out: Path, only: Sequence[str]
) -> Results:
    """One run, its progress shown as it goes. Figures of an earlier run are not mixed in."""
    out.unlink(missing_ok=True)
    command = [str(scratch / "tools" / "bin" / "python"), str(HARNESS / "bench.py")]
    command += ["--scratch", str(scratch), "--out", str(out), "--only", ",".join(only)]
    command += ["--shuffle", *arguments]
    env = {**os.environ, "TARGETS": str(target)}
    if subprocess.run(command, env=env, check=False).returncode != 0:
        raise CannotMeasure("the harness did not run to its end; is another run under way?")
    return read_results(json.loads(line) for line in out.read_text().splitlines())


def read_results(rows: Iterable[dict[str, Any]]) -> Results:
    """Points and troubles of the harness's lines."""
    points: list[Point] = []
    troubles: list[str] = []
    for row in rows:
        if row["kind"] == "failed":
            troubles.append(f"{row['target']} failed: {row['error']}")
        elif row["kind"] == "start":
            troubles += wrong_answers(row)
        else:
            points.append(read_point(row))
            if row["errors"]:
                cell = f"{row['workload']} at {row['c']} callers"
                troubles.append(f"{row['target']}, {cell}: {row['errors']} errors")
    return Results(tuple(points), tuple(troubles))


def read_point(row: dict[str, Any]) -> Point:
    """One line of the harness."""
    return Point(
        kind=row["kind"],
        target=row["target"],
        workload=row["workload"],
        callers=row["c"],
        repeat=row["rep"],
        req_s=row["rps"],
        p50_ms=row["p50_ms"],
        p99_ms=row["p99_ms"],
        pss_mib=row["pss_mib"],
        errors=row["errors"],
    )


def wrong_answers(row: dict[str, Any]) -> list[str]:
    """The workloads of which not every answer was ONNX Runtime's own."""
    return [
        f"{row['target']}: wrong answers in {workload}"
        for workload, seen in row["verify"].items()
        if seen["sequential_ok"] < seen["of"] or seen["concurrent_ok"] < seen["of_concurrent"]
    ]
