"""What can go wrong with an answer."""

from ridealong.chassis.errors import ServiceError


class AnswerUnderWay(ServiceError):
    """Another attempt holds the lease."""

    status = 503
    retriable = True
    retry_after_s = 2


class AnswerNotFound(ServiceError):
    """No attempt at this message is known here, or the message belongs to another tenant."""

    status = 404


class AttemptTooSlow(ServiceError):
    """The steps did not end in time."""

    status = 503
    retriable = True
    retry_after_s = 2


class MessageGone(ServiceError):
    """The stored message was forgotten before it could be answered."""

    status = 410
