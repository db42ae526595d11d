"""Many messages at once: every line gets its result, and what was told is kept."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from ridealong.chassis.errors import CallFailed, SidecarUnavailable
from ridealong.chassis.sidecar import HttpReply
from tests.gateway.services import Caller, World, gateway

LINES = {"content-type": "application/x-ndjson"}
PATH = "/v1/messages/batch"


def line(text: object, **more: object) -> bytes:
    return json.dumps({"text": text} | more).encode()


def post(caller: Caller, lines: Iterable[bytes], **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return caller.post(PATH, content=b"\n".join(lines), headers=LINES | named)


def results(reply: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *lines, summary = [json.loads(line) for line in reply.text.splitlines()]
    return lines, summary


def test_every_line_gets_its_result_and_the_last_line_the_sum() -> None:
    world = World()
    with gateway(world) as client:
        body = [line("one"), b"{", b"", line(" "), line("two"), line(3)]
        reply = post(Caller(client), body)
    lines, summary = results(reply)

    assert reply.status_code == 202
    assert [(one["line"], one["outcome"], one["status"]) for one in lines] == [
        (1, "accepted", 202),
        (2, "refused", 422),
        (4, "refused", 422),
        (5, "accepted", 202),
        (6, "refused", 422),
    ]
    assert lines[2]["problem"] == "text-empty"
    assert lines[4]["detail"].startswith("text: ")
    assert summary["batch_id"] in reply.headers["location"]
    assert (summary["lines"], summary["accepted"], summary["refused"]) == (5, 2, 3)
    assert {message["route"] for message in world.accepted.values()} == {"queued"}


def test_what_a_line_says_is_never_echoed() -> None:
    with gateway(World()) as client:
        body = [b'{"text": ["swordfish"]}', b'"swordfish"', b"swordfish", b'{"text": "\xff"}']
        reply = post(Caller(client), body)

    assert results(reply)[1]["refused"] == 4
    assert "swordfish" not in reply.text


def test_a_long_batch_goes_to_intake_in_chunks() -> None:
    world = World()
    with gateway(world, batch_chunk_lines=100) as client:
        reply = post(Caller(client), (line(f"message {n}") for n in range(950)))

    assert results(reply)[1]["accepted"] == 950
    assert world.asked("intake", "/messages/batch") == 10
    assert len(world.accepted) == 950


def test_a_line_over_its_limit_is_refused_among_its_neighbours() -> None:
    with gateway(World(), max_line_bytes=100) as client:
        reply = post(Caller(client), [line("one"), line("x" * 200_000), line("two")])

    outcomes = [(one["outcome"], one.get("problem")) for one in results(reply)[0]]
    assert outcomes == [("accepted", None), ("refused", "line-too-long"), ("accepted", None)]


def test_a_batch_may_be_larger_than_other_bodies_but_has_a_limit_of_its_own() -> None:
    world = World()
    with gateway(world, max_batch_bytes=6_000_000) as client:
        caller = Caller(client)
        fits = post(caller, [line("x" * 500_000)] * 10)
        over = post(caller, [line("x" * 500_000)] * 13)

    assert (fits.status_code, over.status_code) == (202, 413)
    assert len(world.accepted) == 10


def test_lines_that_intake_cannot_take_now_are_told_and_the_others_go_on() -> None:
    world = World()
    with gateway(world, batch_chunk_lines=2) as client:
        caller = Caller(client)
        # find the key; chunk: accepted, kept; *accepted*
        world.sidecar.fail_at(4, CallFailed("intake did not answer"))
        reply = post(caller, [line(n) for n in "abcdef"])

    outcomes = [(one["outcome"], one["status"]) for one in results(reply)[0]]
    assert outcomes == [("accepted", 202)] * 2 + [("refused", 503)] * 2 + [("accepted", 202)] * 2


@pytest.mark.parametrize("body", [b"", b"\n\n  \n"])
def test_a_batch_without_lines_is_refused(body: bytes) -> None:
    with gateway(World()) as client:
        reply = Caller(client).post(PATH, content=body, headers=LINES)

    assert (reply.status_code, reply.json()["type"]) == (422, "urn:ridealong:batch-empty")


def test_a_batch_of_another_media_type_is_told_what_to_send() -> None:
    with gateway(World()) as client:
        assert Caller(client).post(PATH, json={"text": "a"}).status_code == 415


def test_results_that_cannot_be_kept_are_not_told() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        world.sidecar.fail_at(3, SidecarUnavailable("the store is gone"))
        reply = post(caller, [line("one")], idempotency_key="k-1")
        again = post(caller, [line("one")], idempotency_key="k-1")

    assert reply.status_code == 503
    assert results(again)[1]["lines"] == 1
    assert len(world.accepted) == 1


def test_a_repeat_after_a_crash_meets_the_messages_accepted_before_it() -> None:
    world = World()
    with gateway(world, batch_chunk_lines=2) as client:
        caller = Caller(client)
        # find the key; the key's record: read, written; chunk: accepted, kept; accepted, *kept*
        world.sidecar.fail_at(7, SidecarUnavailable("killed here"))
        crashed = post(caller, [line(n) for n in "abcd"], idempotency_key="k-1")
        again = post(caller, [line(n) for n in "abcd"], idempotency_key="k-1")

    assert crashed.status_code == 503
    assert results(again)[1]["duplicate"] == 4
    assert len(world.accepted) == 4


def test_a_repeated_batch_gets_the_first_reply() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        first = post(caller, [line("one"), b"{"], idempotency_key="k-1")
        again = post(caller, [line("one"), b"{"], idempotency_key="k-1")
        other = post(caller, [line("two"), b"{"], idempotency_key="k-1")

    assert again.text == first.text
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 409
    assert world.asked("intake", "/messages/batch") == 1


def test_external_ids_sent_again_are_known_again() -> None:
    with gateway(World()) as client:
        caller = Caller(client)
        post(caller, [line("one", external_id="a")])
        lines, _ = results(post(caller, [line("one", external_id="a"), line("two")]))

    assert [one["outcome"] for one in lines] == ["duplicate", "accepted"]


def test_a_batch_tells_how_far_its_lines_are_page_by_page() -> None:
    world = World()
    with gateway(world, batch_chunk_lines=3) as client:
        caller = Caller(client)
        lines, summary = results(post(caller, [line("a"), b"{", line("b"), line("c"), line("d")]))
        ids = [one["message_id"] for one in lines if "message_id" in one]
        world.steps[ids[0]] = ["claimed", "answered", "announced"]
        world.steps[ids[1]] = ["claimed"]
        world.steps[ids[2]] = ["claimed", "failed"]
        url = f"/v1/batches/{summary['batch_id']}"
        first = caller.get(url, params={"limit": 2}).json()
        second = caller.get(first["next"]).json()
        third = caller.get(second["next"]).json()

    assert first["counts"] == {
        "answered": 1,
        "refused": 1,
        "answering": 1,
        "failed": 1,
        "waiting": 1,
    }
    assert [one["line"] for one in first["results"]] == [1, 2]
    assert [one["progress"] for one in first["results"]] == ["answered", None]
    assert [one["line"] for one in second["results"]] == [3, 4]
    assert [one["line"] for one in third["results"]] == [5]
    assert third["next"] is None
    assert first["lines"] == 5


def test_finished_chunks_are_not_asked_for_again() -> None:
    world = World()
    with gateway(world, batch_chunk_lines=2) as client:
        caller = Caller(client)
        lines, summary = results(post(caller, [line(n) for n in "abcdef"]))
        for one in lines[:4]:
            world.steps[one["message_id"]] = ["claimed", "answered"]
        url = f"/v1/batches/{summary['batch_id']}"
        first = caller.get(url, params={"after": 4}).json()
        second = caller.get(url, params={"after": 4}).json()
    asked = [json.loads(call[3]) for call in world.sidecar.calls if call[2] == "/answers/status"]

    assert first["counts"] == second["counts"] == {"answered": 4, "waiting": 2}
    assert [len(request["message_ids"]) for request in asked] == [6, 2]


def test_many_messages_are_asked_for_500_at_a_time() -> None:
    world = World()
    with gateway(world) as client:
        caller = Caller(client)
        _, summary = results(post(caller, (line(str(n)) for n in range(1100))))
        status = caller.get(f"/v1/batches/{summary['batch_id']}").json()
    asked = [json.loads(call[3]) for call in world.sidecar.calls if call[2] == "/answers/status"]

    assert status["counts"] == {"waiting": 1100}
    assert [len(request["message_ids"]) for request in asked] == [500, 500, 100]


@pytest.mark.parametrize("batch_id", ["x", "0" * 32])
def test_an_unknown_batch_does_not_exist(batch_id: str) -> None:
    with gateway(World()) as client:
        assert Caller(client).get(f"/v1/batches/{batch_id}").status_code == 404


def test_another_tenants_batch_does_not_exist() -> None:
    with gateway(World()) as client:
        _, summary = results(post(Caller(client), [line("one")]))
        other = Caller(client, tenant="other")

        assert other.get(f"/v1/batches/{summary['batch_id']}").status_code == 404


def test_nothing_that_a_customer_wrote_is_kept_here() -> None:
    world = World()
    with gateway(world) as client:
        post(Caller(client), [line("swordfish"), b'{"text": "swordfish"'], idempotency_key="k")

    assert all(b"swordfish" not in stored.value for stored in world.sidecar.state.values())


def test_a_reader_of_a_refused_chunk_is_told_intakes_code() -> None:
    world = World()
    refusal = HttpReply(413, b'{"type": "urn:ridealong:body-too-large", "detail": "4 MiB"}')
    world.sidecar.answer("intake", "/messages/batch", lambda _: refusal)
    with gateway(world) as client:
        lines, _ = results(post(Caller(client), [line("one")]))

    assert (lines[0]["problem"], lines[0]["status"]) == ("body-too-large", 413)
