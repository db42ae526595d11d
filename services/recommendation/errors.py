"""What can go wrong here, by name."""

from ridealong.chassis.errors import ServiceError


class VectorMalformed(ServiceError):
    """The message's vector is not base64 of as many finite float32 as its model makes."""

    status = 422


class EncoderUnavailable(ServiceError):
    """`inference` cannot turn articles into vectors now."""

    status = 503
    retriable = True
