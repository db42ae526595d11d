"""Bulk deliveries, dead letters and a kill, as the real runtime does them."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from ridealong.chassis.subscriptions import dead_letter_topic
from tests.fakes import cloud_event
from tests.lake.facts import answered, received
from tests.system.harness import System, eventually, running_system

MESSAGES = 150


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("analytics")

    def redeliver_soon(_: dict[str, Any]) -> None:
        # After this, what a killed process had taken comes again.
        for component in (folder / "components" / "pubsub" / "redis").glob("*.yaml"):
            component.write_text(component.read_text().replace("value: 30s", "value: 5s"))

    with pytest.MonkeyPatch.context() as patch:
        # Sidecars as on a machine or in a container of one CPU: by default they keep few
        # connections to the broker there, and each subscription holds one.
        patch.setenv("GOMAXPROCS", "1")
        with running_system(folder, ["analytics"], change=redeliver_soon) as running:
            yield running


def ask(system: System, path: str, method: str = "GET") -> Any:
    address = f"{system.sidecar_url('analytics')}/v1.0/invoke/analytics/method{path}"
    with urllib.request.urlopen(
        urllib.request.Request(address, method=method, headers=system.headers), timeout=30
    ) as answer:
        return json.load(answer)


def pubsub_of(system: System) -> str:
    with urllib.request.urlopen(f"{system.sidecar_url('analytics')}/v1.0/metadata") as answer:
        components = json.load(answer)["components"]
    return str(next(one["name"] for one in components if one["type"].startswith("pubsub.")))


def publish(system: System, *envelopes: dict[str, Any], topic: str = "") -> None:
    base = f"{system.sidecar_url('analytics')}/v1.0/publish/{pubsub_of(system)}"

    async def publish_all() -> None:
        async with aiohttp.ClientSession() as client:
            for envelope in envelopes:
                address = f"{base}/{topic or envelope['topic']}"
                sent = {"content-type": "application/cloudevents+json", **system.headers}
                async with client.post(address, json=envelope, headers=sent) as reply:
                    assert reply.status == 204, await reply.text()

    asyncio.run(publish_all())


def counted(system: System, tenant: str) -> tuple[int, int]:
    lines = ask(system, f"/reports/volume?tenant={tenant}&by=day")["lines"]
    return sum(line["messages"] for line in lines), sum(line["answered"] for line in lines)


def letters(system: System, **filters: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return list(ask(system, f"/dead-letters?{query}")["dead_letters"])


def test_a_kill_between_commits_loses_and_doubles_nothing(system: System) -> None:
    for number in range(MESSAGES):
        event = received(number, tenant="killed")
        publish(system, cloud_event(event), cloud_event(answered(number, tenant="killed")))
        if number == MESSAGES // 2:
            eventually(lambda: counted(system, "killed")[0] > 0, within_s=30)
            system.kill("analytics")
            eventually(lambda: counted(system, "killed")[0] > 0, within_s=60)

    eventually(lambda: counted(system, "killed") == (MESSAGES, MESSAGES), within_s=90, pause_s=0.5)
    assert letters(system, app_id="analytics") == []


def test_an_event_we_cannot_read_becomes_one_dead_letter_of_ours(system: System) -> None:
    publish(system, cloud_event(received(1, tenant="other"), data={"nonsense": True}))

    eventually(lambda: len(letters(system, app_id="analytics")) == 1, within_s=30)

    (letter,) = letters(system, app_id="analytics")
    shown = ask(system, f"/dead-letters/{letter['letter_id']}")
    assert letter["topic"] == "messages.received.v1"
    assert shown["event"]["data"] == {"nonsense": True}


def test_a_subscriber_that_is_away_leaves_its_dead_letter_waiting(system: System) -> None:
    event = received(2, tenant="other")
    dead = dead_letter_topic(event.topic, "aggregation")
    publish(system, cloud_event(event), topic=dead)
    eventually(lambda: len(letters(system, app_id="aggregation")) == 1, within_s=30)
    (letter,) = letters(system, app_id="aggregation")

    resent = ask(system, f"/dead-letters/{letter['letter_id']}/resend", "POST")

    assert resent["dead_letter"]["status"] == "resent-failed"
    assert letter["event_id"] == event.event_id
