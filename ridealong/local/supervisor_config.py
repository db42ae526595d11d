"""Writes the configuration of supervisord, which keeps everything running."""

import shlex
import sys
from collections.abc import Iterable, Mapping

from ridealong.local.places import ROOT, Places
from ridealong.local.programs import Program

# The order of starting; supervisord stops in the reverse order, each group whole before the next.
GROUPS = ("broker", "control", "sidecars", "apps")
LOG_BYTES = 10_000_000


def supervisor_config(programs: Iterable[Program], places: Places) -> str:
    """The whole file. Tokens are not in it: processes inherit them from supervisord."""
    programs = list(programs)
    sections = [_server(places), _pairing(places)]
    sections += [_program(program, places) for program in programs]
    for priority, group in enumerate(GROUPS, start=1):
        members = [program.name for program in programs if program.group == group]
        if members:
            settings = {"programs": ",".join(members), "priority": str(priority * 10)}
            sections.append(_section(f"group:{group}", settings))
    return "\n".join(sections)


def _server(places: Places) -> str:
    socket = _verbatim(str(places.socket))
    return "\n".join(
        [
            _section("unix_http_server", {"file": socket, "chmod": "0600"}),
            _section(
                "supervisord",
                {
                    "logfile": _verbatim(str(places.logs / "supervisord.log")),
                    "logfile_maxbytes": str(LOG_BYTES),
                    "logfile_backups": "1",
                    "pidfile": _verbatim(str(places.run / "supervisord.pid")),
                    "childlogdir": _verbatim(str(places.logs)),
                    "directory": _verbatim(str(places.folder)),
                    "nodaemon": "true",
                    "silent": "true",
                    "umask": "077",
                },
            ),
            _section(
                "rpcinterface:supervisor",
                {
                    "supervisor.rpcinterface_factory": (
                        "supervisor.rpcinterface:make_main_rpcinterface"
                    )
                },
            ),
        ]
    )


def _pairing(places: Places) -> str:
    command = (sys.executable, "-m", "ridealong.local.pairing", str(places.starts))
    return _section(
        "eventlistener:pairing",
        {
            "command": _verbatim(shlex.join(command)),
            "directory": _verbatim(str(ROOT)),
            "events": "PROCESS_STATE_STARTING,PROCESS_STATE_EXITED",
            "buffer_size": "1000",
            "autorestart": "true",
            "stdout_logfile": "NONE",
            "stderr_logfile": _verbatim(str(places.logs / "pairing.log")),
        },
    )


def _program(program: Program, places: Places) -> str:
    return _section(
        f"program:{program.name}",
        {
            "command": _verbatim(shlex.join(program.command)),
            "directory": _verbatim(str(program.directory)),
            "environment": _environment(program.environment),
            "autostart": "false",
            "autorestart": "true",
            "startsecs": "1",
            # Each try waits a second longer than the one before: more than an hour in all.
            "startretries": "100",
            "stopsignal": "TERM",
            "stopwaitsecs": str(program.stop_wait_s),
            "stopasgroup": "false",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": _verbatim(str(places.logs / f"{program.name}.log")),
            "stdout_logfile_maxbytes": str(LOG_BYTES),
            "stdout_logfile_backups": "3",
        },
    )


def _section(name: str, settings: Mapping[str, str]) -> str:
    return "\n".join([f"[{name}]", *(f"{key}={value}" for key, value in settings.items()), ""])


def _environment(variables: Mapping[str, str]) -> str:
    quoted = []
    for key, value in variables.items():
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        quoted.append(f'{key}="{_verbatim(escaped)}"')
    return ",".join(quoted)


def _verbatim(value: str) -> str:
    # supervisord expands %(...)s, and takes " ;" for the start of a comment.
    return value.replace("%", "%%").replace(" ;", ' ";"')
