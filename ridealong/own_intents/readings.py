"""What models say of texts: the shape in which a tenant's head adds its own word to theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

SCOPE: Final = "scope"
Scores = Mapping[str, float]
Heads = Mapping[str, Scores]


@dataclass(frozen=True)
class Row:
    """What a model says of one text: a vector, and scores by label for every head asked."""

    embedding: Sequence[float]
    heads: Heads


@dataclass(frozen=True)
class Reading:
    """One prediction of one model over some texts, in their order.

    `thresholds`: by error rate and head, the probability from which a label is a candidate; a head
    that was not calibrated has none. `label_set`: which labels there are, None where unsaid.
    """

    prediction_id: str
    model: str
    model_version: str
    rows: Sequence[Row]
    label_set: str | None = None
    thresholds: Mapping[str, Scores] = field(default_factory=dict)


class Reader(Protocol):
    """Whoever runs a model of ours on texts."""

    async def read(
        self, model: str, texts: Sequence[str], packs: Sequence[str], tenant: str
    ) -> Reading:
        """All heads for all texts in one call."""
