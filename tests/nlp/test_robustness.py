"""Messages as they really come, through the real chain with the real models in one process.

What daprd and sockets add is told in `tests/system/test_robustness.py` on the same messages.
"""

from collections.abc import Iterator

import pytest

from ridealong.contracts.aggregation import Answer
from ridealong.contracts.contract import Decision
from ridealong.contracts.nlp import SentimentLabel
from tests.nlp.adversities import CAREFUL, PEOPLE, UNDERSTOOD, Case, complaints_about, parametrized
from tests.nlp.chain import Chain


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with Chain().running(tmp_path_factory.mktemp("vectors")) as running:
        yield running


def answer(chain: Chain, case: Case) -> Answer:
    return chain.answer(case.text, channel=case.channel)


@pytest.mark.parametrize("case", parametrized(UNDERSTOOD))
def test_a_request_is_understood_however_it_is_written(chain: Chain, case: Case) -> None:
    assert complaints_about(answer(chain, case), case) == []


@pytest.mark.parametrize("case", parametrized(PEOPLE))
def test_what_asks_nothing_we_do_goes_to_a_person(chain: Chain, case: Case) -> None:
    assert complaints_about(answer(chain, case), case) == []


@pytest.mark.parametrize("case", parametrized(CAREFUL))
def test_what_needs_care_is_seen_by_a_person(chain: Chain, case: Case) -> None:
    assert complaints_about(answer(chain, case), case) == []


def test_enough_kinds_are_tried() -> None:
    assert len({case.name for case in (*UNDERSTOOD, *PEOPLE, *CAREFUL)}) >= 70


def test_a_sure_plain_request_can_be_automated_at_all(chain: Chain) -> None:
    """Otherwise it would say nothing that the messages above are not."""
    decisions = {
        chain.answer(text).decision
        for text in (
            "How do I activate my new card?",
            "Can I use Apple Pay with my card?",
            "Which currencies can I hold in my account?",
            "How do I change my PIN?",
            "What is the exchange rate you use?",
        )
    }

    assert Decision.AUTOMATE in decisions


def test_a_plain_complaint_is_negative_and_surely_so(chain: Chain) -> None:
    found = chain.answer("This is the worst service ever. I am furious and very disappointed.")

    assert found.sentiment is not None
    assert found.sentiment.label is SentimentLabel.NEGATIVE
    assert not found.sentiment.is_uncertain


def test_the_same_message_reads_the_same_twice(chain: Chain) -> None:
    first, again = (chain.answer("WHERE is my ooorder 4471?") for _ in range(2))

    assert first.intents == again.intents
    assert first.decision == again.decision
