"""Promotions in."""

from ridealong.chassis.subscriptions import Subscriptions
from ridealong.contracts.training import ModelPromoted
from ridealong.serving.errors import ServingError
from ridealong.serving.rollout.errors import VersionNotServing, VersionUnknown
from ridealong.serving.rollout.transitions import Decision
from services.inference.deps import Deps

subscriptions = Subscriptions()


class VersionNotHereYet(ServingError):
    """The promoted version is not on our disk, or not all of it: it may still be on its way."""

    status = 503
    retriable = True
    reason = "not_found"


@subscriptions.on(ModelPromoted)
async def promote_model(event: ModelPromoted, deps: Deps) -> None:
    """Have the version loaded, then answer with it. Repeats and older promotions change nothing.

    A model that nobody here knows will not come by waiting; a version that is not here whole may.
    """
    decision = Decision(event.occurred_at, event.run_id)
    try:
        await deps.desk.hear_promotion(event.model, event.model_version, decision)
    except (VersionUnknown, VersionNotServing) as error:
        raise VersionNotHereYet(str(error)) from error
