"""The whole vocabulary of failure: a named fact with a status, and whether time may heal it."""

import re


class ServiceError(Exception):
    """An expected failure. Subclasses name the fact; the edge turns it into a problem or an event
    status.

    `status` is the HTTP status, `retriable` says whether the same call may succeed later,
    `retry_after_s`
    when. The message is shown to callers: it never holds a customer's text.
    """

    status: int = 500
    retriable: bool = False
    retry_after_s: float | None = None
    field: str | None = None

    @property
    def code(self) -> str:
        """The class name in kebab case: `MessageTooVague` is `message-too-vague`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()


class SidecarUnavailable(ServiceError):
    """Our own sidecar, or the component behind it, did not do what was asked."""

    status = 503
    retriable = True
    retry_after_s = 2


class StaleETag(ServiceError):
    """Somebody else wrote this key first."""

    status = 409
    retriable = True


class CallFailed(ServiceError):
    """Another service could not answer now."""

    status = 503
    retriable = True
    retry_after_s: float | None = 2


class CallRefused(ServiceError):
    """Another service answered that this request will never succeed.

    `problem` is its problem document.
    """

    status = 502

    def __init__(self, app_id: str, upstream_status: int, problem: dict[str, object]) -> None:
        super().__init__(
            f"{app_id} refused with {upstream_status}: {problem.get('type', 'no problem type')}"
        )
        self.app_id = app_id
        self.upstream_status = upstream_status
        self.problem = problem


class SecretMissing(ServiceError):
    """The secret store has no such secret."""

    status = 500


class BodyTooLarge(ServiceError):
    """The request's body is over the limit."""

    status = 413


class CallerUnknown(ServiceError):
    """The call did not come through this service's own sidecar."""

    status = 401


class ReplicaLeaving(ServiceError):
    """This process is being stopped; another replica, or its next life, will answer.

    `inference` has this status for nothing else: callers' sidecars repeat a call to it on this one.
    """

    status = 502
    retriable = True
    retry_after_s = 1


class NotReady(ServiceError):
    """The service runs, but cannot do its work yet."""

    status = 503
    retriable = True
    retry_after_s = 1
