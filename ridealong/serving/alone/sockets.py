"""Ports, taken before models are loaded: a port that is not to be had is said at once."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ridealong.serving.alone.problems import AddressUnusable

BACKLOG: Final = 2048
REASONS: Final = {
    errno.EADDRINUSE: "is taken: choose another, or stop the program that holds it",
    errno.EACCES: "may not be opened by this user: choose one from 1024 upwards",
    errno.EADDRNOTAVAIL: "cannot be opened: the host is none of this machine's addresses",
}


@dataclass(frozen=True)
class Doors:
    """The shared socket of REST, listening, and the port held for gRPC; None without gRPC."""

    rest: socket.socket
    rpc_port: int | None


def bind(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet. Raises `AddressUnusable`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise AddressUnusable(f"--host {host} is no address of this machine") from error
    found = socket.socket(family, kind, protocol)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(address)
        # Two sockets may be bound to one port as long as none listens: ask now who does.
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        raise address_unusable(host, port, error) from error
    return found


def reserve(host: str, port: int) -> socket.socket:
    """A port held without listening, so that workers may share it and nobody else takes it.

    Raises `AddressUnusable`.
    """
    with bind(host, port) as alone:
        # Nobody else is there: sharing begins with us.
        family, address = alone.family, alone.getsockname()
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        held.bind(address)
    except OSError as error:
        held.close()
        raise address_unusable(host, port, error) from error
    return held


@contextmanager
def open_doors(host: str, port: int, rpc_port: int | None) -> Iterator[Doors]:
    """Both, closed at the end. Raises `AddressUnusable`."""
    with bind(host, port) as rest:
        if rpc_port is None:
            yield Doors(rest, None)
            return
        with reserve(host, rpc_port) as held:
            yield Doors(rest, port_of(held))


def port_of(held: socket.socket) -> int:
    """The number of its port."""
    return int(held.getsockname()[1])


def address_unusable(host: str, port: int, error: OSError) -> AddressUnusable:
    """What is wrong with an address."""
    reason = REASONS.get(error.errno or 0, f"cannot be opened ({error.strerror})")
    return AddressUnusable(f"port {port} at {host} {reason}")


def address_of(host: str, port: int) -> str:
    """How to reach it from here."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{here}]:{port}" if ":" in here else f"{here}:{port}"
