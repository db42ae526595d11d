"""Waiting jobs: tenants take turns, and jobs that may share a run are found without a search."""

from collections import OrderedDict, deque
from collections.abc import Iterator

from ridealong.serving.scheduling.jobs import Group, Job

Turns = OrderedDict[str, deque[Job]]


class Companions:
    """Waiting jobs of one group, which may share a run."""

    __slots__ = ("rows", "turns")

    def __init__(self) -> None:
        self.rows = 0
        self.turns: Turns = OrderedDict()


class FairQueue:
    """Jobs by tenant, and again by group and tenant.

    A job that has left stays where it lies until its turn comes, and is then passed over: leaving
    costs nothing.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self._turns: Turns = OrderedDict()
        self._groups: dict[Group, Companions] = {}

    def push(self, job: Job) -> None:
        """At the end of its tenant's own line."""
        self.waiting += 1
        job.is_waiting = True
        append(self._turns, job)
        if job.group is not None:
            companions = self._groups.get(job.group)
            if companions is None:
                companions = self._groups[job.group] = Companions()
            companions.rows += job.rows
            append(companions.turns, job)

    def leave(self, job: Job) -> None:
        """It runs now, or nobody waits for it any more."""
        job.is_waiting = False
        self.waiting -= 1
        if job.group is not None:
            companions = self._groups[job.group]
            companions.rows -= job.rows
            if not companions.rows:
                del self._groups[job.group]
        if not self.waiting:
            self._turns.clear()

    def head(self) -> Job | None:
        """Whose turn it is."""
        return first_waiting(self._turns)

    def rows_ready(self) -> int:
        """How many rows could run together with the one whose turn it is, its own included."""
        head = self.head()
        if head is None:
            return 0
        return head.rows if head.group is None else self._groups[head.group].rows

    def take(self, head: Job, most_rows: int) -> Iterator[Job]:
        """This job and its companions, one tenant after the other, while they fit.

        Whoever takes a job calls `leave` for it before asking for the next.
        """
        self._turns.move_to_end(head.tenant)
        if head.group is None:
            yield head
            return
        companions = self._groups[head.group]
        companions.turns.move_to_end(head.tenant)
        yield head
        room = most_rows - head.rows
        while (job := first_waiting(companions.turns)) is not None and job.rows <= room:
            room -= job.rows
            companions.turns.move_to_end(job.tenant)
            yield job

    def waiting_jobs(self) -> Iterator[Job]:
        """Every job that still waits, in no particular order."""
        return (job for line in self._turns.values() for job in line if job.is_waiting)


def append(turns: Turns, job: Job) -> None:
    """Join the tenant's line, opening it where it has none."""
    line = turns.get(job.tenant)
    if line is None:
        turns[job.tenant] = deque((job,))
    else:
        line.append(job)


def first_waiting(turns: Turns) -> Job | None:
    """The first job that still waits; lines that hold none are closed on the way."""
    while turns:
        tenant, line = next(iter(turns.items()))
        while line:
            if line[0].is_waiting:
                return line[0]
            line.popleft()
        del turns[tenant]
    return None
