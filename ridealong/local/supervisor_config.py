"""Writes the configuration of supervisord, which keeps everything running."""

import re
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence

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
            "command": _quoted(command),
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
            "command": _quoted((*_environment(program.environment), *program.command)),
            "directory": _verbatim(str(program.directory)),
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


def _environment(variables: Mapping[str, str]) -> tuple[str, ...]:
    # supervisord's own `environment` cannot carry every value; env(1) then becomes the program.
    return ("/usr/bin/env", *(f"{key}={value}" for key, value in variables.items()))


def _quoted(command: Sequence[str]) -> str:
    # " ;" and " #" would begin a comment: between two pieces of one quoted word there is no space.
    return re.sub(r"\s([;#])", r" ''\1", _verbatim(shlex.join(command)))


def _verbatim(value: str) -> str:
    # supervisord expands %(...)s.
    return value.replace("%", "%%")
