"""How sure a reply must be to be sent unseen: a threshold with a bound on being wrong.

Conformal risk control (Angelopoulos, Bates, Fisch, Lei, Schuster 2022, theorem 1). The loss of a
message is 1 if its reply would be sent unseen and is wrong; it only falls as the threshold rises.
Over n messages like those to come, the smallest threshold with (n R + 1) / (n + 1) <= alpha, R
being the mean loss, keeps the expected loss of the next message at or below alpha. Whatever else
keeps a reply from being sent (urgency, policy, weak evidence) can only lower it further.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from ridealong.contracts.contract import Probability
from ridealong.contracts.recommendation import RiskBound
from ridealong.knowledge.articles import KnowledgeBroken

SHIPPED = Path(__file__).with_name("calibration.json")
# 0.05 * (19 + 1) is a hair above 1 in floats, and must not be a hair below.
HAIR = 1e-9

Messages = Annotated[int, Field(ge=0)]


class Judged(BaseModel):
    """Messages whose best reply was judged: how many, and how likely the wrong replies seemed.

    `wrong` falls. It holds all that any risk asks for, and nothing of the messages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: Messages
    wrong: tuple[Probability, ...]

    @model_validator(mode="after")
    def _falls(self) -> Self:
        if list(self.wrong) != sorted(self.wrong, reverse=True) or len(self.wrong) > self.messages:
            raise ValueError("wrong replies must fall in probability, and be among the messages")
        return self

    def threshold(self, risk: float) -> float | None:
        """The smallest probability above which replies may go unseen; None with too few rows."""
        may_be_wrong = math.floor(risk * (self.messages + 1) - 1 + HAIR)
        if may_be_wrong < 0:
            return None
        return self.wrong[may_be_wrong] if len(self.wrong) > may_be_wrong else 0.0


class Calibration(BaseModel):
    """What was measured of one model's best replies, by pack and by intent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model_version: str
    languages: frozenset[str]
    packs: dict[str, Judged]
    intents: dict[str, Judged]

    def bound(self, intent: str, risk: float) -> RiskBound:
        """By the intent's own messages; where these are too few, by those of its pack."""
        pack = intent.partition(".")[0]
        nobody = Judged(messages=0, wrong=())
        judged = self.intents.get(intent, nobody)
        if judged.threshold(risk) is not None:
            return bound_of(intent, judged, risk)
        return bound_of(pack, self.packs.get(pack, nobody), risk)


Calibrations = Mapping[str, Calibration]


class Risk(BaseModel):
    """The share of wrong replies that may go unseen; an intent may have its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    risk: Annotated[float, Field(gt=0, lt=1)] = 0.05
    intents: dict[str, Annotated[float, Field(gt=0, lt=1)]] = {}

    def of(self, intent: str) -> float:
        """For one intent."""
        return self.intents.get(intent, self.risk)


def bound_of(group: str, judged: Judged, risk: float) -> RiskBound:
    """As it is told to a caller."""
    return RiskBound(
        risk=risk, threshold=judged.threshold(risk), group=group, messages=judged.messages
    )


def read_calibrations(path: Path = SHIPPED) -> Calibrations:
    """By model; nothing starts with a broken file, because it says what is sent unseen."""
    try:
        return TypeAdapter(dict[str, Calibration]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise KnowledgeBroken(f"{path.name} cannot be used as a calibration") from error
