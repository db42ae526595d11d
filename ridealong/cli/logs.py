"""`ridealong logs`: what the processes say."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from ridealong.cli.options import DEFAULT_FILE, AsJson, RunFile
from ridealong.local.places import Places
from ridealong.local.problems import LocalProblem
from ridealong.local.readiness import tail


def command(
    service: Annotated[
        str | None, typer.Argument(help="nlp, nlp-dapr, broker, ... (default: all of them)")
    ] = None,
    file: RunFile = DEFAULT_FILE,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="The last so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Print the last lines of one log or of all, oldest first within each.

    Examples:

        ridealong logs nlp
        ridealong logs nlp-dapr --follow
        ridealong logs --json | jq 'select(.level == "ERROR")'
    """
    files = log_files(Places(file.resolve().parent), service)
    many = len(files) > 1
    for log in files:
        for line in tail(log, lines):
            typer.echo(rendered(log.stem, line, as_json=as_json, many=many))
    if follow:
        _follow(files, as_json=as_json)


def log_files(places: Places, service: str | None) -> list[Path]:
    """The files to read."""
    files = sorted(places.logs.glob("*.log"), key=lambda log: log.stem)
    chosen = [log for log in files if service in (None, log.stem)]
    if not chosen:
        known = ", ".join(log.stem for log in files) or "none yet"
        raise LocalProblem(f"there is no log of {service or 'anything'}", f"there are: {known}")
    return chosen


def rendered(name: str, line: str, *, as_json: bool, many: bool) -> str:
    """A line with the name of its process; as JSON always an object."""
    if not as_json:
        return f"{name}: {line}" if many else line
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        fields = {"message": line}
    return json.dumps({"process": name, **fields}, ensure_ascii=False)


def _follow(files: list[Path], *, as_json: bool) -> None:
    many = len(files) > 1
    positions = {log: log.stat().st_size for log in files}
    while True:
        for log, position in positions.items():
            size = log.stat().st_size if log.exists() else 0
            # A shorter file is a new one: the old one was put aside.
            start = position if size >= position else 0
            with log.open("rb") as stream:
                stream.seek(start)
                whole = stream.read().rpartition(b"\n")[0]
            for line in whole.decode(errors="replace").splitlines():
                typer.echo(rendered(log.stem, line, as_json=as_json, many=many))
            positions[log] = start + (len(whole) + 1 if whole else 0)
        time.sleep(0.3)
