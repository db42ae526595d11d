"""What can go wrong with a batch as a whole."""

from ridealong.chassis.errors import ServiceError


class BatchNotFound(ServiceError):
    """No such batch, or another tenant's."""

    status = 404


class BatchEmpty(ServiceError):
    """A batch without a single line."""

    status = 422
