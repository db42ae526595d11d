"""`ridealong serve`: the model server alone, in a process that holds nothing of this command."""

import os
import sys

import typer

MODULE = "ridealong.serving.alone"

# The server reads its own options, so that it starts without this command too; --help is one.
settings = {
    "add_help_option": False,
    "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True},
}


def command(context: typer.Context) -> None:
    """Serve a folder of ONNX models alone: no sidecar, no other service."""
    os.execv(sys.executable, [sys.executable, "-m", MODULE, *context.args])
