"""`python -m ridealong.serving.alone --models FOLDER`: what `ridealong serve` becomes."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from ridealong.serving.alone.logs import configure_logs
from ridealong.serving.alone.options import PROGRAM, Options, read_options
from ridealong.serving.alone.problems import AloneProblem, NothingToServe
from ridealong.serving.alone.sockets import open_doors


def main(arguments: list[str]) -> None:
    """Serve until stopped. Exits with 1 and one line where that is impossible."""
    options = read_options(arguments)
    configure_logs(options.log_level)
    try:
        require_models(options.models)
        run(options, arguments)
    except AloneProblem as problem:
        sys.exit(f"{PROGRAM}: {problem}")


def require_models(folder: Path) -> None:
    """Raises `NothingToServe` where the folder is missing or holds no folder of a version."""
    if not folder.is_dir():
        raise NothingToServe(f"--models {folder} is no folder")
    if not any(path.is_dir() for path in folder.glob("*/*")):
        raise NothingToServe(
            f"no model in {folder}: models lie as <name>/<version>/model.onnx, such as mood/1/"
        )


def run(options: Options, arguments: Sequence[str]) -> None:
    """Take the port, then serve. A supervisor never loads what its workers need."""
    with open_doors(options.host, options.port, options.grpc_port) as doors:
        if options.workers == 1:
            import uvloop

            from ridealong.serving.alone.process import serve_alone

            uvloop.run(serve_alone(options, doors, say))
        else:
            from ridealong.serving.alone.supervisor import supervise

            asyncio.run(supervise(options, arguments, doors, say))


def say(lines: Sequence[str]) -> None:
    """Lines on standard output, at once, also into a pipe."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
