"""The committed heads: what training computes is what is served, and what they say of plain words.

The messages were written by this project: those of `messages.txt`, and requests in eight languages.
"""

import asyncio
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ridealong.learning.evaluation import Answered, ask
from ridealong.learning.evaluation_labels import Described
from ridealong.learning.evaluation_parity import agreement, compare
from ridealong.learning.evaluation_rows import LabelledRow, read_labelled
from ridealong.learning.evaluation_served import InProcess
from tests.learning.stores import real_store

HERE = Path(__file__).parent
PIPELINES = ("understand-en", "understand-multilingual")
PACKS = ("banking", "commerce", "general")
IN_ENGLISH = {
    "Where is my order? I have been waiting for two weeks!": ("commerce", "track_order"),
    "I would like to get my money back for the lamp I bought.": ("commerce", "get_refund"),
    "Please cancel order 4471 before it is sent.": ("commerce", "cancel_order"),
    "My card was swallowed by the machine in front of the station.": ("banking", "card_swallowed"),
    "I think someone stole my card yesterday.": ("banking", "lost_or_stolen_card"),
    "How do I change my PIN?": ("banking", "change_pin"),
    "Will it rain tomorrow?": ("general", "weather"),
    "This is the worst service I have ever had, I am furious!": ("sentiment", "negative"),
    "Thank you so much, that was wonderful and quick!": ("sentiment", "positive"),
    "What is the tallest mountain of Norway?": ("scope", "none"),
    "how is glue made": ("scope", "none"),
}
ELSEWHERE = {
    "Wo ist meine Bestellung? Ich warte seit zwei Wochen.": ("commerce", "track_order"),
    "Je veux annuler ma commande.": ("commerce", "cancel_order"),
    "Me han robado la tarjeta.": ("banking", "lost_or_stolen_card"),
}


@cache
def requests(pack: str) -> tuple[LabelledRow, ...]:
    return read_labelled(HERE / "languages" / f"{pack}.csv").rows


@cache
def messages() -> tuple[str, ...]:
    said = (HERE / "messages.txt").read_text(encoding="utf-8").splitlines()
    return (*said, *(row.text for pack in PACKS for row in requests(pack)))


@cache
def asked(name: str) -> tuple[Described, Answered]:
    """All of them once; the statements below come first."""

    async def answer() -> tuple[Described, Answered]:
        async with InProcess(name, real_store()) as served:
            described = await served.describe()
            texts = [*IN_ENGLISH, *ELSEWHERE, *messages()]
            return described, Answered(*await ask(served, texts, [*described.labels], advance))

    return asyncio.run(answer())


def advance(_rows: int) -> None:
    """Nobody watches."""


def best(name: str, output: str, text: str) -> str:
    described, answered = asked(name)
    place = [*IN_ENGLISH, *ELSEWHERE].index(text)
    return described.labels[output][int(answered.probabilities[output][place].argmax())]


def test_there_are_five_hundred_messages_and_none_stands_there_twice() -> None:
    assert len(set(messages())) == len(messages()) >= 500


@pytest.mark.parametrize("name", PIPELINES)
async def test_what_is_served_is_what_training_computed(name: str) -> None:
    found = await compare(name, messages(), real_store())

    assert {"scope", "sentiment", *PACKS} <= found.keys()
    for output, parity in found.items():
        assert parity.rows == len(messages())
        assert parity.is_kept, f"{output}: {parity}"


def test_parity_is_lost_by_one_row_in_five_hundred_or_by_one_probability() -> None:
    trained = np.tile(np.array([[0.6, 0.4]], dtype=np.float32), (500, 1))
    turned, shifted = trained.copy(), trained.copy()
    turned[7] = [0.4, 0.6]
    shifted[7] = [0.6021, 0.3979]

    assert agreement(trained, trained).is_kept
    assert agreement(trained, turned).agreed == pytest.approx(0.998)
    assert not agreement(trained, turned).is_kept
    assert not agreement(trained, shifted).is_kept


@pytest.mark.parametrize("name", PIPELINES)
def test_every_output_is_a_probability_for_every_message(name: str) -> None:
    described, answered = asked(name)

    for output, scores in answered.probabilities.items():
        assert scores.shape[1] == len(described.labels[output])
        assert len(scores) > len(messages())
        assert scores.min() >= 0
        assert scores.max() <= 1
        if output != "emotion":
            assert abs(scores.sum(axis=1) - 1).max() < 1e-5


@pytest.mark.parametrize(("text", "expected"), IN_ENGLISH.items())
def test_plain_english_requests_are_understood(text: str, expected: tuple[str, str]) -> None:
    assert best("understand-en", expected[0], text) == expected[1]


@pytest.mark.parametrize(("text", "expected"), ELSEWHERE.items())
def test_requests_in_other_languages_are_understood(text: str, expected: tuple[str, str]) -> None:
    assert best("understand-multilingual", expected[0], text) == expected[1]
