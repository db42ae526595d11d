"""Rules of sampling: the first that matches decides, failures are kept, bad lists are refused."""

import random
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ridealong.serving.payloads.sampling import (
    MOST_REMEMBERED,
    MOST_RULES,
    Rule,
    Sampler,
    check_rules,
    is_drawn,
)
from tests.serving.payloads.records import manifest, record


def rules(*given: dict[str, Any]) -> tuple[Rule, ...]:
    return TypeAdapter(tuple[Rule, ...]).validate_python(given)


def found(sampler: Sampler, model: str = "understand-en", **changes: Any) -> tuple[str, float]:
    return sampler.find(record(about=manifest(name=model), **changes))


def test_the_first_rule_that_matches_decides() -> None:
    sampler = Sampler(
        rules(
            {"model": "understand-*", "tenant": "acme", "share": 0.5, "name": "acme"},
            {"model": "understand-??", "share": 0.25},
            {"model": "*", "share": 0.1, "outcome": "answer"},
        )
    )

    assert found(sampler) == ("acme", 0.5)
    assert found(sampler, tenant="bank") == ("rule-2", 0.25)
    assert found(sampler, "tagger", tenant="bank") == ("rule-3", 0.1)


def test_without_a_rule_failures_are_all_taken_and_answers_by_share() -> None:
    sampler = Sampler(share=0.2)

    assert found(sampler, failure="deadline") == ("failures", 1)
    assert found(sampler) == ("rest", 0.2)


def test_a_rule_may_speak_of_failures_alone() -> None:
    sampler = Sampler(rules({"outcome": "failure", "tenant": "acme", "share": 0}))

    assert found(sampler, failure="full") == ("rule-1", 0)
    assert found(sampler, failure="full", tenant="bank") == ("failures", 1)
    assert found(sampler) == ("rest", 1)


def test_a_route_is_matched_only_where_there_is_one() -> None:
    sampler = Sampler(rules({"route": "canary", "share": 1}), share=0)

    assert found(sampler, route="canary") == ("rule-1", 1)
    assert found(sampler, route="stable") == found(sampler, route=None) == ("rest", 0)


def test_a_request_without_a_tenant_is_of_the_unknown_one() -> None:
    sampler = Sampler(rules({"tenant": "unknown", "share": 0.5}))

    assert found(sampler, tenant=None) == ("rule-1", 0.5)


def test_shares_are_drawn() -> None:
    random.seed(7)

    drawn = sum(is_drawn(0.3) for _ in range(10_000))

    assert 2_800 < drawn < 3_200
    assert all(is_drawn(1) for _ in range(100))
    assert not any(is_drawn(0) for _ in range(100))


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"share": 1.5}, "share"),
        ({"share": float("nan")}, "share"),
        ({"share": "many"}, "share"),
        ({}, "share"),
        ({"share": 1, "outcome": "slow"}, "outcome"),
        ({"share": 1, "route": "live"}, "route"),
        ({"share": 1, "model": ""}, "model"),
        ({"share": 1, "name": "Nice Name"}, "name"),
        ({"share": 1, "modell": "x"}, "modell"),
    ],
)
def test_a_rule_that_is_wrong_is_told_by_its_field(rule: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        rules({"share": 1, "tenant": "bank"}, rule)

    [problem] = caught.value.errors()
    assert problem["loc"] == (1, field)


@pytest.mark.parametrize(
    "given",
    [
        ({"share": 0.5}, {"share": 1, "tenant": "acme"}),
        ({"share": 0.5, "model": "a"}, {"share": 1, "model": "a", "route": "canary"}),
        ({"share": 0.5, "tenant": "b"}, {"share": 0.5, "tenant": "b"}),
    ],
)
def test_a_rule_that_is_never_reached_is_refused(given: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(ValueError, match="rule-2 is never reached: rule-1 matches all it does"):
        check_rules(rules(*given))


@pytest.mark.parametrize(
    "given",
    [
        ({"share": 0.5, "outcome": "answer"}, {"share": 1}),
        ({"share": 0.5, "model": "a*"}, {"share": 1, "model": "b"}),
        ({"share": 0.5, "tenant": "b", "model": "a"}, {"share": 1, "tenant": "b"}),
    ],
)
def test_a_rule_that_can_be_reached_is_taken(given: tuple[dict[str, Any], ...]) -> None:
    checked = check_rules(rules(*given))

    assert checked == rules(*given)


@pytest.mark.parametrize(
    "names", [("same", "same"), ("failures", None), ("rest", None), ("rule-2", None)]
)
def test_names_are_used_once(names: tuple[str | None, str | None]) -> None:
    given = [{"share": 1, "tenant": f"t{place}", "name": name} for place, name in enumerate(names)]

    with pytest.raises(ValueError, match="a name of its own"):
        Sampler(rules(*given))


def test_there_are_not_endlessly_many_rules() -> None:
    given = [{"share": 1, "tenant": f"t{place}"} for place in range(MOST_RULES + 1)]

    with pytest.raises(ValueError, match=f"{MOST_RULES} rules"):
        Sampler(rules(*given))


def test_callers_who_invent_tenants_do_not_fill_the_memory() -> None:
    sampler, one = Sampler(rules({"tenant": "t1", "share": 0.5})), record()

    for place in range(MOST_REMEMBERED + 10):
        one.tenant = f"t{place}"
        sampler.find(one)

    assert len(sampler._found) <= MOST_REMEMBERED
    assert found(sampler, tenant="t1") == ("rule-1", 0.5)
