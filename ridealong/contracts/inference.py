"""The payload log of `inference`, and its rollouts.

Its other requests are the Open Inference Protocol's own and need no contract of ours.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from ridealong.contracts.contract import Contract, Event, Probability, Reply, Request

ModelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}$")]
ModelVersion = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8}$")]


class PredictionRoute(StrEnum):
    """Why this version was asked: it answers by default, it is tried out, or it only listens in."""

    STABLE = "stable"
    CANARY = "canary"
    SHADOW = "shadow"


class LoggedInput(Contract):
    """One input with its first values, row-major; `is_truncated`: there were more, or longer ones.

    NaN and infinities are strings, for JSON has no word for them.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    values: tuple[bool | int | float | str, ...]
    is_truncated: bool = False


class RowLabel(Contract):
    """The likeliest class of one row; `probability`, rounded, where the scores are such."""

    label: str
    probability: Probability | None = None


class LabelledOutput(Contract):
    """The likeliest classes of one output's first rows, out of those that the manifest names."""

    output: str
    labels: tuple[RowLabel, ...]


class PredictionMade(Event):
    """One answer or failure of a model, for analysis only.

    Sampled, and dropped rather than delaying an answer. `queued_ms` and the batch's size are known
    where a batch ran. `inputs` is empty unless the model's manifest allows values to be logged.
    """

    topic: ClassVar[str] = "predictions.made.v1"
    heard_by: ClassVar[tuple[str, ...]] = ("analytics",)

    prediction_id: str
    model: str
    model_version: str
    rows: int
    input_digest: str
    took_ms: float
    failure: str | None = None
    route: PredictionRoute | None = None
    queued_ms: float | None = None
    batch_rows: int | None = None
    batch_requests: int | None = None
    outputs: tuple[LabelledOutput, ...] = ()
    inputs: tuple[LoggedInput, ...] = ()

    @property
    def event_id(self) -> str:
        """One per prediction."""
        return f"{self.prediction_id}.made"


class ArrangeRollout(Request):
    """`PUT /rollouts/{model}`: start, adjust or end a canary or a shadow, or pin a version.

    What is left out stays as it is. `canary` and `shadow` end with null. A new canary needs its
    `weight`, the share of the requests that it answers.
    """

    stable: ModelVersion | None = None
    canary: ModelVersion | None = None
    weight: Probability | None = None
    shadow: ModelVersion | None = None

    @model_validator(mode="after")
    def _wants_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("give stable, canary, weight or shadow")
        return self


class PromoteVersion(Request):
    """`POST /rollouts/{model}/promote`: have this version answer everything; else the canary."""

    version: ModelVersion | None = None


class VersionTally(Contract):
    """What one version answered in the replica that replies, since its role began."""

    answered: int
    failed: int
    mean_ms: float


class OutputReport(Contract):
    """How near one output of the shadow is. Differences are those of its numbers, if any."""

    compared: int
    agreed: int
    mean_difference: float | None
    max_difference: float | None


class ShadowReport(Contract):
    """The shadow `version` beside the stable one, in the replica that replies.

    `failed`: by reason. `dropped`: not asked, the server was too busy.
    """

    version: str
    beside: str
    compared: int
    agreed: int
    agreement: Probability | None
    dropped: int
    failed: dict[str, int]
    mean_ms: float | None
    mean_ms_beside: float | None
    outputs: dict[str, OutputReport]


class RolloutShown(Reply):
    """`GET /rollouts/{model}`: what was decided, and what has come of it.

    `answering` is the version that answers whoever is not in the canary; `serving` are those that
    can. Without a rollout `stable` is null, and the newest version that serves answers.
    """

    model: ModelName
    stable: str | None
    canary: str | None
    weight: Probability
    shadow: str | None
    previous: str | None
    revision: int
    decided_at: AwareDatetime | None
    decided_by: str
    answering: str | None
    serving: tuple[str, ...]
    tallies: dict[str, VersionTally] = Field(default_factory=dict)
    shadow_report: ShadowReport | None = None


class RolloutsShown(Reply):
    """`GET /rollouts`: every model for which a rollout is in force."""

    rollouts: tuple[RolloutShown, ...]
