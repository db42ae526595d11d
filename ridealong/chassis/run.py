"""`python -m ridealong.chassis.run intake`: one service as a process.

Only the standard library is imported before the port is open, which takes a moment where a whole
service takes seconds. The sidecar beside us is registered long before we can answer. While the port
is closed it tries us with every call; once it is open it asks for our health first, and sends calls
elsewhere until we have some.
"""

import os
import socket
import sys

BACKLOG = 2048
# Many services share few cores: threads that wait for one another by spinning cost a product of a
# small matrix ten times what it takes alone (0.4 and 5 ms of CPU for 1,800 vectors).
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def main(arguments: list[str]) -> None:
    """Start the named service and serve until SIGTERM, finishing what was taken."""
    if len(arguments) != 1:
        sys.exit("usage: python -m ridealong.chassis.run SERVICE (a folder of services/)")
    port = open_port()
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    from ridealong.chassis.process import run_or_explain

    run_or_explain(arguments[0], port)


def open_port() -> socket.socket | None:
    """Where `RuntimeSettings` will say; None if that cannot be, which the server then reports."""
    host, port = os.environ.get("APP_HOST", "127.0.0.1"), os.environ.get("APP_PORT", "8000")
    if not (port.isascii() and port.isdecimal() and len(port) < 6 and 0 < int(port) < 65536):
        return None
    try:
        return socket.create_server((host, int(port)), backlog=BACKLOG)
    except OSError:
        return None


if __name__ == "__main__":
    main(sys.argv[1:])
