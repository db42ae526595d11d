"""`ridealong down`: stop in order and leave nothing behind."""

from ridealong.cli.options import DEFAULT_FILE, RunFile, console
from ridealong.local.places import Places
from ridealong.local.problems import NotRunning
from ridealong.local.supervision import Supervision, end_leftovers


def command(file: RunFile = DEFAULT_FILE) -> None:
    """Stop everything that was started here, also what a killed `ridealong up` left behind.

    Examples:

        ridealong down
    """
    places = Places(file.resolve().parent)
    try:
        supervision = Supervision.find(places)
    except NotRunning:
        ended = end_leftovers(places)
        console.print(f"nothing was running; {ended} left-over processes ended")
        return
    console.print("stopping in order: services, sidecars, control plane, broker")
    supervision.stop()
    console.print("stopped; no process is left")
