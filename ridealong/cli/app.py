"""The `ridealong` command: one module per command, each listed once below."""

import sys
from importlib import import_module

import typer

from ridealong.chassis.errors import ServiceError
from ridealong.local.problems import LocalProblem

# Name of the command → module with a function `command` (and what Typer is told of it in
# `settings`), or with a Typer named `commands`.
MODULES = {
    "up": "ridealong.cli.up",
    "down": "ridealong.cli.down",
    "status": "ridealong.cli.status",
    "logs": "ridealong.cli.logs",
    "doctor": "ridealong.cli.doctor",
    "setup": "ridealong.cli.setup",
    "send": "ridealong.cli.send",
    "keys": "ridealong.cli.keys",
    "intents": "ridealong.cli.intents",
    "dead-letters": "ridealong.cli.dead_letters",
    "models": "ridealong.cli.models",
    "serve": "ridealong.cli.serve",
}

ridealong = typer.Typer(
    name="ridealong",
    help="AI customer support made of small services, each riding on a Dapr sidecar.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def register(name: str, module_path: str) -> None:
    """Add a command or a group of commands."""
    module = import_module(module_path)
    group = getattr(module, "commands", None)
    if isinstance(group, typer.Typer):
        ridealong.add_typer(group, name=name)
    else:
        ridealong.command(name, **getattr(module, "settings", {}))(module.command)


for _name, _module_path in MODULES.items():
    register(_name, _module_path)


def main() -> None:
    """Run the command; what is wrong with this machine is said in one line."""
    try:
        ridealong()
    except (LocalProblem, ServiceError) as problem:
        sys.exit(f"ridealong: {problem}")
