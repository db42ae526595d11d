"""What can go wrong in a model server, each named. Messages never hold a caller's values."""

from ridealong.chassis.errors import ServiceError


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
    """The address exists, for another verb."""

    status = 405
    reason = "invalid"


class ModelNotReady(ServingError):
    """The model exists and does not serve; the repository index says why."""

    status = 503
    retriable = True
    retry_after_s = 5
    reason = "not_ready"


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


class RunFailed(ServingError):
    """The model itself could not be run on inputs that fit its signature."""

    status = 500
    reason = "run_failed"


class ModelUnusable(ServingError):
    """A model in the store that cannot be loaded. The index says why; others go on serving."""

    reason = "unusable"
