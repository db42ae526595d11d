"""The lines between automate, suggest and hand over, with the measurements behind them."""

from pydantic import BaseModel, ConfigDict, Field

from ridealong.contracts.contract import Probability
from ridealong.knowledge.shelf import Weights
from ridealong.text.grave_words import GRAVE

# The languages that the encoders read.
READABLE = "ar de en es fr it ja ko nl pl pt ru th tr zh"
BY_WORDS = "words"


class Floor(BaseModel):
    """How near a sentence must be to be evidence. An encoder without its own gets this one."""

    model_config = ConfigDict(frozen=True)

    offer_from: Probability = 0.3
    automate_from: Probability = 0.5


# Measured on 2,500 messages kept back from training: of the right articles 19 in 20 show a sentence
# above `offer_from`; of 200 messages about something else 19 in 20 stay below `automate_from`.
FLOORS = {
    "understand-en": Floor(offer_from=0.2, automate_from=0.4),
    "understand-multilingual": Floor(offer_from=0.1, automate_from=0.35),
    BY_WORDS: Floor(offer_from=0.1, automate_from=1),
}


class Rules(BaseModel):
    """Where the lines between automate, suggest and hand over are drawn."""

    model_config = ConfigDict(frozen=True)

    weights: Weights = Weights()
    languages: frozenset[str] = frozenset(READABLE.split())
    most_suggestions: int = Field(default=3, ge=1, le=10)
    offer_from_score: Probability = 0.25
    floors: dict[str, Floor] = FLOORS
    suggest_from: Probability = 0.2
    automate_from: Probability = 0.5
    strong_from: Probability = 0.3
    urgent_from: Probability = 0.8
    upset_from: Probability = 0.9
    # Reasons of urgency that no reply may pass by unseen, however calm they are told.
    grave: frozenset[str] = frozenset(each.reason for each in GRAVE)
    # Articles of one intent that score this alike: nobody measured which of them is right.
    sibling_within: Probability = 0.08
    # Evidence of another article so much nearer says that the intent is not the whole story.
    rival_by: Probability = 0.15
    front_desk: str = "front_desk"
    # How often the order below the first place is left to chance, to learn from what is chosen.
    explore: Probability = 0.0

    def floor(self, encoder: str | None) -> Floor:
        """Each encoder has its own scale, and words (no encoder) have theirs."""
        return self.floors.get(encoder or BY_WORDS, Floor())
