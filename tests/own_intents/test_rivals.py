"""What a pack is sure of, beside a tenant's own intents."""

import pytest

from ridealong.own_intents.rivals import find_rival, find_shared, yield_to

PACKS = ("commerce", "banking")


def heads(refund: float, *, shop: float = 1.0) -> dict[str, dict[str, float]]:
    return {
        "scope": {"commerce": shop, "banking": 1 - shop, "none": 0.0},
        "commerce": {"get_refund": refund, "track_order": 1 - refund},
        "banking": {"request_refund": 1.0},
    }


def test_a_packs_intent_is_shared_as_far_as_some_own_intent_shows_it() -> None:
    labels = ["back", "luggage", "back", "luggage"]
    rows = [heads(1.0), heads(0.0), heads(0.6), heads(0.2)]

    shared = find_shared(labels, rows, PACKS)

    assert shared == {"commerce": {"get_refund": 0.8, "track_order": 0.9}, "banking": {}}


def test_the_rival_is_the_likeliest_intent_that_is_not_shared() -> None:
    shared = {"commerce": {"get_refund": 0.9}, "banking": {}}

    assert find_rival(heads(0.8), shared) == pytest.approx(0.2)
    assert find_rival(heads(0.8, shop=0.1), shared) == pytest.approx(0.9)


def test_a_pack_that_was_not_asked_about_the_examples_is_no_rival() -> None:
    assert find_rival(heads(1.0), {}) == 0
    assert find_rival(heads(0.0), {"telephony": {"new_number": 0.1}}) == 0


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99, 1.0])
def test_a_rival_that_is_no_likelier_than_not_changes_nothing(share: float) -> None:
    assert yield_to(0.5, share) == pytest.approx(share)
    assert yield_to(0.0, share) == pytest.approx(share)


def test_the_surer_the_rival_the_less_is_left() -> None:
    left = [yield_to(rival, 0.95) for rival in (0.5, 0.6, 0.8, 0.9, 1.0)]

    assert left == sorted(left, reverse=True)
    assert 0 < left[-1] < 0.05
