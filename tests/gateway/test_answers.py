"""How far a message is: asked, followed, revealed; another tenant's does not exist."""

import asyncio
import json
from typing import Any

import httpx2
import pytest

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply
from tests.gateway.services import Caller, World, busy_gateway, gateway, message_id

ASYNC = {"prefer": "respond-async"}


def queued(caller: Caller) -> str:
    """A message that waits."""
    return str(caller.send(headers=ASYNC).json()["message_id"])


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([], "waiting"),
        (["claimed"], "answering"),
        (["claimed", "answered"], "answered"),
        (["claimed", "answered", "announced"], "answered"),
        (["claimed", "failed"], "failed"),
    ],
)
def test_a_message_says_how_far_it_is(steps: list[str], status: str) -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        identity = queued(caller)
        world.steps[identity] = steps
        reply = caller.get(f"/v1/messages/{identity}").json()

    assert reply["status"] == status
    assert [step["name"] for step in reply["steps"]] == steps
    assert (reply["answer"] is not None) == (len(steps) > 1)


@pytest.mark.parametrize("path", ["", "/events"])
def test_another_tenants_message_does_not_exist(path: str) -> None:
    world = World()
    with gateway(world) as client:
        identity = queued(Caller(client))
        world.steps[identity] = ["claimed", "answered", "announced"]
        reply = Caller(client, tenant="other").get(f"/v1/messages/{identity}{path}")

    assert reply.status_code == 404


@pytest.mark.parametrize("name", ["x", "..", "%2e%2e%2fkeys", message_id("1") + "?tenant=acme"])
def test_an_id_that_is_none_asks_nobody(name: str) -> None:
    world = World()
    with gateway(world) as client:
        reply = Caller(client).get(f"/v1/messages/{name}")
        assert reply.status_code in (404, 503)

    assert all("keys" not in call[2] for call in world.sidecar.calls)


def test_where_the_record_cannot_be_asked_the_caller_comes_back() -> None:
    world = World()
    with gateway(world) as client:
        reply = Caller(client).get(f"/v1/messages/{message_id('1')}")

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")


def test_those_who_may_see_personal_data_get_it_filled_in() -> None:
    with gateway(World()) as client:
        caller = Caller(client)
        reply = caller.send("Hi, I am [PERSON_1], order 12345?", params={"reveal": "true"})
        identity = reply.json()["message_id"]
        kept = caller.get(f"/v1/messages/{identity}").json()["answer"]
        shown = caller.get(f"/v1/messages/{identity}", params={"reveal": "true"}).json()["answer"]

    assert reply.headers["ridealong-revealed"] == "true"
    assert reply.json()["suggestions"][0]["reply"] == "Hello Ada Lovelace, it is on its way."
    assert shown["text"] == "Hi, I am Ada Lovelace, order 12345?"
    assert kept["text"] == "Hi, I am [PERSON_1], order 12345?"


def test_an_answer_that_cannot_be_revealed_now_is_told_as_it_is() -> None:
    world = World()
    world.sidecar.answer("preprocessing", "/reveal", lambda _: HttpReply(503, b"{}"))
    with gateway(world) as client:
        reply = Caller(client).send(params={"reveal": "true"})

    assert reply.status_code == 200
    assert reply.headers["ridealong-revealed"] == "false"
    assert "[PERSON_1]" in reply.text


def events(reply: httpx2.Response) -> list[dict[str, Any]]:
    """The server-sent events of a stream that has ended."""
    found = []
    for block in reply.text.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] not in ":")
        if "data" in lines:
            found.append({"id": lines["id"], "event": lines["event"], **json.loads(lines["data"])})
    return found


def test_a_finished_message_streams_its_steps_and_ends() -> None:
    with gateway(World()) as client:
        caller = Caller(client)
        identity = caller.send().json()["message_id"]
        reply = caller.get(f"/v1/messages/{identity}/events")

    assert reply.headers["content-type"].startswith("text/event-stream")
    assert [(event["id"], event["event"], event["name"]) for event in events(reply)] == [
        ("1", "step", "claimed"),
        ("2", "step", "answered"),
        ("3", "step", "announced"),
    ]


