from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from ridealong.local.places import Places
from ridealong.local.programs import Program
from ridealong.local.supervisor_config import supervisor_config

HOSTILE = [
    "plain",
    "two words",
    '"quoted"',
    "it's",
    "100%",
    "%(here)s",
    "a ; b",
    "a # b",
    "a,b=c",
    "a\\b",
]


def realized(folder: Path, programs: list[Program]) -> ServerOptions:
    """As supervisord itself reads the file."""
    places = Places(folder)
    places.make()
    places.supervisor_config.write_text(supervisor_config(programs, places))
    options = ServerOptions()
    options.realize(["-c", str(places.supervisor_config)], doc="")
    return options


def program(name: str = "nlp", group: str = "apps", **changes: str) -> Program:
    return Program(name, group, ("/bin/echo", *changes.values()), Path("/"), 5, changes)


@pytest.mark.parametrize("value", HOSTILE)
def test_what_a_program_is_given_arrives_as_it_is(tmp_path: Path, value: str) -> None:
    options = realized(tmp_path, [program(ODD=value)])
    apps = next(group for group in options.process_group_configs if group.name == "apps")
    (process,) = apps.process_configs

    command = process.make_process().get_execv_args()[1]
    assert command == ["/usr/bin/env", f"ODD={value}", "/bin/echo", value]


def test_groups_start_in_order_and_therefore_stop_in_reverse(tmp_path: Path) -> None:
    programs = [program(name, name) for name in ("apps", "sidecars", "control", "broker")]
    options = realized(tmp_path, programs)
    ordered = sorted(options.process_group_configs, key=lambda group: group.priority)

    assert [group.name for group in ordered] == ["pairing", "broker", "control", "sidecars", "apps"]


def test_everything_is_restarted_always(tmp_path: Path) -> None:
    options = realized(tmp_path, [program()])
    apps = next(group for group in options.process_group_configs if group.name == "apps")
    (process,) = apps.process_configs

    assert process.autorestart.__name__ == "RestartUnconditionally"
    assert process.startretries >= 100
