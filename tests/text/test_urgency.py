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
        ("I don’t recognise this payment", "money"),
        ("someone took 200 dollars out yesterday", "money"),
        ("I gave the code to the man who called me", "money"),
        ("you stored it without my permission", "money"),
        ("my solicitor will write to you", "consequence"),
        ("I got another customer's invoice", "consequence"),
    ],
)
def test_words_of_time_and_money_raise_it_and_are_named(text: str, reason: str) -> None:
    rated = rate(text)

    assert rated.reasons == (reason,)
    assert 0.1 < rated.score < 0.5


@pytest.mark.parametrize(
    "text",
    [
        *("The oven I bought caught fire", "gas leak smell from heater", "the battery exploded"),
        *("smoke coming out of the charger", "I got an electric shock from the kettle"),
        *("Die Heizdecke hat angefangen zu brennen", "la batería explotó", "充电器冒烟了"),
        *("충전기에 불이 났어요", "зарядка взорвалась", "şarj aleti patladı"),
    ],
)
def test_danger_is_urgent_in_any_words(text: str) -> None:
    rated = rate(text)

    assert rated.reasons == ("danger",)
    assert rated.score > 0.3


@pytest.mark.parametrize(
    "text",
    [
        *("someone broke into my account and is emptying it", "they're draining my account"),
        *("someone is using my card at this moment", "my flight leaves in 3 hours"),
        *("please hurry", "I need this by noon, please", "stranded abroad with a blocked card"),
        *("jemand plündert mein Konto", "están usando mi tarjeta", "ktoś wypłaca moje pieniądze"),
    ],
)
def test_what_is_happening_right_now_is_urgent(text: str) -> None:
    rated = rate(text)

    assert "underway" in rated.reasons
    assert rated.score > 0.25


@pytest.mark.parametrize(
    "text",
    [
        *(
            "PILNE! Skradziono mi kartę",
            "Срочно, у меня украли карту",
            "至急！カードが盗まれました",
        ),
        *("سُرقت بطاقتي، أوقفوها فورا", "我的卡被盗刷了，请马上冻结", "stjålet, spær det straks"),
        *("카드를 도난당했어요 빨리", "ถูกขโมย ด่วน", "roubaram meu cartão, urgente"),
        *("Kartu saya dicuri, blokir segera", "Ukradena mi je kartica, hitno"),
    ],
)
def test_a_stolen_card_is_urgent_in_every_language(text: str) -> None:
    assert rate(text).reasons == ("deadline", "money")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Not urgent: can you send my invoice",
            "Nothing urgent, where is it?",
            "no need to hurry",
        ),
        *("It's not an emergency", "es eilt nicht", "Ce n'est pas urgent", "no es urgente", "不急"),
        *("Guten Morgen, ich hätte gerne eine Kopie", "llegó ayer por la mañana"),
    ],
)
def test_who_says_that_it_can_wait_can_wait(text: str) -> None:
    assert rate(text).score == 0


def test_a_day_that_is_named_beside_a_no_is_still_a_day() -> None:
    assert rate("nothing came today").reasons == ("deadline",)


@pytest.mark.parametrize(
    "text", ["my husband passed away", "my late mother's account", "she died", "er ist verstorben"]
)
def test_a_death_is_named(text: str) -> None:
    rated = rate(text)

    assert rated.reasons == ("bereavement",)
    assert rated.score < 0.1


@pytest.mark.parametrize(
    "text",
    [
        *("my laptop died", "the bottle leaked", "is there a fee for using my card abroad"),
        *("the battery is draining fast", "in brand new condition", "do you deliver in 48 hours?"),
        *(
            "환불이 안 됐어요",
            "물건을 사기 전에 궁금해요",
            "livraison dans le sud",
            "die Lampe brennt nicht",
        ),
    ],
)
def test_what_only_sounds_grave_calls_nobody(text: str) -> None:
    assert rate(text).score == 0


@pytest.mark.parametrize("text", ["pursue", "against", "suede shoes", "heutzutage"])
def test_parts_of_words_do_not_count(text: str) -> None:
    assert rate(text).score == 0


@pytest.mark.parametrize(
    ("emotion", "reason"),
    [("anger", "anger"), ("annoyance", "anger"), ("fear", "fear"), ("grief", "distress")],
)
def test_a_strong_emotion_raises_it(emotion: str, reason: str) -> None:
    mood = Mood({"annoyance": 0.3, emotion: 0.9}, negative=0.9)

    assert rate("hello", mood).reasons[0] == reason


def test_a_faint_emotion_does_not() -> None:
    assert rate("hello", Mood({"anger": 0.1}, negative=0.2)).score == 0


def test_a_calm_cancellation_is_no_anger() -> None:
    """As the multilingual model hears "Ich möchte meine Bestellung stornieren"."""
    calm = Mood({"anger": 0.35, "annoyance": 0.11, "disappointment": 0.14}, negative=0.44)
    money_back = Mood({"anger": 0.34, "annoyance": 0.14, "disappointment": 0.11}, negative=0.81)

    assert rate("stornieren bitte", calm).score < 0.3
    assert rate("stornieren, Geld zurück", money_back).score < 0.3


def test_an_outburst_is() -> None:
    """As it hears "Das ist eine Frechheit, ich bin stinksauer"."""
    furious = Mood({"anger": 0.34, "annoyance": 0.43, "disgust": 0.2}, negative=0.97)

    rated = rate("Frechheit", furious)

    assert rated.reasons == ("anger",)
    assert rated.score > 0.5


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
