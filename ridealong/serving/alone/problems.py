"""Why the server did not start, or not go on, in one line that says what to do."""


class AloneProblem(Exception):
    """Something outside the program is not as it must be."""


class NothingToServe(AloneProblem):
    """No folder, no model in it, or none that can serve."""


class AddressUnusable(AloneProblem):
    """A port is taken or forbidden, or the host is none of this machine's."""


class WorkerFailed(AloneProblem):
    """A worker process could not be started."""
