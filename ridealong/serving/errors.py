"""What can go wrong in a model server, each named. Messages never hold a caller's values."""

from ridealong.chassis.errors import ServiceError

# All that a caller hears of a bug.
OUR_MISTAKE = "this is our mistake; it has been logged"


class ServingError(ServiceError):
    """Base of the engine's failures; `reason` is the label under which refusals are counted."""

    reason = "failed"


class InvalidRequest(ServingError):
    """The request is not what the protocol or the model asks for."""

    status = 400
    reason = "invalid"


class BodyTooLarge(ServingError):
    """The body is over the server's limit."""

    status = 413
    reason = "too_large"


class ModelNotFound(ServingError):
    """No such model, version or address."""

    status = 404
    reason = "not_found"


class MethodNotAllowed(ServingError):
    """The address exists, for another verb; `wanted` are those it takes."""

    status = 405
    reason = "invalid"

    def __init__(self, wanted: str) -> None:
        super().__init__(f"this address takes {wanted}")
        self.wanted = wanted


class ModelNotReady(ServingError):
    """The model exists and does not serve; the repository index says why."""

    status = 503
    retriable = True
    retry_after_s = 5
    reason = "not_ready"


class ModelEvicted(ModelNotReady):
    """The model made room for others, and is loaded again once somebody asks it."""

    retry_after_s = 1
    reason = "evicted"


class NoRoomForModel(ModelNotReady):
    """The memory limit is reached, and nothing that is loaded may leave now."""

    reason = "no_room"


class TenantQueueFull(ServingError):
    """This tenant's share of the queue is full; others may still ask."""

    status = 429
    retriable = True
    retry_after_s = 1
    reason = "tenant_full"


class ServerFull(ServingError):
    """The queue before execution is full: shed before any work."""

    status = 503
    retriable = True
    retry_after_s = 1
    reason = "full"


class DeadlinePassed(ServingError):
    """The caller's own time limit ran out in the queue."""

    status = 503
    retriable = True
    retry_after_s = 1
    reason = "deadline"


class CallerGone(ServingError):
    """The caller hung up while the request waited. The status is for logs: nobody reads it."""

    status = 499
    reason = "abandoned"


class RunFailed(ServingError):
    """The model itself could not be run on inputs that fit its signature."""

    status = 500
    reason = "run_failed"


class ModelUnusable(ServingError):
    """A model in the store that cannot be loaded. The index says why; others go on serving.

    400, as Triton answers a load that fails: who asked for it can mend the folder.
    """

    status = 400
    reason = "unusable"
