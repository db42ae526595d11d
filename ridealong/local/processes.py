"""What the operating system knows: who is ours, who listens where, who takes how much memory."""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

# Every process under our supervisord inherits it. A shell that sources var/run/env does not.
MARK = "RIDEALONG_SUPERVISED"


def processes_of(var: Path) -> list[psutil.Process]:
    """Every process started for that run-time folder, supervisord among them."""
    return [process for process, folder in marked_processes() if folder == var]


def marked_processes() -> Iterator[tuple[psutil.Process, Path]]:
    """Every process of any Ridealong of this user, with its run-time folder; never ourselves."""
    family = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        if process.pid in family:
            continue
        with suppress(psutil.Error):
            folder = process.environ().get(MARK)
            if folder and process.status() != psutil.STATUS_ZOMBIE:
                yield process, Path(folder)


def end_all(processes: Iterable[psutil.Process], patience_s: float) -> None:
    """SIGTERM, and SIGKILL for those that outlast the patience."""
    alive = list(processes)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(alive, timeout=patience_s)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)


def is_free(port: int) -> bool:
    """Whether one of our processes could listen on that port of loopback now."""
    with socket.socket() as probe:
        # As servers do: a connection in TIME_WAIT does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listener_on(port: int) -> str:
    """Who listens there, as far as this user may know."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections(kind="tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            here = getattr(connection.laddr, "port", None) == port
            if listens and here and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return "another program"


def memory_bytes(process: psutil.Process) -> int:
    """The process's own share: pages that several share are divided among them, where known."""
    usage = process.memory_full_info()
    return int(getattr(usage, "pss", 0) or usage.uss)
