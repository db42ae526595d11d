"""Kill -9 while 200 queued messages are under way: each gets one answer, none two."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.system.caller import Caller
from tests.system.harness import System, eventually, running_system

MESSAGES = 200
PATIENCE_S = 90


@pytest.fixture(scope="module")
def crashing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[System, Caller]]:
    with (
        running_system(tmp_path_factory.mktemp("crash")) as system,
        Caller.with_new_key(system) as caller,
    ):
        yield system, caller


def hand_in(caller: Caller, name: str) -> str:
    lines = [
        {
            "channel": "chat",
            "customer_id": f"{name}-{n % 20}",
            "external_id": f"{name}-{n}",
            "text": f"Where is my order {10000 + n}?",
        }
        for n in range(MESSAGES)
    ]
    reply = caller.http.post(
        "/v1/messages/batch",
        content="\n".join(map(json.dumps, lines)),
        headers={"content-type": "application/x-ndjson"},
    )
    assert reply.status_code < 300, reply.text
    return str(reply.headers["x-batch-id"])


def counts(caller: Caller, batch_id: str) -> dict[str, int]:
    found: dict[str, int] = caller.http.get(f"/v1/batches/{batch_id}").json()["counts"]
    return found


def message_ids(caller: Caller, batch_id: str) -> set[str]:
    ids: set[str] = set()
    offset = 0
    while True:
        page = caller.http.get(f"/v1/batches/{batch_id}", params={"offset": offset}).json()
        lines = page["lines"]
        if not lines:
            return ids
        ids |= {line["message_id"] for line in lines}
        offset += len(lines)


def answers_in_the_lake(system: System) -> Counter[str]:
    table = system.local.places.var / "lake" / "messages_answered"
    rows: list[tuple[Any, ...]] = duckdb.sql(
        f"select message_id from delta_scan('{table}')"
    ).fetchall()
    return Counter(row[0] for row in rows)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "victim",
    ["aggregation", "nlp", "aggregation-dapr", "intake-dapr", "broker", "inference", "analytics"],
)
def test_each_message_has_one_answer_after_a_kill(
    crashing: tuple[System, Caller], victim: str
) -> None:
    system, caller = crashing
    batch_id = hand_in(caller, victim)
    eventually(lambda: counts(caller, batch_id).get("answered", 0) >= 10, within_s=60)

    system.kill(victim)

    def all_settled() -> bool:
        found = counts(caller, batch_id)
        return found.get("answered", 0) + found.get("failed", 0) == MESSAGES

    eventually(all_settled, within_s=PATIENCE_S, pause_s=0.5)
    ids = message_ids(caller, batch_id)
    assert len(ids) == MESSAGES
    assert counts(caller, batch_id) == {"answered": MESSAGES}
    assert_each_is_in_the_lake_once(system, ids)


def assert_each_is_in_the_lake_once(system: System, ids: set[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = answers_in_the_lake(system)
        if all(found[message_id] == 1 for message_id in ids):
            return
        assert all(found[message_id] <= 1 for message_id in ids), "answered twice"
        missing = sum(found[message_id] == 0 for message_id in ids)
        assert time.monotonic() < deadline, f"{missing} answers never reached the lake"
        time.sleep(1)
