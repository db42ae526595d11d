"""Why a caller of the public API is turned away before any work begins."""

from collections.abc import Mapping

from ridealong.chassis.errors import ServiceError


class TurnedAway(ServiceError):
    """A refusal that tells more in its headers."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = dict(headers or {})


class KeyMissing(TurnedAway):
    """No API key came with the request."""

    status = 401


class KeyRefused(TurnedAway):
    """The key is unknown, revoked or expired; which of them is nobody's business."""

    status = 401


class ScopeMissing(TurnedAway):
    """The key is good, but not for this."""

    status = 403


class ShareUsedUp(TurnedAway):
    """The key has sent as much as it may for now."""

    status = 429
    retriable = True


class ServiceFull(ServiceError):
    """As much is under way as this replica can do."""

    status = 503
    retriable = True
    retry_after_s = 1


class MediaTypeUnknown(ServiceError):
    """The body is of a type that is not read here."""

    status = 415


class CallerGone(ServiceError):
    """The caller left before the whole body was here."""

    status = 400


class BodyTooSlow(ServiceError):
    """The caller stopped sending."""

    status = 408


class KeyNotFound(ServiceError):
    """There is no key of this id."""

    status = 404


class IdempotencyKeyMalformed(ServiceError):
    """The Idempotency-Key is empty, longer than 255 characters, or not printable ASCII."""

    status = 422
    field = "Idempotency-Key"


class IdempotencyKeyReused(ServiceError):
    """The same Idempotency-Key came with another body before."""

    status = 409
    field = "Idempotency-Key"


class RequestUnderWay(ServiceError):
    """The first request with this Idempotency-Key is not done yet."""

    status = 409
    retriable = True
    retry_after_s = 1
    field = "Idempotency-Key"


class CsvUnreadable(ServiceError):
    """A table that is no CSV in UTF-8, or has other columns."""

    status = 422
    field = "examples"
