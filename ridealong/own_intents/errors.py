"""What can be wrong with a tenant's own intents, each named; no text is ever told."""

from ridealong.chassis.errors import ServiceError


class ExamplesRefused(ServiceError):
    """Examples that cannot be learned from as they are."""

    status = 422
    field = "examples"


class IntentNotFound(ServiceError):
    """This tenant has no such intent."""

    status = 404


class EncoderChanged(ServiceError):
    """Another version of an encoder came into use while examples were read."""

    status = 503
    retriable = True
    retry_after_s = 2


class IntentsBusy(ServiceError):
    """Others are changing this tenant's intents all the time."""

    status = 503
    retriable = True
    retry_after_s = 2
