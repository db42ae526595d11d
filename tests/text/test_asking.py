"""The sieve before the models: what may ask for something stays, courtesies and footers go."""

import pytest

from ridealong.text.asking import rate
from tests.text.short_requests import SHORT_REQUESTS


@pytest.mark.parametrize("language", SHORT_REQUESTS)
def test_nearly_every_request_passes(language: str) -> None:
    requests = SHORT_REQUESTS[language]

    passed = [request for request in requests if rate(request) > 0]

    assert len(passed) >= 0.8 * len(requests)


@pytest.mark.parametrize(
    "sentence",
    [
        *("Hello,", "Dear team,", "Best regards", "Vielen Dank", "Saludos cordiales", "谢谢"),
        *("[PERSON_1]", "0049 30 1234567", "> where is my order?", "From: [EMAIL_1]", "---", "ok"),
        "This message is confidential and only for the intended recipient of your order",
        "Click here to unsubscribe from payments",
        "aGVsbG8gd29ybGQ0123456789==",
    ],
)
def test_courtesies_footers_and_quotations_do_not(sentence: str) -> None:
    assert rate(sentence) <= 0


def test_a_question_about_something_we_do_outweighs_a_remark() -> None:
    question, remark = rate("Where is my parcel?"), rate("I think that it was a nice day")

    assert question > remark


def test_a_greeting_before_a_request_costs_nothing() -> None:
    assert rate("Hello, please cancel my order") == rate("please cancel my order")
