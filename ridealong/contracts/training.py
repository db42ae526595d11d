"""What `training` announces."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from ridealong.contracts.contract import Event
from ridealong.contracts.inference import ModelName, ModelVersion

RunId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")]


class ModelPromoted(Event):
    """From `occurred_at` on this version answers. `tenant`: whose feedback it learnt from.

    A return to an earlier version is announced the same way, as its promotion. Whoever hears it
    passes over one that is no newer than what it did last, so neither order nor repeats matter.
    """

    topic: ClassVar[str] = "models.promoted.v1"
    heard_by: ClassVar[tuple[str, ...]] = ("inference",)

    model: ModelName
    model_version: ModelVersion
    run_id: RunId

    @property
    def event_id(self) -> str:
        """One per run, model and version."""
        return f"{self.run_id}.{self.model}.{self.model_version}.promoted"
