"""Which predictions a log takes: the first rule that matches says how large a share."""

import json
import random
from collections.abc import Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ridealong.serving.predictions import PredictionRecord

UNKNOWN_TENANT: Final = "unknown"
ANYTHING: Final = "*"
FAILURES, REST = "failures", "rest"
MOST_RULES: Final = 100
# Tenants are a caller's words: what is remembered of them is bounded.
MOST_REMEMBERED: Final = 10_000

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=200)]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Outcome(StrEnum):
    """What became of a request."""

    ANSWER = "answer"
    FAILURE = "failure"


class Rule(BaseModel):
    """The share (0 to 1) of what matches that is taken; what is left out matches anything.

    `model` and `tenant` are patterns with `*`, `?` and `[...]`; requests that name no tenant are of
    the tenant `unknown`. `route` is stable, canary or shadow, and matches only where there is one.
    `name` stands in metrics, by default the rule's place in the list.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float = Field(ge=0, le=1, allow_inf_nan=False)
    model: Pattern = ANYTHING
    tenant: Pattern = ANYTHING
    outcome: Outcome | None = None
    route: Annotated[str, StringConstraints(pattern="^(stable|canary|shadow)$")] | None = None
    name: RuleName | None = None

    def matches(self, model: str, tenant: str, outcome: Outcome, route: str | None) -> bool:
        """Every condition holds."""
        return (
            fnmatchcase(model, self.model)
            and fnmatchcase(tenant, self.tenant)
            and self.outcome in (None, outcome)
            and self.route in (None, route)
        )

    def covers(self, other: "Rule") -> bool:
        """Whatever matches the other matches this one: told only where it is plain to see."""
        return (
            self.model in (ANYTHING, other.model)
            and self.tenant in (ANYTHING, other.tenant)
            and self.outcome in (None, other.outcome)
            and self.route in (None, other.route)
        )


def read_rules(given: object) -> object:
    """Rules out of a setting: JSON, or values already. Raises `ValueError` for other text."""
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except json.JSONDecodeError as error:
        raise ValueError(f"not a JSON list of rules, at character {error.pos}") from error


def check_rules(rules: Sequence[Rule]) -> Sequence[Rule]:
    """The rules as they are, if they make sense together.

    Raises `ValueError` for names used twice, and for a rule that no prediction ever reaches.
    """
    if len(rules) > MOST_RULES:
        raise ValueError(f"there may be {MOST_RULES} rules at most")
    names = [name_of(rule, place) for place, rule in enumerate(rules, start=1)]
    if len({*names, FAILURES, REST}) < len(names) + 2:
        raise ValueError(f"every rule needs a name of its own, and {FAILURES} and {REST} are taken")
    for place, rule in enumerate(rules):
        for earlier in range(place):
            if rules[earlier].covers(rule):
                raise ValueError(
                    f"rule {names[place]} is never reached: {names[earlier]} matches all it does"
                )
    return rules


def name_of(rule: Rule, place: int) -> str:
    """As metrics show it; places count from 1."""
    return rule.name or f"rule-{place}"


class Sampler:
    """Finds the rule of a prediction, and draws. Failures are all taken unless a rule says else."""

    def __init__(self, rules: Sequence[Rule] = (), *, share: float = 1.0) -> None:
        """`share` is of the answers that no rule matches."""
        check_rules(rules)
        self._rules = {name_of(rule, place): rule for place, rule in enumerate(rules, start=1)} | {
            FAILURES: Rule(outcome=Outcome.FAILURE, share=1),
            REST: Rule(share=share),
        }
        self._found: dict[tuple[str, str | None, bool, str | None], tuple[str, float]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Of all rules in order, the two last of which are built in."""
        return tuple(self._rules)

    def find(self, record: PredictionRecord) -> tuple[str, float]:
        """The name of the rule that decides, and its share."""
        key = (record.model, record.tenant, record.failure is None, record.route)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            found = self._found[key] = self._search(*key)
        return found

    def _search(
        self, model: str, tenant: str | None, is_answer: bool, route: str | None
    ) -> tuple[str, float]:
        outcome = Outcome.ANSWER if is_answer else Outcome.FAILURE
        return next(
            (name, rule.share)
            for name, rule in self._rules.items()
            if rule.matches(model, tenant or UNKNOWN_TENANT, outcome, route)
        )


def is_drawn(share: float) -> bool:
    """True for this share of the calls."""
    return share >= 1 or random.random() < share  # noqa: S311 - a sample, not a secret
