"""What waits to be logged: taken by rule, bounded in number and bytes, counted."""

import numpy as np
import pytest
from opentelemetry import context
from prometheus_client import REGISTRY

from ridealong.serving.payloads.backlog import Backlog, size_of
from ridealong.serving.payloads.sampling import Rule, Sampler
from ridealong.serving.scheduling.jobs import TEXT_BYTES
from tests.serving.payloads.records import SCORES, record


def dropped(reason: str, rule: str = "rest") -> float:
    labels = {"reason": reason, "rule": rule}
    return REGISTRY.get_sample_value("ridealong_inference_log_dropped_total", labels) or 0


def backlog(
    *rules: Rule, share: float = 1, most_records: int = 100, most_bytes: int = 10_000
) -> Backlog:
    sampler = Sampler(rules, share=share)
    return Backlog(sampler, most_records=most_records, most_bytes=most_bytes)


def test_what_was_taken_waits_in_order_until_it_is_dropped() -> None:
    waiting = backlog()

    assert all(waiting.take(record(prediction_id=f"p-{n}")) for n in range(4))

    assert [each.record.prediction_id for each in waiting.oldest(2)] == ["p-0", "p-1"]
    waiting.drop(3)
    assert [each.record.prediction_id for each in waiting.oldest(9)] == ["p-3"]
    assert len(waiting) == 1


def test_more_than_may_wait_is_counted_under_its_rule() -> None:
    waiting, before = backlog(most_records=2), dropped("queue_full")

    taken = [waiting.take(record()) for _ in range(5)]

    assert taken == [True, True, False, False, False]
    assert dropped("queue_full") == before + 3


def test_bytes_are_bounded_and_given_back() -> None:
    waiting, before = backlog(most_bytes=200), dropped("queue_full")

    taken = [waiting.take(record("x" * 15)) for _ in range(3)]
    waiting.drop(1)
    taken.append(waiting.take(record("x" * 15)))

    assert taken == [True, True, False, True]
    assert dropped("queue_full") == before + 1


@pytest.mark.parametrize("counted", [None, 0], ids=["refused", "answered"])
def test_a_thousand_empty_texts_weigh_what_their_array_does(counted: int | None) -> None:
    waiting, nothing_said = backlog(most_bytes=10_000), np.full(1000, "", dtype=object)

    taken = waiting.take(record(inputs={"text": nothing_said}, input_bytes=counted))

    assert not taken


def test_what_a_rule_leaves_out_is_counted_under_it() -> None:
    waiting = backlog(Rule(name="quiet", tenant="acme", share=0))
    before = dropped("not_sampled", "quiet")

    assert not waiting.take(record())
    assert waiting.take(record(tenant="bank"))

    assert dropped("not_sampled", "quiet") == before + 1


def test_failures_are_taken_where_answers_are_not() -> None:
    waiting = backlog(share=0)

    assert waiting.take(record(failure="deadline"))
    assert not waiting.take(record())


def test_a_record_keeps_nothing_of_the_batch_it_came_from() -> None:
    waiting = backlog()
    whole = np.tile(SCORES, (50, 1))

    waiting.take(record(outputs={"intent": whole[:2], "embedding": np.ones((2, 4))}))

    [kept] = waiting.oldest(1)
    assert list(kept.record.outputs) == ["intent"]
    assert kept.record.outputs["intent"].base is None
    assert kept.size == size_of(record()) + SCORES.nbytes


def test_a_size_that_is_known_is_not_counted_again() -> None:
    counted, beside = size_of(record("four")), TEXT_BYTES

    assert counted == 4 + beside
    assert size_of(record("four", input_bytes=1000)) == 1000 + beside


def test_the_context_of_the_request_is_kept() -> None:
    waiting, key = backlog(), context.create_key("asked-by")
    token = context.attach(context.set_value(key, "one"))
    waiting.take(record())
    context.detach(token)

    [kept] = waiting.oldest(1)

    assert context.get_value(key, kept.request) == "one"


@pytest.mark.parametrize("most", [0, 1, 50])
def test_the_oldest_of_none_are_none(most: int) -> None:
    assert list(backlog().oldest(most)) == []
