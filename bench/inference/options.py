"""Options that several benchmarks take, said once."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.inference.peers import SCRATCH
from bench.inference.servers import COMMAND


def parser(module: str, description: str | None) -> argparse.ArgumentParser:
    """A parser that shows the module's own text, examples included."""
    made = argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--scratch",
        type=lambda given: Path(given).resolve(),
        default=SCRATCH,
        help="folder for virtual environments, models, logs and results (default: var/peers)",
    )
    made.add_argument(
        "--command",
        default=COMMAND,
        help="how our server is started; {python}, {models}, {port} and {grpc_port} are filled in "
        "(default: %(default)s)",
    )
    return made


def add_repeats(made: argparse.ArgumentParser, *, duration: int) -> None:
    """How often and how long."""
    made.add_argument("--repeats", type=int, default=3, help="interleaved repeats (default: 3)")
    made.add_argument(
        "--duration",
        type=int,
        default=duration,
        help="seconds of load for one figure (default: %(default)s)",
    )


def one_of(names: Sequence[str], given: str) -> list[str]:
    """Names out of a list with commas; raises `argparse.ArgumentTypeError` for another name."""
    chosen = [name for name in given.split(",") if name]
    if unknown := set(chosen) - set(names):
        raise argparse.ArgumentTypeError(
            f"{', '.join(sorted(unknown))} is not one of {', '.join(names)}"
        )
    return chosen
