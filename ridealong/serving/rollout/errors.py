"""Why a rollout cannot be as asked, each named."""

from ridealong.serving.errors import ServingError


class VersionUnknown(ServingError):
    """The model has no such version on disk."""

    status = 404
    reason = "not_found"


class VersionNotServing(ServingError):
    """The version exists and cannot serve; the repository index says why."""

    status = 409
    reason = "not_ready"


class RolloutInForce(ServingError):
    """The model cannot be unloaded: a rollout names versions that have to be loaded."""

    status = 409
    reason = "rollout"


class WeightOutOfRange(ServingError):
    """A canary's share of the requests is no number from 0 to 1."""

    status = 422
    field = "weight"


class WeightMissing(ServingError):
    """A new canary, and nobody said how much it shall answer."""

    status = 422
    field = "weight"


class NoCanary(ServingError):
    """A weight or a promotion needs a canary, and there is none."""

    status = 409


class VersionStandsTwice(ServingError):
    """One version cannot be the stable one and also be tried beside it."""

    status = 409


class ChangedMeanwhile(ServingError):
    """The rollout is no longer what the caller saw; the same call may have done it."""

    status = 409


class NothingToRollBackTo(ServingError):
    """No canary runs, and no version was promoted before."""

    status = 409


class PromotionFromTheFuture(ServingError):
    """A promotion dated so far ahead would outrank every true one until then."""

    status = 422
    field = "occurred_at"
