"""What can go wrong in `nlp`, each named."""

from ridealong.chassis.errors import ServiceError


class InferenceUnavailable(ServiceError):
    """No analysis now: `inference` is away, full or still loading."""

    status = 503
    retriable = True
    retry_after_s = 2


class ModelMisfit(ServiceError):
    """A model lacks what a tenant's packs or this service need. A person has to look at it."""

    status = 502
