"""What a message costs: latency, throughput, start-up, memory, and where the time goes.

    python -m bench.live                         our own system
    python -m bench.live --chain FOLDER          beside the bare chain of empty services in FOLDER

Needs wrk on the PATH. Starts its own copy of the system on free ports and ends it. Loopback only.
"""

import argparse
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import psutil
from rich.console import Console
from rich.table import Table

from ridealong.local.build import find_or_build
from tests.system.caller import Caller
from tests.system.harness import System, running_system

console = Console(width=100)
CALLERS = (1, 4, 16)
# It waits 30 s for its sidecars, which beside a whole system may be too short.
CHAIN_TRIES = 3
SCRIPT = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer {key}"
local n = 0
request = function()
  n = n + 1
  return wrk.format(nil, "/v1/messages", nil, string.format(
    '{{"customer_id":"bench-%d","text":"Where is my order %d? I have waited for two weeks!"}}',
    n % 200, 10000 + n))
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    req_s: float
    p50_ms: float
    p99_ms: float
    refused: int


def drive(url: str, callers: int, seconds: int, script: Path) -> Load:
    """Run wrk for a while; anything but a 2xx is counted."""
    command = ["wrk", "-t1", f"-c{callers}", f"-d{seconds}s", "--latency", "-s", str(script), url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    quantiles = {
        p: float(value) * unit[name]
        for p, value, name in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", out)
    }
    rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    assert rate is not None, out
    return Load(float(rate[1]), quantiles["50"], quantiles["99"], int(refused[1]) if refused else 0)


def drive_chain(folder: Path, daprd: Path, callers: int, seconds: int) -> dict[str, Any]:
    """One point of the bare chain with 9 ms of work in it."""
    command = [sys.executable, str(folder / "chain.py"), "--daprd", str(daprd), "--work", "9"]
    command += ["--callers", str(callers), "--seconds", str(seconds)]
    for _ in range(CHAIN_TRIES):
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode == 0:
            point: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
            return point
    sys.exit(f"the bare chain does not run: {run.stderr[-500:]}")


def queued_per_second(caller: Caller, count: int) -> float:
    """Hand in a batch and wait until the last of it is answered."""
    began = time.perf_counter()
    batch_id = caller.hand_in((f"Cancel order {20000 + n}" for n in range(count)), "bench")
    while True:
        if caller.counts(batch_id).get("answered", 0) >= count:
            return count / (time.perf_counter() - began)
        time.sleep(0.2)


def memory_mib(system: System) -> dict[str, float]:
    """Proportional set size of each process."""
    names = ["broker", "placement", "scheduler"]
    names += [service.name for service in system.local.topology.apps]
    names += [f"{service.name}-dapr" for service in system.local.topology.services]
    return {name: psutil.Process(system.pid(name)).memory_full_info().pss / 2**20 for name in names}


def seconds_by_label(system: System) -> dict[tuple[str, str], float]:
    """Sums of every duration histogram of every service: (service, series) to seconds."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    pattern = re.compile(r"^(\w+_seconds)_sum\{(.*)\} (\S+)$", re.MULTILINE)
    for service in system.local.topology.apps:
        text = httpx2.get(f"{system.url(service.name)}/metrics").text
        for series, labels, value in pattern.findall(text):
            sums[service.name, f"{series} {labels}"] += float(value)
    return sums


def shares(system: System, work: Callable[[], object]) -> dict[str, float]:
    """Where the seconds of a run with one caller went: models, Dapr, and our own code.

    A hop is what a call took beyond what its callee took. State and events count what comes after
    the reply too, so our own share is told a little too small.
    """
    before = seconds_by_label(system)
    work()
    spent = {key: value - before.get(key, 0.0) for key, value in seconds_by_label(system).items()}
    whole = _total(spent, "ridealong_request_seconds", 'route="/v1/messages"')
    called = _total(spent, "ridealong_request_seconds") - whole
    heard = _total(spent, "ridealong_request_seconds", 'route="/events')
    hops = _total(spent, "ridealong_sidecar_seconds", 'operation="Invoke"') - (called - heard)
    components = _total(spent, "ridealong_sidecar_seconds", 'target="component"', but="inference")
    models = _total(spent, "ridealong_inference_run_seconds")
    own = whole - hops - components - models
    return {"models": models, "hops": hops, "state and events": components, "our own code": own}


def _total(
    spent: dict[tuple[str, str], float], series: str, label: str = "", *, but: str = ""
) -> float:
    return sum(
        value
        for (service, name), value in spent.items()
        if name.startswith(series) and label in name and service != but
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chain", type=Path, help="folder of chain.py, to be run in turn with us")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--queued", type=int, default=1000, help="messages of the batch")
    args = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench needs wrk on the PATH (Debian: apt-get install wrk)")
    daprd = find_or_build(lambda _: None).binary("daprd")
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), args, daprd)


def run(folder: Path, args: argparse.Namespace, daprd: Path) -> None:
    """Everything, on one quiet machine."""
    console.print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {psutil.cpu_count()} cores")
    began = time.perf_counter()
    with running_system(folder / "system") as system:
        start_up_s = time.perf_counter() - began
        with Caller.with_new_key(system) as caller:
            script = folder / "live.lua"
            script.write_text(SCRIPT.format(key=caller.key))
            url = system.url("gateway")
            drive(url, 4, 5, script)
            print_loads(url, script, args, daprd)
            console.print(f"queued: {queued_per_second(caller, args.queued):.0f} messages/s")
            print_shares(shares(system, lambda: drive(url, 1, args.seconds, script)))
        console.print(f"start-up: {start_up_s:.1f} s until every service was ready")
        print_memory(memory_mib(system))


def print_loads(url: str, script: Path, args: argparse.Namespace, daprd: Path) -> None:
    """Ours and, where it is there, the bare chain, in turn."""
    table = Table(
        "callers",
        "req/s",
        "p50 ms",
        "p99 ms",
        "refused",
        "chain req/s",
        "p50",
        "p99",
        "ratio p50 | p99 | req/s",
    )
    for callers in CALLERS:
        ours = drive(url, callers, args.seconds, script)
        row = [
            str(callers),
            f"{ours.req_s:.0f}",
            f"{ours.p50_ms:.1f}",
            f"{ours.p99_ms:.1f}",
            str(ours.refused),
        ]
        if args.chain:
            bare = drive_chain(args.chain, daprd, callers, args.seconds)
            again = drive(url, callers, args.seconds, script)
            p50, p99 = (ours.p50_ms + again.p50_ms) / 2, (ours.p99_ms + again.p99_ms) / 2
            rate = (ours.req_s + again.req_s) / 2
            row += [f"{bare['req_s']:.0f}", f"{bare['p50_ms']}", f"{bare['p99_ms']}"]
            ratios = (p50 / bare["p50_ms"], p99 / bare["p99_ms"], rate / bare["req_s"])
            row += [" | ".join(f"{ratio:.2f}" for ratio in ratios)]
        table.add_row(*row)
    console.print(table)


def print_shares(found: dict[str, float]) -> None:
    """In percent of what was measured inside the services."""
    whole = sum(found.values())
    parts = ", ".join(f"{name} {100 * value / whole:.0f} %" for name, value in found.items())
    console.print(f"one caller's message, by where its time goes: {parts}")


def print_memory(found: dict[str, float]) -> None:
    """PSS: shared pages are counted once, divided among those who share them."""
    table = Table("process", "PSS MiB")
    for name, value in found.items():
        table.add_row(name, f"{value:.0f}")
    table.add_row("all", f"{sum(found.values()):.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
