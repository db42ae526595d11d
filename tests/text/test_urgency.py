"""The urgency rule: what raises it, what does not, and that it says why."""

from typing import Any

import pytest

from ridealong.contracts.nlp import Urgency
from ridealong.text.urgency import Mood, rate_urgency
from tests.nlp.test_analyse import features

CALM = Mood({}, negative=0.2)


def rate(text: str, mood: Mood = CALM, *, repeats: int = 0, **given: Any) -> Urgency:
    return rate_urgency(text, features(**given), mood, repeats=repeats)


def test_a_calm_question_can_wait() -> None:
    assert rate("where can I find the size chart?") == Urgency(score=0, reasons=())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I need this by tomorrow", "deadline"),
        ("Ich brauche das dringend", "deadline"),
        ("lo necesito hoy", "deadline"),
        ("j'en ai besoin aujourd'hui", "deadline"),
        ("I have been waiting for two weeks", "waiting"),
        ("keine Antwort von euch", "waiting"),
        ("I was charged twice", "money"),
        ("Mein Geld ist weg", "money"),
        ("I will call my lawyer", "consequence"),
        ("it is broken again", "repeat"),
        ("encore une fois la même erreur", "repeat"),
    ],
)
def test_words_of_time_and_money_raise_it_and_are_named(text: str, reason: str) -> None:
    rated = rate(text)

    assert rated.reasons == (reason,)
    assert 0.1 < rated.score < 0.5


@pytest.mark.parametrize("text", ["pursue", "against", "suede shoes", "heutzutage"])
def test_parts_of_words_do_not_count(text: str) -> None:
    assert rate(text).score == 0


@pytest.mark.parametrize(
    ("emotion", "reason"),
    [("anger", "anger"), ("annoyance", "anger"), ("fear", "fear"), ("grief", "distress")],
)
def test_a_strong_emotion_raises_it(emotion: str, reason: str) -> None:
    assert rate("hello", Mood({emotion: 0.9}, negative=0.9)).reasons == (reason,)


def test_a_faint_emotion_does_not() -> None:
    assert rate("hello", Mood({"anger": 0.1}, negative=0.2)).score == 0


def test_words_count_less_in_a_good_mood() -> None:
    text = "thanks, it came today"

    assert rate(text, Mood({}, negative=0)).score < rate(text, Mood({}, negative=1)).score


def test_exclamations_and_shouting_count() -> None:
    rated = rate("ANSWER ME NOW PLEASE!!!", exclamation_marks=3, upper_case_share=0.9)

    assert set(rated.reasons) == {"exclamation", "shouting"}


def test_signs_add_up_and_never_pass_one() -> None:
    text = "URGENT: charged twice again, still waiting, my lawyer will write today"
    furious = Mood({"anger": 1, "annoyance": 1, "fear": 1, "grief": 1}, negative=1)

    rated = rate(text, furious, exclamation_marks=100, upper_case_share=1)

    assert 0.9 < rated.score <= 1
    assert len(rated.reasons) == len(set(rated.reasons))
    assert rated.reasons[0] == "anger"


def test_whoever_writes_again_and_again_is_more_urgent() -> None:
    scores = [rate("where is it", repeats=repeats).score for repeats in (0, 1, 2, 5, 50)]

    assert scores[0] == scores[1] == 0
    assert scores == sorted(scores)
    assert scores[-1] <= 0.4
    assert rate("where is it", repeats=5).reasons == ("repeat",)


def test_many_turns_of_a_calm_talk_count_less() -> None:
    upset = rate("where is it", Mood({}, negative=0.9), repeats=4)

    assert rate("where is it", Mood({}, negative=0), repeats=4).score < upset.score
