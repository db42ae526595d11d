"""Moods that should not be taken at their word."""

import pytest

from ridealong.text.irony import is_doubtful


def doubtful(text: str, *, positive: float = 0.8) -> bool:
    return is_doubtful(text, positive=positive, others=[positive, 0.15, 0.85 - positive])


@pytest.mark.parametrize(
    "text",
    [
        "Great, just great. Still no parcel after three weeks.",
        "Oh wonderful, my card was charged twice. Brilliant system you have there.",
        "Thanks for nothing!",
        "thx for nothing",
        "ty for nothing guys",
        "thx, still waiting for my parcel",
        "Thank you so much for losing my package again.",
        "Love waiting two hours on hold, best support ever",
        'Yeah right, "delivery tomorrow"',
        "What a surprise, the app crashed. 🙄",
        "Amazing service: nobody answers for weeks",
        "Way to go, now my account is empty",
        "Fantastic. It only took you five attempts to send the wrong size.",
    ],
)
def test_mockery_is_doubtful(text: str) -> None:
    assert doubtful(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much, the refund came today!",
        "Great service, I am very happy with my new lamp.",
        "The parcel was late, but you sorted it out and I love it.",
        "My problem was solved in two hours, thank you!",
        "It was broken, but your team fixed it. Amazing!",
        "Perfect, that works. Thanks!",
        "Could you tell me where my order is, please?",
        "",
    ],
)
def test_honest_praise_and_plain_questions_are_not(text: str) -> None:
    assert not doubtful(text)


@pytest.mark.parametrize(
    "text", ["This is the worst service, I waited for weeks.", "I am furious, it is broken again"]
)
def test_an_honest_complaint_is_not(text: str) -> None:
    assert not doubtful(text, positive=0.05)


def test_a_near_tie_is_doubtful_in_any_language() -> None:
    assert is_doubtful("Das war so lala", positive=0.45, others=[0.45, 0.4, 0.15])
    assert not is_doubtful("Das war so lala", positive=0.6, others=[0.6, 0.25, 0.15])


def test_a_megabyte_is_read_at_its_start_only() -> None:
    assert not doubtful("lovely " * 100_000 + "still waiting")
