"""A tenant's own intents: what is learned from, and how good what was learned is."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints, field_validator

from ridealong.contracts.contract import Contract, Probability, Reply, Request, Tenant

OWN_PACK: Final = "own"
MOST_EXAMPLES_AT_ONCE: Final = 2_000
RESERVED: Final = frozenset({"none", "oos", "other", "out_of_scope", "reject", "unknown"})

ExampleText = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


class NewExample(Request):
    """One text as a customer might write it, and which intent it shows."""

    text: ExampleText
    label: Label

    @field_validator("label")
    @classmethod
    def _is_free(cls, label: str) -> str:
        if label.lower() in RESERVED:
            raise ValueError("this label is reserved")
        return label


Examples = Annotated[tuple[NewExample, ...], Field(min_length=1, max_length=MOST_EXAMPLES_AT_ONCE)]


class NewExamples(Request):
    """`POST /v1/intents`. The tenant is the key's, never the body's.

    `replace`: these are all examples from now on. `force`: use the head whatever its figures say.
    """

    examples: Examples
    replace: bool = False
    force: bool = False


class TeachIntents(NewExamples):
    """`POST /intents` of `nlp`."""

    tenant: Tenant


class HeadState(StrEnum):
    """What became of the head that was fitted last."""

    ACTIVE = "active"
    FORCED = "forced"
    TOO_FEW_INTENTS = "too-few-intents"
    BELOW_FLOOR = "below-floor"
    WORSE_THAN_BEFORE = "worse-than-before"


class OwnIntent(Contract):
    """`recall`: the share of its examples that were recognised when held out.

    None while it has too few examples and waits for more.
    """

    label: Label
    examples: int
    recall: Probability | None


class ConfusedPair(Contract):
    """How often examples of one intent were taken for another when held out."""

    label: Label
    taken_for: Label
    count: int


class HeadFigures(Contract):
    """By cross-validation over the examples in so many folds."""

    folds: int
    examples: int
    accuracy: Probability
    macro_f1: Probability
    confused: tuple[ConfusedPair, ...]


class Comparison(Contract):
    """The head in use and its successor, both asked about examples new to the one in use.

    `gained`: how many of them only the successor knows; `lost`: only the one in use.
    """

    examples: int
    before: Probability
    after: Probability
    gained: int = 0
    lost: int = 0


class OwnIntents(Reply):
    """A tenant's intents and the head that was fitted last.

    `state` says what became of that head; `revision` counts changes of the examples, and
    `active_revision` is the one whose head answers messages that `encoders` read, None while none
    does.
    """

    revision: int
    active_revision: int | None
    state: HeadState
    reason: str
    floor: Probability
    intents: tuple[OwnIntent, ...]
    figures: HeadFigures | None
    comparison: Comparison | None = None
    encoders: dict[str, str]
    changed_at: AwareDatetime | None


class Taught(OwnIntents):
    """What became of the examples that came: `repeated` were known, `unreadable` hold no word."""

    added: int
    repeated: int
    unreadable: int
