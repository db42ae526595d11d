"""Who hears what: the contracts and the services' subscriptions name the same pairs."""

import importlib
from pathlib import Path

from ridealong.chassis.subscriptions import Subscriptions, dead_letter_topic
from ridealong.contracts.aggregation import MessageAnswered
from ridealong.contracts.contract import Event
from ridealong.contracts.inference import PredictionMade
from ridealong.contracts.intake import CustomerForgotten, MessageReceived
from ridealong.contracts.training import ModelPromoted

ROOT = Path(__file__).parents[2]
EVENTS: list[type[Event]] = [
    MessageReceived,
    CustomerForgotten,
    MessageAnswered,
    PredictionMade,
    ModelPromoted,
]
ANNOUNCED = {event.topic for event in EVENTS}


def heard() -> set[tuple[str, str]]:
    found = set()
    for path in (ROOT / "services").glob("*/subscriptions.py"):
        module = importlib.import_module(f"services.{path.parent.name}.subscriptions")
        subscriptions: Subscriptions = module.subscriptions
        app_id = path.parent.name.replace("_", "-")
        found |= {(topic, app_id) for topic in subscriptions.topics}
    return found


def test_every_event_class_is_known_here() -> None:
    names = {path.stem for path in (ROOT / "ridealong/contracts").glob("*.py")} - {"__init__"}
    for name in names:
        importlib.import_module(f"ridealong.contracts.{name}")

    declared = {
        event
        for event in Event.__subclasses__()
        if event.__module__.startswith("ridealong.contracts.")
    }
    assert declared == set(EVENTS)


def test_the_services_hear_what_the_contracts_say() -> None:
    agreed = {(event.topic, app_id) for event in EVENTS for app_id in event.heard_by}

    assert {(topic, app_id) for topic, app_id in heard() if topic in ANNOUNCED} == agreed


def test_every_dead_letter_topic_is_kept_by_analytics() -> None:
    dead = {dead_letter_topic(event.topic, app) for event in EVENTS for app in event.heard_by}

    assert dead <= {topic for topic, app_id in heard() if app_id == "analytics"}


def test_topics_are_past_tense_and_versioned() -> None:
    for event in EVENTS:
        owner, fact, version = event.topic.split(".")
        assert owner.endswith("s")
        assert fact in {"received", "forgotten", "answered", "made", "promoted"}
        assert version == "v1"
