"""What can go wrong with a message here."""

from ridealong.chassis.errors import ServiceError


class MessageNotFound(ServiceError):
    """No such message, or another tenant's."""

    status = 404


class NeitherAnsweredNorQueued(ServiceError):
    """The message is kept, but nothing will answer it until it is sent again."""

    status = 503
    retriable = True
    retry_after_s = 2
