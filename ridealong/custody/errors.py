"""What custody cannot do, or may not do any more."""

from ridealong.chassis.errors import ServiceError


class MessageNotFound(ServiceError):
    """No such message is kept for this tenant."""

    status = 404


class MessageForgotten(ServiceError):
    """The message was deleted with its customer."""

    status = 410


class MessageConflicts(ServiceError):
    """The same external id or idempotency key came before with something else in it."""

    status = 409


class CustomerForgotten(ServiceError):
    """The customer asked to be forgotten, and the tombstone still stands."""

    status = 410
    field = "customer_id"


class ConversationBusy(ServiceError):
    """Too many writers at one conversation's record at once."""

    status = 503
    retriable = True
    retry_after_s = 1


class CustomerBusy(ServiceError):
    """Too many writers at one customer's record at once."""

    status = 503
    retriable = True
    retry_after_s = 1
