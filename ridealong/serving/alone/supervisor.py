"""Worker processes behind one port: started, restarted when they die, stopped together."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Sequence
from time import monotonic
from typing import Any, Final

from ridealong.serving.alone.members import Member, Members
from ridealong.serving.alone.options import Options
from ridealong.serving.alone.problems import NothingToServe, WorkerFailed
from ridealong.serving.alone.sockets import Doors
from ridealong.serving.alone.wire import Asked, Message, Wire, pack_parts

logger = logging.getLogger(__name__)

WORKER_MODULE: Final = "ridealong.serving.alone.worker"
FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 10.0
STEADY_S: Final = 30.0
KILL_AFTER_S: Final = 3.0

Announce = Callable[[Sequence[str]], None]


async def supervise(
    options: Options, arguments: Sequence[str], doors: Doors, announce: Announce
) -> None:
    """Run as many workers as the options say, with these arguments, until a signal."""
    await Supervisor(options, arguments, doors, announce).run()


class Supervisor:
    """Holds the listening socket, so that callers wait rather than fail while workers start."""

    def __init__(
        self,
        options: Options,
        arguments: Sequence[str],
        doors: Doors,
        announce: Announce,
    ) -> None:
        self._options = options
        self._arguments = arguments
        self._doors = doors
        self._announce = announce
        self._members = Members()
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._serving: set[int] = set()
        self._is_announced = False
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Until a signal. Raises `WorkerFailed` where a worker cannot even start."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        keepers = [loop.create_task(self._keep(number)) for number in range(self._options.workers)]
        try:
            await asyncio.wait([self._end, *keepers], return_when=asyncio.FIRST_COMPLETED)
            for done in (self._end, *keepers):
                if done.done():
                    done.result()
        finally:
            self._doors.rest.close()
            for keeper in keepers:
                keeper.cancel()
            await self._end_workers()
            await asyncio.gather(*keepers, return_exceptions=True)

    def _stop(self) -> None:
        if not self._end.done():
            self._end.set_result(None)
        else:
            for process in self._processes.values():
                process.kill()

    async def _keep(self, number: int) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            began = monotonic()
            code = await self._run_worker(number)
            if not self._is_announced:
                raise WorkerFailed(f"worker {number} ended with code {code} before it could serve")
            pause_s = FIRST_PAUSE_S if monotonic() - began > STEADY_S else pause_s
            logger.warning(
                "worker ended, another takes its place",
                extra={"worker": number, "code": code, "pause_s": pause_s},
            )
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _run_worker(self, number: int) -> int:
        """One life of a worker; its exit code."""
        ours, theirs = socket.socketpair()
        with theirs:
            fds = (self._doors.rest.fileno(), theirs.fileno())
            words = (*fds, self._doors.rpc_port or 0, *self._arguments)
            # A session of its own: Ctrl-C reaches the supervisor only, which stops all in order.
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", WORKER_MODULE, *map(str, words)),
                pass_fds=fds,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        self._processes[number] = process
        member = Member(number, wire := await Wire.open(ours))
        try:
            while message := await wire.receive():
                self._hear(member, message)
        finally:
            self._members.leave(member)
            # One that still runs, but was not understood, ends when it hears this.
            await wire.close()
        return await process.wait()

    def _hear(self, member: Member, message: Message) -> None:
        match message.kind:
            case "did":
                member.take(message)
            case "ask":
                self._start(self._ask(member, message))
            case "loaded":
                self._start(self._members.join(member))
            case "serving":
                self._note_serving(member.number, message.body.decode().splitlines())
            case "failed":
                self._note_failure(member.number, message.body.decode())

    async def _ask(self, member: Member, message: Message) -> None:
        fields = message.fields
        asked = Asked(fields["method"], fields["path"], message.body)
        subject = fields["subject"]
        members = self._members
        parts = await (members.change(asked, subject) if subject else members.ask(asked))
        heads, bodies = pack_parts(parts)
        member.tell("answered", bodies, number=message.number, parts=heads)

    def _note_serving(self, number: int, report: Sequence[str]) -> None:
        self._serving.add(number)
        if len(self._serving) == self._options.workers and not self._is_announced:
            self._is_announced = True
            self._announce(report)

    def _note_failure(self, number: int, reason: str) -> None:
        if self._is_announced:
            logger.warning("worker cannot serve", extra={"worker": number, "reason": reason})
        elif not self._end.done():
            self._end.set_exception(NothingToServe(reason))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end_workers(self) -> None:
        """Ask them to finish; who takes too long is ended."""
        processes = [process for process in self._processes.values() if process.returncode is None]
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        try:
            async with asyncio.timeout(self._options.grace_s + KILL_AFTER_S):
                await asyncio.gather(*(process.wait() for process in processes))
        except TimeoutError:
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await asyncio.gather(*(process.wait() for process in processes))
