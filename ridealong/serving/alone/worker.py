"""One of several workers: `python -m ridealong.serving.alone.worker LISTENER END PORT OPTIONS...`.

Only the supervisor starts it. LISTENER and END are file descriptors it inherits: the shared
socket, and the end of a pair of which the supervisor holds the other. PORT is held for gRPC.
"""

import socket
import sys

import uvloop

from ridealong.serving.alone.logs import configure_logs
from ridealong.serving.alone.options import read_options
from ridealong.serving.alone.process import serve_in_team
from ridealong.serving.alone.sockets import Doors


def main(arguments: list[str]) -> None:
    """Serve until told to stop."""
    listener, end = (socket.socket(fileno=int(number)) for number in arguments[:2])
    options = read_options(arguments[3:])
    doors = Doors(listener, None if options.grpc_port is None else int(arguments[2]))
    configure_logs(options.log_level)
    uvloop.run(serve_in_team(options, doors, end))


if __name__ == "__main__":
    main(sys.argv[1:])
