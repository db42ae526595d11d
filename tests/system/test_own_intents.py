"""A company brings its own intents, five examples of each, and its customers are understood."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.system.caller import ALL_SCOPES, Caller
from tests.system.harness import System, eventually

PATH = "/v1/intents"
TAUGHT = {
    "pets_on_board": (
        "May my dog fly with me in the cabin?",
        "I would like to bring a cat on the plane, is that fine?",
        "What does it cost to take a pet along?",
        "Do you accept animals on board?",
        "Is a small dog allowed under the seat?",
    ),
    "luggage_allowance": (
        "How many suitcases may I check in?",
        "What is the weight limit for my bags?",
        "Can I add another suitcase to my booking?",
        "How heavy may hand luggage be?",
        "My bag weighs 25 kilos, what do I pay?",
    ),
    "seat_choice": (
        "I want to sit at the window",
        "Can we get two seats beside each other?",
        "Please move me to an aisle seat",
        "How can I choose where I sit?",
        "Is there a place with more room for my legs?",
    ),
    "special_meal": (
        "Do you serve vegan food during the flight?",
        "I am allergic to nuts, what can I eat on board?",
        "Please note a gluten free dinner for me",
        "Is there a kosher menu?",
        "My son needs a meal for children",
    ),
    "missed_connection": (
        "My first flight was late and I missed the next one",
        "I could not catch my connecting flight, what now?",
        "We arrived too late in Vienna to board the second plane",
        "Will you rebook me if I miss the connection?",
        "Because of your delay our onward flight left without us",
    ),
}
ASKED = {
    "Can I take my kitten with me on the aircraft?": "pets_on_board",
    "travelling with a puppy, how does that work": "pets_on_board",
    "Is 30 kg of checked baggage too much?": "luggage_allowance",
    "could i bring a second suitcase": "luggage_allowance",
    "I'd rather have a spot by the window please": "seat_choice",
    "my wife and I would like to be seated together": "seat_choice",
    "I don't eat meat, will there be something for me?": "special_meal",
    "please order a vegetarian lunch for my trip": "special_meal",
    "the delay made me miss my second flight": "missed_connection",
    "we were too late for the connecting plane in Madrid": "missed_connection",
}
IN_GERMAN = {
    "Darf ich meinen Hund mit ins Flugzeug nehmen?": "pets_on_board",
    "Wie schwer darf mein Koffer sein?": "luggage_allowance",
    "Ich habe meinen Anschlussflug verpasst": "missed_connection",
}


@pytest.fixture(scope="module")
def airline(system: System) -> Iterator[Caller]:
    with Caller.with_new_key(system, tenant="airline", scopes=[*ALL_SCOPES, "intents"]) as caller:
        reply = teach(caller)
        assert reply.status_code == 200, reply.text
        taught = reply.json()
        assert (taught["state"], taught["added"]) == ("active", 25)
        assert taught["figures"]["accuracy"] >= taught["floor"]
        yield caller


def teach(caller: Caller) -> Any:
    rows = [{"text": text, "label": label} for label, texts in TAUGHT.items() for text in texts]
    return caller.http.post(PATH, json={"examples": rows})


def understood(caller: Caller, text: str) -> str:
    return str(caller.answer(text, headers={"prefer": ""})["intents"][0]["name"])


def test_five_examples_an_intent_are_enough_for_right_answers(airline: Caller) -> None:
    said = {text: understood(airline, text) for text in ASKED}

    right = [text for text, label in ASKED.items() if said[text] == f"own.{label}"]
    assert len(right) >= len(ASKED) - 1, said


def test_examples_in_english_serve_customers_in_other_languages(airline: Caller) -> None:
    said = {text: understood(airline, text) for text in IN_GERMAN}

    assert said == {text: f"own.{label}" for text, label in IN_GERMAN.items()}


def test_what_is_about_something_else_is_not_swallowed(airline: Caller) -> None:
    assert understood(airline, "Where is my order 12345?") == "commerce.track_order"


def test_another_tenant_gets_none_of_it(system: System, airline: Caller) -> None:
    with Caller.with_new_key(system, tenant="gym", scopes=[*ALL_SCOPES, "intents"]) as gym:
        shown = gym.http.get(PATH).json()
        names = {intent["name"] for text in ASKED for intent in gym.answer(text)["intents"]}

    assert shown["intents"] == []
    assert not any(name.startswith("own.") for name in names)


def test_personal_data_in_examples_is_kept_nowhere(system: System) -> None:
    row = {"text": "I am Zebulon Quagmire, zq@example.org, where is it?", "label": "where"}
    with Caller.with_new_key(system, tenant="leaky", scopes=["intents"]) as leaky:
        assert leaky.http.post(PATH, json={"examples": [row]}).status_code == 200

    kept = b"".join(path.read_bytes() for path in system.local.places.var.rglob("*.aof*"))
    assert kept
    assert b"own-intents" in kept
    assert b"zq@example.org" not in kept


def test_heads_outlive_a_crash(system: System, airline: Caller) -> None:
    gone = system.kill("nlp")
    eventually(lambda: system.pid("nlp") not in (0, gone), within_s=30)

    def answers() -> bool:
        reply = airline.send("Can I take my kitten with me on the aircraft?")
        intents = airline.finished(reply)["intents"] if reply.is_success else []
        return [intent["name"] for intent in intents[:1]] == ["own.pets_on_board"]

    eventually(answers, within_s=60)


def test_a_removed_intent_is_answered_no_more(system: System) -> None:
    with Caller.with_new_key(system, tenant="other-line", scopes=[*ALL_SCOPES, "intents"]) as line:
        teach(line)
        assert understood(line, "May my dog fly with me?") == "own.pets_on_board"

        assert line.http.delete(f"{PATH}/pets_on_board").status_code == 200

        # Every replica looks again within two seconds.
        time.sleep(2.1)
        names = [each["name"] for each in line.answer("May my dog fly with me?")["intents"]]
        assert "own.pets_on_board" not in names
        assert line.http.delete(f"{PATH}/pets_on_board").status_code == 404
