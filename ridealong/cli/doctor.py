"""`ridealong doctor`: everything that keeps Ridealong from running, before a start."""

import json
from dataclasses import asdict

import typer
from rich.table import Table

from ridealong.cli.options import DEFAULT_FILE, AsJson, RunFile, console
from ridealong.local.checkup import Finding, Grade, examine

COLOURS = {Grade.OK: "green", Grade.NOTE: "yellow", Grade.WRONG: "red"}


def command(file: RunFile = DEFAULT_FILE, *, as_json: AsJson = False) -> None:
    """Look at Python, Dapr, Go, ports, models, disk, memory and stale processes.

    Ends with 1 where something is wrong.

    Examples:

        ridealong doctor
        ridealong doctor --json | jq '.[] | select(.grade == "wrong")'
    """
    findings = examine(file)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        console.print(_table(findings))
    if any(finding.grade is Grade.WRONG for finding in findings):
        raise typer.Exit(1)


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("", "looked at", "found", "what to do"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        colour = COLOURS[finding.grade]
        grade = f"[{colour}]{finding.grade}[/{colour}]"
        table.add_row(grade, finding.subject, finding.what, finding.remedy)
    return table
