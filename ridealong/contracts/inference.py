"""The payload log of `inference`.

Its requests are the Open Inference Protocol's own and need no contract of ours.
"""

from typing import ClassVar

from ridealong.contracts.contract import Event


class PredictionMade(Event):
    """One answer or failure of a model, for analysis only.

    Sampled, and dropped rather than delaying an answer.
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

    @property
    def event_id(self) -> str:
        """One per prediction."""
        return f"{self.prediction_id}.made"
