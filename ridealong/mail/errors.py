"""Why a mail is refused. No message here ever holds a part of it."""

from ridealong.chassis.errors import ServiceError


class MailRefused(ServiceError):
    """The sender's mail cannot become a message; sending it again changes nothing."""

    status = 422
    field = "mail"


class MailTooDeep(MailRefused):
    """More levels of MIME than any honest mail has."""


class MailHasTooManyParts(MailRefused):
    """More parts than any honest mail has."""


class MailUnreadable(MailRefused):
    """It is broken in a way that leaves nothing to hold on to."""


class MailIsAutomatic(MailRefused):
    """An auto-reply, a bounce or a mailing: answering it could go on for ever."""
