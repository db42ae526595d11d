"""A head fitted on a few examples, and the figures that are told of it."""

import numpy as np
import pytest

from ridealong.own_intents.examples import Example, words_of
from ridealong.own_intents.fitting import MOST_ROWS, OwnHead, choose_rows, find_thresholds
from ridealong.own_intents.lesson import Fitted, Vectors, compare, learn, learnable
from ridealong.own_intents.packing import (
    pack_examples,
    pack_head,
    unpack_examples,
    unpack_head,
)
from ridealong.own_intents.views import Matrix, Views
from tests.own_intents.sayings import AIRLINE, ALL, ENGLISH, GYM, vector


def encode(model: str, texts: list[str]) -> Matrix:
    return np.array([vector(model, "1", text) for text in texts], dtype=np.float32)


def fitted(
    company: dict[str, list[str]], *, most: int = 5, since: int = 0, language: str = "en"
) -> Fitted:
    examples = [
        Example(text, label, language, since)
        for label, texts in company.items()
        for text in texts[:most]
    ]
    labels = learnable(examples)
    texts = [each.text for each in examples] + [words_of(label) for label in labels]
    return learn(examples, labels, Vectors(encode(ENGLISH, texts), encode(ALL, texts)))


def ask(head: OwnHead, text: str, *, is_english: bool = True) -> tuple[str, float]:
    views = Views.of([text], encode(ENGLISH, [text]), encode(ALL, [text]))
    probabilities, known = head.score(views, is_english=is_english)
    return head.labels[int(probabilities[0].argmax())], float(known[0])


@pytest.mark.parametrize("is_english", [True, False])
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("May I take my dog on board?", "pets_on_board"),
        ("is my suitcase over the luggage weight limit", "luggage"),
        ("a window seat please", "seat_choice"),
        ("the voucher code is not valid", "vouchers"),
        ("is my vouchre still vallid", "vouchers"),
    ],
)
def test_five_examples_are_enough_to_recognise_an_intent(
    text: str, label: str, *, is_english: bool
) -> None:
    said, known = ask(fitted(AIRLINE).head, text, is_english=is_english)

    assert said == label
    assert known > 0.5


def test_what_is_about_something_else_is_less_known() -> None:
    head = fitted(AIRLINE).head

    assert ask(head, "Zebras graze behind distant mountains")[1] < ask(head, "Is my dog ok?")[1]


def test_probabilities_add_up_and_every_label_has_one() -> None:
    head = fitted(AIRLINE).head
    texts = ["dog", "", "seat " * 5_000]
    probabilities, known = head.score(
        Views.of(texts, encode(ENGLISH, texts), encode(ALL, texts)), is_english=True
    )

    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert probabilities.shape == (3, 4)
    assert ((known >= 0) & (known <= 1)).all()


def test_two_intents_are_enough() -> None:
    assert ask(fitted(GYM).head, "please pause my contract")[0] == "pause"


def test_figures_are_of_rows_that_were_held_out() -> None:
    random = np.random.default_rng(7)
    words = [f"{letter}{n}" for letter in "qxzwv" for n in range(40)]
    noise = {label: [" ".join(random.choice(words, 5)) for _ in range(20)] for label in "ab"}

    figures = fitted(noise, most=20).figures

    # Learned by heart, every row would be right; nothing here can be learned.
    assert 0.2 < figures.accuracy < 0.8
    assert sum(each.count for each in figures.confused) == round(40 * (1 - figures.accuracy))


def test_figures_tell_recall_and_what_was_confused() -> None:
    figures = fitted(AIRLINE).figures

    assert figures.folds == 5
    assert set(figures.recall) == set(AIRLINE)
    assert np.mean(list(figures.recall.values())) == pytest.approx(figures.accuracy)
    assert all(each.label != each.taken_for for each in figures.confused)


def test_an_intent_with_two_examples_waits() -> None:
    examples = [
        Example(f"{label} {n}", label, "en")
        for label, n in [("a", 1), ("a", 2), ("a", 3), ("b", 4)]
    ]

    assert learnable(examples) == ("a",)


def test_the_same_examples_make_the_same_head() -> None:
    assert pack_head(fitted(AIRLINE).head) == pack_head(fitted(AIRLINE).head)


def test_a_head_that_was_kept_answers_as_before() -> None:
    head = fitted(AIRLINE).head
    texts = [text for texts in AIRLINE.values() for text in texts]
    views = Views.of(texts, encode(ENGLISH, texts), encode(ALL, texts))

    again = unpack_head(pack_head(head))

    for is_english in (True, False):
        before, after = (each.score(views, is_english=is_english) for each in (head, again))
        assert np.abs(before[0] - after[0]).max() < 5e-3
        assert np.abs(before[1] - after[1]).max() < 5e-3


def test_examples_that_were_kept_are_the_same() -> None:
    examples = [Example("Hör zu 👍", "a", "de", 3)]
    english, everyone = encode(ENGLISH, ["x"]), encode(ALL, ["x"])

    found, first, second = unpack_examples(pack_examples(examples, english, everyone))

    assert list(found) == examples
    assert np.allclose(first, english, atol=1e-3)
    assert np.allclose(second, everyone, atol=1e-3)


def test_of_very_many_examples_the_newest_are_learned_from() -> None:
    classes = np.repeat([0, 1], MOST_ROWS)

    rows = choose_rows(classes)

    assert len(rows) == MOST_ROWS
    assert {MOST_ROWS - 1, 2 * MOST_ROWS - 1} <= set(rows.tolist())


def test_thresholds_leave_out_the_truth_as_seldom_as_promised() -> None:
    chance = np.random.default_rng(1)
    truth = chance.beta(5, 1, 4_000).astype(np.float32)

    thresholds = find_thresholds(truth[:2_000])

    assert (truth[2_000:] < thresholds["0.1"]).mean() == pytest.approx(0.1, abs=0.03)
    assert find_thresholds(truth[:8])["0.1"] == 0.0


def test_a_successor_is_compared_on_examples_that_are_new() -> None:
    before = fitted(AIRLINE, since=1)
    after = fitted(AIRLINE, since=2)

    compared = compare(before.head, 1, after)

    assert compared is not None
    assert compared.examples == 20
    assert compared.before == 1.0
    assert compare(before.head, 2, after) is None


def test_an_intent_that_the_head_in_use_never_heard_of_is_one_that_it_does_not_know() -> None:
    compared = compare(fitted(AIRLINE, since=1).head, 1, fitted(GYM, since=2))

    assert compared is not None
    assert compared.before == 0
    assert compared.gained == round(compared.after * compared.examples)
