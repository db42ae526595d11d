"""The soak's requests and its menu."""

import json
import random
from collections import Counter
from typing import Any

import pytest

from bench.inference.requests import (
    HEADER_LENGTH,
    bad_requests,
    binary_request,
    gives,
    good_requests,
)
from bench.inference.soak_callers import Menu

SAMPLES: dict[str, list[dict[str, Any]]] = {
    "text": [{"input": f"text {n}", "label": f"intent_{n}"} for n in range(140)],
    "gb64": [{"input": [float(n)] * 64, "label": n % 3} for n in range(140)],
}


def test_a_right_answer_has_every_label() -> None:
    is_right = gives(SAMPLES["gb64"][:2])

    assert is_right(json.dumps({"outputs": [{"name": "label", "data": [0, 1]}]}).encode())
    assert is_right(json.dumps({"outputs": [{"name": "label", "data": [[0], [1]]}]}).encode())
    assert not is_right(json.dumps({"outputs": [{"name": "label", "data": [1, 0]}]}).encode())


def test_a_binary_request_says_where_its_header_ends() -> None:
    request = binary_request(SAMPLES["gb64"][:2])
    length = int(request.headers[HEADER_LENGTH])

    header = json.loads(request.body[:length])
    assert header["inputs"][0]["shape"] == [2, 64]
    assert header["inputs"][0]["parameters"]["binary_data_size"] == len(request.body) - length


def test_only_good_requests_may_be_answered_well() -> None:
    assert all(request.allowed == {200} for request in good_requests(SAMPLES))
    assert all(400 <= min(request.allowed) < 500 for request in bad_requests())


def test_bad_requests_have_names_of_their_own() -> None:
    names = [request.name for request in bad_requests()]

    assert len(set(names)) == len(names)


def test_callers_choose_mostly_good_requests_and_some_of_each() -> None:
    good, bad = good_requests(SAMPLES)[:1], bad_requests()[:1]
    menu, dice = Menu(good, bad, bad_requests()[1:2]), random.Random(1)

    counts = Counter(
        (request.name, left) for request, left in (menu.choose(dice) for _ in range(4000))
    )

    assert counts[good[0].name, False] / 4000 == pytest.approx(0.70, abs=0.04)
    assert counts[bad[0].name, False] / 4000 == pytest.approx(0.22, abs=0.04)
    assert counts[good[0].name, True] > 0
