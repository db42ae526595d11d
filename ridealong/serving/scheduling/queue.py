"""Waiting jobs: tenants take turns, and jobs that may share a run are found without a search."""

from collections import OrderedDict
from collections.abc import Iterator

from ridealong.serving.scheduling.jobs import Group, Job


class Turns:
    """A line of jobs for each tenant that has any, tenants in the order of their turns.

    Who leaves from the middle of a line takes as long as who is served: lines are linked lists with
    an index, as `OrderedDict` is one.
    """

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: OrderedDict[str, OrderedDict[Job, None]] = OrderedDict()

    def push(self, job: Job) -> None:
        """At the end of its tenant's own line."""
        line = self._lines.get(job.tenant)
        if line is None:
            line = self._lines[job.tenant] = OrderedDict()
        line[job] = None

    def remove(self, job: Job) -> None:
        """Nothing of it stays."""
        line = self._lines[job.tenant]
        del line[job]
        if not line:
            del self._lines[job.tenant]

    def first(self) -> Job | None:
        """Whose turn it is."""
        for line in self._lines.values():
            return next(iter(line))
        return None

    def to_the_end(self, tenant: str) -> None:
        """It has its turn: all others come before its next."""
        self._lines.move_to_end(tenant)

    def __iter__(self) -> Iterator[Job]:
        """All of them, tenant by tenant."""
        return (job for line in self._lines.values() for job in line)


class Companions:
    """Waiting jobs of one group, which may share a run."""

    __slots__ = ("rows", "turns")

    def __init__(self) -> None:
        self.rows = 0
        self.turns = Turns()


class FairQueue:
    """Jobs by tenant, and again by group and tenant."""

    def __init__(self) -> None:
        self.waiting = 0
        self._turns = Turns()
        self._groups: dict[Group, Companions] = {}

    def push(self, job: Job) -> None:
        """At the end of its tenant's own line."""
        self.waiting += 1
        job.is_waiting = True
        self._turns.push(job)
        if job.group is not None:
            companions = self._groups.get(job.group)
            if companions is None:
                companions = self._groups[job.group] = Companions()
            companions.rows += job.rows
            companions.turns.push(job)

    def leave(self, job: Job) -> None:
        """It runs now, or nobody waits for it any more."""
        job.is_waiting = False
        self.waiting -= 1
        self._turns.remove(job)
        if job.group is not None:
            companions = self._groups[job.group]
            companions.rows -= job.rows
            companions.turns.remove(job)
            if not companions.rows:
                del self._groups[job.group]

    def head(self) -> Job | None:
        """Whose turn it is."""
        return self._turns.first()

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
        self._turns.to_the_end(head.tenant)
        if head.group is None:
            yield head
            return
        turns = self._groups[head.group].turns
        turns.to_the_end(head.tenant)
        yield head
        room = most_rows - head.rows
        while (job := turns.first()) is not None and job.rows <= room:
            room -= job.rows
            turns.to_the_end(job.tenant)
            yield job

    def waiting_jobs(self) -> Iterator[Job]:
        """Every job that still waits, in no particular order."""
        return iter(self._turns)
