"""What the command line may say. One definition for `ridealong serve` and the process itself."""

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ridealong.serving.models.versions import Versions, read_versions
from ridealong.serving.scheduling.slots import default_slots

UNITS: Final = {"": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}
UNITS_SHORT: Final = {"K": "KIB", "M": "MIB", "G": "GIB", "B": ""}
MOST_WORKERS: Final = 64
PROGRAM: Final = "ridealong serve"
LOG_LEVELS: Final = ("debug", "info", "warning", "error")
ABOUT: Final = """\
Serve a folder of ONNX models by the Open Inference Protocol v2: no sidecar, no other service,
nothing to configure. Models lie as <name>/<version>/model.onnx; a manifest.json beside one is
read where there is one."""
EXAMPLES: Final = """\
Examples:
  ridealong serve --models ./models
  ridealong serve --models ./models --port 9000 --workers 4
  ridealong serve --models ./models --versions all --max-body 16MiB

Exit codes: 0 stopped by Ctrl-C or SIGTERM; 1 nothing could be served (the line before says why);
2 the options are wrong."""


@dataclass(frozen=True)
class Options:
    """The choices of one start. Sizes in bytes, times in seconds."""

    models: Path
    host: str
    port: int
    grpc_port: int | None
    workers: int
    threads: int
    threads_per_run: int
    memory_limit: int | None
    max_body: int
    queue_limit: int
    versions: Versions
    grace_s: float
    log_level: str


def read_options(arguments: Sequence[str]) -> Options:
    """The options, or an exit with code 2 (wrong) or 0 (help shown)."""
    said = vars(option_parser().parse_args(arguments))
    if said["threads"] is None:
        said["threads"] = threads_per_worker(said["workers"])
    return Options(**said)


def threads_per_worker(workers: int) -> int:
    """Runs at once in each of several workers: what is sane for one, shared out."""
    return max(1, default_slots() // workers)


def option_parser() -> argparse.ArgumentParser:
    """Every option with its default and its help."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--models", type=Path, required=True, metavar="FOLDER", help="folder of models")
    add("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    add("--port", type=port_number, default=8000, help="REST port (default: %(default)s)")
    add(
        "--grpc-port",
        type=port_number,
        default=8001,
        metavar="PORT",
        help="gRPC port (default: %(default)s)",
    )
    add(
        "--no-grpc",
        dest="grpc_port",
        action="store_const",
        const=None,
        help="REST only; saves some memory in each worker",
    )
    add(
        "--workers",
        type=whole(1, MOST_WORKERS),
        default=1,
        metavar="N",
        help="processes that share the port; each holds every model (default: 1)",
    )
    add(
        "--threads",
        type=whole(1, 256),
        metavar="N",
        help="runs at once in each worker (default: by the machine's cores and --workers)",
    )
    add(
        "--threads-per-run",
        type=whole(1, 64),
        default=1,
        metavar="N",
        help="threads of ONNX Runtime within one run (default: 1)",
    )
    add(
        "--memory-limit",
        type=byte_count,
        metavar="SIZE",
        help="most that models may hold in each worker, such as 2GiB; who was not asked for the"
        " longest leaves, and comes back when asked for (default: no limit)",
    )
    add(
        "--max-body",
        type=byte_count,
        default=64 << 20,
        metavar="SIZE",
        help="biggest request, such as 16MiB (default: 64MiB)",
    )
    add(
        "--queue-limit",
        type=whole(1, 1_000_000),
        default=1024,
        metavar="N",
        help="requests that may wait in each worker; more are refused (default: %(default)s)",
    )
    add(
        "--versions",
        type=versions,
        default="latest",
        metavar="RULE",
        help="which versions of a model serve: latest, latest-2, all (default: %(default)s)",
    )
    add(
        "--grace",
        dest="grace_s",
        type=seconds,
        default=10.0,
        metavar="SECONDS",
        help="time for requests under way when stopped (default: 10)",
    )
    add(
        "--log-level",
        choices=LOG_LEVELS,
        default="warning",
        help="what is told on standard error (default: %(default)s)",
    )
    return parser


def byte_count(text: str) -> int:
    """`64MiB`, `2G` or plain bytes, from one KiB upwards."""
    found = re.fullmatch(r"(\d{1,15})\s*([A-Za-z]{0,3})", text)
    unit = found[2].upper() if found else ""
    unit = UNITS_SHORT.get(unit, unit)
    if found is None or unit not in UNITS or (size := int(found[1]) * UNITS[unit]) < 1 << 10:
        raise argparse.ArgumentTypeError("a size of 1KiB or more is wanted, such as 64MiB or 2GiB")
    return size


def versions(text: str) -> Versions:
    """Which versions serve where a model's manifest does not say."""
    try:
        return read_versions(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def port_number(text: str) -> int:
    """A TCP port; 0 lets the system choose."""
    return whole(0, 65535)(text)


def seconds(text: str) -> float:
    """A time from nothing to an hour."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError("seconds from 0 to 3600 are wanted")
    return value


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds."""

    def read(text: str) -> int:
        if text.isascii() and text.isdecimal() and least <= int(text[:12]) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"a whole number from {least} to {most} is wanted")

    return read
