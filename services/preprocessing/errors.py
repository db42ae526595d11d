"""What can go wrong in `preprocessing`, each named."""

from ridealong.chassis.errors import ServiceError


class PersonalDataUnchecked(ServiceError):
    """The tagger did not look at a text that may hold a name or an address: it stays here."""

    status = 503
    retriable = True
    retry_after_s = 2


class PlaceholderTableBusy(ServiceError):
    """Too many messages of one conversation want new placeholders at once."""

    status = 503
    retriable = True
    retry_after_s = 1


class MessageNotFound(ServiceError):
    """`intake` has no such message for this tenant, or no longer."""

    status = 404


class MaskingKeyTooShort(ServiceError):
    """The secret that keys the hashes of personal values can be guessed."""

    status = 500
