"""The same Idempotency-Key: the first reply again, and one message whatever crashes between."""

import asyncio
import json

import pytest

from ridealong.access.repeats import RepeatRecord
from ridealong.chassis.errors import SidecarUnavailable
from ridealong.chassis.sidecar import HttpReply, Stored
from tests.gateway.services import Caller, World, busy_gateway, gateway

KEY = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def test_a_repeat_gets_the_first_reply_without_a_second_message() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        first = caller.send(headers=KEY)
        again = caller.send(headers=KEY)

    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert world.asked("intake", "/messages") == 1
    assert world.asked("aggregation", "/answers") == 1


def test_a_queued_repeat_is_told_the_same_place() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        replies = [caller.send(headers=KEY | {"prefer": "respond-async"}) for _ in range(2)]

    assert [reply.status_code for reply in replies] == [202, 202]
    assert replies[0].headers["location"] == replies[1].headers["location"]


def test_the_key_may_come_in_quotes_as_the_draft_has_it() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        caller.send(headers=KEY)
        again = caller.send(headers={"idempotency-key": f'"{KEY["idempotency-key"]}"'})

    assert again.headers["idempotency-replayed"] == "true"


def test_the_same_key_with_another_body_is_a_conflict() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        caller.send("one", headers=KEY)
        reply = caller.send("two", headers=KEY)

    assert reply.status_code == 409
    assert reply.json()["type"] == "urn:ridealong:idempotency-key-reused"
    assert len(world.accepted) == 1


def test_another_tenants_key_is_another_key() -> None:
    world = World()
    with gateway(world) as client:
        Caller(client).send("one", headers=KEY)
        reply = Caller(client, tenant="other").send("two", headers=KEY)

    assert reply.status_code == 200
    assert len(world.accepted) == 2


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "with space", "\x7f", "ü"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with gateway(World()) as client:
        reply = Caller(client).send(headers={"idempotency-key": key.encode("latin-1")})

    assert reply.status_code == 422
    assert reply.json()["field"] == "Idempotency-Key"


async def test_a_repeat_while_the_first_is_under_way_waits_its_turn() -> None:
    world = World()
    world.sidecar.held["aggregation"] = asyncio.Event()
    body = {"text": "Hello"}
    async with busy_gateway(world) as client:
        first = asyncio.create_task(client.post("/v1/messages", json=body, headers=KEY))
        await world.sidecar.someone_waits.wait()
        second = await client.post("/v1/messages", json=body, headers=KEY)
        world.sidecar.held["aggregation"].set()
        answered = await first
        third = await client.post("/v1/messages", json=body, headers=KEY)

    assert second.status_code == 409
    assert second.headers["retry-after"]
    assert second.json()["type"] == "urn:ridealong:request-under-way"
    assert third.json() == answered.json()
    assert len(world.accepted) == 1


async def test_of_many_at_the_same_moment_one_works() -> None:
    world = World()
    async with busy_gateway(world) as client:
        posts = [client.post("/v1/messages", json={"text": "Hi"}, headers=KEY) for _ in range(20)]
        statuses = [reply.status_code for reply in await asyncio.gather(*posts)]

    assert set(statuses) <= {200, 409}
    assert statuses.count(200) >= 1
    assert world.asked("intake", "/messages") == 1


def test_a_failure_frees_the_key() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        world.sidecar.answer("intake", "/messages", lambda _: HttpReply(503, b"{}"))
        failed = caller.send(headers=KEY)
        world.sidecar.answer("intake", "/messages", world._accept_one)
        again = caller.send(headers=KEY)

    assert (failed.status_code, again.status_code) == (503, 200)


def test_a_refused_body_may_be_corrected_under_the_same_key() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        refused = caller.post("/v1/messages", json={"txt": "Hello"}, headers=KEY)
        corrected = caller.post("/v1/messages", json={"text": "Hello"}, headers=KEY)

    assert (refused.status_code, corrected.status_code) == (422, 200)


def test_a_crash_under_way_blocks_the_key_until_its_lease_ends() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        caller.send(headers=KEY)
        crashed = leave_under_way(world, "2999-01-01T00:00:00Z")
        blocked = caller.send(headers=KEY)
        leave_under_way(world, "2020-01-01T00:00:00Z")
        again = caller.send(headers=KEY)

    assert blocked.status_code == 409
    assert again.status_code == 200
    assert "idempotency-replayed" not in again.headers
    assert len(world.accepted) == 1
    assert world.sidecar.ttls[crashed] == 24 * 3600


def leave_under_way(world: World, lease_until: str) -> str:
    """As a gateway leaves it that died between acceptance and reply."""
    place = next(key for key in world.sidecar.state if ":idempotency:" in key)
    stored = world.sidecar.state[place]
    record = json.loads(stored.value) | {"outcome": None, "lease_until": lease_until}
    value = RepeatRecord.model_validate(record).model_dump_json().encode()
    world.sidecar.state[place] = Stored(value, stored.etag)
    return place


def test_an_outcome_that_cannot_be_kept_is_told_all_the_same() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        # find the key, read and write the record, accept, answer; then the record again
        world.sidecar.fail_at(6, SidecarUnavailable("the store is gone"))
        reply = caller.send(headers=KEY)

    assert world.sidecar.operations[-1].startswith("load acme:idempotency")
    assert reply.status_code == 200


def test_where_the_record_cannot_be_written_nothing_is_accepted() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        world.sidecar.fail_at(3, SidecarUnavailable("the store is gone"))
        reply = caller.send(headers=KEY)

    assert reply.status_code == 503
    assert world.accepted == {}


def test_a_revealed_repeat_is_revealed_anew_and_kept_nowhere() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        first = caller.send(headers=KEY, params={"reveal": "true"})
        again = caller.send(headers=KEY, params={"reveal": "true"})
        plain = caller.send(headers=KEY)

    assert "Ada Lovelace" in first.text
    assert again.json() == first.json()
    assert "Ada Lovelace" not in plain.text
    assert all(b"Ada" not in stored.value for stored in world.sidecar.state.values())


def test_a_forgotten_customers_answer_is_not_told_again() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        identity = caller.send(headers=KEY).json()["message_id"]
        gone = HttpReply(404, b"{}")
        world.sidecar.answer("aggregation", f"/answers/{identity}", lambda _: gone)
        world.sidecar.answer("intake", f"/messages/{identity}/receipt", lambda _: gone)
        again = caller.send(headers=KEY)

    assert again.status_code == 404
