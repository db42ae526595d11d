"""What the committed heads say of messages that this project wrote itself."""

import pytest

from ridealong.learning.evaluation import answer, labels_of, newest
from ridealong.serving.manifest import Manifest, read_manifest
from tests.learning.sentences import SENTENCES
from tests.learning.stores import real_store

IN_ENGLISH = {
    "Where is my order? I have been waiting for two weeks!": ("commerce", "track_order"),
    "I would like to get my money back for the lamp I bought.": ("commerce", "get_refund"),
    "Please cancel order 4471 before it is sent.": ("commerce", "cancel_order"),
    "My card was swallowed by the machine in front of the station.": ("banking", "card_swallowed"),
    "I think someone stole my card yesterday.": ("banking", "lost_or_stolen_card"),
    "How do I change my PIN?": ("banking", "change_pin"),
    "Will it rain tomorrow?": ("general", "weather"),
}
ELSEWHERE = {
    "Wo ist meine Bestellung? Ich warte seit zwei Wochen.": ("commerce", "track_order"),
    "Je veux annuler ma commande.": ("commerce", "cancel_order"),
    "Me han robado la tarjeta.": ("banking", "lost_or_stolen_card"),
}


def opened(name: str) -> Manifest:
    return read_manifest(newest(name, real_store()))


def best(name: str, output: str, text: str) -> str:
    manifest = opened(name)
    scores = answer(manifest, newest(name, real_store()), output, [text])[0]
    return labels_of(manifest, output)[int(scores.argmax())]


@pytest.mark.parametrize(("text", "expected"), IN_ENGLISH.items())
def test_plain_english_requests_are_understood(text: str, expected: tuple[str, str]) -> None:
    assert best("understand-en", expected[0], text) == expected[1]


@pytest.mark.parametrize(("text", "expected"), ELSEWHERE.items())
def test_requests_in_other_languages_are_understood(text: str, expected: tuple[str, str]) -> None:
    assert best("understand-multilingual", expected[0], text) == expected[1]


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("This is the worst service I have ever had, I am furious!", "negative"),
        ("Thank you so much, that was wonderful and quick!", "positive"),
    ],
)
def test_moods_are_told_apart(text: str, mood: str) -> None:
    assert best("understand-en", "sentiment", text) == mood


@pytest.mark.parametrize("name", ["understand-en", "understand-multilingual"])
def test_every_output_is_a_probability_for_every_message(name: str) -> None:
    manifest, folder = opened(name), newest(name, real_store())

    for head in manifest.heads:
        scores = answer(manifest, folder, head.output, SENTENCES)
        assert scores.shape == (len(SENTENCES), len(labels_of(manifest, head.output)))
        assert scores.min() >= 0
        assert scores.max() <= 1
        if head.output != "emotion":
            assert abs(scores.sum(axis=1) - 1).max() < 1e-5


@pytest.mark.parametrize("text", ["What is the tallest mountain of Norway?", "how is glue made"])
def test_what_no_pack_answers_is_of_no_scope(text: str) -> None:
    assert best("understand-en", "scope", text) == "none"