def test_a_stream_resumes_behind_the_last_event_seen() -> None:
    with gateway(World()) as client:
        caller = Caller(client)
        identity = caller.send().json()["message_id"]
        reply = caller.get(f"/v1/messages/{identity}/events", headers={"last-event-id": "2"})

    assert [event["id"] for event in events(reply)] == ["3"]


@pytest.mark.parametrize("seen", ["x", "-1", "9" * 5000, "²"])
def test_a_last_event_id_that_is_none_begins_anew(seen: str) -> None:
    with gateway(World()) as client:
        caller = Caller(client)
        identity = caller.send().json()["message_id"]
        headers = {"last-event-id": seen.encode("latin-1")}
        reply = caller.get(f"/v1/messages/{identity}/events", headers=headers)

    assert [event["id"] for event in events(reply)] == ["1", "2", "3"]


def test_who_has_seen_all_is_told_not_to_connect_again() -> None:
    with gateway(World()) as client:
        caller = Caller(client)
        identity = caller.send().json()["message_id"]
        reply = caller.get(f"/v1/messages/{identity}/events", headers={"last-event-id": "3"})

    assert reply.status_code == 204


async def test_steps_are_streamed_as_they_come_though_the_record_is_gone_for_a_while() -> None:
    world = World()
    async with busy_gateway(world) as client:
        sent = await client.post("/v1/messages", json={"text": "Hi"}, headers=ASYNC)
        identity = sent.json()["message_id"]
        known = world.sidecar._answers["aggregation", f"/answers/{identity}"]
        stream = asyncio.create_task(client.get(f"/v1/messages/{identity}/events"))
        await asked_again(world, identity)
        world.steps[identity] = ["claimed"]
        await asked_again(world, identity)
        world.sidecar.answer("aggregation", f"/answers/{identity}", gone)
        await asked_again(world, identity)
        world.steps[identity] = ["claimed", "failed"]
        world.sidecar.answer("aggregation", f"/answers/{identity}", known)
        reply = await asyncio.wait_for(stream, 5)

    assert [event["name"] for event in events(reply)] == ["claimed", "failed"]


def gone(_: bytes) -> HttpReply:
    raise CallFailed("aggregation did not answer")


async def asked_again(world: World, identity: str) -> None:
    """Until the stream has polled twice more: what was set before has been seen."""
    path = f"/answers/{identity}?tenant=acme"
    wanted = world.asked("aggregation", path) + 2
    async with asyncio.timeout(5):
        while world.asked("aggregation", path) < wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def test_a_stream_ends_when_its_time_is_up() -> None:
    world = World()
    async with busy_gateway(world, follow_s=0.05) as client:
        sent = await client.post("/v1/messages", json={"text": "Hi"}, headers=ASYNC)
        url = f"/v1/messages/{sent.json()['message_id']}/events"
        reply = await asyncio.wait_for(client.get(url), 5)

    assert (reply.status_code, events(reply)) == (200, [])


async def test_only_so_many_streams_are_open_at_once() -> None:
    world = World()
    async with busy_gateway(world, max_streams=1) as client:
        sent = await client.post("/v1/messages", json={"text": "Hi"}, headers=ASYNC)
        identity = sent.json()["message_id"]
        url = f"/v1/messages/{identity}/events"
        first = asyncio.create_task(client.get(url))
        await asked_again(world, identity)
        second = await client.get(url)
        world.steps[identity] = ["claimed", "failed"]
        await first
        third = await client.get(url)

    assert (second.status_code, third.status_code) == (503, 200)


async def test_a_silent_stream_beats_to_stay_open() -> None:
    world = World()
    async with busy_gateway(world, follow_s=0.2, heartbeat_s=0.02) as client:
        sent = await client.post("/v1/messages", json={"text": "Hi"}, headers=ASYNC)
        reply = await client.get(f"/v1/messages/{sent.json()['message_id']}/events")

    assert ": ping" in reply.text
