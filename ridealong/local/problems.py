"""What can be wrong on this machine, each said in one line with what to do."""


class LocalProblem(Exception):
    """Something on this machine keeps Ridealong from running."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what = what
        self.remedy = remedy


class TopologyUnreadable(LocalProblem):
    """The run file says something that cannot be meant."""


class PortsTaken(LocalProblem):
    """Another program listens where one of ours has to."""


class AlreadyRunning(LocalProblem):
    """A system of this checkout is up and somebody's."""


class NotRunning(LocalProblem):
    """There is nothing to ask or to stop."""


class ProcessKeepsDying(LocalProblem):
    """A process was started again and again and never stayed."""


class NotReadyInTime(LocalProblem):
    """Everything runs, but something never became ready."""


class DaprMissing(LocalProblem):
    """No usable Dapr, and none could be built."""


class GoMissing(LocalProblem):
    """No usable Go, and none could be installed."""


class BrokerMissing(LocalProblem):
    """No server for the Redis protocol on this machine."""
